"""The field of a form for each shape of a governed field, and the value of the document that comes out of it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audit.admin.widgets import area_widget, line_widget
from audit.governed_fields import Field
from audit.governed_kinds import Currency, Kind
from audit.governed_words import choice_label, field_help, field_label

LANGUAGES = ("en", "zh")
YES, NO = "yes", "no"
Read = Callable[[str], Any]


class LinesField(forms.CharField):
    """Scalars, one on each line; empty lines are nothing."""

    def __init__(self, *, read: Read, **options: Any) -> None:
        super().__init__(widget=area_widget(4), **options)
        self.read = read

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        try:
            return [self.read(line) for line in lines]
        except ValueError:
            raise forms.ValidationError(_("Write one on each line, without anything else.")) from None


class ScaledField(forms.DecimalField):
    """A number that is typed in other units than it is stored in: percent of a share, yuan of minor units. Exact."""

    def __init__(self, *, places: int, is_whole: bool, **options: Any) -> None:
        super().__init__(**options)
        self.places, self.is_whole = places, is_whole

    def prepare_value(self, value: Any) -> Any:
        """As it was typed, or what is stored in the units of the page."""
        if isinstance(value, str) or value is None:
            return value
        text = f"{Decimal(repr(value)).scaleb(self.places):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> int | float | None:  # type: ignore[override]  # what is stored, not what was typed
        typed = super().clean(value)
        if typed is None:
            return None
        stored = typed.scaleb(-self.places)
        return int(stored) if self.is_whole else float(stored)


def form_fields(kind: Kind, field: Field, parent: str = "", currency: Currency | None = None) -> dict[str, forms.Field]:
    """The fields of a form by name: one, or two for a text in both languages; money is typed in `currency`."""
    path, label = f"{parent}{field.name}", field_label(kind, field, parent)
    about = field_help(field)
    if field.is_share:
        label = f"{label} (%)"
    elif field.is_money and currency is not None:
        label = f"{label} ({currency.code})" if currency.code else label
        about = about or (
            "" if currency.code else _("In units of the currency of what is chosen above, such as 1234.50.")
        )
    common: dict[str, Any] = {"label": label, "required": field.is_required, "help_text": about}
    if field.shape == "text":
        widget = {"class": "rk-textarea", "rows": 2}
        words = {"en": _("%(label)s (English)"), "zh": _("%(label)s (Chinese)")}
        return {
            f"{field.name}__{language}": forms.CharField(
                **{**common, "label": words[language] % {"label": label}}, widget=forms.Textarea(attrs=widget)
            )
            for language in LANGUAGES
        }
    return {field.name: _single(kind, field, path, common, currency)}


def initial_values(field: Field, value: Any) -> dict[str, Any]:
    """What the form's fields begin with for a value of the document."""
    if field.shape == "text":
        return {f"{field.name}__{language}": (value or {}).get(language, "") for language in LANGUAGES}
    if field.shape == "boolean" and field.is_optional:
        return {field.name: "" if value is None else YES if value else NO}
    return {field.name: value}


def document_values(field: Field, cleaned: dict[str, Any]) -> dict[str, Any]:
    """The document's entry for a field out of the cleaned form; none where the struct's default is to stand."""
    if field.shape == "text":
        text = {language: cleaned.get(f"{field.name}__{language}", "").strip() for language in LANGUAGES}
        return {field.name: None} if field.is_optional and not any(text.values()) else {field.name: text}
    value = cleaned.get(field.name)
    if field.shape == "boolean" and field.is_optional:
        return {field.name: None if not value else value == YES}
    if value in (None, ""):
        if field.is_optional:
            return {field.name: None}
        return {} if not field.is_required else {field.name: value}
    if field.shape == "choice":
        value = _choice_of(field, value)
    elif field.shape == "list" and field.item is not None and field.item.shape == "choice":
        value = [_choice_of(field.item, one) for one in value]
    return {field.name: value.isoformat() if isinstance(value, date) else value}


def _choice_of(field: Field, text: str) -> Any:
    return next(value for value in field.choices if str(value) == text)


def _single(kind: Kind, field: Field, path: str, common: dict[str, Any], currency: Currency | None) -> forms.Field:
    # A cell of a row is as wide as its column.
    narrow = "" if path != field.name else " rk-narrow"
    number, select = {"class": f"rk-input{narrow}", "step": "any"}, {"class": f"rk-select{narrow}"}
    limits: dict[str, Any] = {"min_value": field.least, "max_value": field.most}
    if field.shape == "boolean" and not field.is_optional:
        return forms.BooleanField(**{**common, "required": False})
    if field.shape == "boolean":
        choices = [("", "–"), (YES, _("yes")), (NO, _("no"))]
        return forms.ChoiceField(**common, choices=choices, widget=forms.Select(attrs=select))
    if field.shape == "choice":
        choices = _choices(kind, path, field)
        choices = choices if field.is_required else [("", "–"), *choices]
        return forms.ChoiceField(**common, choices=choices, widget=forms.Select(attrs=select))
    if field.is_share:
        return _scaled(field, 2, common, number)
    if field.is_money and currency is not None:
        return _scaled(field, -currency.digits, {**common, "decimal_places": currency.digits}, number)
    if field.shape == "number":
        return forms.FloatField(**common, **limits, widget=forms.NumberInput(attrs=number))
    if field.shape == "integer":
        return forms.IntegerField(**common, **limits, widget=forms.NumberInput(attrs={**number, "step": 1}))
    if field.shape == "date":
        return forms.DateField(**common, widget=date_input(narrow))
    if field.shape == "list":
        return _list(kind, field, path, common)
    if field.is_long:
        return forms.CharField(**common, widget=area_widget(2))
    return forms.CharField(**common, widget=line_widget())


def _scaled(field: Field, places: int, common: dict[str, Any], attrs: dict[str, Any]) -> ScaledField:
    least, most = (None if end is None else Decimal(repr(end)).scaleb(places) for end in (field.least, field.most))
    widget = forms.NumberInput(attrs={**attrs, "inputmode": "decimal"})
    limits: dict[str, Any] = {"min_value": least, "max_value": most}
    return ScaledField(places=places, is_whole=field.is_money, widget=widget, **limits, **common)


def _list(kind: Kind, field: Field, path: str, common: dict[str, Any]) -> forms.Field:
    item, common = field.item, {**common, "required": False}
    if item is None:
        raise TypeError(f"{path} is a list of nothing.")
    if item.shape == "choice":
        return forms.MultipleChoiceField(
            **common, choices=_choices(kind, path, item), widget=forms.CheckboxSelectMultiple
        )
    reads: dict[str, Read] = {
        "number": float,
        "integer": int,
        "date": lambda line: date.fromisoformat(line).isoformat(),
    }
    common["help_text"] = common["help_text"] or _("One on each line.")
    return LinesField(read=reads.get(item.shape, str), **common)


def date_input(more: str = "") -> forms.DateInput:
    """A day, picked or written as 2026-12-31."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"class": f"rk-input{more}", "type": "date"})


def _choices(kind: Kind, path: str, field: Field) -> list[tuple[str, str]]:
    return [(str(value), choice_label(kind, path, value)) for value in field.choices]
