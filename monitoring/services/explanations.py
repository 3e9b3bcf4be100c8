"""Why a warning stands: the result behind it, opened and evaluated again with the bundle it was found with."""

from math import exp
from typing import Final

import msgspec

from lending.business_dates import business_date_of
from lending.models import RiskEvent
from monitoring.models import EarlyWarning, ReviewResult
from monitoring.services.result_portraits import portrait_open
from monitoring.services.runs import run_bundle
from rules.engine.document import Pattern, Rule
from rules.engine.expression_words import Glossary, expression_words, glossary_of
from rules.engine.patterns import PatternHit
from rules.engine.program import ScoreInput
from rules.engine.trace import ComparisonTrace, RuleTrace
from rules.language import names_in, parse
from rules.pattern_words import pattern_words
from rules.services.bundles.loading import Bundle
from rules.words import SIGNS, Language, value_words
from scoring.catalogue import Variable

CONTRIBUTIONS_SHOWN: Final = 10


class ComparisonLine(msgspec.Struct):
    """One comparison in words: what it says, and its value, threshold and distance in the variable's unit."""

    words: str
    operator: str
    value: str
    threshold: str
    distance: str


class RuleLine(msgspec.Struct):
    """One rule as it was found."""

    rule: Rule
    trace: RuleTrace
    words: str
    """Its condition as a phrase."""
    comparisons: list[ComparisonLine]


class PatternLine(msgspec.Struct):
    """One pattern hit and the events it bound."""

    pattern: Pattern | None
    level: str
    words: str
    events: list[RiskEvent]


class PushLine(msgspec.Struct):
    """What one variable did to the model's odds; `share` of the largest, -100 to 100."""

    label: str
    value: str
    share: int
    log_odds: float

    @property
    def width(self) -> int:
        """Length of the bar, 0 to 100."""
        return abs(self.share)

    @property
    def odds(self) -> str:
        """The factor on the odds, as the page of a decision writes it."""
        return f"× {exp(self.log_odds):.2f}"


class Explanation(msgspec.Struct):
    """Everything a person needs to see why."""

    result: ReviewResult
    hits: list[RuleLine]
    unknown: list[RuleLine]
    others: list[RuleLine]
    patterns: list[PatternLine]
    pushes: list[PushLine]
    values: list[tuple[str, str]]
    """Label and value of every variable known."""
    latest_month: str
    horizon_months: int | None
    """How far the PD looks ahead."""


def explanation_of(warning: EarlyWarning, language: Language) -> Explanation | None:
    """The explanation of the result that last hit; None if there is none or the customer's data are erased.

    Raises BundleBroken where a part of that review's bundle does not load, VaultError where the portrait does not.
    """
    results = ReviewResult.objects.filter(run=warning.last_run_id, loan=warning.loan_id)
    result = results.select_related("loan__customer", "loan__product", "run__product").first()
    portrait = portrait_open(result) if result else None
    if result is None or portrait is None:
        return None
    bundle = run_bundle(result.run)
    latest_month = str(portrait.pop("_latest_month", ""))
    lines = _rule_lines(result, portrait, bundle, language)
    return Explanation(
        result=result,
        hits=[line for line in lines if line.trace.truth == "true"],
        unknown=[line for line in lines if line.trace.truth == "unknown"],
        others=[line for line in lines if line.trace.truth == "false"],
        patterns=_pattern_lines(result, bundle, language),
        pushes=_pushes(portrait, bundle, language),
        values=_values(portrait, bundle, language),
        latest_month=latest_month,
        horizon_months=bundle.model.card.get("pd_horizon_months") if bundle.model else None,
    )


def _rule_lines(
    result: ReviewResult, portrait: dict[str, object], bundle: Bundle, language: Language
) -> list[RuleLine]:
    program = bundle.program
    if program is None:
        return []
    points = bundle.model.points(result.pd) if bundle.model and result.pd is not None else None
    hits = [PatternHit(hit["code"], hit["level"], hit["reason"], hit["facts"]) for hit in result.pattern_hits]
    date = business_date_of(result.run.as_of, result.run.product.timezone).isoformat()
    evaluation = program.evaluate(portrait, score=ScoreInput(result.pd, points), pattern_hits=hits, business_date=date)
    glossary = glossary_of(program.document, bundle.catalogue)
    return [
        RuleLine(
            rule,
            trace,
            expression_words(rule.when, glossary, language),
            [_comparison_line(comparison, glossary, language) for comparison in trace.comparisons],
        )
        for rule, trace in zip(program.rules, evaluation.rule_traces(), strict=True)
    ]


def _comparison_line(comparison: ComparisonTrace, glossary: Glossary, language: Language) -> ComparisonLine:
    named = (glossary[name] for name in names_in(parse(comparison.text)) if name in glossary)
    unit = next((term.unit for term in named if term.unit), "")

    def shown(number: float | None) -> str:
        return value_words(None if number is None else round(number, 4), unit, language)

    return ComparisonLine(
        expression_words(comparison.text, glossary, language),
        SIGNS.get(comparison.operator, comparison.operator),
        shown(comparison.value),
        shown(comparison.threshold),
        shown(comparison.distance),
    )


def _pattern_lines(result: ReviewResult, bundle: Bundle, language: Language) -> list[PatternLine]:
    document = bundle.program.document if bundle.program else None
    patterns = {pattern.code: pattern for pattern in document.patterns} if document else {}
    wanted = [number for hit in result.pattern_hits for number in hit["facts"]]
    events = RiskEvent.objects.select_related("loan").in_bulk(wanted)
    lines = []
    for hit in result.pattern_hits:
        pattern = patterns.get(hit["code"])
        words = pattern_words(pattern, language, bundle.currency) if pattern else hit["code"]
        bound = [events[number] for number in hit["facts"] if number in events]
        lines.append(PatternLine(pattern, hit["level"], words, bound))
    return lines


def _pushes(portrait: dict[str, object], bundle: Bundle, language: Language) -> list[PushLine]:
    if bundle.model is None or bundle.catalogue is None:
        return []
    variables = bundle.catalogue.of_product(bundle.product_code)
    pushes = sorted(bundle.model.contributions(portrait), key=lambda push: -abs(push.value))[:CONTRIBUTIONS_SHOWN]
    largest = max((abs(push.value) for push in pushes), default=0.0) or 1.0
    return [
        PushLine(
            label=_label(variables[push.variable], language) if push.variable in variables else push.variable,
            value=_shown(variables.get(push.variable), portrait.get(push.variable), language),
            share=round(push.value / largest * 100),
            log_odds=push.value,
        )
        for push in pushes
    ]


def _values(portrait: dict[str, object], bundle: Bundle, language: Language) -> list[tuple[str, str]]:
    variables = bundle.catalogue.of_product(bundle.product_code) if bundle.catalogue else {}
    return [
        (_label(variables[name], language) if name in variables else name, _shown(variables.get(name), value, language))
        for name, value in portrait.items()
        if value is not None
    ]


def _label(variable: Variable, language: Language) -> str:
    return variable.zh if language == "zh" else variable.en


def _shown(variable: Variable | None, value: object, language: Language) -> str:
    if variable is None or value is None:
        return value_words(value, "", language)
    meaning = variable.label_of(value, language)
    return meaning or value_words(value, variable.unit, language)
