"""What is changed in a draft outside its editor: its note, and single entries taken back, removed or accepted."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from riskengine.errors import RiskEngineError
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.document_edits import Document, entry_of, entry_put, entry_removed, entry_reverted
from rules.admin.versions.problem_places import tab_of
from rules.admin.versions.view import VersionView
from rules.diff.words import SECTIONS
from rules.services.versions.life import version_edit

THIN_FILE = "THIN_FILE"


def note_save(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Save what the maker says of the change (POST)."""
    view = _editable(request, version_id)
    note = request.POST.get("note", "")[:4000]
    return _save(page, request, view, view.version.document, "overview", note=note)


def score_with_save(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Save of whom the model for customers without credit history is to score; nobody where it is empty (POST)."""
    view = _editable(request, version_id)
    document, when = view.version.document, request.POST.get("when", "").strip()[:4000]
    entry = {"purpose": THIN_FILE, "when": when}
    changed = entry_put(document, "score_with", THIN_FILE, entry) if when else _unchosen(document)
    return _save(page, request, view, changed, "overview")


def _unchosen(document: Document) -> Document:
    return entry_removed(document, "score_with", THIN_FILE) if document.get("score_with") else document


def operate(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """One small change of an entry: remove, take back, accept (POST)."""
    view = _editable(request, version_id)
    section, key = request.POST.get("section", ""), request.POST.get("key", "")
    operation = OPERATIONS.get(request.POST.get("operation", ""))
    if operation is None or section not in SECTIONS:
        raise Http404
    document = operation(view, section, key)
    return _save(page, request, view, document, request.POST.get("tab") or tab_of(view, section))


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
    page: VersionPageAdmin,
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
