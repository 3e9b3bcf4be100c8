"""The tabs of a version that show its tables and its cases."""

from typing import Any

import msgspec

from rules.admin.version_view import VersionView
from rules.engine.cases import CaseResult
from rules.engine.document import Case, Expect, Row, Table
from rules.expression_words import cell_words
from rules.localised import language, localised
from rules.words import code_words, currency_of, outcome_words, pick, unit_words, value_words

EXPECTED: dict[str, tuple[str, str]] = {
    "outcome": ("outcome", "结果"),
    "grade": ("grade", "等级"),
    "hits": ("rules that must hit", "应命中的规则"),
    "misses": ("rules that must not hit", "不应命中的规则"),
    "reasons": ("reasons", "理由"),
    "amount_offered_minor": ("amount offered", "报价金额"),
}


def offer_tab(view: VersionView) -> dict[str, Any]:
    """The offer and every decision table, cells in words."""
    offer = view.document.offer
    tables = [_table(view, table, offer is not None and table.name == offer.table) for table in view.document.tables]
    return {"offer": offer, "tables": tables}


def _table(view: VersionView, table: Table, is_offer: bool) -> dict[str, Any]:
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
        rows.append({"tests": tests, "results": results, "shown": _shown(row, [*tests, *results], columns)})
    blank = [{"text": "", "words": "", "title": column["title"]} for column in columns]
    return {"table": table, "columns": columns, "rows": rows, "blank": blank, "is_offer": is_offer}


def _shown(row: Row, words: list[str], columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row's cells as they are edited, with their words where those say more."""
    texts = [*row.when, *row.then]
    return [
        {"text": text, "words": "" if said == text.strip('"') else said, "title": column["title"]}
        for text, said, column in zip(texts, words, columns, strict=False)
    ]


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
            "can_accept": bool(runs) and not runs[at].is_passed,
        }
        for at, case in enumerate(view.document.cases)
    ]
    return {"rows": rows, "has_run": has_run, "passed": sum(run.is_passed for run in runs)}


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
