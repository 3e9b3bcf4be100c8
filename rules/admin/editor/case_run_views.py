"""The cases of a draft in its editor: run as they stand, unsaved, with what they reach; and the missing ones made."""

import copy
from typing import Any

import msgspec
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from riskengine.errors import NotFound, NotPermitted
from rules.admin.editor.endpoints import body_of, endpoint
from rules.admin.versions.coverage import cases_made, coverage_tab, program_of
from rules.admin.versions.tables import EXPECTED
from rules.admin.versions.view import VersionView
from rules.engine.case_making import cases_json
from rules.engine.cases import CaseResult
from rules.engine.document import document_json
from rules.engine.size import document_sized
from rules.localised import language
from rules.words import outcome_words, pick, value_words


class Run(msgspec.Struct, forbid_unknown_fields=True):
    """What POST cases/run/ takes."""

    document: dict[str, Any]


class Make(msgspec.Struct, forbid_unknown_fields=True):
    """What POST cases/make/ takes: `boundary`, or the key of a goal no case reaches."""

    document: dict[str, Any]
    goal: str


@endpoint("POST")
def cases_run(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST cases/run/: each case's result in order, and what they reach; nulls where the document has errors."""
    tried = _unsaved(view, body_of(request, Run).document)
    runs = tried.case_runs
    return {
        "results": None if runs is None else [_result(tried, run) for run in runs],
        "coverage": coverage_tab(tried),
    }


@endpoint("POST")
def cases_make(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST cases/make/: new cases for a document; stores nothing."""
    body = body_of(request, Make)
    tried = _unsaved(view, body.document)
    program = program_of(tried)
    if program is None:
        return {"cases": [], "message": _("Mend the problems first: cases are made by trying them.")}
    try:
        made = cases_made(program, tried, body.goal)
    except Http404:
        raise NotFound(_("A case reaches it already.")) from None
    message = "" if made else _("No case was found that reaches it. Write one by hand, or see if it can be reached.")
    return {"cases": cases_json(made), "message": message}


def _unsaved(view: VersionView, document: dict[str, Any]) -> VersionView:
    """The version as if it held this document."""
    if not view.may["edit"]:
        raise NotPermitted(_("Your account may not edit rules."))
    version = copy.copy(view.version)
    version.document = document_json(document_sized(document))
    return VersionView(version, view.user, view.at)


def _result(view: VersionView, run: CaseResult) -> dict[str, Any]:
    return {
        "name": run.name,
        "is_passed": run.is_passed,
        "outcome": run.outcome,
        "outcome_words": outcome_words(run.outcome, language()),
        "differences": [
            {
                "field": found.field,
                "label": pick(EXPECTED[found.field], language()),
                "expected": _words(view, found.field, found.expected),
                "found": msgspec.to_builtins(found.found),
                "words": _words(view, found.field, found.found),
            }
            for found in run.differences
        ],
    }


def _words(view: VersionView, field: str, value: Any) -> str:
    if field == "outcome":
        return outcome_words(value, language())
    unit = f"{view.rule_set.product.currency} minor units" if field == "amount_offered_minor" else ""
    return value_words(value, unit, language())
