"""The checker's part of a page on which one thing is decided: who may, what was sent, and how it went."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
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


def decided(request: HttpRequest, form: DecisionForm | None, decide: Callable[..., Any], approved: str = "") -> bool:
    """Whether the form was sent whole; what was decided, or why not, is said. Raises PermissionDenied."""
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return False
    done = (approved or _("Approved.")) if form.is_approved else _("Rejected.")
    said(request, done, lambda: decide(is_approved=form.is_approved, **form.word()))
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


def refusal_tell(request: HttpRequest, error: RiskEngineError) -> None:
    """Say why not, and each problem that the refusal lists."""
    messages.error(request, error_words(error))
    problems = error.facts.get("problems")
    for problem in problems if isinstance(problems, list) else []:
        messages.warning(request, str(problem))
