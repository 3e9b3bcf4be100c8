"""Who is linked to whom, and by what: transfers, guarantees, and phones, devices or addresses in common. Pure."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

LinkKind = Literal["transfer", "guarantor", "phone", "device", "address", "related"]
"""`related`: family, co-borrowers, colleagues."""
KINDS: tuple[LinkKind, ...] = ("transfer", "guarantor", "phone", "device", "address", "related")
DIRECTED: frozenset[LinkKind] = frozenset({"transfer", "guarantor"})
MOST_SHARING = 50
"""A phone, device or address of more people than this is a branch's or a dormitory's and links nobody."""
Places = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


class LinksWrong(ValueError):
    """The links do not fit the parties, or are of an unknown kind; the message says which."""


class Links(msgspec.Struct, frozen=True):
    """All links of one kind between the parties 0 … n-1, each pair once. Self-links are left out."""

    kind: LinkKind
    source: Places
    target: Places
    weight: Weights
    """Times linked (transfers made, attributes shared), above 0."""

    @property
    def is_directed(self) -> bool:
        """Whether it matters who is the source: who sent, who stands surety."""
        return self.kind in DIRECTED


def party_places(parties: Sequence[object], values: pl.Series) -> Places:
    """The place of each value among the parties. Raises LinksWrong for one that is no party, or parties twice."""
    if len(set(parties)) != len(parties):
        raise LinksWrong("a party is given twice")
    place = {party: number for number, party in enumerate(parties)}
    try:
        return np.fromiter((place[value] for value in values), dtype=np.int64, count=len(values))
    except KeyError as missing:
        raise LinksWrong(f"{values.name} names a party that is not among them: {missing}") from None


def links_of_pairs(kind: LinkKind, source: Places, target: Places) -> Links:
    """Links from a row per transfer or guarantee; repeated pairs add up."""
    rows = pl.DataFrame({"source": source, "target": target}).filter(pl.col("source") != pl.col("target"))
    if kind not in DIRECTED:
        ordered = [pl.min_horizontal("source", "target"), pl.max_horizontal("source", "target")]
        rows = rows.select(ordered[0].alias("source"), ordered[1].alias("target"))
    pairs = rows.group_by("source", "target").len().sort("source", "target")
    return Links(kind, pairs["source"].to_numpy(), pairs["target"].to_numpy(), pairs["len"].cast(pl.Float64).to_numpy())


def links_of_shared(kind: LinkKind, party: Places, key: Sequence[object]) -> Links:
    """Links between every two parties that hold the same key (a blind index will do), unless too many hold it."""
    held = pl.DataFrame({"party": party, "key": pl.Series(key, dtype=pl.String, strict=False)}).unique().drop_nulls()
    held = held.filter(pl.len().over("key").is_between(2, MOST_SHARING))
    both = held.join(held, on="key", suffix="_other").filter(pl.col("party") < pl.col("party_other"))
    return links_of_pairs(kind, both["party"].to_numpy(), both["party_other"].to_numpy())
