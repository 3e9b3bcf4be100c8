"""Whom the model cannot score: loans of which a variable is unknown that no decision would do without. Pure."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from scoring.catalogue import Catalogue

UNSCORED: Final = "PD_UNKNOWN:"
"""Prefix of what a result names among the unknown: the variable without which there is no PD."""
LACKING: Final = "_lacking"
_SEPARATOR: Final = ","


def lacking_column(frame: pl.DataFrame, features: Iterable[str], catalogue: Catalogue, product: str) -> pl.Expr:
    """Names, joined, of the features unknown in a row whose absence refuses or refers an application; "" where none.

    A model scores a gap as it learnt it, which for such a variable it never did: a request without it is refused or
    goes to a person. Gaps of other variables are part of what the model learnt.
    """
    variables = catalogue.of_product(product)
    needed = [name for name in features if name in variables and variables[name].is_needed]
    gaps = [name for name in needed if name in frame.columns and frame[name].null_count()]
    if not gaps:
        return pl.lit("").alias(LACKING)
    named = [pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in gaps]
    return pl.concat_str(named, separator=_SEPARATOR, ignore_nulls=True).alias(LACKING)


def unscored_codes(lacking: str) -> tuple[str, ...]:
    """The codes of a row's gaps."""
    return tuple(f"{UNSCORED}{name}" for name in lacking.split(_SEPARATOR) if name)
