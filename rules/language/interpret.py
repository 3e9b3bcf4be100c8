"""Tree walked with values: the slow, plain third opinion, for traces on demand and for tests of the two compilers."""

from collections.abc import Mapping
from math import ceil, floor, isfinite
from typing import Any

from rules.language import tree
from rules.language.functions.numbers import round_half_even, round_half_up
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
        case tree.Call(function=function, arguments=arguments):
            return _call(function, [interpret(argument, values) for argument in arguments])
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
    return _compared("=", value, interpret(item, values))


def _truth(value: Value) -> bool | None:
    return None if value is None else bool(value)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _any(values: list[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def _call(function: str, arguments: list[Any]) -> Value:
    if function == "coalesce":
        return next((argument for argument in arguments if argument is not None), None)
    if function == "is defined":
        return arguments[0] is not None
    if None in arguments:
        return None
    result: Value = _FUNCTIONS[function](*arguments)
    return _finite(result) if isinstance(result, float) else result


_FUNCTIONS: dict[str, Any] = {
    "abs": abs,
    "min": min,
    "max": max,
    "floor": lambda value: float(floor(value)),
    "ceiling": lambda value: float(ceil(value)),
    "round half up": lambda value, places: round_half_up(value, 10.0 ** int(places)),
    "round half even": lambda value, places: round_half_even(value, 10.0 ** int(places)),
    "contains": lambda text, part: part in text,
    "starts with": lambda text, part: text.startswith(part),
    "ends with": lambda text, part: text.endswith(part),
}
