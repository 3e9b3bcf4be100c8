"""The way of a catalogue draft: opened, submitted, discarded; and of its version: approved, rejected, withdrawn."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.deciding import said
from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url
from audit.services.approvals import approval_pending
from riskengine.errors import RiskEngineError
from scoring.models import CatalogueDraft, CatalogueVersion
from scoring.own_words import catalogue_changes
from scoring.services.catalogues.drafts import catalogue_draft, catalogue_draft_discard, catalogue_draft_submit
from scoring.services.catalogues.life import (
    OBJECT_TYPE,
    catalogue_approve,
    catalogue_live_version,
    catalogue_of,
    catalogue_reject,
    catalogue_withdraw,
)

EDIT = "scoring.change_catalogueversion"


def open_draft(_page: PageAdmin, request: HttpRequest) -> HttpResponse:
    """The open draft, or a new one made from the live catalogue (POST)."""
    _posted(request)
    try:
        draft = catalogue_draft(author=request.user, at=timezone.now())  # type: ignore[arg-type]
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        return _home()
    return redirect(page_url("scoring_cataloguedraft_change", draft.pk))


def submit(_page: PageAdmin, request: HttpRequest, draft_id: int) -> HttpResponse:
    """Freeze the draft and ask for its approval (POST)."""
    _posted(request)
    draft, note = get_object_or_404(CatalogueDraft, pk=draft_id), request.POST.get("note", "").strip()[:4000]
    if not note:
        messages.error(request, _("Say what changes and why."))
        return redirect(page_url("scoring_cataloguedraft_change", draft.pk))
    try:
        catalogue_draft_submit(
            draft=draft,
            maker=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            comment=note,
            expected_hash=request.POST.get("expected_hash", ""),
        )
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        _tell_problems(request, error)
        return redirect(page_url("scoring_cataloguedraft_change", draft.pk))
    messages.success(request, _("Sent for approval. Somebody else decides now; until then nothing changes."))
    return _home()


def discard(_page: PageAdmin, request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give the draft up (POST)."""
    _posted(request)
    draft = get_object_or_404(CatalogueDraft, pk=draft_id)
    discarded = partial(catalogue_draft_discard, draft=draft, maker=staff(request), at=timezone.now())
    said(request, _("Discarded. It stays on record."), discarded)
    return _home()


def approve(page: PageAdmin, request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """The checker's page: what changes against the live catalogue, in words, and the decision."""
    if not request.user.has_perm("audit.check_approval"):
        raise PermissionDenied
    version = get_object_or_404(CatalogueVersion, pk=catalogue_id)
    form = DecisionForm(request, request.POST or None, initial={"content_hash": version.content_hash})
    if request.method == "POST" and _decided(request, version, form):
        return _home()
    return page.page(
        request,
        "riskengine/catalogue/approve.html",
        title=_("Approve or reject"),
        crumbs=[Crumb(_("Variable catalogue"), page_url("scoring_cataloguedraft_changelist"))],
        version=version,
        approval=approval_pending(object_type=OBJECT_TYPE, object_id=str(version.pk)),
        changes=catalogue_changes(catalogue_of(catalogue_live_version()), catalogue_of(version)),
        form=form,
    )


def _decided(request: HttpRequest, version: CatalogueVersion, form: DecisionForm) -> bool:
    if not form.is_valid():
        return False
    try:
        (catalogue_approve if form.is_approved else catalogue_reject)(version=version, **form.word())
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        _tell_problems(request, error)
        return False
    messages.success(request, _("Live. Decisions use it from now on.") if form.is_approved else _("Rejected."))
    return True


def withdraw(_page: PageAdmin, request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """Take the request back (POST)."""
    _posted(request)
    version = get_object_or_404(CatalogueVersion, pk=catalogue_id)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(version.pk))
    if pending is None or pending.maker_id != request.user.pk:
        raise PermissionDenied
    catalogue_withdraw(version=version, maker=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("Taken back. Nothing changes."))
    return _home()


def _tell_problems(request: HttpRequest, error: RiskEngineError) -> None:
    problems = error.facts.get("problems")
    for problem in problems if isinstance(problems, list) else []:
        messages.warning(request, str(problem))


def _posted(request: HttpRequest) -> None:
    if request.method != "POST" or not request.user.has_perm(EDIT):
        raise PermissionDenied


def _home() -> HttpResponse:
    return redirect(page_url("scoring_cataloguedraft_changelist"))
