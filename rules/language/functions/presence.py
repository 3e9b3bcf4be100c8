"""Functions that ask whether a value is there: the only ones that turn unknown into something known."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from rules.language.functions.registry import Function
from rules.language.types import Type


def _coalesce(arguments: Sequence[str], fresh: Callable[[], str]) -> str:
    text = arguments[-1]
    for argument in reversed(arguments[:-1]):
        name = fresh()
        text = f"({name} if ({name} := {argument}) is not None else {text})"
    return text


def first_known(*values: Any) -> Any:
    """The first that is not None."""
    return next((value for value in values if value is not None), None)


PRESENCE_FUNCTIONS = (
    Function(
        "coalesce",
        "The first value that is known.",
        "第一个已知的值。",
        (Type.ANY, Type.ANY),
        Type.ANY,
        first_known,
        lambda a: pl.coalesce(*a),
        (("coalesce(null, 2, 3)", 2.0), ("coalesce(1 / 0, 7)", 7.0), ('coalesce(null, "x")', "x")),
        _coalesce,
        is_variadic=True,
        is_strict=False,
    ),
    Function(
        "is defined",
        "Whether the value is known.",
        "该值是否已知。",
        (Type.ANY,),
        Type.BOOLEAN,
        lambda value: value is not None,
        lambda a: a[0].is_not_null(),
        (("is defined(1)", True), ("is defined(null)", False), ("is defined(1 / 0)", False)),
        lambda a, fresh: f"(({fresh()} := {a[0]}) is not None)",
        is_strict=False,
    ),
)
