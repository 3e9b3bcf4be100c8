"""Values of `for`, `some` and `every`."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rules.dmn.feel.core import Scope, evaluate, register
from rules.dmn.feel.tree import For, Node, Quantified
from rules.dmn.feel.values import Range, kind_of


def _rounds(iterators: tuple[tuple[str, Node, Node | None], ...], scope: Scope) -> Iterator[Scope | None]:
    """The scope of every round; a None where a list of the iterators is none."""
    if not iterators:
        yield scope
        return
    (name, first, last), rest = iterators[0], iterators[1:]
    items = _iterated(evaluate(first, scope), None if last is None else evaluate(last, scope), last is not None)
    if items is None:
        yield None
        return
    for item in items:
        scope.budget.spend()
        yield from _rounds(rest, scope.inner({name: item}))


def _iterated(first: Any, last: Any, is_range: bool) -> Any:
    if isinstance(first, Range) and not is_range:
        first, last = _stepped(first)
    elif not is_range:
        return first if isinstance(first, list) else None if first is None else [first]
    if kind_of(first) != kind_of(last) or kind_of(first) not in ("number", "date"):
        return None
    return _steps(first, last)


def _stepped(interval: Range) -> tuple[Any, Any]:
    low, high = interval.low, interval.high
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return low + (not interval.low_closed), high - (not interval.high_closed)
    return (low, high) if interval.low_closed and interval.high_closed else (None, None)


def _steps(first: Any, last: Any) -> Iterator[Any]:
    if isinstance(first, Decimal):
        step = 1 if last >= first else -1
        while first <= last if step > 0 else first >= last:
            yield first
            first += step
        return
    step = 1 if last >= first else -1
    for day in range(first.toordinal(), last.toordinal() + step, step):
        yield first.fromordinal(day)


def _for(node: For, scope: Scope) -> Any:
    results: list[Any] = []
    names: dict[str, Any] = {}
    for inner in _rounds(node.iterators, scope.inner(names)):
        if inner is None:
            return None
        if node.reads_partial:
            names["partial"] = list(results)
            scope.budget.spend(1 + len(results))
        results.append(evaluate(node.body, inner))
    return results


def _quantified(node: Quantified, scope: Scope) -> bool | None:
    unknown = False
    for inner in _rounds(node.iterators, scope):
        if inner is None:
            return None
        verdict = evaluate(node.condition, inner)
        if verdict is (not node.is_every):
            return not node.is_every
        unknown = unknown or not isinstance(verdict, bool)
    return None if unknown else node.is_every


register(For, _for)
register(Quantified, _quantified)
