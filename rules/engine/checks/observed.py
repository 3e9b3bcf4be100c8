"""Thresholds that no case seen so far lies beyond: probably a wrong unit, or a rule that will never speak."""

from collections.abc import Iterable
from typing import Any

from rules.engine.checks.context import LANGUAGES, Context
from rules.engine.leaves import thresholds_in
from rules.engine.problems import Problem, problem
from rules.words import range_words


def observed_problems(context: Context) -> Iterable[Problem]:
    """A warning for each threshold of a rule outside what its variable was observed to be.

    Rules with a legal basis are left out: what the law forbids is asked for although nobody does it.
    """
    for number, node in context.conditions:
        rule = context.parsed.rules[number][0]
        told: set[tuple[str, float]] = set()
        for name, threshold in thresholds_in(node):
            profile = context.profiles.get(name)
            if profile is None or profile.minimum is None or profile.maximum is None or rule.legal_basis.strip():
                continue
            if profile.minimum <= threshold <= profile.maximum or (name, threshold) in told:
                continue
            told.add((name, threshold))
            yield _outside(context, number, name, threshold)


def _outside(context: Context, number: int, name: str, threshold: float) -> Problem:
    profile = context.profiles[name]
    term = context.glossary.get(name)
    facts: dict[str, Any] = {"code": context.parsed.rules[number][0].code, "count": f"{profile.count:,}"}
    for language in LANGUAGES:
        low, high = (
            int(edge) if edge.is_integer() else edge for edge in (profile.minimum or 0.0, profile.maximum or 0.0)
        )
        facts[f"name_{language}"] = context.name_words(name, language)
        facts[f"threshold_{language}"] = context.value_words(name, threshold, language)
        facts[f"range_{language}"] = range_words(low, high, term.unit if term else "", language)
        facts[f"source_{language}"] = getattr(profile, f"source_{language}")
    return problem("threshold_outside_observed", path=f"rules/{number}/when", severity="warning", **facts)
