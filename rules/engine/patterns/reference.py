"""Brute force: what a match is, without any engine. Slow and plain; the tests hold the adapter to it."""

from collections.abc import Iterable, Iterator, Sequence

from rules.engine.patterns.compiled import OPERATORS, CompiledPattern, Condition
from rules.engine.patterns.facts import Fact, facts_check


def match(pattern: CompiledPattern, facts: Iterable[Fact], as_of_epoch: int) -> list[tuple[int, ...]]:
    """Every binding (fact ids in the order of the steps), sorted."""
    usable = [fact for fact in facts_check(facts) if fact.at <= as_of_epoch]
    bound = (binding for binding in _extend(pattern, usable, ()) if _is_undisturbed(pattern, usable, binding))
    return sorted(
        tuple(fact.id for fact in binding)
        for binding in bound
        if not pattern.is_closing or binding[0].at + pattern.within_seconds <= as_of_epoch
    )


def _extend(pattern: CompiledPattern, facts: Sequence[Fact], bound: tuple[Fact, ...]) -> Iterator[tuple[Fact, ...]]:
    if len(bound) == len(pattern.steps):
        yield bound
        return
    for fact in facts:
        if fact not in bound and _takes(pattern, bound, fact):
            yield from _extend(pattern, facts, (*bound, fact))


def _takes(pattern: CompiledPattern, bound: tuple[Fact, ...], fact: Fact) -> bool:
    step = pattern.steps[len(bound)]
    if fact.kind != step.kind:
        return False
    if bound and (fact.at < bound[-1].at or fact.at - bound[0].at > pattern.within_seconds):
        return False
    return all(_holds(condition, bound, fact) for condition in step.conditions)


def _is_undisturbed(pattern: CompiledPattern, facts: Sequence[Fact], bound: tuple[Fact, ...]) -> bool:
    for absence in pattern.absences:
        start = bound[absence.after].at
        is_last = absence.after == len(bound) - 1
        end = bound[0].at + pattern.within_seconds if is_last else bound[absence.after + 1].at
        others = (fact for fact in facts if fact.kind == absence.kind and fact not in bound and start <= fact.at <= end)
        if any(all(_holds(condition, bound, fact) for condition in absence.conditions) for fact in others):
            return False
    return True


def _holds(condition: Condition, bound: tuple[Fact, ...], fact: Fact) -> bool:
    left = getattr(fact, condition.field)
    if condition.other_step is None:
        right = condition.constant
    else:
        right = getattr(bound[condition.other_step], condition.other_field)
    if left in ("", None) or right in ("", None):
        return False
    return OPERATORS[condition.operator](left, right)
