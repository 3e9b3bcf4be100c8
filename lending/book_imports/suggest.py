"""Which column is probably which field: by the likeness of names and by what the values can be read as. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from rapidfuzz import fuzz

from lending.book_imports.kinds import KINDS, Field
from lending.book_imports.values import (
    Habits,
    Raw,
    ValueProblem,
    boolean_read,
    day_read,
    decimal_read,
    instant_read,
    integer_read,
    number_read,
)

LEAST: Final = 60.0
"""Of 100: names less alike than this are not suggested."""
_READERS: Final = {
    "money": lambda raw: decimal_read(raw, Habits()),
    "number": lambda raw: number_read(raw, "", Habits()),
    "integer": integer_read,
    "day": lambda raw: day_read(raw, Habits()),
    "instant": lambda raw: instant_read(raw, Habits()),
    "boolean": boolean_read,
}


class Suggestion(msgspec.Struct, frozen=True):
    """A column for a field, and how sure that is (0 to 100)."""

    field: str
    column: str
    score: float


def columns_suggest(kind: str, columns: Mapping[str, Sequence[Raw]], more: Sequence[Field] = ()) -> list[Suggestion]:
    """The best column for each field, each column once, the surest pairs first. `columns`: sample values by name;
    `more`: fields beside the kind's own."""
    fields = (*KINDS[kind].fields, *more)
    pairs = [
        Suggestion(field.name, name, round(likeness(field, name) * fit(field, values), 1))
        for field in fields
        for name, values in columns.items()
    ]
    chosen: dict[str, Suggestion] = {}
    taken: set[str] = set()
    own = [field.name for field in KINDS[kind].fields]
    for pair in sorted(pairs, key=lambda pair: (-pair.score, pair.field not in own, pair.field, pair.column)):
        if pair.score >= LEAST and pair.field not in chosen and pair.column not in taken:
            chosen[pair.field] = pair
            taken.add(pair.column)
    return [chosen[field.name] for field in fields if field.name in chosen]


def likeness(field: Field, column: str) -> float:
    """How alike a column's name is to one of the field's names, 0 to 100."""
    name = _plain(column)
    names = (field.name, field.name.removesuffix("_minor"), field.en, field.zh, *field.synonyms)
    return max(
        max(fuzz.ratio(name, _plain(other)), 0.9 * fuzz.token_sort_ratio(name, _plain(other))) for other in names
    )


def fit(field: Field, values: Sequence[Raw]) -> float:
    """The share of values that can be read as the field's type; 1 for texts and where there is no value."""
    reader = _READERS.get(field.type)
    given = [value for value in values if value not in (None, "")]
    if reader is None or not given:
        return 1.0
    return sum(_reads(reader, value) for value in given) / len(given)


def _reads(reader: object, value: Raw) -> bool:
    try:
        reader(value)  # type: ignore[operator]
    except ValueProblem:
        return False
    return True


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ").replace("-", " ").strip()
