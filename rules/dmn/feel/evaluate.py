"""Values of FEEL trees. An error inside an expression is null, as the standard says; only a spent budget is raised."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from rules.dmn.feel.arithmetic import arithmetic
from rules.dmn.feel.budget import Budget
from rules.dmn.feel.calls import call
from rules.dmn.feel.kinds import instance_of
from rules.dmn.feel.properties import property_of
from rules.dmn.feel.tree import (
    AnyTest,
    Between,
    Binary,
    Call,
    CompareTest,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Negative,
    Node,
    NotTest,
    Path,
    Quantified,
    RangeOf,
    Tests,
    ValueTest,
)
from rules.dmn.feel.values import Function, Range, both, compare, equal, kind_of, within


class Scope:
    """Names and their values, inner before outer, and the budget they share."""

    __slots__ = ("budget", "outer", "values")

    def __init__(self, values: Mapping[str, Any], budget: Budget, outer: "Scope | None" = None) -> None:
        self.values = values
        self.budget = budget
        self.outer = outer

    def inner(self, values: Mapping[str, Any]) -> "Scope":
        return Scope(values, self.budget, self)

    def find(self, name: str) -> tuple[bool, Any]:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return True, scope.values[name]
            scope = scope.outer
        return False, None


def evaluate(node: Node, scope: Scope) -> Any:
    """The value of an expression. Raises DmnTooLarge alone."""
    scope.budget.spend()
    value = _RULES[type(node)](node, scope)
    if isinstance(value, str | list | dict) and not isinstance(node, Name | Literal):
        scope.budget.room(value)
    return value


def register(kind: type[Node], rule: Callable[[Any, Scope], Any]) -> None:
    """Gives a kind of node defined elsewhere (a decision table) its rule."""
    _RULES[kind] = rule


def _name(node: Name, scope: Scope) -> Any:
    return scope.find(node.name)[1]


def _path(node: Path, scope: Scope) -> Any:
    return property_of(evaluate(node.base, scope), node.name)


def _call(node: Call, scope: Scope) -> Any:
    function: Any = None
    if isinstance(node.callee, Name):
        found, function = scope.find(node.callee.name)
        if not found:
            function = node.callee.name
    else:
        function = evaluate(node.callee, scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    return call(function, arguments, node.names, scope.budget)


def _filter(node: Filter, scope: Scope) -> Any:
    base = evaluate(node.base, scope)
    items = base if isinstance(base, list) else [] if base is None else [base]
    if _reads_no_item(node.condition):
        index = evaluate(node.condition, scope)
        if isinstance(index, Decimal):
            return _item_at(items, index)
    kept = []
    for item in items:
        names = {"item": item, **item} if isinstance(item, dict) else {"item": item}
        verdict = evaluate(node.condition, scope.inner(names))
        if isinstance(verdict, Decimal):
            return _item_at(items, verdict)
        if verdict is True:
            kept.append(item)
    return kept


def _reads_no_item(node: Node) -> bool:
    return isinstance(node, Literal | Negative)


def _item_at(items: list[Any], index: Decimal) -> Any:
    if index != index.to_integral_value() or not 1 <= abs(index) <= len(items):
        return None
    return items[int(index) - 1 if index > 0 else int(index)]


def _binary(node: Binary, scope: Scope) -> Any:
    """Folds a chain `a + b + c` from its left, without a Python frame for each link."""
    links = [node]
    while isinstance(links[-1].left, Binary):
        links.append(links[-1].left)
    value = evaluate(links[-1].left, scope)
    for link in reversed(links):
        scope.budget.spend()
        value = _combined(link, value, scope)
        scope.budget.room(value)
    return value


def _combined(node: Binary, left: Any, scope: Scope) -> Any:
    if node.operator in ("and", "or"):
        return _logic(node, left, scope)
    right = evaluate(node.right, scope)
    if node.operator in ("=", "!=", "<", "<=", ">", ">="):
        return _compared(node.operator, left, right)
    return arithmetic(node.operator, left, right)


def _logic(node: Binary, left: Any, scope: Scope) -> bool | None:
    decisive = node.operator == "or"
    if left is decisive:
        return decisive
    right = evaluate(node.right, scope)
    if right is decisive:
        return decisive
    return not decisive if left is (not decisive) and right is (not decisive) else None


def _negative(node: Negative, scope: Scope) -> Any:
    value = evaluate(node.operand, scope)
    return arithmetic("*", value, Decimal(-1)) if not isinstance(value, str) else None


def _between(node: Between, scope: Scope) -> bool | None:
    value = evaluate(node.operand, scope)
    low, high = evaluate(node.low, scope), evaluate(node.high, scope)
    return both(compare(">=", value, low), compare("<=", value, high))


def _in(node: In, scope: Scope) -> bool | None:
    value = evaluate(node.operand, scope)
    return any_met([meets(test, value, scope) for test in node.tests])


def _if(node: If, scope: Scope) -> Any:
    return evaluate(node.then if evaluate(node.condition, scope) is True else node.otherwise, scope)


def _rounds(iterators: tuple[tuple[str, Node, Node | None], ...], scope: Scope) -> Iterator[Scope | None]:
    """The scope of every round; a None where a list of the iterators is none."""
    if not iterators:
        yield scope
        return
    (name, first, last), rest = iterators[0], iterators[1:]
    items = _iterated(evaluate(first, scope), None if last is None else evaluate(last, scope), last is not None, scope)
    if items is None:
        yield None
        return
    for item in items:
        scope.budget.spend()
        yield from _rounds(rest, scope.inner({name: item}))


def _iterated(first: Any, last: Any, is_range: bool, scope: Scope) -> Any:
    if isinstance(first, Range) and not is_range:
        first, last = _stepped(first)
    elif not is_range:
        return first if isinstance(first, list) else None if first is None else [first]
    if kind_of(first) != kind_of(last) or kind_of(first) not in ("number", "date"):
        return None
    return _steps(first, last, scope.budget)


def _stepped(interval: Range) -> tuple[Any, Any]:
    low, high = interval.low, interval.high
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return low + (not interval.low_closed), high - (not interval.high_closed)
    return (low, high) if interval.low_closed and interval.high_closed else (None, None)


def _steps(first: Any, last: Any, budget: Budget) -> Iterator[Any]:
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


def _list(node: ListOf, scope: Scope) -> list[Any]:
    return [evaluate(item, scope) for item in node.items]


def _context(node: ContextOf, scope: Scope) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    inner = scope.inner(values)
    for key, entry in node.entries:
        if key in values:
            return None
        values[key] = evaluate(entry, inner)
    return values


def _range(node: RangeOf, scope: Scope) -> Range | None:
    low, high = evaluate(node.low, scope), evaluate(node.high, scope)
    if low is not None and high is not None and compare("<=", low, high) is not True:
        return None
    if low is None and high is None:
        return None
    return Range(low, high, node.low_closed, node.high_closed)


def _function(node: FunctionOf, scope: Scope) -> Function:
    names = tuple(name for name, _ in node.parameters)
    return Function(names, lambda values: evaluate(node.body, scope.inner(dict(zip(names, values, strict=True)))))


def _instance(node: InstanceOf, scope: Scope) -> bool | None:
    return instance_of(evaluate(node.operand, scope), node.type, scope.find)


def any_met(verdicts: list[bool | None]) -> bool | None:
    """True where one is; false where all are; null otherwise."""
    if True in verdicts:
        return True
    return None if None in verdicts else False


def meets(test: Node, value: Any, scope: Scope) -> bool | None:
    """Whether `value` meets a unary test (clause 7.3.10 and table 55)."""
    if isinstance(test, AnyTest):
        return True
    inner = scope.inner({"?": value})
    if isinstance(test, CompareTest):
        return _compared(test.operator, value, evaluate(test.endpoint, inner))
    if isinstance(test, NotTest | Tests):
        verdict = any_met([meets(each, value, scope) for each in test.tests])
        return verdict if isinstance(test, Tests) or verdict is None else not verdict
    assert isinstance(test, ValueTest)
    expected = evaluate(test.expression, inner)
    if test.reads_input and isinstance(expected, bool | None):
        return expected
    return _equal_or_within(value, expected)


def _compared(operator: str, value: Any, endpoint: Any) -> bool | None:
    if operator in ("=", "!="):
        same = equal(value, endpoint)
        return same if operator == "=" or same is None else not same
    return compare(operator, value, endpoint)


def _equal_or_within(value: Any, expected: Any) -> bool | None:
    if isinstance(expected, Range) and not isinstance(value, Range):
        return within(value, expected)
    if isinstance(expected, list):
        if equal(value, expected) is True:
            return True
        return True in [_equal_or_within(value, each) for each in expected]
    return equal(value, expected)


_RULES: dict[type[Node], Callable[[Any, Scope], Any]] = {
    Literal: lambda node, scope: node.value,
    Name: _name,
    Path: _path,
    Call: _call,
    Filter: _filter,
    Binary: _binary,
    Negative: _negative,
    Between: _between,
    In: _in,
    If: _if,
    For: _for,
    Quantified: _quantified,
    ListOf: _list,
    ContextOf: _context,
    RangeOf: _range,
    FunctionOf: _function,
    InstanceOf: _instance,
}
