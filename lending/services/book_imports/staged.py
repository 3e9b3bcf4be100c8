"""What is put aside of an import: rows with their numbers, and of customers who of the whole file may be one."""

from collections.abc import Sequence
from typing import Any

import msgspec

from lending.book_imports.duplicates import COMPARED, alike_in_file
from lending.book_imports.mapping import Mapping, row_read


class Staged(msgspec.Struct, frozen=True, array_like=True):
    """A row: its number in what was imported, what stood in it, and whether it stood there before."""

    number: int
    raw: dict[str, Any]
    is_duplicate: bool = False


class People(msgspec.Struct, frozen=True, array_like=True):
    """National IDs of the customers of an import, and pairs of them that are alike, by place, with their likeness."""

    national_ids: list[str] = []
    pairs: list[tuple[int, int, float]] = []


def people_of(rows: Sequence[Staged], mapping: Mapping) -> People:
    """Of the rows that can be read, the whole file's."""
    read = [row_read(mapping, row.raw, {}) for row in rows if not row.is_duplicate]
    told: list[dict[str, str]] = [
        {name: str(one.values[name]) for name in ("national_id", *COMPARED) if name in one.values}
        for one in read
        if not one.problems
    ]
    pairs = [(one.first, one.second, one.score) for one in alike_in_file(told)]
    return People([row["national_id"] for row in told], pairs)
