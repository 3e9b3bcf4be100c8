"""Relations of points and intervals (table 78), and intervals from their texts."""

import re
from collections.abc import Callable
from typing import Any

from rules.dmn.feel.builtins.registry import builtin, text_of
from rules.dmn.feel.literals import at_literal
from rules.dmn.feel.values import CONTEXT, Range, compare, kind_of


def _interval(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _order(left: Any, right: Any) -> int:
    """-1, 0 or 1. Raises TypeError where the two cannot be compared."""
    below, above = compare("<", left, right), compare(">", left, right)
    if below is None or above is None:
        raise TypeError(f"{kind_of(left)} and {kind_of(right)}")
    return -1 if below else int(above)


def _ends_before(left: Range, right: Range) -> bool:
    order = _order(left.high, right.low)
    return order < 0 or (order == 0 and not (left.high_closed and right.low_closed))


def _starts(left: Range, right: Range) -> bool:
    return _order(left.low, right.low) == 0 and left.low_closed == right.low_closed


def _finishes(left: Range, right: Range) -> bool:
    return _order(left.high, right.high) == 0 and left.high_closed == right.high_closed


def _low_order(left: Range, right: Range) -> int:
    return _order(left.low, right.low) or int(right.low_closed) - int(left.low_closed)


def _high_order(left: Range, right: Range) -> int:
    return _order(left.high, right.high) or int(left.high_closed) - int(right.high_closed)


def _includes(outer: Range, inner: Range) -> bool:
    return _low_order(outer, inner) <= 0 and _high_order(outer, inner) >= 0


def _meets(left: Range, right: Range) -> bool:
    return _order(left.high, right.low) == 0 and left.high_closed and right.low_closed


def _overlap(left: Range, right: Range) -> bool:
    return not _ends_before(left, right) and not _ends_before(right, left)


def _overlaps_before(left: Range, right: Range) -> bool:
    return _overlap(left, right) and _low_order(left, right) < 0 and _high_order(left, right) <= 0


def _starts_within(left: Range, right: Range) -> bool:
    return _starts(left, right) and _high_order(left, right) <= 0


def _finishes_within(left: Range, right: Range) -> bool:
    return _finishes(left, right) and _low_order(left, right) >= 0


def _coincides(left: Range, right: Range) -> bool:
    return _starts(left, right) and _finishes(left, right)


Relation = Callable[[Range, Range], bool]


def _register(name: str, relation: Relation, *, swapped: bool = False, between_ranges: bool = False) -> None:
    def run(left: Any, right: Any) -> bool:
        if between_ranges and not (isinstance(left, Range) and isinstance(right, Range)):
            raise TypeError("no range")
        first, second = _interval(left), _interval(right)
        return relation(second, first) if swapped else relation(first, second)

    builtin(name, "point1, point2", "point, range", "range, point", "range1, range2")(run)


_register("before", _ends_before)
_register("after", _ends_before, swapped=True)
_register("meets", _meets, between_ranges=True)
_register("met by", _meets, swapped=True, between_ranges=True)
_register("overlaps", _overlap, between_ranges=True)
_register("overlaps before", _overlaps_before, between_ranges=True)
_register("overlaps after", _overlaps_before, swapped=True, between_ranges=True)
_register("finishes", _finishes_within)
_register("finished by", _finishes_within, swapped=True)
_register("includes", _includes)
_register("during", _includes, swapped=True)
_register("starts", _starts_within)
_register("started by", _starts_within, swapped=True)
_register("coincides", _coincides)


_RANGE = re.compile(r"\s*([\[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*\Z", re.DOTALL)


@builtin("range", "from")
def range_from(text: Any) -> Range:
    match = _RANGE.match(text_of(text))
    if match is None:
        raise ValueError(text)
    low, high = (_endpoint(match.group(part)) for part in (2, 3))
    if (low is None and high is None) or (low is not None and high is not None and _order(low, high) > 0):
        raise ValueError(text)
    return Range(low, high, match.group(1) == "[" and low is not None, match.group(4) == "]" and high is not None)


def _endpoint(text: str) -> Any:
    if not text:
        return None
    quoted = re.fullmatch(r'(@|(?:date and time|date|time|duration)\s*\(\s*)?"([^"\\]*)"\s*\)?', text)
    if quoted:
        value = at_literal(quoted[2]) if quoted[1] else quoted[2]
        if value is None:
            raise ValueError(text)
        return value
    if not re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
        raise ValueError(text)
    return CONTEXT.create_decimal(text)
