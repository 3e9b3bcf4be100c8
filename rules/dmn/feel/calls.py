"""Calling functions: the standard's own by name, others by value; named arguments put in their places."""

from collections.abc import Sequence
from typing import Any

from rules.dmn.feel.budget import Budget
from rules.dmn.feel.builtins import BUILTINS, Builtin
from rules.dmn.feel.values import Function


def call(function: Any, arguments: Sequence[Any], names: Sequence[str], budget: Budget) -> Any:
    """The value of a call; None for what is no function, or for arguments that do not fit it."""
    if isinstance(function, str):
        function = BUILTINS.get(function)
    if isinstance(function, Function):
        placed = _placed(arguments, names, function.parameters, len(function.parameters))
        return None if placed is None else function.apply(placed)
    if not isinstance(function, Builtin):
        return None
    for value in arguments:
        budget.room(value)
    for parameters, required in function.signatures:
        placed = _placed(arguments, names, parameters, required, is_open=function.is_variadic)
        if placed is not None:
            return _guarded(function, placed, budget)
    return None


def _guarded(function: Builtin, arguments: list[Any], budget: Budget) -> Any:
    try:
        value = function.run(*arguments)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return None
    budget.room(value)
    return value


def _placed(
    arguments: Sequence[Any], names: Sequence[str], parameters: Sequence[str], required: int, *, is_open: bool = False
) -> list[Any] | None:
    """The arguments in the order of the parameters, or None where they do not fit."""
    if not names:
        fits = required <= len(arguments) and (is_open or len(arguments) <= len(parameters))
        return list(arguments) if fits else None
    if (
        len(set(names)) != len(names)
        or not set(names) <= set(parameters)
        or not set(parameters[:required]) <= set(names)
    ):
        return None
    given = dict(zip(names, arguments, strict=True))
    last = max(parameters.index(name) for name in names)
    return [given.get(name) for name in parameters[: last + 1]]
