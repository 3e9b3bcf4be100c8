"""Checks of the offer: wordings of counter-offers, a row for whoever may be approved, and the order of the rows."""

from collections.abc import Iterable
from math import inf, nextafter
from typing import Any

from rules.engine.checks.context import Context
from rules.engine.checks.offer_gaps import offer_gap_problems
from rules.engine.checks.offer_order import offer_order_problems
from rules.engine.checks.scorecards import reason_problems
from rules.engine.outcomes import LADDERS, MILDEST, level_of
from rules.engine.parsed import FAILED, ParsedDocument, ParsedTable
from rules.engine.problems import Problem, problem
from rules.language import ExpressionInvalid, Node, parse_cell, substitute
from rules.language.interpret import interpret
from rules.language.tree import Name
from scoring.catalogue import Reason


def offer_problems(context: Context, reasons: dict[str, Reason]) -> Iterable[Problem]:
    """Problems of an offer whose table exists."""
    parsed = context.parsed
    offer = parsed.document.offer
    if offer is None or offer.table not in parsed.tables:
        return
    for field in ("amount_reason", "term_reason", *(("cap_reason",) if offer.caps else ())):
        yield from reason_problems(getattr(offer, field), f"offer/{field}", reasons)
    table = parsed.tables[offer.table]
    missing = list(_grades(parsed, table))
    yield from missing
    path = f"tables/{[entry.name for entry in parsed.document.tables].index(offer.table)}"
    if context.is_sound(path) and context.is_sound("offer") and context.is_sound("grades"):
        if not missing:
            yield from offer_gap_problems(context, table, f"{path}/rows")
        yield from offer_order_problems(context, table, path)


def _grades(parsed: ParsedDocument, table: ParsedTable) -> Iterable[Problem]:
    tests = _grade_tests(table)
    if tests is None or any(found.severity == "error" for found in parsed.problems):
        return
    lower = 0.0
    for number, grade in enumerate(parsed.document.grades):
        is_covered = any(interpret(test, {"grade": grade.grade}) is True for test in tests)
        if not is_covered and not _is_never_approved(parsed, grade.grade, lower, grade.max_pd):
            yield problem("offer_grade_missing", path=f"grades/{number}", grade=grade.grade)
        lower = nextafter(grade.max_pd, inf)


def _grade_tests(table: ParsedTable) -> list[Node] | None:
    """The cells that test the grade; None where the table does not look at it."""
    columns = [number for number, column in enumerate(table.table.inputs) if column.expression.strip() == "grade"]
    if not columns:
        return None
    try:
        cells = [parse_cell(row.row.when[columns[0]]) for row in table.rows]
    except ExpressionInvalid:
        return None
    return [substitute(cell, "?", Name("grade")) for cell in cells]


def _is_never_approved(parsed: ParsedDocument, grade: str, low_pd: float, high_pd: float) -> bool:
    """Whether one rule refers or declines the grade at both ends of its PDs, whatever else is known."""
    ends = [{"grade": grade, "pd": low_pd}, {"grade": grade, "pd": high_pd}]
    values = [_with_derived(parsed, end) for end in ends]
    for rule, text in parsed.rules:
        outcome = rule.then.outcome
        is_asked = rule.enabled and outcome in LADDERS[parsed.document.stage] and text.node is not FAILED
        is_adverse = is_asked and level_of(outcome, parsed.document.stage) > MILDEST
        if is_adverse and all(interpret(text.node, known) is True for known in values):
            return True
    return False


def _with_derived(parsed: ParsedDocument, values: dict[str, Any]) -> dict[str, Any]:
    for derived, text in parsed.derived:
        values = {**values, derived.name: interpret(text.node, values)}
    return values
