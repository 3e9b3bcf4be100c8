"""Persons who may be one: alike within a file, and tokens by which they meet across the book. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, islice
from typing import Final

import msgspec
from rapidfuzz import fuzz

from lending.identifiers import UnusableIdentifierError, normalise

ALIKE: Final = 88.0
"""Mean likeness (0 to 100) of the values two persons both have, from which they may be one."""
TOKEN_KINDS: Final = ("name", "address")
COMPARED: Final = ("name", "phone", "address", "email")
MAX_BLOCK: Final = 200
MAX_PAIRS: Final = 1_000_000
"""Compared at most, the rarest blocks first: about half a minute."""


class Alike(msgspec.Struct, frozen=True):
    """Two rows that may be one person, by place, and how alike (0 to 100)."""

    first: int
    second: int
    score: float


def alike_in_file(rows: Sequence[Mapping[str, str]]) -> list[Alike]:
    """Pairs of rows with different national IDs that are alike. Only rows that share a block are compared.

    Blocks: the same phone's last six digits, the first two characters of the name. At least two values are compared.
    """
    blocks: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for key in _blocks(row):
            blocks.setdefault(key, []).append(place)
    found: dict[tuple[int, int], float] = {}
    rarest = sorted(blocks.items(), key=lambda block: (len(block[1]), block[0]))
    pairs = (pair for _key, places in rarest for pair in combinations(places[:MAX_BLOCK], 2))
    for first, second in islice(pairs, MAX_PAIRS):
        if (first, second) not in found and rows[first].get("national_id") != rows[second].get("national_id"):
            score = likeness(rows[first], rows[second])
            if score >= ALIKE:
                found[first, second] = score
    return [Alike(*pair, round(score, 1)) for pair, score in sorted(found.items())]


def likeness(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Mean likeness of the values both have, 0 to 100; 0 where they have fewer than two in common."""
    shared = [kind for kind in COMPARED if one.get(kind) and other.get(kind)]
    if len(shared) < 2:
        return 0.0
    return sum(fuzz.ratio(normal(kind, one[kind]), normal(kind, other[kind])) for kind in shared) / len(shared)


def tokens(kind: str, value: str) -> frozenset[str]:
    """Pairs of neighbouring characters of the normalised value: what two spellings of one name or address share."""
    text = normal(kind, value).replace(" ", "")
    return frozenset(text[place : place + 2] for place in range(max(len(text) - 1, 1))) - {""}


def normal(kind: str, value: str) -> str:
    """The one spelling, or "" where nothing is left."""
    try:
        return normalise(kind, value)
    except UnusableIdentifierError:
        return ""


def _blocks(row: Mapping[str, str]) -> Iterable[str]:
    phone, name = normal("phone", row.get("phone", "")), normal("name", row.get("name", ""))
    if len(phone) >= 6:
        yield f"phone:{phone[-6:]}"
    if name:
        yield f"name:{name[:2]}"
