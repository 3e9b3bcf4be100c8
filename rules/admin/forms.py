"""Fields that forms of the admin share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rules.admin.numbers import NotANumber, number_typed
from rules.localised import language
from rules.words import value_words

INPUT = {"class": "rk-input", "autocomplete": "off"}


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
