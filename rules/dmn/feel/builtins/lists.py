"""Functions of lists (table 76)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cmp_to_key, reduce
from itertools import pairwise
from typing import Any

from rules.dmn.feel.arithmetic import arithmetic
from rules.dmn.feel.builtins.registry import builtin, list_of, many, number_of, whole_of
from rules.dmn.feel.values import Function, Months, compare, equal, kind_of


@builtin("list contains", "list, element")
def list_contains(values: Any, element: Any) -> bool:
    return any(equal(value, element) is True for value in list_of(values))


@builtin("count", "list")
def count(values: Any) -> Decimal:
    return Decimal(len(list_of(values)))


def _extreme(values: tuple[Any, ...], operator: str) -> Any:
    items = many(values)
    best = items[0] if items else None
    for item in items[1:]:
        better = compare(operator, item, best)
        if better is None:
            raise TypeError("not comparable")
        best = item if better else best
    if items and compare("<=", best, best) is None:
        raise TypeError(kind_of(best))
    return best


@builtin("min", "list...")
def least(*values: Any) -> Any:
    return _extreme(values, "<")


@builtin("max", "list...")
def greatest(*values: Any) -> Any:
    return _extreme(values, ">")


def total(items: list[Any]) -> Any:
    """The sum of numbers or of durations of one kind; None of nothing. Raises TypeError."""
    if not items:
        return None
    if any(not isinstance(item, Decimal | timedelta | Months) for item in items):
        raise TypeError("no number")
    result = reduce(lambda left, right: arithmetic("+", left, right), items)
    if result is None:
        raise TypeError("mixed")
    return result


@builtin("sum", "list...")
def total_of(*values: Any) -> Any:
    return total(many(values))


@builtin("mean", "list...")
def mean(*values: Any) -> Any:
    items = many(values)
    return arithmetic("/", total(items), Decimal(len(items)))


@builtin("product", "list...")
def product(*values: Any) -> Any:
    items = [number_of(item) for item in many(values)]
    return reduce(lambda left, right: left * right, items) if items else None


@builtin("median", "list...")
def median(*values: Any) -> Any:
    items = sorted(number_of(item) for item in many(values))
    middle = len(items) // 2
    if not items:
        return None
    return items[middle] if len(items) % 2 else (items[middle - 1] + items[middle]) / 2


@builtin("stddev", "list...")
def standard_deviation(*values: Any) -> Any:
    items = [number_of(item) for item in many(values)]
    if len(items) < 2:
        return None
    centre = sum(items, Decimal(0)) / len(items)
    squares = sum(((item - centre) ** 2 for item in items), Decimal(0))
    return (squares / (len(items) - 1)).sqrt()


@builtin("mode", "list...")
def mode(*values: Any) -> list[Decimal]:
    items = sorted(number_of(item) for item in many(values))
    often = max((items.count(item) for item in items), default=0)
    return [item for position, item in enumerate(items) if items.count(item) == often and item not in items[:position]]


def _truths(values: tuple[Any, ...], decisive: bool) -> bool | None:
    items = many(values)
    if any(item is decisive for item in items):
        return decisive
    return not decisive if all(item is (not decisive) for item in items) else None


@builtin("all", "list...")
def all_true(*values: Any) -> bool | None:
    return _truths(values, False)


@builtin("any", "list...")
def any_true(*values: Any) -> bool | None:
    return _truths(values, True)


def _position(position: Any, length: int) -> int:
    """The index of a position counted from 1, or from the end where negative. Raises ValueError."""
    number = whole_of(position)
    if not 1 <= abs(number) <= length:
        raise ValueError(number)
    return number - 1 if number > 0 else length + number


@builtin("sublist", "list, start position, length?")
def sublist(values: Any, start: Any, length: Any = None) -> list[Any]:
    items = list_of(values)
    at = _position(start, len(items))
    size = len(items) - at if length is None else whole_of(length)
    if size < 0 or at + size > len(items):
        raise ValueError(size)
    return items[at : at + size]


@builtin("append", "list, item...")
def append(values: Any, *items: Any) -> list[Any]:
    return [*([None] if values is None else list_of(values)), *items]


@builtin("concatenate", "list...")
def concatenate(*lists: Any) -> list[Any]:
    return [item for values in lists for item in list_of(values)]


@builtin("insert before", "list, position, newItem")
def insert_before(values: Any, position: Any, item: Any) -> list[Any]:
    items = list_of(values)
    at = _position(position, len(items))
    return [*items[:at], item, *items[at:]]


@builtin("remove", "list, position")
def remove(values: Any, position: Any) -> list[Any]:
    items = list_of(values)
    at = _position(position, len(items))
    return [*items[:at], *items[at + 1 :]]


@builtin("list replace", "list, position, newItem", "list, match, newItem")
def list_replace(values: Any, which: Any, item: Any) -> list[Any]:
    items = list_of(values)
    if isinstance(which, Function):
        verdicts = [which.apply([each, item]) for each in items]
        if any(not isinstance(verdict, bool) for verdict in verdicts):
            raise TypeError("no truth value")
        return [item if verdict else each for each, verdict in zip(items, verdicts, strict=True)]
    at = _position(which, len(items))
    return [*items[:at], item, *items[at + 1 :]]


@builtin("reverse", "list")
def reverse(values: Any) -> list[Any]:
    return list_of(values)[::-1]


@builtin("index of", "list, match")
def index_of(values: Any, match: Any) -> list[Decimal]:
    return [Decimal(at) for at, item in enumerate(list_of(values), 1) if equal(item, match) is True]


@builtin("union", "list...")
def union(*lists: Any) -> list[Any]:
    return distinct_values(concatenate(*lists))


@builtin("distinct values", "list")
def distinct_values(values: Any) -> list[Any]:
    kept: list[Any] = []
    for item in list_of(values):
        if not any(equal(item, known) is True for known in kept):
            kept.append(item)
    return kept


@builtin("flatten", "list")
def flatten(values: Any) -> list[Any]:
    flat: list[Any] = []
    for item in list_of(values):
        flat.extend(flatten(item) if isinstance(item, list) else [item])
    return flat


@builtin("duplicate values", "list")
def duplicate_values(values: Any) -> list[Any]:
    items = list_of(values)
    return [item for item in distinct_values(items) if sum(equal(item, other) is True for other in items) > 1]


@builtin("sort", "list, precedes?")
def sort(values: Any, precedes: Any = None) -> list[Any]:
    items = list_of(values)
    if precedes is None:
        ordered: list[Any] = sorted(items, key=cmp_to_key(_order(lambda a, b: compare("<", a, b))))
        if any(compare("<=", left, right) is None for left, right in pairwise(items)):
            raise TypeError("not comparable")
        return ordered
    if not isinstance(precedes, Function):
        raise TypeError("no function")
    return sorted(items, key=cmp_to_key(_order(lambda a, b: precedes.apply([a, b]))))


def _order(before: Callable[[Any, Any], Any]) -> Callable[[Any, Any], int]:
    return lambda left, right: -1 if before(left, right) is True else 1 if before(right, left) is True else 0
