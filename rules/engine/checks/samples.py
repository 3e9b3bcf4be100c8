"""One plain value out of a set, as a person would choose it for an example."""

from datetime import date
from math import ceil, floor, inf, isfinite, log10

from rules.engine.checks.values import Anything, Interval, Numbers, Texts, Values

_MOST_DIGITS = 17


def sample_of(values: Values, *, is_date: bool = False) -> float | str | bool | None:
    """A value of the set: the roundest number near its beginning, the first text, a text of nobody's; None if empty."""
    if isinstance(values, Numbers):
        if not values.parts:
            return None
        number = number_in(values.parts[0])
        return date.fromordinal(min(max(int(number), 1), date.max.toordinal())).isoformat() if is_date else number
    if isinstance(values, Texts):
        if not values.is_excluding:
            return min(values.values, key=str, default=None)
        return next(
            text for text in ("other", "another", *(f"other {n}" for n in range(2_000))) if text not in values.values
        )
    assert isinstance(values, Anything)  # noqa: S101 - there is no fourth kind
    return None


def number_in(part: Interval) -> float:
    """The number with the fewest digits in a closed interval, the one nearest to its finite end."""
    low, high = part
    if low <= 0.0 <= high and not (isfinite(low) and isfinite(high)):
        return 0.0
    if not isfinite(low):
        return -number_in((-high, inf)) if isfinite(high) else 0.0
    for digits in range(1, _MOST_DIGITS + 1):
        found = _rounded_up(low, digits)
        if low <= found <= high:
            return found
    return low


def _rounded_up(value: float, digits: int) -> float:
    if value == 0:
        return 0.0
    places = digits - 1 - floor(log10(abs(value)))
    if places > 300:
        return value
    scaled = value * 10.0**places if places >= 0 else value / 10.0**-places
    near = ceil(scaled - 1e-9 * abs(scaled))
    found = float(near / 10**places) if places >= 0 else float(near * 10**-places)
    return (
        found if found >= value else float((near + 1) / 10**places) if places >= 0 else float((near + 1) * 10**-places)
    )
