"""What a version's cases reach, on its tabs; and making the cases that are missing."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from rules.admin.versions.view import VersionView
from rules.engine.case_making import boundary_cases, case_reaching, goal_words
from rules.engine.coverage import CoverageReport, Goal, coverage_of
from rules.engine.document import Case
from rules.engine.expression_words import Glossary, glossary_of
from rules.engine.program import Program, compile_program
from rules.localised import language
from rules.words import pick

BOUNDARY = "boundary"
_SHOWN = 80


def coverage_tab(view: VersionView) -> dict[str, Any] | None:
    """Share reached and what no case reaches, in words; None for a version with errors or without a catalogue."""
    program = program_of(view)
    if program is None or view.case_runs is None:
        return None
    report = coverage_of(program, view.document.cases, view.catalogue)
    missing, glossary = report.missing, glossary_of(program.document, view.catalogue)
    return {
        "reached": report.reached,
        "total": len(report.counts),
        "percent": int(report.share * 100),
        "missing": [_row(program, goal, glossary) for goal in missing[:_SHOWN]],
        "more": max(len(missing) - _SHOWN, 0),
        "has_thresholds": any(goal.kind == "threshold" for goal in missing),
        "kinds": _by_kind(report),
    }


def _row(program: Program, goal: Goal, glossary: Glossary) -> dict[str, Any]:
    words = pick(goal_words(program, goal, glossary), language())
    return {"words": words, "key": goal.key, "can_add": goal.kind != "pattern"}


def _by_kind(report: CoverageReport) -> list[dict[str, Any]]:
    titles = {
        "rule": _("Rules: true, false, unknown"),
        "threshold": _("Thresholds: below, at, above"),
        "row": _("Rows of tables"),
        "bin": _("Bins of scorecards"),
        "pattern": _("Patterns"),
    }
    rows = []
    for kind, title in titles.items():
        counts = [count for goal, count in report.counts.items() if goal.kind == kind]
        if counts:
            rows.append({"title": title, "reached": sum(count > 0 for count in counts), "total": len(counts)})
    return rows


def program_of(view: VersionView) -> Program | None:
    """The version compiled; None with errors or without a catalogue."""
    if view.catalogue is None or view.errors:
        return None
    document = view.document
    return compile_program(document, view.catalogue, product=document.product, stage=document.stage)


def cases_made(program: Program, view: VersionView, key: str) -> list[Case]:
    """Boundary cases, or one that reaches the goal of that key. Raises Http404 for a goal reached or unknown."""
    assert view.catalogue is not None  # noqa: S101 - a program has been compiled against it
    if key == BOUNDARY:
        return boundary_cases(program, view.catalogue)
    report = coverage_of(program, view.document.cases, view.catalogue)
    goal = next((goal for goal in report.missing if goal.key == key), None)
    if goal is None:
        raise Http404
    found = case_reaching(program, view.catalogue, goal)
    return [found] if found else []
