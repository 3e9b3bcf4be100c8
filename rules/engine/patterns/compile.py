"""From the patterns of a rule-set document to a PatternProgram, or to every problem found."""

import re
from collections.abc import Sequence
from typing import Final

from rules.engine.document import Pattern, Step
from rules.engine.patterns.compiled import Absence, CompiledPattern, CompiledStep, Condition
from rules.engine.patterns.errors import PatternInvalid
from rules.engine.patterns.messages import problem
from rules.engine.patterns.program import PatternProgram
from rules.engine.patterns.where import conditions_of
from rules.language.parse import parse
from rules.language.problems import ExpressionInvalid, Problem, at_path, problems_json
from rules.language.tree import Name, Node, walk
from scoring.velocity import EVENTS

STEPS: Final = (2, 4)
WITHIN_DAYS_LIMIT: Final = 3_660

_ALIAS: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")
_WITHIN: Final = re.compile(
    r"P(?=[0-9T])(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
)


def compile_patterns(patterns: Sequence[Pattern]) -> PatternProgram:
    """The program of the enabled ones. Raises PatternInvalid with every problem of every pattern, enabled or not."""
    compiled: list[CompiledPattern] = []
    problems: list[Problem] = []
    for number, pattern in enumerate(patterns):
        found, wrong = pattern_compile(pattern, path=f"patterns/{number}")
        problems += wrong
        if found is not None and pattern.enabled:
            compiled.append(found)
    if problems:
        raise PatternInvalid("A pattern cannot be compiled", problems=problems_json(problems))
    return PatternProgram(compiled)


def pattern_compile(pattern: Pattern, *, path: str = "") -> tuple[CompiledPattern | None, list[Problem]]:
    """One pattern compiled, or None and every problem with it (`path` is its place in the document)."""
    problems: list[Problem] = []
    low, high = STEPS
    if not low <= len(pattern.steps) <= high:
        problems.append(problem("pattern_step_count", f"{path}/steps", low=low, high=high, found=len(pattern.steps)))
    within = within_seconds(pattern.within)
    if within is None:
        limit = WITHIN_DAYS_LIMIT
        problems.append(problem("pattern_within_invalid", f"{path}/within", found=pattern.within, limit=limit))
    steps: list[CompiledStep] = []
    absences: list[Absence] = []
    for number, step in enumerate(pattern.steps):
        compiled, wrong = _step(step, pattern.steps[:number], f"{path}/steps/{number}")
        problems += wrong
        if not step.is_absent:
            steps.append(compiled)
        elif steps:
            absences.append(Absence(compiled.kind, len(steps) - 1, compiled.conditions))
        else:
            problems.append(problem("pattern_first_absent", f"{path}/steps/{number}"))
    if problems or within is None:
        return None, problems
    then = pattern.then
    return CompiledPattern(pattern.code, tuple(steps), within, then.outcome, then.reason, tuple(absences)), []


def within_seconds(text: str) -> int | None:
    """An ISO-8601 duration of weeks, days, hours, minutes, seconds; None if it is not one, or zero, or too long."""
    found = _WITHIN.fullmatch(text)
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
    return total if 0 < total <= WITHIN_DAYS_LIMIT * 86_400 else None


def _step(step: Step, earlier: Sequence[Step], path: str) -> tuple[CompiledStep, list[Problem]]:
    alias, event = step.alias, step.event
    aliases = [other.alias for other in earlier]
    problems: list[Problem] = []
    if not _ALIAS.fullmatch(alias):
        problems.append(problem("pattern_alias_invalid", f"{path}/as", found=alias))
    elif alias in aliases:
        problems.append(problem("pattern_alias_repeated", f"{path}/as", found=alias))
    if event not in EVENTS:
        problems.append(problem("pattern_event_unknown", f"{path}/event", found=event, known=", ".join(EVENTS)))
    conditions, wrong = _where(step, earlier, f"{path}/where")
    return CompiledStep(alias, event, tuple(conditions)), problems + wrong


def _where(step: Step, earlier: Sequence[Step], path: str) -> tuple[list[Condition], list[Problem]]:
    if not step.where.strip():
        return [], []
    try:
        tree = parse(step.where)
    except ExpressionInvalid as error:
        return [], at_path(path, error.problems)
    absent = {other.alias for other in earlier if other.is_absent}
    wrong = [problem("pattern_absent_read", path, name.position, found=name.name) for name in _read(tree, absent)]
    if wrong:
        return [], wrong
    return conditions_of(tree, [*(other.alias for other in earlier if not other.is_absent), step.alias], path)


def _read(tree: Node, aliases: set[str]) -> list[Name]:
    """The names in the tree that are fields of these steps."""
    return [part for part in walk(tree) if isinstance(part, Name) and part.name.partition(".")[0] in aliases]
