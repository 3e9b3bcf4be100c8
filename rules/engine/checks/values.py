"""Sets of values of one name: closed intervals of doubles, or texts and truth values listed or left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, inf, nextafter
from typing import Any

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Disjoint closed intervals in order; an open end is the next double inside."""

    parts: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """The listed values, or all but them. Values are texts or truth values, never both in one set."""

    values: frozenset[Any]
    is_excluding: bool = False


@dataclass(frozen=True, slots=True)
class Anything:
    """Every value of any type."""


Values = Numbers | Texts | Anything
ANYTHING = Anything()
NOTHING = Texts(frozenset())
ALL_NUMBERS = Numbers(((-inf, inf),))


def one_of(values: Iterable[Any]) -> Texts:
    """Exactly these texts or truth values."""
    return Texts(frozenset(values))


def is_empty(values: Values) -> bool:
    """Whether no value is in the set. A set of all texts but some is never empty."""
    if isinstance(values, Numbers):
        return not values.parts
    return isinstance(values, Texts) and not values.values and not values.is_excluding


def both(left: Values, right: Values) -> Values:
    """The values in both sets; none where one holds numbers and the other texts."""
    if isinstance(left, Anything):
        return right
    if isinstance(right, Anything):
        return left
    if isinstance(left, Numbers) and isinstance(right, Numbers):
        return Numbers(_meet(left.parts, right.parts))
    if isinstance(left, Texts) and isinstance(right, Texts):
        return _both_texts(left, right)
    return NOTHING


def _both_texts(left: Texts, right: Texts) -> Texts:
    if left.is_excluding and right.is_excluding:
        return Texts(left.values | right.values, True)
    if left.is_excluding:
        return Texts(right.values - left.values)
    return Texts(left.values - right.values if right.is_excluding else left.values & right.values)


def _meet(left: tuple[Interval, ...], right: tuple[Interval, ...]) -> tuple[Interval, ...]:
    if len(left) == 1 and len(right) == 1:
        low, high = max(left[0][0], right[0][0]), min(left[0][1], right[0][1])
        return ((low, high),) if low <= high else ()
    found: list[Interval] = []
    place = other = 0
    while place < len(left) and other < len(right):
        low, high = max(left[place][0], right[other][0]), min(left[place][1], right[other][1])
        if low <= high:
            found.append((low, high))
        if left[place][1] < right[other][1]:
            place += 1
        else:
            other += 1
    return tuple(found)


def either(sets: Iterable[Values]) -> Values:
    """The values in any of the sets, all of numbers or all of texts."""
    listed = list(sets)
    if any(isinstance(values, Anything) for values in listed):
        return ANYTHING
    if all(isinstance(values, Numbers) for values in listed):
        return Numbers(_joined([part for values in listed for part in values.parts]))  # type: ignore[union-attr]
    found = NOTHING
    for values in listed:
        if not isinstance(values, Texts):
            return ANYTHING
        found = _either_texts(found, values)
    return found


def _either_texts(left: Texts, right: Texts) -> Texts:
    if left.is_excluding and right.is_excluding:
        return Texts(left.values & right.values, True)
    if left.is_excluding or right.is_excluding:
        excluding, listed = (left, right) if left.is_excluding else (right, left)
        return Texts(excluding.values - listed.values, True)
    return Texts(left.values | right.values)


def _joined(parts: list[Interval]) -> tuple[Interval, ...]:
    found: list[Interval] = []
    for low, high in sorted(parts):
        if found and low <= nextafter(found[-1][1], inf):
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def without(values: Numbers, taken: Numbers) -> Numbers:
    """The numbers of the first set that are not in the second."""
    gaps: list[Interval] = []
    low = -inf
    for start, end in taken.parts:
        if low <= nextafter(start, -inf) and start > -inf:
            gaps.append((low, nextafter(start, -inf)))
        low = nextafter(end, inf) if end < inf else inf
        if end == inf:
            break
    else:
        gaps.append((low, inf))
    return Numbers(_meet(values.parts, tuple(gaps)))


def whole(values: Numbers) -> Numbers:
    """Its whole numbers, as intervals that begin and end with one."""
    rounded = [(_up(low), _down(high)) for low, high in values.parts]
    return Numbers(tuple((low, high) for low, high in rounded if low <= high))


def _up(value: float) -> float:
    return value if abs(value) == inf else float(ceil(value))


def _down(value: float) -> float:
    return value if abs(value) == inf else float(floor(value))


def compared(operator: str, constant: float) -> Numbers:
    """The numbers x with `x operator constant`."""
    below, above = nextafter(constant, -inf), nextafter(constant, inf)
    parts: dict[str, tuple[Interval, ...]] = {
        "=": ((constant, constant),),
        "!=": ((-inf, below), (above, inf)),
        "<": ((-inf, below),),
        "<=": ((-inf, constant),),
        ">": ((above, inf),),
        ">=": ((constant, inf),),
    }
    return Numbers(parts[operator])


def day_number(text: str) -> float | None:
    """The ordinal of a date written YYYY-MM-DD, which has the order of time; None for any other text."""
    try:
        return float(date.fromisoformat(text).toordinal()) if len(text) == 10 else None
    except ValueError:
        return None
