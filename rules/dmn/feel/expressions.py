"""Values of names, operators, calls, filters, conditions, lists, contexts, ranges and functions."""

from decimal import Decimal
from typing import Any

from rules.dmn.feel.arithmetic import arithmetic
from rules.dmn.feel.calls import call
from rules.dmn.feel.core import Scope, evaluate, register
from rules.dmn.feel.kinds import fitted, instance_of
from rules.dmn.feel.properties import property_of
from rules.dmn.feel.tree import (
    Between,
    Binary,
    Call,
    ContextOf,
    Filter,
    FunctionOf,
    If,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Negative,
    Node,
    Path,
    RangeOf,
)
from rules.dmn.feel.values import Function, Range, both, compare, equal


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
        return compared(node.operator, left, right)
    return arithmetic(node.operator, left, right)


def _logic(node: Binary, left: object, scope: Scope) -> bool | None:
    decisive = node.operator == "or"
    if left is decisive:
        return decisive
    right: object = evaluate(node.right, scope)
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


def compared(operator: str, value: Any, endpoint: Any) -> bool | None:
    """One of the six comparisons."""
    if operator in ("=", "!="):
        same = equal(value, endpoint)
        return same if operator == "=" or same is None else not same
    return compare(operator, value, endpoint)


def _if(node: If, scope: Scope) -> Any:
    return evaluate(node.then if evaluate(node.condition, scope) is True else node.otherwise, scope)


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

    def apply(arguments: Any) -> Any:
        given = zip(node.parameters, arguments, strict=True)
        values = {name: fitted(value, kind, scope.find) for (name, kind), value in given}
        return evaluate(node.body, scope.inner(values))

    return Function(names, apply)


def _instance(node: InstanceOf, scope: Scope) -> bool | None:
    return instance_of(evaluate(node.operand, scope), node.type, scope.find)


for _kind, _rule in {
    Literal: lambda node, scope: node.value,
    Name: _name,
    Path: _path,
    Call: _call,
    Filter: _filter,
    Binary: _binary,
    Negative: _negative,
    Between: _between,
    If: _if,
    ListOf: _list,
    ContextOf: _context,
    RangeOf: _range,
    FunctionOf: _function,
    InstanceOf: _instance,
}.items():
    register(_kind, _rule)
