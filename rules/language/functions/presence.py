"""Functions that ask whether a value is there: the only ones that turn unknown into something known."""

from collections.abc import Callable, Sequence

import polars as pl

from rules.language.functions.registry import Function
from rules.language.types import Type


def _coalesce(arguments: Sequence[str], fresh: Callable[[], str]) -> str:
    text = arguments[-1]
    for argument in reversed(arguments[:-1]):
        name = fresh()
        text = f"({name} if ({name} := {argument}) is not None else {text})"
    return text


PRESENCE_FUNCTIONS = (
    Function(
        "coalesce",
        "The first value that is known.",
        "第一个已知的值。",
        (Type.ANY, Type.ANY),
        Type.ANY,
        _coalesce,
        lambda a: pl.coalesce(*a),
        (("coalesce(null, 2, 3)", 2.0), ("coalesce(1 / 0, 7)", 7.0), ('coalesce(null, "x")', "x")),
        is_variadic=True,
        is_strict=False,
    ),
    Function(
        "is defined",
        "Whether the value is known.",
        "该值是否已知。",
        (Type.ANY,),
        Type.BOOLEAN,
        lambda a, fresh: f"(({fresh()} := {a[0]}) is not None)",
        lambda a: a[0].is_not_null(),
        (("is defined(1)", True), ("is defined(null)", False), ("is defined(1 / 0)", False)),
        is_strict=False,
    ),
)
