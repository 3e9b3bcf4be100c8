"""The tabs of a version that show its tables and its cases."""

from typing import Any

import msgspec

from rules.admin.versions.coverage import coverage_tab
from rules.admin.versions.view import VersionView
from rules.engine.cases import CaseResult
from rules.engine.document import Case, Expect, RuleSetDocument, Scorecard, Table
from rules.engine.expression_words import cell_words
from rules.localised import language, localised
from rules.words import code_words, currency_of, outcome_words, pick, unit_words, value_words

EXPECTED: dict[str, tuple[str, str]] = {
    "outcome": ("outcome", "结果"),
    "grade": ("grade", "等级"),
    "hits": ("rules that must hit", "应命中的规则"),
    "misses": ("rules that must not hit", "不应命中的规则"),
    "reasons": ("reasons", "理由"),
    "amount_offered_minor": ("amount offered", "报价金额"),
    "tables": ("tables and scorecards", "决策表与评分卡"),
}


HIT_POLICIES: dict[str, tuple[str, str]] = {
    "U": ("At most one row may hold.", "至多一行成立。"),
    "A": ("Several rows may hold if they say the same.", "可有多行成立，但结果须一致。"),
    "P": (
        "Of the rows that hold, the one whose result comes first in the allowed values.",
        "取成立各行中结果在允许值里最靠前者。",
    ),
    "F": ("The first row whose cells all hold is taken.", "取第一个各单元格均成立的行。"),
    "R": ("All rows that hold, in their order, as a list.", "成立的各行按行序组成列表。"),
    "O": (
        "All rows that hold, in the order of the allowed values, as a list.",
        "成立的各行按允许值的顺序组成列表。",
    ),
    "C": ("All rows that hold, as a list.", "成立的各行组成列表。"),
    "C+": ("The sum of the rows that hold.", "成立各行之和。"),
    "C<": ("The least of the rows that hold.", "成立各行中的最小值。"),
    "C>": ("The greatest of the rows that hold.", "成立各行中的最大值。"),
    "C#": ("How many rows hold.", "成立的行数。"),
}


def decision_tables(document: RuleSetDocument) -> list[Table]:
    """The tables but the offer's."""
    offered = document.offer.table if document.offer else ""
    return [table for table in document.tables if table.name != offered]


def tables_tab(view: VersionView) -> dict[str, Any]:
    """Every decision table but the offer's, cells in words."""
    return {"tables": [_table(view, table) for table in decision_tables(view.document)]}


def offer_tab(view: VersionView) -> dict[str, Any]:
    """The table of the offer with its legal caps, and the grades."""
    offer, document = view.document.offer, view.document
    tables = [_table(view, table) for table in document.tables if offer and table.name == offer.table]
    return {"offer": offer, "tables": tables, "grades": _grades(view), "caps": _caps(view)}


def scorecard_tab(view: VersionView) -> dict[str, Any]:
    """Scorecards with the points of every bin, tests in words."""
    return {"scorecards": [_scorecard(view, card) for card in view.document.scorecards]}


def _scorecard(view: VersionView, card: Scorecard) -> dict[str, Any]:
    characteristics = []
    for entry in card.characteristics:
        bins = [*((row, True) for row in entry.special), *((row, False) for row in entry.bins)]
        shown = [
            {
                "words": localised(row) or cell_words(row.when, entry.expression, view.glossary, language()),
                "text": row.when,
                "points": row.points,
                "is_special": is_special,
            }
            for row, is_special in bins
        ]
        characteristics.append({"entry": entry, "words": view.in_words(entry.expression), "bins": shown})
    return {"card": card, "characteristics": characteristics}


def _grades(view: VersionView) -> list[dict[str, Any]]:
    """Grades with the band of PDs each holds."""
    rows, low = [], 0.0
    for grade in view.document.grades:
        band = [value_words(bound, "share", language()) for bound in (low, grade.max_pd)]
        rows.append({"grade": grade, "band": band})
        low = grade.max_pd
    return rows


def _caps(view: VersionView) -> list[dict[str, Any]]:
    """Legal caps in words."""
    currency = f"{view.rule_set.product.currency} minor units"
    units = {"amount_minor": currency, "annual_rate": "share", "term_months": "months"}
    caps = view.document.offer.caps if view.document.offer else []
    return [{"cap": cap, "most": value_words(cap.maximum, units[cap.of], language())} for cap in caps]


def _table(view: VersionView, table: Table) -> dict[str, Any]:
    columns = [
        *({"title": localised(column) or column.expression, "unit": "", "is_input": True} for column in table.inputs),
        *(
            {"title": localised(column) or column.name, "unit": unit_words(column.unit, language()), "is_input": False}
            for column in table.outputs
        ),
    ]
    rows = []
    for row in table.rows:
        tests = [
            cell_words(cell, column.expression, view.glossary, language())
            for cell, column in zip(row.when, table.inputs, strict=False)
        ]
        results = [_result(cell, column.unit) for cell, column in zip(row.then, table.outputs, strict=False)]
        rows.append({"tests": tests, "results": results, "note": row.note})
    policy = pick(HIT_POLICIES[table.hit_policy], language())
    return {"table": table, "columns": columns, "rows": rows, "policy": policy}


def _result(cell: str, unit: str) -> str:
    """A result cell: plain numbers in the column's unit, formulas as they are written."""
    try:
        return value_words(float(cell), unit if currency_of(unit) or unit == "share" else "", language())
    except ValueError:
        return cell


def cases_tab(view: VersionView) -> dict[str, Any]:
    """The version's own cases, run now where nothing is wrong with it."""
    has_run, runs = view.case_runs is not None, view.case_runs or []
    rows = [
        {
            "case": case,
            "run": runs[at] if runs else None,
            "expected": _expectation(view, case.expect),
            "differences": _differences(runs[at]) if runs else [],
            "inputs": _inputs(view, case),
        }
        for at, case in enumerate(view.document.cases)
    ]
    passed = sum(run.is_passed for run in runs)
    return {"rows": rows, "has_run": has_run, "passed": passed, "coverage": coverage_tab(view)}


def _expectation(view: VersionView, expect: Expect) -> list[tuple[str, str]]:
    currency = f"{view.rule_set.product.currency} minor units"
    shown = []
    for name, value in msgspec.to_builtins(expect).items():
        words = (
            outcome_words(value, language())
            if name == "outcome"
            else value_words(value, currency if "minor" in name else "", language())
        )
        shown.append((pick(EXPECTED[name], language()), words))
    return shown


def _differences(run: CaseResult) -> list[dict[str, str]]:
    return [
        {"field": pick(EXPECTED[found.field], language()), "found": value_words(found.found, "", language())}
        for found in run.differences
    ]


def _inputs(view: VersionView, case: Case) -> list[tuple[str, str]]:
    terms = [("pd", case.pd), ("score_points", case.score_points), *case.inputs.items()]
    return [
        (localised(view.glossary[name]) if name in view.glossary else name, _input_words(view, name, value))
        for name, value in terms
        if value is not None
    ]


def _input_words(view: VersionView, name: str, value: Any) -> str:
    term = view.glossary.get(name)
    if term is None:
        return value_words(value, "", language())
    if any(code.code == value for code in term.codes):
        return code_words(value, term.codes, language())
    return value_words(value, term.unit, language())
