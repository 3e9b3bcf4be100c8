"""The way of a governed document: put forward, taken back, approved or rejected by another person, ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.deciding import refusal_tell
from audit.admin.decision_form import DecisionForm
from audit.admin.governed_page import CHANGE, CommentForm, EndForm, decide_page, document_page, may_write
from audit.admin.page import PageAdmin, page_url
from audit.governed_kinds import is_kind
from audit.models import GovernedDocument
from audit.services.approvals import CHECK_PERMISSION
from audit.services.governed import (
    governed_approve,
    governed_end,
    governed_reject,
    governed_submit,
    governed_withdraw,
)
from riskengine.errors import RiskEngineError


def submit(page: PageAdmin, request: HttpRequest, governed: GovernedDocument) -> HttpResponse:
    """Freeze the draft and ask for its approval (POST)."""
    _require(request, request.user.has_perm(CHANGE) and may_write(request, governed.kind))
    form = CommentForm(request.POST)
    if not form.is_valid():
        return document_page(page, request, governed, submit_form=form)
    try:
        governed_submit(
            governed=governed, maker=staff(request), at=timezone.now(), comment=form.cleaned_data["comment"]
        )
        messages.success(request, _("Sent for approval. Somebody else decides now; until then nothing changes."))
    except RiskEngineError as error:
        refusal_tell(request, error)
    return _back(governed)


def withdraw(_page: PageAdmin, request: HttpRequest, governed: GovernedDocument) -> HttpResponse:
    """Take one's own request back (POST)."""
    _require(request, request.user.has_perm(CHANGE))
    try:
        governed_withdraw(governed=governed, maker=staff(request), at=timezone.now())
        messages.success(request, _("Taken back. It is a draft again."))
    except RiskEngineError as error:
        refusal_tell(request, error)
    return _back(governed)


def end(page: PageAdmin, request: HttpRequest, governed: GovernedDocument) -> HttpResponse:
    """Discard a draft, or end what is approved before its time (POST)."""
    is_draft, user = governed.state == GovernedDocument.State.DRAFT, request.user
    writes = user.has_perm(CHANGE) and may_write(request, governed.kind)
    _require(request, writes or (not is_draft and user.has_perm(CHECK_PERMISSION)))
    form = EndForm(request.POST)
    if not form.is_valid():
        return document_page(page, request, governed, end_form=form)
    try:
        governed_end(governed=governed, actor=staff(request), at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("Discarded. It stays on record.") if is_draft else _("Ended: it counts no longer."))
    except RiskEngineError as error:
        refusal_tell(request, error)
    return _back(governed)


def decide(page: PageAdmin, request: HttpRequest, governed: GovernedDocument) -> HttpResponse:
    """The checker's page, and the word given there."""
    if not request.user.has_perm(CHECK_PERMISSION):
        raise PermissionDenied
    if not is_kind(governed.kind):
        messages.error(request, _("No part of the product reads this kind of setting any more."))
        return _back(governed)
    form = DecisionForm(request, request.POST or None, initial={"content_hash": governed.content_hash})
    if request.method == "POST" and _decided(request, governed, form):
        return _back(governed)
    return decide_page(page, request, governed, form)


def _decided(request: HttpRequest, governed: GovernedDocument, form: DecisionForm) -> bool:
    if not form.is_valid():
        return False
    try:
        if form.is_approved:
            governed_approve(governed=governed, **form.word(), live_hash=request.POST.get("live_hash", ""))
            messages.success(request, _("Approved. It counts from its first day on, at once if that has come."))
        else:
            governed_reject(governed=governed, **form.word())
            messages.success(request, _("Rejected. Nothing changes."))
    except RiskEngineError as error:
        refusal_tell(request, error)
        return False
    return True


def _require(request: HttpRequest, is_allowed: bool) -> None:
    if request.method != "POST" or not is_allowed:
        raise PermissionDenied


def _back(governed: GovernedDocument) -> HttpResponse:
    return redirect(page_url("audit_governeddocument_change", governed.pk))
