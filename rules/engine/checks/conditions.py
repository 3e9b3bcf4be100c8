"""Conditions that are never or always true, given what the catalogue allows."""

from collections.abc import Iterable

from rules.engine.checks.context import Context
from rules.engine.checks.regions import TooManyBoxes
from rules.engine.problems import Problem, problem
from rules.language import Node, tree


def condition_problems(context: Context) -> Iterable[Problem]:
    """A warning for every enabled rule whose condition cannot be true, or cannot be false."""
    for number, node in context.conditions:
        path = f"rules/{number}/when"
        try:
            found = _constant(context, node)
        except TooManyBoxes:
            yield problem("condition_not_told", path=path, severity="warning")
            continue
        if found is None:
            continue
        rule, text = context.parsed.rules[number]
        if found is False:
            yield problem("condition_never_true", path=path, severity="warning", code=rule.code)
        elif not isinstance(text.written, tree.Literal):
            yield problem("condition_always_true", path=path, severity="warning", code=rule.code)


def _constant(context: Context, node: Node) -> bool | None:
    """False where it is never true, True where it is never false, None otherwise."""
    if not context.regions.of(node, True):
        return False
    return None if context.regions.of(node, False) else True
