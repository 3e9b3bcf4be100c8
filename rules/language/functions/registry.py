"""What a function of the language is, and the registry that refuses doubles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from rules.language.types import Type

PythonForm = Callable[[Sequence[str], Callable[[], str]], str]
ColumnForm = Callable[[Sequence[pl.Expr]], pl.Expr]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: signature, help in both languages, and its form for each executor.

    A strict function is null where an argument is; its `python` gets texts of expressions that cannot be null (each
    a name or a constant, so it may be repeated) and writes one that cannot be null. Otherwise the texts may be null and
    so may the result; the second argument makes names for temporaries. `columns` gets and gives Polars expressions;
    numbers given to a strict one may still be infinite or NaN, and what comes of them must be null or not finite.
    Both forms must use the same IEEE operations; a result that is not finite becomes null afterwards.
    """

    name: str
    en: str
    zh: str
    parameters: tuple[Type, ...]
    """ANY takes every type; all arguments declared ANY must agree."""
    returns: Type
    """ANY: the type the ANY arguments agree on."""
    python: PythonForm
    columns: ColumnForm
    examples: tuple[tuple[str, float | str | bool | None], ...]
    """Each is run as a test in both executors."""
    is_variadic: bool = False
    """The last parameter may be repeated."""
    is_strict: bool = True
    column_uses: int = 1
    """How often `columns` writes an argument, at most."""
    whole_numbers: tuple[tuple[int, int, int], ...] = ()
    """(index, lowest, highest): arguments that must be written out as whole numbers."""


def registry_of(*families: Sequence[Function]) -> dict[str, Function]:
    """Functions by name. ValueError if two share one."""
    found: dict[str, Function] = {}
    for family in families:
        for function in family:
            if function.name in found:
                raise ValueError(f"two functions are named {function.name}")
            found[function.name] = function
    return found
