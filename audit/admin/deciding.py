"""The checker's part of a page on which one thing is decided: who may, what was sent, and how it went."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.models import Approval
from riskengine.errors import RiskEngineError

CHECK = "audit.check_approval"


def request_of(object_type: str, key: int) -> Approval | None:
    """The newest request of an object."""
    found = Approval.objects.filter(object_type=object_type, object_id=str(key)).select_related("maker", "checker")
    return found.order_by("-pk").first()


def decision_form(request: HttpRequest, approval: Approval | None, content: str) -> DecisionForm | None:
    """The form for who may decide; None for others, and where nothing waits."""
    is_waiting = approval is not None and approval.state == Approval.State.PENDING
    if not is_waiting or not request.user.has_perm(CHECK) or approval.maker_id == request.user.pk:  # type: ignore[union-attr]
        return None
    return DecisionForm(request, request.POST or None, initial={"content_hash": content})


def decided(request: HttpRequest, form: DecisionForm | None, decide: Callable[..., Any]) -> bool:
    """Whether the form was sent whole; what was decided, or why not, is said. Raises PermissionDenied."""
    if form is None:
        raise PermissionDenied
    is_approved = request.POST.get("decision") == "approve"
    form.fields["comment"].required = not is_approved
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        decide(
            checker=request.user,
            content_hash=data["content_hash"],
            comment=data["comment"],
            is_approved=is_approved,
            at=timezone.now(),
        )
        messages.success(request, _("Approved.") if is_approved else _("Rejected."))
    except RiskEngineError as error:
        messages.error(request, error_words(error))
    return True


def said(request: HttpRequest, done: str, step: Callable[[], Any]) -> bool:
    """Take a step and say how it went; whether it was taken."""
    try:
        step()
        messages.success(request, done)
        return True
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        return False
