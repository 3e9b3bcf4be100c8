"""The bindings of one pattern among many facts: exact shortcuts first, then the engine, window by window."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Final

import msgspec

from rules.engine.patterns.compiled import OPERATORS, Absence, CompiledPattern, CompiledStep
from rules.engine.patterns.errors import TooManyFacts
from rules.engine.patterns.facts import Fact
from rules.engine.patterns.host import correlator

WINDOW_FACT_LIMIT: Final = 150
"""Facts matched at once (the engine's work grows with a power of them); more in one window is TooManyFacts."""


class Wanted(msgspec.Struct, frozen=True):
    """Which bindings are asked for: see `PatternProgram.match`."""

    about: str = ""
    fresh: frozenset[int] | None = None
    closed_since: int | None = None

    def takes(self, pattern: CompiledPattern, binding: Sequence[Fact]) -> bool:
        """Whether the binding is one of them."""
        if self.about and not any(fact.customer == self.about for fact in binding):
            return False
        if self.fresh is None or any(fact.id in self.fresh for fact in binding):
            return True
        return pattern.is_closing and self.closed_since is not None and _close(pattern, binding) > self.closed_since


EVERYTHING: Final = Wanted()


def bindings(
    pattern: CompiledPattern,
    facts: Sequence[Fact],
    as_of_epoch: int,
    *,
    wanted: Wanted = EVERYTHING,
    limit: int | None = None,
) -> list[tuple[int, ...]]:
    """Bindings of one pattern (fact ids by step): those complete first, then by ids; at most `limit`.

    `facts` come from `facts_check`. Raises TooManyFacts, PatternFailed.
    """
    usable = [fact for fact in facts if fact.at <= as_of_epoch and is_usable(pattern, fact)]
    found: dict[tuple[int, ...], tuple[int, int]] = {}
    for window, last_start in windows(usable, pattern.within_seconds):
        if not can_match(pattern, window):
            continue
        if len(window) > WINDOW_FACT_LIMIT:
            raise TooManyFacts("Too many facts to match a pattern", pattern=pattern.code, count=len(window))

        def is_relevant(binding: Sequence[Fact], last_start: float = last_start) -> bool:
            if pattern.is_closing and not (_close(pattern, binding) <= as_of_epoch and binding[0].at <= last_start):
                return False
            return wanted.takes(pattern, binding)

        for binding in _in_window(pattern, window, is_relevant, None if pattern.is_closing else limit):
            found[tuple(fact.id for fact in binding)] = _completed(pattern, binding)
        if limit is not None and len(found) >= limit:
            break  # later windows only hold what is complete later
    return sorted(found, key=lambda ids: (found[ids], ids))[:limit]


def _completed(pattern: CompiledPattern, binding: Sequence[Fact]) -> tuple[int, int]:
    last = max((fact.at, fact.id) for fact in binding)
    return (_close(pattern, binding), last[1]) if pattern.is_closing else last


def _close(pattern: CompiledPattern, binding: Sequence[Fact]) -> int:
    """When the window of a binding closes."""
    return binding[0].at + pattern.within_seconds


def _in_window(
    pattern: CompiledPattern,
    window: Sequence[Fact],
    is_relevant: Callable[[Sequence[Fact]], bool],
    limit: int | None,
) -> list[list[Fact]]:
    def relevant(found: list[tuple[int, ...]]) -> list[list[Fact]]:
        bound = ([window[place] for place in places] for places in found)
        return [binding for binding in bound if is_relevant(binding)]

    def is_enough(found: list[tuple[int, ...]]) -> bool:
        return limit is not None and len(relevant(found)) >= limit

    return relevant(correlator().bindings(pattern, window, is_enough))


def is_usable(pattern: CompiledPattern, fact: Fact) -> bool:
    """Exact: whether the kind and the comparisons with constants of some step, or of some absence, allow the fact."""
    return any(may_take(step, fact) for step in pattern.steps) or any(may_take(one, fact) for one in pattern.absences)


def may_take(step: CompiledStep | Absence, fact: Fact) -> bool:
    """Exact as far as the fact alone can tell."""
    if fact.kind != step.kind:
        return False
    for condition in step.conditions:
        value = getattr(fact, condition.field)
        if value in ("", None):
            return False
        if condition.other_step is None and not OPERATORS[condition.operator](value, condition.constant):
            return False
    return True


def can_match(pattern: CompiledPattern, facts: Sequence[Fact]) -> bool:
    """Exact: a binding needs, of each kind, as many facts as the pattern has steps of it."""
    kinds = [fact.kind for fact in facts]
    needed = [step.kind for step in pattern.steps]
    return all(kinds.count(kind) >= needed.count(kind) for kind in needed)


def windows(facts: Sequence[Fact], within_seconds: int) -> Iterator[tuple[Sequence[Fact], float]]:
    """Parts of `facts` (in order of time) such that every span of `within_seconds` lies whole in one of them, each with
    the latest instant from which on a span lies whole in it.

    Few facts are one part. Many are cut into overlapping spans of twice the length, so that the work grows with
    their number and not with a power of it.
    """
    if len(facts) <= WINDOW_FACT_LIMIT:
        yield facts, inf
        return
    times = [fact.at for fact in facts]
    first = 0
    while first < len(facts):
        start = times[first]
        yield facts[first : bisect_right(times, start + 2 * within_seconds)], start + within_seconds
        first = bisect_right(times, start + within_seconds)
