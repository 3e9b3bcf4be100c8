"""Rows of tests over columns, cut into segments: what no row takes, which rows meet, which are never reached."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import inf, nextafter
from operator import xor
from typing import Any

from rules.engine.checks.samples import sample_of
from rules.engine.checks.values import (
    Anything,
    Interval,
    Numbers,
    Texts,
    Values,
    whole,
)

STEP_LIMIT = 20_000
"""Steps of one search; beyond it nothing is told."""


class TooManyCombinations(Exception):
    """The table has too many combinations to be searched."""


@dataclass(frozen=True, slots=True)
class Column:
    """The values its input may have, and the test of each row: a set, or None where it cannot be told."""

    domain: Values
    tests: tuple[Values | None, ...]
    is_whole: bool = False
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Values that every row treats alike: one of them, and the rows that take them (bit by row)."""

    sample: Any
    values: Values
    certain: int
    possible: int
    """Also the rows whose test cannot be told."""


class Grid:
    """The rows of a table, each a test per column."""

    def __init__(self, columns: Sequence[Column], row_count: int) -> None:
        self.columns = columns
        self.everyone = (1 << row_count) - 1
        self.segments = [list(_segments(column)) for column in columns]
        self._steps = 0

    @cached_property
    def told(self) -> int:
        """The rows whose tests are all told."""
        rows = self.everyone
        for column in self.columns:
            for number, test in enumerate(column.tests):
                if test is None:
                    rows &= ~(1 << number)
        return rows

    def uncovered(self) -> list[Segment] | None:
        """A segment per column that no row takes, nor could take; None where there is none.

        Raises TooManyCombinations.
        """
        return self._search(self.everyone, None)

    def hidden_by_earlier(self, row: int) -> list[int] | None:
        """The earlier rows that together take all that `row` takes; None where something is left for it.

        Raises TooManyCombinations.
        """
        earlier = self.told & ((1 << row) - 1) & self.meeting(row)
        if not earlier or self._search(earlier, row) is not None:
            return None
        alone = next((other for other in bits_of(earlier) if self._search(1 << other, row) is None), None)
        return [alone] if alone is not None else list(bits_of(earlier))

    def meeting(self, row: int) -> int:
        """The other rows that some values meet together with `row`, for certain."""
        bit, found = 1 << row, self.told & ~(1 << row)
        if not bit & self.told:
            return 0 if not self._is_possible(row) else self._overlapping(row, found)
        return self._overlapping(row, found)

    def _is_possible(self, row: int) -> bool:
        return all(any(segment.possible >> row & 1 for segment in column) for column in self.segments)

    def _overlapping(self, row: int, found: int) -> int:
        for column in self.segments:
            beside = 0
            for segment in column:
                if segment.possible >> row & 1:
                    beside |= segment.certain
            found &= beside
        return found

    def common(self, row: int, other: int) -> list[Segment]:
        """A segment per column that both rows take; they must meet."""
        wanted = 1 << row | 1 << other
        return [next(segment for segment in column if segment.certain & wanted == wanted) for column in self.segments]

    def _search(self, covering: int, within: int | None) -> list[Segment] | None:
        """A point (inside row `within`, if given) that none of the rows `covering` takes."""
        self._steps = 0
        exact = within is not None
        free = [self.everyone] * (len(self.segments) + 1)
        for place in range(len(self.segments) - 1, -1, -1):
            free[place] = free[place + 1]
            for segment in self.segments[place]:
                if within is None or segment.possible >> within & 1:
                    free[place] &= segment.certain if exact else segment.possible
        done: set[tuple[int, int]] = set()

        def find(place: int, active: int) -> list[Segment] | None:
            if active & free[place]:
                return None
            if place == len(self.segments):
                return []
            if (place, active) in done:
                return None
            done.add((place, active))
            for segment in self.segments[place]:
                if within is not None and not segment.possible >> within & 1:
                    continue
                self._steps += 1
                if self._steps > STEP_LIMIT:
                    raise TooManyCombinations
                rest = find(place + 1, active & (segment.certain if exact else segment.possible))
                if rest is not None:
                    return [segment, *rest]
            return None

        return find(0, covering)


def bits_of(rows: int) -> Iterator[int]:
    """The numbers of the rows in a set of rows."""
    while rows:
        low = rows & -rows
        yield low.bit_length() - 1
        rows ^= low


def _segments(column: Column) -> Iterator[Segment]:
    pieces = list(_cut(column))
    unsure = sum(1 << number for number, test in enumerate(column.tests) if test is None)
    takers = _number_takers if isinstance(column.domain, Numbers) else _text_takers
    for values, certain in zip(pieces, takers(column, pieces), strict=True):
        yield Segment(sample_of(values, is_date=column.is_date), values, certain, certain | unsure)


def _cut(column: Column) -> Iterator[Values]:
    tests = [test for test in column.tests if test is not None]
    if isinstance(column.domain, Numbers):
        for part in _pieces(column.domain, [test for test in tests if isinstance(test, Numbers)]):
            values = whole(Numbers((part,))) if column.is_whole else Numbers((part,))
            if values.parts:
                yield values
    elif isinstance(column.domain, Texts):
        named = {value for test in tests if isinstance(test, Texts) for value in test.values}
        domain = column.domain
        listed = named - domain.values if domain.is_excluding else domain.values
        for value in sorted(listed, key=str):
            yield Texts(frozenset([value]))
        if domain.is_excluding:
            yield Texts(domain.values | named, is_excluding=True)
    else:
        yield Anything()


def _pieces(domain: Numbers, tests: list[Numbers]) -> Iterator[Interval]:
    starts = {low for test in tests for low, _ in test.parts}
    starts |= {nextafter(high, inf) for test in tests for _, high in test.parts if high < inf}
    for low, high in domain.parts:
        cuts = [low, *sorted(start for start in starts if low < start <= high)]
        for place, start in enumerate(cuts):
            end = nextafter(cuts[place + 1], -inf) if place + 1 < len(cuts) else high
            yield start, end


def _number_takers(column: Column, pieces: Sequence[Values]) -> Iterator[int]:
    """The rows that take each piece: every interval of a test covers whole pieces, from one to another."""
    starts = [piece.parts[0][0] for piece in pieces if isinstance(piece, Numbers)]
    changes = [0] * (len(pieces) + 1)
    for number, test in enumerate(column.tests):
        if isinstance(test, Anything):
            changes[0] ^= 1 << number
        for low, high in test.parts if isinstance(test, Numbers) else ():
            changes[bisect_left(starts, low)] ^= 1 << number
            changes[bisect_right(starts, high)] ^= 1 << number
    return accumulate(changes[:-1], xor)


def _text_takers(column: Column, pieces: Sequence[Values]) -> Iterator[int]:
    everyone = 0
    listed: defaultdict[object, int] = defaultdict(int)
    unless: defaultdict[object, int] = defaultdict(int)
    for number, test in enumerate(column.tests):
        if isinstance(test, Anything) or (isinstance(test, Texts) and test.is_excluding):
            everyone |= 1 << number
        if isinstance(test, Texts):
            for value in test.values:
                (unless if test.is_excluding else listed)[value] |= 1 << number
    for piece in pieces:
        value = next(iter(piece.values)) if isinstance(piece, Texts) and not piece.is_excluding else _NOBODY
        yield everyone & ~unless[value] | listed[value]


_NOBODY = object()
