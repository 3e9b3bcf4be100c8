"""Editing a draft through forms: each save is one whole document, checked against what the editor had before them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from riskengine.errors import RiskEngineError
from rules.admin.document_edits import (
    Document,
    entry_moved,
    entry_of,
    entry_put,
    entry_removed,
    entry_reverted,
    entry_switched,
    section_set,
    values_set,
)
from rules.admin.forms import DerivedForm, EntryForm, ParameterForm, ParameterValuesForm, RuleForm
from rules.admin.grids import GridError, grades_typed, rows_typed
from rules.admin.names import name_rows
from rules.admin.version_tabs import parameters_tab
from rules.admin.version_view import VersionView
from rules.diff_words import KEYS, SECTIONS
from rules.localised import language
from rules.services.versions import version_edit

if TYPE_CHECKING:
    from rules.admin.versions import RuleSetVersionAdmin

TAB_OF_SECTION = {"tables": "offer", "default_outcome": "rules", "note": "overview"}
FORMS: dict[str, type[EntryForm]] = {"rules": RuleForm, "derived": DerivedForm, "parameters": ParameterForm}


def section_save(page: "RuleSetVersionAdmin", request: HttpRequest, version_id: int, section: str) -> HttpResponse:
    """Save a grid of a tab (POST)."""
    view = _editable(request, version_id)
    if section == "parameters":
        form = ParameterValuesForm(view.version.document["parameters"], request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was saved. Correct the values marked below."))
            return page.tab(request, view, "parameters", **parameters_tab(view, form))
        return _save(page, request, view, values_set(view.version.document, form.values()), "parameters")
    if section == "note":
        return _save(page, request, view, view.version.document, "overview", note=request.POST.get("note", "")[:4000])
    try:
        document = _grid(view.version.document, section, request)
    except GridError as error:
        messages.error(request, str(error))
        return page.to_tab(version_id, TAB_OF_SECTION.get(section, section))
    return _save(page, request, view, document, TAB_OF_SECTION.get(section, section))


def _grid(document: Document, section: str, request: HttpRequest) -> Document:
    if section == "default_outcome":
        return section_set(document, section, request.POST.get("default_outcome", ""))
    if section == "grades":
        return section_set(document, section, grades_typed(document["grades"], request.POST))
    if section == "tables":
        table = entry_of(document, "tables", request.POST.get("table", ""))
        if table is None:
            raise Http404
        return entry_put(document, "tables", table["name"], {**table, "rows": rows_typed(table, request.POST)})
    raise Http404


def entry_edit(
    page: "RuleSetVersionAdmin", request: HttpRequest, version_id: int, section: str, key: str = ""
) -> HttpResponse:
    """The page of one rule, derived variable or parameter of a draft."""
    if section not in FORMS:
        raise Http404
    view = VersionView.of(request, version_id)
    present = entry_of(view.version.document, section, key) if key else None
    if key and present is None:
        raise Http404
    if not view.may["edit"]:
        raise PermissionDenied
    form = _entry_form(view, section, present, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        document = entry_put(view.version.document, section, key, form.entry(present))
        return _save(page, request, view, document, section)
    return page.version_page(
        request,
        view,
        f"riskengine/version/{section}_entry.html",
        title=_entry_title(section, present),
        form=form,
        section=section,
        key=key,
        entry=present,
        names=name_rows(view),
        reasons=view.catalogue.reasons if view.catalogue else [],
    )


def _entry_form(view: VersionView, section: str, present: dict[str, Any] | None, data: Any) -> EntryForm:
    kind = FORMS[section]
    own = present[KEYS[section]] if present else ""
    taken = {entry[KEYS[section]] for entry in view.version.document.get(section, [])} - {own}
    shown = getattr(kind, "shown", dict)(present) if present else {"on_unknown": "refer", "enabled": True}
    if kind is RuleForm:
        return RuleForm(taken, view.rule_set.stage, view.catalogue, data, initial=shown)
    return kind(taken, data, initial=shown)


def _entry_title(section: str, present: dict[str, Any] | None) -> str:
    one = SECTIONS[section].one(language())
    if present is None:
        return _("New: %(what)s") % {"what": one}
    return f"{one} {present[KEYS[section]]}"


def operate(page: "RuleSetVersionAdmin", request: HttpRequest, version_id: int) -> HttpResponse:
    """One small change of an entry: move, switch, remove, take back (POST)."""
    view = _editable(request, version_id)
    section, key = request.POST.get("section", ""), request.POST.get("key", "")
    operation = OPERATIONS.get(request.POST.get("operation", ""))
    if operation is None or section not in SECTIONS:
        raise Http404
    document = operation(view, section, key)
    return _save(page, request, view, document, request.POST.get("tab") or TAB_OF_SECTION.get(section, section))


def _case_accepted(view: VersionView, section: str, key: str) -> Document:
    """A case that comes out otherwise is expected so from now on; the checker sees the change."""
    run = next((found for found in view.case_runs or [] if found.name == key), None)
    case = entry_of(view.version.document, section, key)
    if run is None or case is None:
        raise Http404
    found = {difference.field: difference.found for difference in run.differences}
    return entry_put(view.version.document, section, key, {**case, "expect": {**case["expect"], **found}})


Operation = Callable[[VersionView, str, str], Document]
OPERATIONS: dict[str, Operation] = {
    "up": lambda view, section, key: entry_moved(view.version.document, section, key, -1),
    "down": lambda view, section, key: entry_moved(view.version.document, section, key, 1),
    "on": lambda view, section, key: entry_switched(view.version.document, section, key, True),
    "off": lambda view, section, key: entry_switched(view.version.document, section, key, False),
    "remove": lambda view, section, key: entry_removed(view.version.document, section, key),
    "accept": _case_accepted,
    "revert": lambda view, section, key: entry_reverted(
        view.version.document, view.base.document if view.base else {}, section, key
    ),
}


def _editable(request: HttpRequest, version_id: int) -> VersionView:
    if request.method != "POST":
        raise PermissionDenied
    view = VersionView.of(request, version_id)
    if not view.may["edit"]:
        raise PermissionDenied
    return view


def _save(
    page: "RuleSetVersionAdmin",
    request: HttpRequest,
    view: VersionView,
    document: Document,
    tab: str,
    note: str | None = None,
) -> HttpResponse:
    """Save a changed document whole, or say why not."""
    try:
        saved = version_edit(
            version=view.version,
            document=document,
            editor=view.user,
            at=view.at,
            expected_hash=request.POST.get("expected_hash", ""),
            note=note,
        )
    except RiskEngineError as error:
        page.say(request, error)
        return page.to_tab(view.version.pk, tab)
    if note is None and saved.content_hash == view.version.content_hash:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Saved in this draft. It goes live only when somebody else approves it."))
        _warn_of_problems(request, VersionView(saved, view.user, view.at))
    return page.to_tab(view.version.pk, tab)


def _warn_of_problems(request: HttpRequest, view: VersionView) -> None:
    if count := len(view.errors):
        words = ngettext(
            "The checks find %(count)s problem that must be mended before it can be submitted: see Checks.",
            "The checks find %(count)s problems that must be mended before it can be submitted: see Checks.",
            count,
        )
        messages.warning(request, words % {"count": count})
