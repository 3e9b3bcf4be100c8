"""Attributes kept for testing only: how a group is named, and who is in it. Pure.

`sex` compares every value with the best treated one; `age_years[<=25]` compares a band with everybody else.
"""

import re
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from riskengine.errors import InvalidInput
from scoring.catalogue import Catalogue, Variable

Members = npt.NDArray[np.bool_]
_TEXT = re.compile(r"\s*([^\[\]]+?)\s*(?:\[\s*(<=|>=|<|>|=)?\s*([^\[\]]*?)\s*\])?\s*")
_OPERATORS = {"<=": pl.Series.le, ">=": pl.Series.ge, "<": pl.Series.lt, ">": pl.Series.gt}
AGE_BANDS = ("<=25", ">=60")
"""The young, who fare worse on German credit data, and the elderly, whom ECOA protects (12 CFR 1002.2 o: from 62)."""


class UnknownAttributeError(InvalidInput):
    """The text names no attribute of the table, or a band that does not fit its values."""

    code = "unknown_attribute"


class Attribute(msgspec.Struct, frozen=True):
    """One attribute to test by: all values of a column, or a band of it against the rest."""

    column: str
    operator: str = ""
    value: str = ""

    @property
    def text(self) -> str:
        """As it is written: `age_years[<=25]`, `sex`."""
        return f"{self.column}[{self.band}]" if self.operator else self.column

    @property
    def band(self) -> str:
        """The band's label, empty where every value is a group."""
        return f"{self.operator}{self.value}" if self.operator else ""

    @property
    def rest(self) -> str | None:
        """The label of everybody outside the band: the reference; None where every value is a group."""
        return f"not {self.band}" if self.operator else None


class Grouping(msgspec.Struct, frozen=True):
    """Who belongs to which group of an attribute; people of unknown group are in none."""

    attribute: Attribute
    members: dict[str, Members]
    unknown: int


def attribute_read(text: str) -> Attribute:
    """An attribute from `column` or `column[<=25]`, `[>=60]`, `[<…]`, `[>…]`, `[=value]`, `[value]`.

    Raises UnknownAttributeError.
    """
    found = _TEXT.fullmatch(text)
    if found is None or (found[3] == "" and found[2]) or found[3] == "":
        raise UnknownAttributeError(f"{text} is not an attribute: write column or column[<=25].", attribute=text)
    column, operator, value = found[1], found[2], found[3]
    if value is None:
        return Attribute(column)
    return Attribute(column, operator or "=", value)


def grouping_of(attribute: Attribute, series: pl.Series) -> Grouping:
    """The groups of a column's rows, labels in order of their text. Raises UnknownAttributeError where a band is of
    another type than the values."""
    known = series.is_not_null()
    if series.dtype.is_float():
        known &= series.is_finite().fill_null(value=False)
    members = {}
    if attribute.operator:
        inside = _inside(attribute, series).fill_null(value=False) & known
        members = {attribute.band: inside.to_numpy(), str(attribute.rest): (known & ~inside).to_numpy()}
    else:
        for value in sorted(series.filter(known).unique().to_list(), key=str):
            members[value_text(value)] = (series == value).fill_null(value=False).to_numpy()
    return Grouping(attribute, members, int((~known).sum()))


def attributes_of(catalogue: Catalogue, product: str) -> list[Attribute]:
    """What the catalogue asks to be tested: every prohibited basis by its values, an age by its bands."""
    found: list[Attribute] = []
    for variable in catalogue.of_product(product).values():
        if variable.is_prohibited_basis:
            found += _attributes(variable)
    return found


def value_text(value: object) -> str:
    """A value as a group's label: whole numbers without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def group_labels(attribute: Attribute, variable: Variable | None, labels: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What each group's label means in English and in Chinese, by the catalogue's codes."""
    codes = {value_text(code.code): (code.en, code.zh) for code in variable.codes} if variable else {}
    found = {label: codes.get(label, (label, label)) for label in labels}
    if attribute.operator == "=":
        en, zh = codes.get(attribute.value, (attribute.value, attribute.value))
        found[attribute.band] = (en, zh)
    rest = attribute.rest
    if rest is not None:
        found[rest] = ("everybody else", "其他人")
    return found


def _attributes(variable: Variable) -> list[Attribute]:
    if variable.type in ("integer", "number") and not variable.codes:
        bands = (attribute_read(f"{variable.name}[{band}]") for band in AGE_BANDS)
        return list(bands) if variable.unit == "years" else []
    return [Attribute(variable.name)]


def _inside(attribute: Attribute, series: pl.Series) -> pl.Series:
    if attribute.operator == "=":
        values = series.to_list()
        return pl.Series([None if value is None else value_text(value) == attribute.value for value in values])
    try:
        bound = float(attribute.value)
    except ValueError:
        raise UnknownAttributeError(f"{attribute.value} is not a number.", attribute=attribute.text) from None
    if not series.dtype.is_numeric():
        raise UnknownAttributeError(f"{attribute.column} holds no numbers.", attribute=attribute.text)
    return _OPERATORS[attribute.operator](series, bound)
