"""Numbers between the document and the sheet: money in major units, shares as percent, exact in both directions."""

import re
from decimal import Decimal

from rules.words import MINOR_DIGITS, currency_of

_AMOUNT = re.compile(r"(?:[A-Z]{3}\s*)?([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(%?)\Z")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?\Z")
_PRECISE = 15
"""Digits of a decimal that a double carries there and back."""


class NotANumber(ValueError):
    """A cell that should hold a number holds something else."""


class TooManyDecimals(ValueError):
    """An amount of money with a fraction of its smallest unit."""


def is_plain(text: str) -> bool:
    """Whether a cell of the document holds a number and no expression."""
    return _PLAIN.match(text) is not None


def number_format(unit: str) -> str:
    """The spreadsheet's format for numbers of a unit."""
    currency = currency_of(unit)
    if currency:
        digits = MINOR_DIGITS.get(currency, 2)
        return "#,##0" + ("." + "0" * digits if digits else "")
    return "0.00########%" if unit == "share" else "General"


def sheet_number(text: str, unit: str) -> float | str:
    """A number of the document, as text, for its cell: a number, or an exact text where a double would lose a digit."""
    exact = Decimal(text)
    shown = exact.scaleb(-_digits(unit))
    if len(shown.normalize().as_tuple().digits) <= _PRECISE and document_number(float(shown), unit) == text:
        return float(shown)
    return f"{exact.scaleb(2):f}%" if unit == "share" else f"{shown:f}"


def document_number(cell: float | str, unit: str) -> str:
    """The number a cell means, as the document writes it. Raises NotANumber, TooManyDecimals."""
    if isinstance(cell, str):
        found = _AMOUNT.match(cell.strip())
        if found is None:
            raise NotANumber(cell)
        exact = Decimal(found[1].replace(",", ""))
        exact = exact.scaleb(-2) if found[2] else exact
        raw = f"{exact.scaleb(_digits(unit)):f}"
    else:
        raw = f"{Decimal(repr(float(cell))).scaleb(_digits(unit)):f}"
        raw = raw.rstrip("0").rstrip(".") if "." in raw else raw
    raw = raw.lstrip("+")
    if currency_of(unit) and Decimal(raw) != Decimal(raw).to_integral_value():
        raise TooManyDecimals(cell)
    return "0" if raw == "-0" else raw


def _digits(unit: str) -> int:
    currency = currency_of(unit)
    return MINOR_DIGITS.get(currency, 2) if currency else 0
