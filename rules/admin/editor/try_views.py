"""Trying a draft: the same application under the draft and under what is live, answered as JSON, stored nowhere."""

from typing import Any, cast

import msgspec
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from riskengine.errors import InvalidInput, NotPermitted
from rules.admin.editor.data import problems_shown
from rules.admin.editor.endpoints import body_of, endpoint
from rules.admin.editor.trial_words import side_shown
from rules.admin.versions.view import VersionView
from rules.engine.reading import DocumentInvalid
from rules.engine.size import document_sized
from rules.localised import language
from rules.services.trials.sources import VIEW_PERMISSION, decisions_recent, trial_source
from rules.services.trials.trying import Trial, trial_bundle, trial_run
from rules.words import outcome_words
from scoring.variables import FieldProblem, InvalidVariables

ORIGINS: dict[str, str | Promise] = {
    "recorded": _("As recorded"),
    "model": _("Worked out now by the live model"),
    "given": _("Typed by hand"),
    "none": _("This case has no score"),
    "no_model": _("No model is live for this product"),
    "model_failed": _("The live model could not score these values"),
}
FIELD_WORDS: dict[str, str | Promise] = {
    "wrong_type": _("A value of another type is needed here."),
    "unknown_code": _("This is not one of the codes."),
    "out_of_range": _("This is outside the range an application may have."),
    "too_long": _("This is too long."),
    "missing": _("An application without this is refused."),
    "unknown_variable": _("The product has no such variable."),
}


class Source(msgspec.Struct, forbid_unknown_fields=True):
    """What to try the draft on: decision, case or example; the decision's id or the case's name."""

    kind: str
    id: str = ""


class Try(msgspec.Struct, forbid_unknown_fields=True):
    """What POST try/ takes. `changes`: value, or null for unknown, by variable; `pd` and `score_points` too."""

    document: dict[str, Any]
    source: Source
    changes: dict[str, float | int | str | bool | None] = {}


class ChangesRefused(InvalidInput):
    """The changed application would be refused before any rule is read."""

    code = "changes_refused"


@endpoint("POST")
def trial(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST try/: {source, score, values, problems, draft | null, live | null}."""
    body = body_of(request, Try)
    live = trial_bundle(view.rule_set.product.code, str(view.rule_set.stage))
    try:
        document, problems = document_sized(body.document), []
    except DocumentInvalid as error:  # half typed: the last saved draft stands in, so that values can still be changed
        document, problems = view.document, error.problems
    try:
        source = trial_source(
            kind=body.source.kind, key=body.source.id, document=document, live=live, viewer=view.user, at=view.at
        )
        result = trial_run(document=document, source=source, changes=body.changes, live=live)
    except InvalidVariables as error:
        found = cast(list[FieldProblem], error.facts["problems"])
        raise ChangesRefused(error.message, problems=[_field(problem) for problem in found]) from None
    return {
        "source": {
            "kind": body.source.kind,
            "id": body.source.id,
            "label": source.label,
            "outcome": source.outcome,
            "outcome_words": outcome_words(source.outcome, language()) if source.outcome else "",
        },
        "score": _score(result),
        "values": result.inputs.values,
        "problems": problems_shown(problems or result.problems),
        "draft": None if problems else side_shown(result.draft, result.draft_bundle),
        "live": side_shown(result.live, result.live_bundle),
    }


@endpoint("GET")
def decisions(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """GET try/decisions/?q=: recent decisions of the product, or those of one application number."""
    if not view.user.has_perm(VIEW_PERMISSION):
        raise NotPermitted("This account may not look at decisions.")
    found = decisions_recent(product_code=view.rule_set.product.code, search=request.GET.get("q", "")[:200])
    return {
        "decisions": [
            {
                "id": str(decision.pk),
                "label": decision.application.external_id,
                "outcome": decision.outcome,
                "outcome_words": outcome_words(decision.outcome, language()),
                "decided_at": decision.decided_at.isoformat(),
                "grade": decision.grade,
                "pd": decision.pd,
            }
            for decision in found
        ]
    }


def _score(result: Trial) -> dict[str, Any]:
    score = result.score
    return {
        "pd": score.pd if score else None,
        "points": score.points if score else None,
        "origin": result.score_origin,
        "message": str(ORIGINS[result.score_origin]),
    }


def _field(problem: FieldProblem) -> dict[str, Any]:
    words = str(FIELD_WORDS.get(problem.code, problem.message))
    name = problem.field.removeprefix("variables.")
    return {"code": problem.code, "path": name, "message_en": words, "message_zh": words, "severity": "error"}
