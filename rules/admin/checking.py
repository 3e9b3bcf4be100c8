"""A condition checked as it is typed: coded problems with positions, or the condition in words, as JSON."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from rules.admin.document_edits import entry_of, entry_put
from rules.admin.version_view import VersionView
from rules.diff_words import KEYS
from rules.engine.document import document_read
from rules.engine.reading import DocumentInvalid
from rules.engine.validate import validate
from rules.expression_words import expression_words, glossary_of
from rules.localised import language, localised

if TYPE_CHECKING:
    from rules.admin.versions import RuleSetVersionAdmin

FIELD = {"rules": "when", "derived": "expression"}
EMPTY: dict[str, dict[str, Any]] = {
    "rules": {"label_en": "–", "label_zh": "–", "then": {"points": 1}},
    "derived": {"en": "–", "zh": "–"},
}
NEW = "__new__"


def condition_view(_page: "RuleSetVersionAdmin", request: HttpRequest, version_id: int) -> HttpResponse:
    """POST section, key, text → {"problems": [{code, message, severity, start, end}], "words": …}.

    The text is tried in the place of the entry, so that a derived variable sees only those above it.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    section, key = request.POST.get("section", ""), request.POST.get("key", "")
    if section not in FIELD:
        return JsonResponse({"problems": [], "words": ""}, status=400)
    view = VersionView.of(request, version_id)
    beside = {"legal_basis": request.POST["legal_basis"]} if "legal_basis" in request.POST else {}
    return JsonResponse(condition_check(view, section, key, request.POST.get("text", ""), beside))


def condition_check(
    view: VersionView, section: str, key: str, text: str, beside: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the checks say of one text in its place of the document, in the reader's language.

    `beside` are other fields of the entry as they stand in the form.
    """
    present = entry_of(view.version.document, section, key) if key else None
    entry = {**(present or {**EMPTY[section], KEYS[section]: NEW}), **(beside or {}), FIELD[section]: text}
    data = entry_put(view.version.document, section, key, entry)
    place = [item[KEYS[section]] for item in data[section]].index(entry[KEYS[section]])
    path = f"{section}/{place}/{FIELD[section]}"
    try:
        document = document_read(data)
    except DocumentInvalid as error:
        problems = error.problems
    else:
        rule_set = view.rule_set
        problems = (
            validate(document, view.catalogue, product=rule_set.product.code, stage=rule_set.stage)
            if view.catalogue
            else []
        )
    mine = [found for found in problems if found.path == path]
    glossary = glossary_of(view.document, view.catalogue)
    return {
        "problems": [_plain(found) for found in mine],
        "words": ""
        if any(found.severity == "error" for found in mine)
        else expression_words(text, glossary, language()),
    }


def _plain(found: Any) -> dict[str, Any]:
    position = msgspec.to_builtins(found.position) if found.position else {}
    return {
        "code": found.code,
        "severity": found.severity,
        "message": localised(found, "message"),
        "start": position.get("start"),
        "end": position.get("end"),
    }
