"""Forms of imports: where the rows come from, which column is which field, and how the source writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.admin.widgets import area_widget, line_widget, select_widget
from lending.book_imports.kinds import KINDS, Field
from lending.book_imports.values import MONEY_UNITS, NUMBER_UNITS
from lending.models import BookMapping, BookSource, CustomerFact, Product

UNITS = {
    "major": _("Main unit, such as yuan"),
    "minor": _("Minor unit, such as fen"),
    "thousand": _("Thousands"),
    "ten_thousand": _("Ten thousands"),
    "million": _("Millions"),
    "": _("As it is"),
    "share": _("Share, 0.12"),
    "percent": _("Per cent, 12"),
    "basis_points": _("Basis points, 1200"),
}
MISSING = {
    "region_months": ("interpolate", _("Between its neighbours, at most three months, marked")),
    "bureau_updates": ("default", _("The catalogue's default, where it has one, marked")),
}


def kind_choices(is_chinese: bool) -> list[tuple[str, str]]:
    """Kinds of rows in the reader's language."""
    return [(kind.code, kind.zh if is_chinese else kind.en) for kind in KINDS.values()]


class RowsForm(forms.Form):
    """Rows of a file or of a source."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("file")) == bool(given.get("source")):
            raise forms.ValidationError(_("Give a file or a source."))
        return given


class SampleForm(RowsForm):
    """What rows a mapping is made from."""

    name = forms.SlugField(
        label=_("Name of the mapping"),
        max_length=30,
        widget=line_widget(),
        help_text=_("Letters without accents, digits and hyphens, such as core-repayments."),
        error_messages={"invalid": _("Only the letters a to z, digits, hyphens and underscores.")},
    )
    kind = forms.ChoiceField(label=_("Kind of rows"), widget=select_widget())
    file = forms.FileField(
        label=_("Sample file"),
        required=False,
        help_text=_("CSV or parquet, at most 50 MB; the first rows are looked at."),
    )
    source = forms.ModelChoiceField(
        BookSource.objects.order_by("name"),
        label=_("Or a source"),
        required=False,
        widget=select_widget(),
        empty_label=_("no source"),
    )

    def __init__(self, *args: Any, is_chinese: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = kind_choices(is_chinese)  # type: ignore[attr-defined]


class HabitsForm(forms.Form):
    """How the source writes."""

    timezone = forms.CharField(
        label=_("Time zone"), max_length=40, initial="UTC", widget=line_widget(), help_text=_("Such as Asia/Shanghai")
    )
    day_form = forms.CharField(
        label=_("Form of days"),
        max_length=20,
        required=False,
        widget=line_widget(),
        help_text=_("Such as %d/%m/%Y; empty: ISO and Chinese"),
    )
    currency = forms.CharField(
        label=_("Currency where a row names none"), max_length=3, required=False, widget=line_widget()
    )
    is_decimal_comma = forms.BooleanField(label=_("Decimal comma"), required=False)
    watermark = forms.ChoiceField(
        label=_("Column that only grows"),
        required=False,
        widget=select_widget(),
        help_text=_("The next import of a source begins after it."),
    )

    def __init__(self, *args: Any, columns: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["watermark"].choices = [("", "—"), *((name, name) for name in columns)]  # type: ignore[attr-defined]


class ColumnForm(forms.Form):
    """Where one field comes from."""

    column = forms.ChoiceField(required=False, widget=select_widget())
    constant = forms.CharField(max_length=80, required=False, widget=line_widget())
    unit = forms.ChoiceField(required=False, widget=select_widget())
    if_missing = forms.ChoiceField(required=False, widget=select_widget())

    def __init__(self, data: Any, *, field: Field, kind: str, columns: list[str], initial: Any) -> None:
        super().__init__(data, prefix=f"f-{field.name}", initial=initial)
        self.of_field = field
        self.fields["column"].choices = [("", "—"), *((name, name) for name in columns)]  # type: ignore[attr-defined]
        if field.name == "product":
            products = [(product.code, f"{product} ({product.code})") for product in Product.objects.order_by("code")]
            self.fields["constant"] = forms.ChoiceField(
                required=False, choices=[("", "—"), *products], widget=select_widget()
            )
        if field.name == "provenance":
            self.fields["constant"] = forms.ChoiceField(
                required=False, choices=[("", "—"), *CustomerFact.Provenance.choices], widget=select_widget()
            )
        units = {"money": list(MONEY_UNITS), "number": [*NUMBER_UNITS]}.get(field.type, [])
        if units:
            self.fields["unit"].choices = [(unit, UNITS[unit]) for unit in units]  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]
        fill = MISSING.get(kind)
        if fill and field.name == "value":
            self.fields["if_missing"].choices = [("", _("Leave the row out")), fill]  # type: ignore[attr-defined]
        else:
            del self.fields["if_missing"]

    def told(self) -> dict[str, str] | None:
        """The column map, None where the field is not mapped."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if given.get("constant"):
            given.pop("column", None)
        return {"field": self.of_field.name, **given} if {"column", "constant"} & set(given) else None


class ImportForm(RowsForm):
    """What to import."""

    mapping = forms.ModelChoiceField(BookMapping.objects.none(), label=_("Mapping"), widget=select_widget())
    file = forms.FileField(label=_("File"), required=False, help_text=_("CSV or parquet, at most 50 MB."))
    source = forms.ModelChoiceField(
        BookSource.objects.order_by("name"),
        label=_("Or a source"),
        required=False,
        widget=select_widget(),
        empty_label=_("no source"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        latest = BookMapping.objects.order_by("name", "-version").distinct("name")
        self.fields["mapping"].queryset = BookMapping.objects.filter(pk__in=latest).order_by("name")  # type: ignore[attr-defined]


class SourceForm(forms.Form):
    """A database or an API to read from."""

    name = forms.SlugField(label=_("Name"), max_length=40, widget=line_widget())
    kind = forms.ChoiceField(label=_("Kind"), choices=BookSource.Kind.choices, widget=select_widget())
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"class": "rk-input", "autocomplete": "off"}),
        help_text=_(
            "postgresql://… with an account that may only read, or https://…. It is sealed and not shown again."
        ),
    )
    token = forms.CharField(
        label=_("Token"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"class": "rk-input", "autocomplete": "off"}),
        help_text=_("Of an API: sent as Authorization: Bearer. It is sealed and not shown again."),
    )
    query = forms.CharField(
        label=_("SELECT or path of the items"),
        max_length=4000,
        required=False,
        widget=area_widget(4),
        help_text=_("One SELECT; %(watermark)s is where the last import ended. Of an API: such as data.items."),
    )
