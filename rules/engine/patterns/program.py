"""The patterns of one rule-set version, compiled once and matched against the facts of one case."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from rules.engine.patterns.compiled import CompiledPattern
from rules.engine.patterns.facts import Fact, facts_check
from rules.engine.patterns.host import correlator
from rules.engine.patterns.search import Wanted, bindings

HIT_LIMIT: Final = 20
"""Bindings reported per pattern: evidence for a person, not a census."""


class PatternHit(msgspec.Struct, frozen=True):
    """One binding of one pattern: ids of the facts in the order of its steps."""

    code: str
    outcome: str
    reason: str
    facts: list[int]


class PatternProgram:
    """Compiled patterns. Cheap to keep; matching is safe from any thread and in any forked child."""

    def __init__(self, patterns: Iterable[CompiledPattern]) -> None:
        self.patterns = tuple(patterns)
        self.kinds = frozenset(kind for pattern in self.patterns for kind in pattern.kinds)
        """Kinds of facts that can matter."""
        self.lookback_seconds = max((_reach(pattern) for pattern in self.patterns), default=0)
        """How much older than the newest fact another can be and still matter."""
        self.closing = tuple(pattern for pattern in self.patterns if pattern.is_closing)
        """Those that hold only once their window has closed, without a new fact."""
        self.least_facts = min((len(pattern.steps) for pattern in self.patterns), default=1)
        """Fewer facts than this match nothing."""

    def warm(self) -> None:
        """Load every pattern into this process's engine. Call before threads start."""
        for pattern in self.patterns:
            correlator().add(pattern)

    def match(
        self,
        facts: Sequence[Fact],
        as_of_epoch: int,
        *,
        about: str = "",
        fresh: frozenset[int] | None = None,
        closed_since: int | None = None,
    ) -> list[PatternHit]:
        """Hits in the order of the patterns, at most HIT_LIMIT of each.

        `about`, if given, is a customer: bindings with no fact of theirs are left out, so that what other people
        share among themselves is not held against them. `fresh`, if given, are fact ids: bindings with none of them
        are left out, so that what was seen before is not seen again; not so where something had to stay absent and the
        window closed after `closed_since`. Raises FactInvalid, TooManyFacts, PatternFailed.
        """
        checked = facts_check(facts)
        wanted = Wanted(about, fresh, closed_since)
        return [
            PatternHit(pattern.code, pattern.outcome, pattern.reason, list(binding))
            for pattern in self.patterns
            for binding in bindings(pattern, checked, as_of_epoch, wanted=wanted, limit=HIT_LIMIT)
        ]


def _reach(pattern: CompiledPattern) -> int:
    """What had to stay absent is a match when its window closes, and counts for as long again."""
    return pattern.within_seconds * (2 if pattern.is_closing else 1)
