"""Score bands between cut-offs: a PD or score that lies between two of them and that no rule speaks for."""

from collections.abc import Iterable
from math import inf, nextafter
from typing import Any

from rules.engine.checks.context import LANGUAGES, Context
from rules.engine.checks.regions import TooManyBoxes
from rules.engine.checks.samples import number_in
from rules.engine.checks.values import Interval, Numbers, either
from rules.engine.problems import Problem, problem


def band_problems(context: Context) -> Iterable[Problem]:
    """A warning for each hole between the bands of PD, and of score, that rules with an outcome ask for."""
    for name in ("pd", "score_points"):
        try:
            asked = [numbers for number, node in context.conditions for numbers in _asked(context, number, node, name)]
        except TooManyBoxes:
            continue
        taken = either(asked) if asked else None
        for low, high in _holes(taken) if isinstance(taken, Numbers) else ():
            example = number_in((low, high))
            words: dict[str, Any] = {f"name_{language}": context.name_words(name, language) for language in LANGUAGES}
            words |= {f"example_{language}": context.value_words(name, example, language) for language in LANGUAGES}
            yield problem("score_band_gap", path="rules", severity="warning", **words)


def _asked(context: Context, number: int, node: object, name: str) -> Iterable[Numbers]:
    """The values of `name` for which the rule may be true, where it asks for it at all."""
    if not context.parsed.rules[number][0].then.outcome:
        return
    for box in context.regions.of(node, True):  # type: ignore[arg-type]
        held = box.get(name)
        if held is not None and isinstance(held.values, Numbers):
            yield held.values


def _holes(taken: Numbers) -> Iterable[Interval]:
    """The numbers between its parts; the bands of one rule never leave a hole to themselves alone."""
    for (_, low), (high, _) in zip(taken.parts, taken.parts[1:], strict=False):
        yield nextafter(low, inf), nextafter(high, -inf)
