"""The forms of a draft: thresholds as a grid, one rule, one derived variable, one parameter, grades, table rows."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rules.admin.numbers import NotANumber, number_shown, number_typed
from rules.engine.outcomes import LADDERS
from rules.localised import language, localised
from rules.words import outcome_words, value_words
from scoring.catalogue import Catalogue

IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]{0,63}\Z"
CODE = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\Z"
INPUT = {"class": "rk-input", "autocomplete": "off"}
CODE_INPUT = {"class": "rk-input rk-code", "autocomplete": "off", "spellcheck": "false"}


class NumberField(forms.CharField):
    """A number in the unit people use; cleans to the document's own (minor units for money)."""

    def __init__(
        self, *, unit: str = "", whole: bool = False, low: float | None, high: float | None, **options: Any
    ) -> None:
        widget = forms.TextInput(attrs={**INPUT, "class": "rk-input rk-number-input", "inputmode": "decimal"})
        super().__init__(widget=widget, **options)
        self.unit, self.whole, self.low, self.high = unit, whole, low, high

    def clean(self, value: Any) -> float | int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = number_typed(text, self.unit)
        except NotANumber:
            raise ValidationError(_("Write a number, such as 1250.50.")) from None
        if self.whole and not isinstance(number, int):
            raise ValidationError(_("Write a whole number."))
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            allowed = {
                "low": value_words(self.low, self.unit, language()),
                "high": value_words(self.high, self.unit, language()),
            }
            raise ValidationError(_("Must lie between %(low)s and %(high)s.") % allowed)
        return number


class ParameterValuesForm(forms.Form):
    """The value of every parameter of a draft; fields are named `value-<name>`."""

    def __init__(self, parameters: list[dict[str, Any]], *arguments: Any) -> None:
        super().__init__(*arguments)
        self.parameters = parameters
        for parameter in parameters:
            field = _value_field(parameter)
            field.label = localised(parameter)
            self.fields[f"value-{parameter['name']}"] = field

    def values(self) -> dict[str, Any]:
        """Values by parameter name, cleaned."""
        return {name.removeprefix("value-"): value for name, value in self.cleaned_data.items()}


def _value_field(parameter: Mapping[str, Any]) -> forms.Field:
    kind, value = parameter["type"], parameter["value"]
    if kind == "boolean":
        return forms.BooleanField(required=False, initial=bool(value))
    if kind == "string":
        return forms.CharField(initial=value, max_length=300, widget=forms.TextInput(attrs=INPUT))
    return NumberField(
        unit=parameter.get("unit", ""),
        whole=kind == "integer",
        low=parameter.get("minimum"),
        high=parameter.get("maximum"),
        initial=number_shown(value, parameter.get("unit", "")),
    )


class EntryForm(forms.Form):
    """One entry of a section; `key_field` names it, and no other entry may have that name."""

    key_field = "name"

    def __init__(self, taken: set[str], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.taken = taken

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get(self.key_field) in self.taken:
            self.add_error(self.key_field, _("Another entry has this name already."))
        return cleaned

    def entry(self, present: Mapping[str, Any] | None) -> dict[str, Any]:
        """The entry as the document holds it; what the form does not show stays as `present` has it."""
        return {**(present or {}), **self.cleaned_data}


class DerivedForm(EntryForm):
    """A derived variable."""

    name = forms.RegexField(
        IDENTIFIER, label=gettext_lazy("Name in conditions"), widget=forms.TextInput(attrs=CODE_INPUT)
    )
    en = forms.CharField(label=gettext_lazy("English label"), max_length=300, widget=forms.TextInput(attrs=INPUT))
    zh = forms.CharField(label=gettext_lazy("Chinese label"), max_length=300, widget=forms.TextInput(attrs=INPUT))
    unit = forms.CharField(
        label=gettext_lazy("Unit"), max_length=60, required=False, widget=forms.TextInput(attrs=INPUT)
    )
    expression = forms.CharField(
        label=gettext_lazy("Formula"),
        max_length=4000,
        widget=forms.Textarea(attrs={**CODE_INPUT, "class": "rk-textarea rk-code", "rows": 4}),
    )


class ParameterForm(EntryForm):
    """A parameter with its labels and allowed range; money is typed in major units."""

    TYPES = (
        ("integer", gettext_lazy("Whole number")),
        ("number", gettext_lazy("Number")),
        ("string", gettext_lazy("Text")),
        ("boolean", gettext_lazy("Yes or no")),
    )
    name = forms.RegexField(
        IDENTIFIER, label=gettext_lazy("Name in conditions"), widget=forms.TextInput(attrs=CODE_INPUT)
    )
    en = forms.CharField(label=gettext_lazy("English label"), max_length=300, widget=forms.TextInput(attrs=INPUT))
    zh = forms.CharField(label=gettext_lazy("Chinese label"), max_length=300, widget=forms.TextInput(attrs=INPUT))
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=TYPES, widget=forms.Select(attrs={"class": "rk-select"})
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Such as months, or “CNY minor units” for money"),
        widget=forms.TextInput(attrs=INPUT),
    )
    value = forms.CharField(label=gettext_lazy("Value"), max_length=300, widget=forms.TextInput(attrs=INPUT))
    minimum = forms.CharField(
        label=gettext_lazy("Lowest allowed value"), required=False, widget=forms.TextInput(attrs=INPUT)
    )
    maximum = forms.CharField(
        label=gettext_lazy("Highest allowed value"), required=False, widget=forms.TextInput(attrs=INPUT)
    )
    help_en = forms.CharField(
        label=gettext_lazy("English help"), required=False, max_length=4000, widget=forms.TextInput(attrs=INPUT)
    )
    help_zh = forms.CharField(
        label=gettext_lazy("Chinese help"), required=False, max_length=4000, widget=forms.TextInput(attrs=INPUT)
    )

    @staticmethod
    def shown(parameter: Mapping[str, Any]) -> dict[str, Any]:
        """What the form begins with."""
        unit, initial = parameter.get("unit", ""), dict(parameter)
        if parameter["type"] in ("integer", "number"):
            initial |= {name: number_shown(parameter.get(name), unit) for name in ("value", "minimum", "maximum")}
        elif parameter["type"] == "boolean":
            initial["value"] = _("yes") if parameter["value"] else _("no")
        return initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, unit = cleaned.get("type"), cleaned.get("unit", "")
        if kind in ("integer", "number"):
            for name in ("value", "minimum", "maximum"):
                self._clean_number(cleaned, name, unit)
            low, value, high = (cleaned.get(name) for name in ("minimum", "value", "maximum"))
            if None not in (low, value, high) and not low <= value <= high:  # type: ignore[operator]
                self.add_error("value", _("The value must lie in the allowed range."))
        else:
            cleaned["minimum"] = cleaned["maximum"] = None
            if kind == "boolean":
                cleaned["value"] = str(cleaned.get("value", "")).strip().lower() in ("yes", "true", "1", "是", _("yes"))
        return cleaned

    def _clean_number(self, cleaned: dict[str, Any], name: str, unit: str) -> None:
        if name not in cleaned:
            return
        try:
            cleaned[name] = number_typed(cleaned[name], unit)
        except NotANumber:
            self.add_error(name, _("Write a number, such as 1250.50."))


class RuleForm(EntryForm):
    """A rule: its condition and what follows."""

    key_field = "code"
    code = forms.RegexField(CODE, label=gettext_lazy("Code"), widget=forms.TextInput(attrs=CODE_INPUT))
    label_en = forms.CharField(label=gettext_lazy("English label"), max_length=300, widget=forms.TextInput(attrs=INPUT))
    label_zh = forms.CharField(label=gettext_lazy("Chinese label"), max_length=300, widget=forms.TextInput(attrs=INPUT))
    when = forms.CharField(
        label=gettext_lazy("Condition"),
        max_length=4000,
        widget=forms.Textarea(attrs={**CODE_INPUT, "class": "rk-textarea rk-code", "rows": 4}),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), required=False, widget=forms.Select(attrs={"class": "rk-select"})
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason given"), required=False, widget=forms.Select(attrs={"class": "rk-select"})
    )
    points = NumberField(label=gettext_lazy("Points added"), required=False, low=None, high=None)
    on_unknown = forms.ChoiceField(
        label=gettext_lazy("When it cannot be evaluated"),
        choices=(("refer", gettext_lazy("Refer to a person")), ("ignore", gettext_lazy("Carry on without this rule"))),
        widget=forms.Select(attrs={"class": "rk-select"}),
    )
    enabled = forms.BooleanField(label=gettext_lazy("Switched on"), required=False)
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy(
            "Only for rules that must read a protected characteristic such as age: the law that asks for it"
        ),
        widget=forms.TextInput(attrs=INPUT),
    )

    def __init__(
        self, taken: set[str], stage: str, catalogue: Catalogue | None, *arguments: Any, **options: Any
    ) -> None:
        super().__init__(taken, *arguments, **options)
        outcomes = [(outcome, outcome_words(outcome, language())) for outcome in LADDERS[stage]]
        self.fields["outcome"].choices = [("", _("no outcome of its own")), *outcomes]  # type: ignore[attr-defined]
        reasons = [
            (reason.code, f"{reason.code}: {localised(reason)}") for reason in (catalogue.reasons if catalogue else [])
        ]
        self.fields["reason"].choices = [("", _("no reason")), *reasons]  # type: ignore[attr-defined]

    @staticmethod
    def shown(rule: Mapping[str, Any]) -> dict[str, Any]:
        """What the form begins with."""
        then = rule.get("then", {})
        points = then.get("points")
        return {
            **rule,
            "outcome": then.get("outcome", ""),
            "reason": then.get("reason", ""),
            "points": number_shown(points, "") if points else "",
        }

    def entry(self, present: Mapping[str, Any] | None) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        then = {**(present or {}).get("then", {}), "outcome": values.pop("outcome"), "reason": values.pop("reason")}
        then["points"] = values.pop("points") or 0
        return {**(present or {}), **values, "then": then}
