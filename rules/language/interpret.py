"""Tree walked with values: the slow, plain third opinion, for traces on demand and for tests of the two compilers.

Beside lowered trees it runs those that keep their lists (`lowered(…, keeps_lists=True)`).
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from rules.language import tree
from rules.language.functions import IMPLEMENTATIONS
from rules.language.tree import Node

Value = float | str | bool | None


def interpret(node: Node, values: Mapping[str, Any]) -> Value:
    """The value of the tree; a name that is missing is null, and so is what is not finite."""
    match node:
        case tree.Literal(value=value):
            return value
        case tree.Name(name=name):
            return _input(values.get(name))
        case tree.Negate(operand=operand):
            number = interpret(operand, values)
            return None if number is None else _finite(-float(number))
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return _finite(_arithmetic(operator, interpret(left, values), interpret(right, values)))
        case tree.Comparison(operator=operator, left=left, right=right):
            return _compared(operator, interpret(left, values), interpret(right, values))
        case tree.Between(value=value, low=low, high=high):
            return _inside(interpret(value, values), tree.Interval(low, high), values)
        case tree.In(value=value, items=items):
            found = interpret(value, values)
            return _any([_member(found, item, values) for item in items])
        case tree.And(items=items):
            return _not(_any([_not(_truth(interpret(item, values))) for item in items]))
        case tree.Or(items=items):
            return _any([_truth(interpret(item, values)) for item in items])
        case tree.Not(operand=operand):
            return _not(_truth(interpret(operand, values)))
        case tree.If(condition=condition, then=then, otherwise=otherwise):
            truth = interpret(condition, values)
            return None if truth is None else interpret(then if truth else otherwise, values)
        case tree.Quantified():
            return _quantified(node, values)
        case tree.Call(function=function, arguments=arguments):
            return _call(function, arguments, values)
    raise TypeError(f"not a value: {type(node).__name__}")


def _input(value: Any) -> Value:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(float(value))
    return value  # type: ignore[no-any-return]


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _arithmetic(operator: str, left: Any, right: Any) -> float | None:
    if left is None or right is None:
        return None
    if operator == "+":
        return float(left + right)
    if operator == "-":
        return float(left - right)
    if operator == "*":
        return float(left * right)
    return None if right == 0 else float(left / right)


def _compared(operator: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    if operator in ("=", "!="):
        return bool((left == right) == (operator == "="))
    if operator in ("<", ">="):
        return bool((left < right) == (operator == "<"))
    return bool((left > right) == (operator == ">"))


def _inside(value: Value, interval: tree.Interval, values: Mapping[str, Any]) -> bool | None:
    low = _compared(">" if interval.is_low_open else ">=", value, interpret(interval.low, values))
    high = _compared("<" if interval.is_high_open else "<=", value, interpret(interval.high, values))
    return _not(_any([_not(low), _not(high)]))


def _member(value: Value, item: Node, values: Mapping[str, Any]) -> bool | None:
    if isinstance(item, tree.Interval):
        return _inside(value, item, values)
    if isinstance(item, tree.Test):
        return _compared(item.operator, value, interpret(item.bound, values))
    if _is_list(item):
        return _any([_all([guard, _compared("=", value, other)]) for guard, other in _places(item, values)])
    return _compared("=", value, interpret(item, values))


def _truth(value: Value) -> bool | None:
    return None if value is None else bool(value)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _any(values: list[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _is_list(node: Node) -> bool:
    if isinstance(node, tree.If):
        return _is_list(node.then) or _is_list(node.otherwise)
    return isinstance(node, tree.ListOf)


def _places(node: Node, values: Mapping[str, Any]) -> list[tuple[bool | None, Value]]:
    """(is the place taken, its value) of a list; of any other value one place, taken."""
    if isinstance(node, tree.ListOf):
        return [
            (True if guard is None else _truth(interpret(guard, values)), interpret(item, values))
            for guard, item in node.places()
        ]
    if isinstance(node, tree.If) and _is_list(node):
        chosen = _truth(interpret(node.condition, values))
        if chosen is not None:
            branch = node.then if chosen else node.otherwise
            return [(None, None)] if branch == tree.Literal(None) else _places(branch, values)
        # Which list it is cannot be told, and so nothing of it, unless neither has a place.
        both = _places(node.then, values) + _places(node.otherwise, values)
        return [(False if guard is False else None, value) for guard, value in both]
    return [(True, interpret(node, values))]


def _quantified(node: tree.Quantified, values: Mapping[str, Any]) -> bool | None:
    results = [
        (guard, _truth(interpret(node.condition, {**values, node.variable: value})))
        for guard, value in _places(node.listed, values)
    ]
    if node.kind == "some":
        return _any([_all([guard, truth]) for guard, truth in results])
    return _all([_any([_not(guard), truth]) for guard, truth in results])


def _call(name: str, arguments: tuple[Node, ...], values: Mapping[str, Any]) -> Value:
    function = IMPLEMENTATIONS[name]
    if function.has_member:
        return _member(interpret(arguments[1], values), arguments[0], values)
    if function.takes_list or (function.values and any(_is_list(argument) for argument in arguments)):
        places = [place for argument in arguments for place in _places(argument, values)]
        listed: Any = IMPLEMENTATIONS[f"{name} of places"].plain(*(part for place in places for part in place))
        return listed  # type: ignore[no-any-return]
    given = [interpret(argument, values) for argument in arguments]
    if function.is_strict and None in given:
        return None
    result: Any = function.plain(*given)
    return _finite(result) if isinstance(result, float) else result
