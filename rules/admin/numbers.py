"""Numbers as staff type them: major units for money, percent for shares, separators and full-width digits. Pure."""

import re
import unicodedata
from decimal import Decimal

from rules.words import MINOR_DIGITS, currency_of

SHARE = "share"
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


class NotANumber(ValueError):
    """The text is not a number, or has more decimals than the currency."""


def number_shown(value: float | None, unit: str) -> str:
    """What stands in an input: 25000 in DEM minor units → 250.00; a share of 0.38 → 38; no trailing zeros."""
    if value is None:
        return ""
    currency = currency_of(unit)
    number = Decimal(repr(value) if isinstance(value, float) else value)
    if currency:
        digits = MINOR_DIGITS.get(currency, 2)
        return f"{number.scaleb(-digits):.{digits}f}"
    if unit == SHARE:
        number = number.scaleb(2)
    return f"{number.normalize():f}"


def number_typed(text: str, unit: str) -> float | int:
    """The number meant, in the document's unit. Raises NotANumber."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    if unit == SHARE:
        plain = plain.removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        raise NotANumber(text)
    number = Decimal(plain.replace(",", ""))
    currency = currency_of(unit)
    if currency:
        number = number.scaleb(MINOR_DIGITS.get(currency, 2))
        if number != number.to_integral_value():
            raise NotANumber(text)
    if unit == SHARE:
        number = number.scaleb(-2)
    return int(number) if number == number.to_integral_value() else float(number)
