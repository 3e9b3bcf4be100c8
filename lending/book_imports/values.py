"""Values as other systems write them, in the book's units: minor units, shares, days, instants. Pure."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from lending.money import MINOR_DIGITS

Raw = str | int | float | bool | date | datetime | None
Value = str | int | float | bool | date | datetime
MAX_TEXT: Final = 200
MAX_MINOR: Final = 10**15
YEARS: Final = range(1900, 2201)
MONEY_UNITS: Final[dict[str, Decimal]] = {
    "major": Decimal(1),
    "minor": Decimal(1),
    "thousand": Decimal(1000),
    "ten_thousand": Decimal(10_000),
    "million": Decimal(1_000_000),
}
NUMBER_UNITS: Final = {"": 1.0, "share": 1.0, "percent": 0.01, "basis_points": 0.0001}
CURRENCIES: Final = {"RMB": "CNY", "人民币": "CNY", "元": "CNY", "¥": "CNY", "￥": "CNY", "US$": "USD", "$": "USD",
                     "美元": "USD", "€": "EUR", "欧元": "EUR", "港币": "HKD", "HK$": "HKD", "NT$": "TWD"}  # fmt: skip
YES: Final = frozenset({"true", "yes", "y", "1", "t", "是"})
NO: Final = frozenset({"false", "no", "n", "0", "f", "否"})
_DAY_PATTERNS: Final = (
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_MONTH: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_CLOCK: Final = re.compile(r"[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_MONEY_NOISE: Final = re.compile(r"[\s¥￥$€£]|元|RMB|CNY|USD|EUR", re.IGNORECASE)


class ValueProblem(ValueError):
    """The value cannot be read as the field's type; `code` says why and nothing of the value is repeated."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """How a source writes: its zone for naive times, its form of days (strptime), its decimal mark, its currency."""

    timezone: str = "UTC"
    day_form: str = ""
    is_decimal_comma: bool = False
    currency: str = ""
    """Of amounts in rows that name none."""
    exchange_rates: Mapping[str, float] = {}
    """Units of the book's currency for one of another, by its code: stated by the mapping, never looked up."""


def text_read(raw: Raw) -> str:
    """A text of 1 to 200 printable characters, spaces at its ends gone."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        raw = int(raw)
    text = str(raw).strip()
    if not text or len(text) > MAX_TEXT or not text.isprintable():
        raise ValueProblem("bad_text")
    return text


def integer_read(raw: Raw) -> int:
    """A whole number."""
    number = decimal_read(raw, Habits())
    if number != number.to_integral_value() or abs(number) > 2**53:
        raise ValueProblem("not_whole")
    return int(number)


def decimal_read(raw: Raw, habits: Habits) -> Decimal:
    """A number: 1,234.5 or 1.234,5 with a decimal comma, (12) for −12, 3万, full-width digits too."""
    if isinstance(raw, bool) or raw is None:
        raise ValueProblem("not_a_number")
    if isinstance(raw, int | float):
        if isinstance(raw, float) and not math.isfinite(raw):
            raise ValueProblem("not_a_number")
        return Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    text = _MONEY_NOISE.sub("", str(raw).translate(_HALF_WIDTH))
    factor = Decimal(1)
    if text.endswith(("万", "亿")):
        factor, text = (Decimal(10_000) if text[-1] == "万" else Decimal(10**8)), text[:-1]
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    text = text.replace(".", "").replace(",", ".") if habits.is_decimal_comma else text.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d{1,18}(\.\d{0,12})?|\.\d{1,12})", text.replace("−", "-"), re.ASCII):
        raise ValueProblem("not_a_number")
    try:
        return Decimal(text.replace("−", "-")) * factor
    except InvalidOperation:
        raise ValueProblem("not_a_number") from None


def money_read(raw: Raw, unit: str, currency: str, habits: Habits, given: str = "") -> int:
    """An amount in minor units of `currency`, exact. `given` is the currency the row names.

    Another currency is converted at the mapping's stated rate, rounded half to even; without one it is a problem.
    """
    number = decimal_read(raw, habits) * MONEY_UNITS[unit or "major"]
    own = currency_read(given or habits.currency or currency)
    digits = 0 if unit == "minor" else MINOR_DIGITS.get(own, 2)
    minor = number.scaleb(digits)
    if own != currency:
        rate = habits.exchange_rates.get(own)
        if rate is None:
            raise ValueProblem("currency_differs")
        target = MINOR_DIGITS.get(currency, 2) - MINOR_DIGITS.get(own, 2)
        minor = (minor * Decimal(repr(rate))).scaleb(target).to_integral_value(ROUND_HALF_EVEN)
    if minor != minor.to_integral_value():
        raise ValueProblem("too_precise")
    if abs(minor) > MAX_MINOR:
        raise ValueProblem("out_of_range")
    return int(minor)


def currency_read(text: str) -> str:
    """An ISO 4217 code from a code, sign or Chinese name."""
    code = CURRENCIES.get(text.strip(), text.strip().upper())
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueProblem("unknown_currency")
    return CURRENCIES.get(code, code)


def number_read(raw: Raw, unit: str, habits: Habits) -> float:
    """A finite number in the book's unit: 12.5 % and 12.5 in the unit percent are both 0.125."""
    text = raw.strip() if isinstance(raw, str) else raw
    is_percent = isinstance(text, str) and text.endswith(("%", "％"))
    number = decimal_read(text[:-1] if isinstance(text, str) and is_percent else text, habits)
    return float(number) * NUMBER_UNITS["percent" if is_percent else unit]


def boolean_read(raw: Raw) -> bool:
    """Yes or no in English, Chinese or digits."""
    text = str(raw).strip().casefold().removesuffix(".0")
    if text in YES or text in NO:
        return text in YES
    raise ValueProblem("not_yes_or_no")


def day_read(raw: Raw, habits: Habits) -> date:
    """A day: ISO, 2024/3/1, 20240301, 2024年3月1日, a month (its first day), or the source's own form."""
    if isinstance(raw, datetime):
        return _year(raw.date())
    if isinstance(raw, date):
        return _year(raw)
    text = str(raw).strip().translate(_HALF_WIDTH)
    if habits.day_form:
        try:
            return _year(datetime.strptime(text, habits.day_form).date())  # noqa: DTZ007  # a day has no zone
        except ValueError:
            raise ValueProblem("not_a_day") from None
    text = re.sub(r"[T ]00:00(:00(\.0+)?)?(Z|\+00:00)?$", "", text)
    for pattern in _DAY_PATTERNS:
        if found := pattern.fullmatch(text):
            return _day(*map(int, found.groups()))
    if found := _MONTH.fullmatch(text):
        return _day(int(found[1]), int(found[2]), 1)
    raise ValueProblem("not_a_day")


def instant_read(raw: Raw, habits: Habits) -> datetime:
    """An instant in UTC. Without an offset it is in the source's zone; a day alone is its first moment there."""
    zone = ZoneInfo(habits.timezone)
    if isinstance(raw, datetime):
        return (raw if raw.tzinfo else raw.replace(tzinfo=zone)).astimezone(UTC)
    text = str(raw).strip().translate(_HALF_WIDTH) if isinstance(raw, str) else raw
    clock = _CLOCK.search(text) if isinstance(text, str) else None
    if clock is None:
        return datetime.combine(day_read(text, habits), time.min, zone).astimezone(UTC)
    assert isinstance(text, str)  # noqa: S101  # a clock was found in it
    day = day_read(text[: clock.start()], habits)
    offset = (clock[2] or "").upper().replace("Z", "+00:00")
    try:
        instant = datetime.fromisoformat(f"{day.isoformat()}T{clock[1]}{offset}")
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueProblem("not_an_instant") from None


_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９．，－／：（）　", "0123456789.,-/:() ")


def _day(year: int, month: int, day: int) -> date:
    try:
        return _year(date(year, month, day))
    except ValueError:
        raise ValueProblem("not_a_day") from None


def _year(day: date) -> date:
    if day.year not in YEARS:
        raise ValueProblem("not_a_day")
    return day
