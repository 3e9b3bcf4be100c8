"""Proof that the engine of patterns finds what the plain reference finds, on events made for each pattern."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec

from rules.engine.document import Pattern
from rules.engine.patterns.compiled import CompiledPattern, Condition
from rules.engine.patterns.facts import INTEGER_FIELDS, TEXT_FIELDS, TIME_FIELD, Fact, facts_check
from rules.engine.problems import Problem, problem

SETS = 24
"""Sets of events per pattern."""
_MOST_FACTS = 9
_OBEDIENT = 0.8
"""Share of a story's events that do what their step asks."""
_START = 1_600_000_000


class PatternAgreement(msgspec.Struct, frozen=True):
    """One pattern on generated sets of events: how many matched, and how many bindings there were."""

    code: str
    sets: int
    matched: int
    bindings: int
    differing: int
    """Sets on which the two found something else."""


def certify_patterns(patterns: Sequence[Pattern], *, seed: int = 1) -> tuple[list[PatternAgreement], list[Problem]]:
    """Each enabled pattern through durable-rules and through the reference. Same seed, same events.

    Raises PatternInvalid where one does not compile.
    """
    enabled = [(number, pattern) for number, pattern in enumerate(patterns) if pattern.enabled]
    if not enabled:
        return [], []
    # Loads the engine of patterns, which only documents with patterns need.
    from rules.engine.patterns.compile import compile_patterns

    compiled = compile_patterns([pattern for _, pattern in enabled]).patterns
    found = [_agreement(pattern, seed) for pattern in compiled]
    problems = [
        problem("pattern_engines_differ", path=f"patterns/{number}", code=agreement.code, sets=agreement.differing)
        for (number, _), agreement in zip(enabled, found, strict=True)
        if agreement.differing
    ]
    return found, problems


def _agreement(pattern: CompiledPattern, seed: int) -> PatternAgreement:
    from rules.engine.patterns import reference, search

    rng = random.Random(f"{seed}/{pattern.name}")  # noqa: S311 - test data, repeatable
    matched = bound = differing = 0
    for number in range(SETS):
        facts = _facts(pattern, rng, is_story=number % 2 == 0)
        as_of = max(fact.at for fact in facts) + rng.choice([0, 0, pattern.within_seconds + 1])
        expected = reference.match(pattern, facts, as_of)
        differing += sorted(search.bindings(pattern, facts_check(facts), as_of)) != expected
        matched += bool(expected)
        bound += len(expected)
    return PatternAgreement(pattern.code, SETS, matched, bound, differing)


def _facts(pattern: CompiledPattern, rng: random.Random, *, is_story: bool) -> list[Fact]:
    """Events of the pattern's kinds with few distinct values; a story has one for each step, in order."""
    kinds = [step.kind for step in pattern.steps]
    chosen = [*kinds, *rng.choices(sorted(pattern.kinds), k=rng.randrange(4))] if is_story else []
    chosen = chosen or rng.choices(sorted(pattern.kinds), k=rng.randrange(1, _MOST_FACTS))
    pace = max(pattern.within_seconds // max(len(kinds), 1), 1)
    facts: list[Fact] = []
    for number, kind in enumerate(chosen):
        later = number * rng.choice([0, 1, pace // 2, pace])
        moment = later if is_story else pace * rng.randrange(4) + rng.randrange(2)
        fields = _fields(pattern, rng, number, is_story=is_story)
        if is_story and number < len(pattern.steps) and rng.random() < _OBEDIENT:
            fields |= _obeying(pattern.steps[number].conditions, facts)
        facts.append(Fact(id=number, kind=kind, at=_START + moment, **fields))
    rng.shuffle(facts)
    return facts


def _obeying(conditions: Sequence[Condition], earlier: Sequence[Fact]) -> dict[str, Any]:
    """What the equalities of a step ask of its event."""
    return {
        condition.field: condition.constant
        if condition.other_step is None
        else getattr(earlier[condition.other_step], condition.other_field)
        for condition in conditions
        if condition.operator == "=" and condition.field != TIME_FIELD
    }


def _fields(pattern: CompiledPattern, rng: random.Random, number: int, *, is_story: bool) -> dict[str, Any]:
    constants = [
        condition.constant
        for conditions in (*(step.conditions for step in pattern.steps), *(one.conditions for one in pattern.absences))
        for condition in conditions
        if condition.constant is not None
    ]
    texts = [value for value in constants if isinstance(value, str)] + ["a"] * (3 if is_story else 1) + ["b", ""]
    numbers: list[int | None] = [None, 0, 1]
    for value in constants:
        if isinstance(value, int):
            numbers += [value - 1, value, value + 1]
    fields: dict[str, Any] = {name: rng.choice(texts) for name in TEXT_FIELDS}
    # Most patterns join what different customers share, or what one customer did.
    fields["customer"] = rng.choice(["a", "a", str(number)])
    return fields | {name: rng.choice(numbers) for name in INTEGER_FIELDS}
