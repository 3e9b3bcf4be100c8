"""Rules beside each other: the same condition twice, and rules that another one makes pointless."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.engine.checks.context import Context
from rules.engine.checks.regions import Box, Key, TooManyBoxes, meet
from rules.engine.document import Rule
from rules.engine.outcomes import LADDERS, level_of
from rules.engine.problems import Problem, problem
from rules.language import Node
from rules.words import outcome_words


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule's condition with its regions: where it is true, and where it is not (false or unknown)."""

    number: int
    rule: Rule
    node: Node
    true: list[Box]
    known: frozenset[Key]
    """Keys that are not null wherever it is true."""
    other: list[Box]
    asks: frozenset[Key]
    """Keys that would have to be known for it to be true."""


def related_problems(context: Context) -> Iterable[Problem]:
    """A warning for each rule that repeats another, or that never changes the outcome because another one holds
    wherever it does, with the same or a more severe outcome."""
    asked = [found for number, node in context.conditions if (found := _asked(context, number, node)) is not None]
    for place, one in enumerate(asked):
        twin = next((other for other in asked[:place] if _is_same(one, other)), None)
        if twin is not None:
            yield _twins(one, twin)
            continue
        cover = next((other for other in asked if other is not one and _makes_pointless(context, other, one)), None)
        if cover is not None and not _is_same(one, cover):
            yield _pointless(one, cover)


def _asked(context: Context, number: int, node: Node) -> _Asked | None:
    try:
        true = context.regions.of(node, True)
        unknown = context.regions.of(node, None)
        other = context.regions.of(node, False) + unknown
    except TooManyBoxes:
        return None
    if not true:
        return None
    known = frozenset.intersection(*[frozenset(key for key, held in box.items() if not held.has_null) for box in true])
    asks = frozenset(key for box in unknown for key, held in box.items() if held.has_null)
    return _Asked(number, context.parsed.rules[number][0], node, true, known, other, asks)


def _holds_wherever(cover: _Asked, one: _Asked) -> bool:
    """Whether `cover` is proven true wherever `one` is."""
    if cover.node == one.node:
        return True
    if not cover.asks <= one.known:
        return False
    return all(meet(box, other) is None for box in one.true for other in cover.other)


def _is_same(one: _Asked, other: _Asked) -> bool:
    return _holds_wherever(one, other) and _holds_wherever(other, one)


def _makes_pointless(context: Context, cover: _Asked, one: _Asked) -> bool:
    """A rule that only adds points or sets values is never pointless."""
    stage = context.parsed.document.stage
    then, over = one.rule.then, cover.rule.then
    ladder = LADDERS[stage]
    if then.outcome not in ladder or over.outcome not in ladder or then.points or then.set:
        return False
    return level_of(over.outcome, stage) >= level_of(then.outcome, stage) and _holds_wherever(cover, one)


def _twins(one: _Asked, twin: _Asked) -> Problem:
    return problem(
        "rule_duplicate", path=f"rules/{one.number}/when", severity="warning", code=one.rule.code, other=twin.rule.code
    )


def _pointless(one: _Asked, cover: _Asked) -> Problem:
    return problem(
        "rule_unreachable",
        path=f"rules/{one.number}/when",
        severity="warning",
        code=one.rule.code,
        other=cover.rule.code,
        outcome_en=outcome_words(cover.rule.then.outcome, "en"),
        outcome_zh=outcome_words(cover.rule.then.outcome, "zh"),
    )
