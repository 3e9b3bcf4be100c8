"""Numbers as staff type them: major units for money, thousands separators and full-width digits allowed. Pure."""

import re
import unicodedata
from decimal import Decimal

from rules.words import MINOR_DIGITS, currency_of

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


class NotANumber(ValueError):
    """The text is not a number, or has more decimals than the currency."""


def number_shown(value: float | None, unit: str) -> str:
    """What stands in an input: 25000 in DEM minor units → 250.00; plain numbers without trailing zeros."""
    if value is None:
        return ""
    currency = currency_of(unit)
    number = Decimal(repr(value) if isinstance(value, float) else value)
    if currency:
        digits = MINOR_DIGITS.get(currency, 2)
        return f"{number.scaleb(-digits):.{digits}f}"
    return f"{number.normalize():f}"


def number_typed(text: str, unit: str) -> float | int:
    """The number meant, in the document's unit. Raises NotANumber."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    if not _NUMBER.fullmatch(plain):
        raise NotANumber(text)
    number = Decimal(plain.replace(",", ""))
    currency = currency_of(unit)
    if currency:
        number = number.scaleb(MINOR_DIGITS.get(currency, 2))
        if number != number.to_integral_value():
            raise NotANumber(text)
    return int(number) if number == number.to_integral_value() else float(number)
