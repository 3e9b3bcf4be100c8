"""The registry of built-in functions, and how they look at their arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from rules.dmn.feel.values import kind_of

Run = TypeVar("Run", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function and the parameter lists it may be called with: the names, and how many of them are required."""

    run: Callable[..., Any]
    signatures: tuple[tuple[tuple[str, ...], int], ...]
    is_variadic: bool


BUILTINS: dict[str, Builtin] = {}


def builtin(name: str, *signatures: str) -> Callable[[Run], Run]:
    """Registers a function. A signature is "string, start position, length?"; one that ends in "..." takes more.

    Any TypeError, ValueError, ArithmeticError or LookupError it raises is null to the caller.
    """

    def register(run: Run) -> Run:
        if name in BUILTINS:
            raise ValueError(f"{name} is registered twice")
        read = tuple(_signature(text) for text in signatures)
        BUILTINS[name] = Builtin(run, read, any(text.endswith("...") for text in signatures))
        return run

    return register


def _signature(text: str) -> tuple[tuple[str, ...], int]:
    parts = [part.strip().removesuffix("...") for part in text.split(",") if part.strip()]
    required = sum(not part.endswith("?") for part in parts)
    return tuple(part.removesuffix("?") for part in parts), required


def single(value: Any) -> Any:
    """A list of one item stands for the item (clause 10.3.2.9.4)."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def of_kind(value: Any, *kinds: str) -> Any:
    """The value, if it is of one of the kinds. Raises TypeError."""
    value = single(value) if "list" not in kinds else value
    if kind_of(value) not in kinds:
        raise TypeError(kind_of(value))
    return value


def text_of(value: Any) -> str:
    result: str = of_kind(value, "string")
    return result


def number_of(value: Any) -> Decimal:
    result: Decimal = of_kind(value, "number")
    return result


def whole_of(value: Any) -> int:
    """A number as an int, its fraction cut. Raises TypeError, or ValueError for one too large to count with."""
    number = number_of(value)
    if abs(number) > 10**9:
        raise ValueError(number)
    return int(number)


def list_of(value: Any) -> list[Any]:
    """A list; any other value but null is a list of itself. Raises TypeError."""
    if value is None:
        raise TypeError("null")
    return value if isinstance(value, list) else [value]


def many(values: tuple[Any, ...]) -> list[Any]:
    """The items of `f(list)` or of `f(a, b, c)`. Raises TypeError."""
    return list_of(values[0]) if len(values) == 1 else list(values)
