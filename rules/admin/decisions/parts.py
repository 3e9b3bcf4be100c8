"""Parts of a decision as rows: rules with what they saw, the model as bars, variables in words. Pure."""

from collections.abc import Container, Mapping, Sequence
from math import exp
from typing import Any

import msgspec

from rules.engine.document import LegalCap, Rule, RuleSetDocument
from rules.engine.expression_words import Glossary, cell_words, comparison_words, expression_words
from rules.engine.trace import ComparisonTrace, RuleTrace
from rules.pattern_words import EVENTS
from rules.services.decisions.document import Sealed
from rules.variable_words import plain_number, variable_words
from rules.words import SIGNS, Language, code_words, money_words, pick, value_words
from scoring.alternative.gate import CLOSED_WORDS
from scoring.catalogue import Variable

ORDER = {"true": 0, "unknown": 1, "false": 2}
OUTCOME_WEIGHT = {"DECLINE": 0, "RED": 0, "ORANGE": 1, "REFER": 1, "YELLOW": 2, "BLUE": 3}
SMALL = 0.05
"""Log odds below which a variable moved the probability of default too little to be shown at once."""
HALF = 50.0
"""Percent of a bar chart's width on each side of its middle."""


class ComparisonRow(msgspec.Struct, frozen=True):
    """One comparison of numbers in words: what was seen, the threshold, how far apart."""

    subject: str
    value: str
    operator: str
    threshold: str
    threshold_label: str
    distance: str
    is_unknown: bool


class RuleRow(msgspec.Struct, frozen=True):
    """One rule as it was evaluated, in words."""

    trace: RuleTrace
    label_en: str
    label_zh: str
    when: str
    words: str
    comparisons: list[ComparisonRow]
    seen: list[tuple[str, str]]
    """Other values it read: labels and values in words."""


def rule_rows(
    traces: Sequence[RuleTrace], rules: Sequence[Rule], glossary: Glossary, language: Language
) -> list[RuleRow]:
    """Rules that held first, the most severe before the milder; then those that could not be told; then the rest."""
    by_code = {rule.code: rule for rule in rules}
    rows = [_rule_row(trace, by_code[trace.code], glossary, language) for trace in traces if trace.code in by_code]
    return sorted(rows, key=lambda row: (ORDER[row.trace.truth], OUTCOME_WEIGHT.get(row.trace.outcome, 9)))


def _rule_row(trace: RuleTrace, rule: Rule, glossary: Glossary, language: Language) -> RuleRow:
    comparisons = [_comparison_row(found, glossary, language) for found in trace.comparisons]
    compared = " ".join(found.text for found in trace.comparisons)
    seen = [
        (_label(name, glossary, language), _value_words(name, value, glossary, language))
        for name, value in trace.values.items()
        if name not in compared
    ]
    return RuleRow(
        trace=trace,
        label_en=rule.label_en,
        label_zh=rule.label_zh,
        when=rule.when,
        words=expression_words(rule.when, glossary, language),
        comparisons=comparisons,
        seen=seen,
    )


def _comparison_row(found: ComparisonTrace, glossary: Glossary, language: Language) -> ComparisonRow:
    words = comparison_words(found.text, glossary, language)
    unit = words.unit.partition(" per ")[0]
    value, threshold, distance = (
        None if number is None else value_words(plain_number(number, unit), unit, language)
        for number in (found.value, found.threshold, found.distance)
    )
    sign = "+" if found.distance is not None and found.distance > 0 else ""
    return ComparisonRow(
        subject=words.subject,
        value=value or "",
        operator=SIGNS.get(found.operator, found.operator),
        threshold=threshold or "",
        threshold_label=words.threshold,
        distance=f"{sign}{distance}" if distance else "",
        is_unknown=found.value is None or found.threshold is None,
    )


def _label(name: str, glossary: Glossary, language: Language) -> str:
    term = glossary.get(name)
    return (term.en if language == "en" else term.zh) if term else name


def _value_words(name: str, value: Any, glossary: Glossary, language: Language) -> str:
    term = glossary.get(name)
    if value is None:
        return "?"
    if term is not None and any(code.code == value for code in term.codes):
        return code_words(plain_number(value) if isinstance(value, float) else value, term.codes, language)
    number = plain_number(value) if isinstance(value, float) else value
    return value_words(number, term.unit if term else "", language)


def bar_rows(
    contributions: Mapping[str, float],
    variables: Mapping[str, Variable],
    values: Mapping[str, Any],
    language: Language,
    *,
    reference: Mapping[str, float],
    causes: Container[str] = (),
) -> list[dict[str, Any]]:
    """Contributions to the log odds of going bad as bars from a middle line, largest first.

    Each is measured against `reference`, as the reasons are; `causes` are the variables behind the decision's reasons.
    A variable without a reason code never becomes one (`may_be_told`).
    Those too small to matter (`is_small`) come last.
    `left` and `width` are percent of the chart's width; `odds` is the factor on the odds, exp(contribution).
    """
    excesses = {name: value - reference.get(name, 0.0) for name, value in contributions.items()}
    largest = max((abs(value) for value in excesses.values()), default=0.0) or 1.0
    rows = []
    for name, value in sorted(excesses.items(), key=lambda item: -abs(item[1])):
        variable, width = variables.get(name), round(abs(value) / largest * (HALF - 2), 2)
        label = (variable.en if language == "en" else variable.zh) if variable else name
        rows.append(
            {
                "name": name,
                "label": label,
                "value": variable_words(variable, values.get(name), language),
                "contribution": value,
                "shown": f"{value:+.2f}",
                "odds": f"× {exp(value):.2f}",
                "raises": value > 0,
                "is_cause": name in causes,
                "is_small": abs(value) < SMALL and name not in causes,
                "may_be_told": bool(variable and variable.reason_code),
                "left": HALF if value > 0 else round(HALF - width, 2),
                "width": max(width, 0.3),
            }
        )
    return sorted(rows, key=lambda row: row["is_small"])


def value_rows(
    variables: Mapping[str, Variable], values: Mapping[str, Any], sealed: Sealed | None, language: Language
) -> list[dict[str, Any]]:
    """The application's variables: label, value in words, whether given, defaulted or unknown, and why it is closed."""
    given, closed = (sealed.given, sealed.alternative or {}) if sealed else ({}, {})
    rows = []
    for name in dict.fromkeys([*variables, *values]):
        variable, value = variables.get(name), values.get(name)
        label = (variable.en if language == "en" else variable.zh) if variable else name
        origin = "given" if name in given else "unknown" if value is None else "own"
        words = variable_words(variable, value, language)
        cause = pick(CLOSED_WORDS.get(closed.get(name, ""), ("", "")), language)
        rows.append({"name": name, "label": label, "words": words, "origin": origin, "cause": cause})
    return rows


def inputs_folded(rows: Sequence[dict[str, Any]], mattered: Container[str]) -> dict[str, list[dict[str, Any]]]:
    """`value_rows` as a reader needs them: `shown` were given or mattered, `own` others we know, `unknown` the rest.

    `mattered` are the names read by the model and by rules that held or could not be told, and those whose absence
    sent it to a person.
    """
    folded: dict[str, list[dict[str, Any]]] = {"shown": [], "own": [], "unknown": []}
    for row in rows:
        is_shown = row["origin"] == "given" or row["name"] in mattered
        folded["shown" if is_shown else row["origin"]].append(row)
    return folded


def offer_words(offer: Mapping[str, Any] | None, language: Language) -> dict[str, Any] | None:
    """An offer as the API answers it, in words; None where none was made."""
    if not offer:
        return None
    currency = offer["currency"]
    return {
        "requested": money_words(offer["amount_requested_minor"], currency),
        "offered": money_words(offer["amount_offered_minor"], currency),
        "rate": value_words(offer["annual_rate"], "share", language),
        "term": value_words(offer["term_months"], "months", language),
        "is_counter_offer": offer["is_counter_offer"],
    }


def fact_words(fact: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """An event that a pattern rests on: its kind in words, when, whether it is this application, whose, from where."""
    return {
        "kind": pick(EVENTS.get(fact["kind"], (fact["kind"], fact["kind"])), language),
        "at": fact["at"],
        "is_this": fact["id"] == 0,
        "customer": fact["customer"],
        "source": fact["source"],
    }


def cap_words(cap: LegalCap, currency: str, language: Language) -> dict[str, str]:
    """A legal cap in words: what it is, the most it allows, where it is written."""
    most = {
        "amount_minor": lambda: money_words(int(cap.maximum), currency),
        "annual_rate": lambda: value_words(cap.maximum, "share", language),
        "term_months": lambda: value_words(cap.maximum, "months", language),
    }
    return {"label": pick((cap.en, cap.zh), language), "most": most[cap.of](), "citation": cap.citation}


def offer_row(
    document: RuleSetDocument, number: int | None, glossary: Glossary, language: Language
) -> dict[str, Any] | None:
    """The row of the offer table that was hit (as `Evaluation.table_row` counts), cells in words."""
    if document.offer is None or number is None:
        return None
    table = next(entry for entry in document.tables if entry.name == document.offer.table)
    cells: list[tuple[str, str]] = []
    if 0 <= number < len(table.rows):
        cells = [
            (
                pick((column.en, column.zh), language) or column.expression,
                cell_words(cell, column.expression, glossary, language),
            )
            for cell, column in zip(table.rows[number].when, table.inputs, strict=False)
        ]
    title = pick((table.en, table.zh), language) or table.name
    return {"title": title, "number": number + 1, "cells": cells, "is_unknown": number == -2}
