"""DMN in the admin: any version as a model to open elsewhere, and a model's table into a draft."""

import base64
import binascii
from typing import Any

import msgspec
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from riskengine.errors import RiskEngineError
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.view import VersionView
from rules.dmn import DmnModel, read_dmn
from rules.dmn.write import write_dmn
from rules.engine.document import document_json
from rules.engine.reading import DocumentInvalid
from rules.language import ExpressionInvalid
from rules.localised import language
from rules.services.versions.dmn_import import (
    Finding,
    Imported,
    name_matched,
    names_in_scope,
    names_read,
    table_decisions,
    table_import,
)
from rules.services.versions.life import version_edit

MAX_UPLOAD = 1_000_000
"""Bytes of a model taken through the page."""

WORDS: dict[str, str | Promise] = {
    "name_unmapped": gettext_lazy("“%(what)s” is not matched with a name of the rule set."),
    "equality": gettext_lazy(
        "Tests “%(what)s” for equality. DMN counts in decimals, the rule set in doubles: a computed value may miss it "
        "by its last digit. Better test a range."
    ),
    "function_unknown": gettext_lazy("The function “%(what)s” is not in the rule language."),
    "null_test": gettext_lazy("Tests for null. In the rule set an unknown value makes the row unknown instead."),
    "not_among_tests": gettext_lazy("“not(…)” must stand alone in a cell."),
    "input_expression_test": gettext_lazy("A condition with “?” that is no comparison has no form in a cell."),
    "unreadable": gettext_lazy("“%(what)s” cannot be read in the rule language."),
    "construct": gettext_lazy("“%(what)s” has no form in the rule language."),
    "output_type": gettext_lazy("Its type cannot be told: give it a typeRef of number, string, boolean or date."),
    "output_values": gettext_lazy("The allowed values are no list of constants and were left out: %(what)s"),
    "rows": gettext_lazy("A table has 1 to 2,000 rows; this one has %(what)s."),
}


def export(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """The version as a DMN file (GET)."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    view = VersionView.of(request, version_id)
    try:
        content = write_dmn(view.version, view.catalogue)
    except DocumentInvalid as error:
        page.say(request, error)
        return page.to_tab(version_id, "checks")
    except ExpressionInvalid:
        messages.error(request, _("A condition of this version cannot be read, so it cannot be written as DMN."))
        return page.to_tab(version_id, "checks")
    name = f"{view.rule_set.code}-{view.version.number}.dmn"
    return HttpResponse(
        content,
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def table(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Choose a file, its table and what its inputs are; look; add it to the draft."""
    view = VersionView.of(request, version_id)
    if not view.may["edit"]:
        raise PermissionDenied
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            context = _chosen(request, view)
            if context.get("imported") and context["imported"].table and request.POST.get("step") == "add":
                return _added(page, request, view, context["imported"])
        except RiskEngineError as error:
            page.say(request, error)
    return page.version_page(
        request, view, "riskengine/version/dmn_import.html", title=_("Import a table from DMN"), **context
    )


def _chosen(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """What the page shows after a step: the file kept in the page, its tables, the names, the table as it would be."""
    content = _content(request)
    if content is None:
        messages.error(request, _("Choose a DMN file of at most one megabyte."))
        return {}
    model = read_dmn(content)
    tables = [each.name for each in table_decisions(model)]
    context: dict[str, Any] = {"model": base64.b64encode(content).decode("ascii"), "tables": tables}
    chosen = request.POST.get("table", "")
    if chosen not in tables:
        chosen = tables[0] if len(tables) == 1 else ""
    if not tables:
        messages.error(request, _("This model has no decision table."))
    if chosen:
        context |= _previewed(request, view, model, content, chosen)
    return context


def _previewed(request: HttpRequest, view: VersionView, model: DmnModel, content: bytes, chosen: str) -> dict[str, Any]:
    decision = next(each for each in table_decisions(model) if each.name == chosen)
    scope = names_in_scope(view.document, view.catalogue)
    names = names_read(model, decision)
    keeps = request.POST.get("shown") == chosen
    mapping = {
        name: request.POST.get(f"name_{at}", "").strip() if keeps else name_matched(name, scope)
        for at, name in enumerate(names)
    }
    imported = table_import(content, chosen, view.document, view.catalogue, mapping)
    place = 1 if language() == "zh" else 0
    return {
        "chosen": chosen,
        "names": [(f"name_{at}", name, mapping[name]) for at, name in enumerate(names)],
        "scope": [(name, labels[place]) for name, labels in scope.items()],
        "imported": imported,
        "findings": [(finding.is_error, finding.place, finding_words(finding)) for finding in imported.findings],
    }


def finding_words(finding: Finding) -> str:
    """A finding for the reader."""
    return str(WORDS[finding.code]) % {"what": finding.what}


def _content(request: HttpRequest) -> bytes | None:
    upload = request.FILES.get("file")
    if upload is not None:
        return upload.read() if upload.size and upload.size <= MAX_UPLOAD else None
    try:
        return base64.b64decode(request.POST.get("model", ""), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _added(page: VersionPageAdmin, request: HttpRequest, view: VersionView, imported: Imported) -> HttpResponse:
    document = document_json(view.document)
    added = msgspec.to_builtins(imported.table)
    version_edit(
        version=view.version,
        document={**document, "tables": [*document["tables"], added]},
        editor=view.user,
        at=timezone.now(),
        expected_hash=request.POST.get("expected_hash", ""),
    )
    messages.success(request, _("The table %(name)s was added to the draft.") % {"name": added["name"]})
    return page.to_tab(view.version.pk, "tables")
