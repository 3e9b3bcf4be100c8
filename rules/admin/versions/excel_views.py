"""Workbooks in the admin: any version as .xlsx, and an edited one back into a draft after its cells were compared."""

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from riskengine.errors import RiskEngineError
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.view import VersionView
from rules.engine.document import RuleSetDocument, document_json
from rules.localised import localised
from rules.services.versions.life import version_edit
from rules.workbook.differences import Difference, workbook_differences
from rules.workbook.opening import MAX_BYTES
from rules.workbook.problems import CellProblem
from rules.workbook.read import Reading, read_workbook
from rules.workbook.write import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 500
"""Changes and problems listed on the page."""
KINDS: dict[str, str | Promise] = {
    "changed": gettext_lazy("changed"),
    "row_added": gettext_lazy("row added"),
    "row_removed": gettext_lazy("row removed"),
    "sheet_added": gettext_lazy("sheet added"),
}


def export(_page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """The version's parameters, tables and scorecards as a workbook (GET)."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    view = VersionView.of(request, version_id)
    name = f"{view.rule_set.code}-{view.version.number}.xlsx"
    return HttpResponse(
        write_workbook(view.document),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def upload(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Choose a workbook; see which cells differ and what is wrong; save. Nothing is saved before."""
    view = VersionView.of(request, version_id)
    if not view.may["edit"]:
        raise PermissionDenied
    context: dict[str, Any] = {}
    if request.method == "POST":
        content = _content(request)
        if content is None:
            messages.error(request, _("Choose an .xlsx file of at most one megabyte."))
        else:
            reading = read_workbook(content, view.document)
            if request.POST.get("step") == "save" and reading.document is not None:
                return _saved(page, request, view, reading.document)
            context = _compared(view, reading) | {"content": base64.b64encode(content).decode("ascii")}
    return page.version_page(
        request, view, "riskengine/version/excel_import.html", title=_("Import from Excel"), **context
    )


def _content(request: HttpRequest) -> bytes | None:
    uploaded = request.FILES.get("file")
    if uploaded is not None:
        return uploaded.read() if uploaded.size and uploaded.size <= MAX_BYTES else None
    try:
        return base64.b64decode(request.POST.get("content", ""), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _compared(view: VersionView, reading: Reading) -> dict[str, Any]:
    """What the page shows of a workbook: its problems, what the checks would find, the cells that differ."""
    found = list(reading.problems)
    differences: list[Difference] = []
    if reading.document is not None:
        known = {(each.code, each.path) for each in view.problems}
        fresh = [each for each in view.problems_of(reading.document) if (each.code, each.path) not in known]
        found += [reading.placed(each) for each in fresh]
        differences = workbook_differences(view.document, reading.document)
    return {
        "is_read": True,
        "may_save": reading.document is not None and bool(differences),
        "problems": [_problem(each) for each in found[:SHOWN]],
        "differences": [_difference(each) for each in differences[:SHOWN]],
        "more": max(0, len(differences) - SHOWN),
        "count": len(differences),
    }


def _problem(found: CellProblem) -> dict[str, Any]:
    return {"place": _place(found.sheet, found.cell), "words": localised(found, ""), "is_warning": found.is_warning}


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "kind": KINDS[found.kind],
        "place": _place(found.sheet, found.cell),
        "what": found.what,
        "old": found.old,
        "new": found.new,
    }


def _place(sheet: str, cell: str) -> str:
    return "!".join(part for part in (sheet, cell) if part)


def _saved(page: VersionPageAdmin, request: HttpRequest, view: VersionView, document: RuleSetDocument) -> HttpResponse:
    count = len(workbook_differences(view.document, document))
    try:
        version_edit(
            version=view.version,
            document=document_json(document),
            editor=view.user,
            at=timezone.now(),
            expected_hash=request.POST.get("expected_hash", ""),
        )
    except RiskEngineError as error:
        page.say(request, error)
        return page.to_tab(view.version.pk, "parameters")
    words = ngettext(
        "%(count)s change of the workbook was saved in the draft.",
        "%(count)s changes of the workbook were saved in the draft.",
        count,
    )
    messages.success(request, words % {"count": count})
    return page.to_tab(view.version.pk, "parameters")
