"""What a version's cases reach, on its tabs; and making the cases that are missing."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from riskengine.errors import RiskEngineError
from rules.admin.versions.view import VersionView
from rules.engine.case_making import boundary_cases, case_reaching, cases_json, goal_words
from rules.engine.coverage import CoverageReport, Goal, coverage_of
from rules.engine.document import Case
from rules.engine.program import Program, compile_program
from rules.expression_words import Glossary, glossary_of
from rules.localised import language
from rules.services.versions.life import version_edit
from rules.words import pick

if TYPE_CHECKING:
    from rules.admin.versions.pages import RuleSetVersionAdmin

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


def cases_add(page: "RuleSetVersionAdmin", request: HttpRequest, version_id: int) -> HttpResponse:
    """Add the boundary cases nothing reaches yet, or a case that reaches one goal (POST)."""
    if request.method != "POST":
        raise PermissionDenied
    view = VersionView.of(request, version_id)
    if not view.may["edit"]:
        raise PermissionDenied
    program = program_of(view)
    if program is None or view.catalogue is None:
        messages.error(request, _("Mend the problems first: cases are made by trying them."))
        return page.to_tab(version_id, "checks")
    made = cases_made(program, view, request.POST.get("goal", ""))
    if not made:
        messages.info(request, _("No case was found that reaches it. Write one by hand, or see if it can be reached."))
        return page.to_tab(version_id, "checks")
    try:
        version_edit(
            version=view.version,
            document={**view.version.document, "cases": [*view.version.document.get("cases", []), *cases_json(made)]},
            editor=view.user,
            at=view.at,
            expected_hash=request.POST.get("expected_hash", ""),
        )
    except RiskEngineError as error:
        page.say(request, error)
    else:
        words = ngettext(
            "%(count)s case added. It expects what the draft gives now: read it before you rely on it.",
            "%(count)s cases added. They expect what the draft gives now: read them before you rely on them.",
            len(made),
        )
        messages.success(request, words % {"count": len(made)})
    return page.to_tab(version_id, "checks")


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
