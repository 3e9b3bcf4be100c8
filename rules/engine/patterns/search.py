"""The bindings of one pattern among many facts: exact shortcuts first, then the engine, window by window."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rules.engine.patterns.compiled import OPERATORS, CompiledPattern, CompiledStep
from rules.engine.patterns.errors import TooManyFacts
from rules.engine.patterns.facts import Fact
from rules.engine.patterns.host import correlator

WINDOW_FACT_LIMIT: Final = 150
"""Facts matched at once (the engine's work grows with a power of them); more in one window is TooManyFacts."""


def bindings(
    pattern: CompiledPattern,
    facts: Sequence[Fact],
    as_of_epoch: int,
    *,
    about: str = "",
    fresh: frozenset[int] | None = None,
    limit: int | None = None,
) -> list[tuple[int, ...]]:
    """Bindings of one pattern (fact ids by step): those complete first, then by ids; at most `limit`.

    `facts` come from `facts_check`. A binding must hold a fact of the customer `about` and one of the ids `fresh`,
    where these are given. Raises TooManyFacts, PatternFailed.
    """

    def is_relevant(binding: Sequence[Fact]) -> bool:
        is_about = not about or any(fact.customer == about for fact in binding)
        return is_about and (fresh is None or any(fact.id in fresh for fact in binding))

    usable = [fact for fact in facts if fact.at <= as_of_epoch and is_usable(pattern, fact)]
    found: dict[tuple[int, ...], tuple[int, int]] = {}
    for window in windows(usable, pattern.within_seconds):
        if not can_match(pattern, window):
            continue
        if len(window) > WINDOW_FACT_LIMIT:
            raise TooManyFacts("Too many facts to match a pattern", pattern=pattern.code, count=len(window))
        for binding in _in_window(pattern, window, is_relevant, limit):
            completed = max((fact.at, fact.id) for fact in binding)
            found[tuple(fact.id for fact in binding)] = completed
        if limit is not None and len(found) >= limit:
            break  # later windows only hold what is complete later
    return sorted(found, key=lambda ids: (found[ids], ids))[:limit]


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
    """Exact: whether some step's kind and comparisons with constants allow the fact."""
    return any(_may_take(step, fact) for step in pattern.steps)


def _may_take(step: CompiledStep, fact: Fact) -> bool:
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
    return all(kinds.count(kind) >= needed.count(kind) for kind in pattern.kinds)


def windows(facts: Sequence[Fact], within_seconds: int) -> Iterator[Sequence[Fact]]:
    """Parts of `facts` (in order of time) such that every span of `within_seconds` lies whole in one of them.

    Few facts are one part. Many are cut into overlapping spans of twice the length, so that the work grows with
    their number and not with a power of it.
    """
    if len(facts) <= WINDOW_FACT_LIMIT:
        yield facts
        return
    times = [fact.at for fact in facts]
    first = 0
    while first < len(facts):
        start = times[first]
        yield facts[first : bisect_right(times, start + 2 * within_seconds)]
        first = bisect_right(times, start + within_seconds)
