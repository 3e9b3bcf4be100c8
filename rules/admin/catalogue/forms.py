"""Forms of a catalogue draft: a velocity or list variable, and a reason's wording."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.admin.widgets import area_widget, line_widget, select_widget
from lending.models import Dimension, ListKind, Product, RiskEvent
from rules.localised import language, localised
from scoring.catalogue import Catalogue, Reason, Variable
from scoring.velocity import AGGREGATES, COUNTS, ENTITIES, MAX_WINDOW_DAYS, ListLookup, Velocity

ENTITY_WORDS = {
    "customer": _("The applicant"),
    "phone": _("The applicant's phone"),
    "device": _("The applicant's device"),
    "address": _("The applicant's address"),
}
AGGREGATE_WORDS = {
    "count": _("How many"),
    "sum_minor": _("Total amount"),
    "max_minor": _("Largest amount"),
    "mean_minor": _("Mean amount"),
    "distinct_customers": _("Different customers"),
    "distinct_devices": _("Different devices"),
    "distinct_phones": _("Different phones"),
    "days_since_last": _("Days since the last"),
}
MISSING_WORDS = [
    ("skip", _("stays unknown")),
    ("refer", _("a person decides")),
    ("default", _("is taken as the default")),
]
AUDIENCES = [("internal", _("internal")), ("lender", _("lender")), ("applicant", _("applicant"))]


class VariableForm(forms.Form):
    """What every own variable says."""

    name = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,63}$",
        label=_("Name of the variable"),
        widget=line_widget(),
        help_text=_("Small letters, digits and _; rules read it."),
    )
    en = forms.CharField(label=_("Label (English)"), max_length=120, widget=line_widget())
    zh = forms.CharField(label=_("Label (Chinese)"), max_length=120, widget=line_widget())
    products = forms.MultipleChoiceField(label=_("Products"), widget=forms.CheckboxSelectMultiple)
    missing = forms.ChoiceField(label=_("If unknown"), choices=MISSING_WORDS, widget=select_widget())
    default = forms.CharField(
        label=_("Default"), required=False, widget=line_widget(), help_text=_("A number; yes or no for a list.")
    )
    reason_code = forms.ChoiceField(label=_("Reason given to applicants"), required=False, widget=select_widget())

    def __init__(self, *arguments: Any, catalogue: Catalogue, **options: Any) -> None:
        super().__init__(*arguments, **options)
        products, reasons = self.fields["products"], self.fields["reason_code"]
        cast(forms.MultipleChoiceField, products).choices = [
            (product.code, localised(product, "name")) for product in Product.objects.order_by("code")
        ]
        cast(forms.ChoiceField, reasons).choices = [("", "–")] + [
            (reason.code, f"{reason.code} · {getattr(reason, language())}") for reason in catalogue.reasons
        ]

    def _common(self, before: Variable | None) -> dict[str, Any]:
        fields = self.cleaned_data
        return {
            "name": fields["name"],
            "en": fields["en"],
            "zh": fields["zh"],
            "products": fields["products"],
            "missing": fields["missing"],
            "reason_code": fields["reason_code"],
            "purpose": before.purpose if before else "creditworthiness",
            "note_en": before.note_en if before else "",
            "note_zh": before.note_zh if before else "",
            "direction": before.direction if before else "none",
            "unit": before.unit if before else "",
        }


class VelocityForm(VariableForm):
    """A velocity variable."""

    aggregate = forms.ChoiceField(
        label=_("What is taken"), choices=[(name, AGGREGATE_WORDS[name]) for name in AGGREGATES], widget=select_widget()
    )
    event = forms.ChoiceField(label=_("Of which events"), choices=RiskEvent.Kind.choices, widget=select_widget())
    entity = forms.ChoiceField(
        label=_("Of whom"), choices=[(name, ENTITY_WORDS[name]) for name in ENTITIES], widget=select_widget()
    )
    window_days = forms.IntegerField(
        label=_("Days before the decision"),
        min_value=1,
        max_value=MAX_WINDOW_DAYS,
        widget=forms.NumberInput(attrs={"class": "rk-input"}),
    )

    def clean_default(self) -> float | None:
        text = self.cleaned_data["default"].strip()
        try:
            return float(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("Write a number.")) from None

    def variable(self, before: Variable | None) -> Variable:
        """The variable as typed."""
        fields = self.cleaned_data
        velocity = Velocity(fields["entity"], fields["event"], fields["window_days"], fields["aggregate"])
        is_count, default = velocity.aggregate in COUNTS, fields["default"]
        return Variable(
            **self._common(before),
            type="integer" if is_count else "number",
            source="velocity",
            default=int(default) if default is not None and is_count and default.is_integer() else default,
            minimum=None if velocity.aggregate in ("sum_minor", "max_minor", "mean_minor") else 0,
            velocity=velocity,
        )


class ListForm(VariableForm):
    """A list variable."""

    kind = forms.ChoiceField(label=_("List"), choices=ListKind.choices, widget=select_widget())
    dimension = forms.ChoiceField(label=_("Dimension"), choices=Dimension.choices, widget=select_widget())

    def clean_default(self) -> bool | None:
        text = self.cleaned_data["default"].strip().casefold()
        words = {"": None, "yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
        if text not in words:
            raise forms.ValidationError(_("Write yes or no."))
        return words[text]

    def variable(self, before: Variable | None) -> Variable:
        """The variable as typed."""
        fields = self.cleaned_data
        return Variable(
            **self._common(before),
            type="boolean",
            source="list",
            default=fields["default"],
            list=ListLookup(fields["kind"], fields["dimension"]),
        )


class ReasonForm(forms.Form):
    """A reason's wording and who may read it."""

    en = forms.CharField(label=_("English"), max_length=400, widget=area_widget(2))
    zh = forms.CharField(label=_("Chinese"), max_length=400, widget=area_widget(2))
    audience = forms.ChoiceField(label=_("Widest audience"), choices=AUDIENCES, widget=select_widget())

    def reason(self, code: str) -> Reason:
        """The wording as typed."""
        fields = self.cleaned_data
        return Reason(code, fields["en"].strip(), fields["zh"].strip(), fields["audience"])


def form_of(kind: str) -> type[VelocityForm] | type[ListForm]:
    """The form of a velocity or a list variable."""
    return VelocityForm if kind == "velocity" else ListForm


def initial_of(variable: Variable) -> dict[str, Any]:
    """What a form begins with."""
    parts = variable.velocity or variable.list
    own = {name: getattr(parts, name) for name in parts.__struct_fields__} if parts else {}
    default: object = variable.default
    if isinstance(default, bool):
        default = "yes" if default else "no"
    return {
        **{name: getattr(variable, name) for name in ("name", "en", "zh", "products", "missing", "reason_code")},
        **own,
        "default": "" if default is None else default,
    }
