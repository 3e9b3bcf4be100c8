"""Pauses of loans and confirmed technical overdues: asked for by one person, counted once another approved."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_withdraw,
)
from audit.services.log import actor_user, entry_append
from lending.models import Customer, Loan
from lending.services.customers import CustomerErasedError
from lending.vault import key_unwrap, seal, unseal
from monitoring.models import LoanPause
from monitoring.services.delinquency.errors import PauseInvalid, PauseNotWaiting
from monitoring.services.delinquency.hashes import PAUSE, pause_hash

LONGEST_DAYS: Final = 366


@transaction.atomic
def pause_ask(
    *, loan: Loan, kind: str, first_on: date, last_on: date, reason: str, maker: User, at: datetime
) -> LoanPause:
    """Ask that days of a loan do not count, or that an overdue is technical. Why is sealed under the customer's key.

    Raises PauseInvalid, CustomerErasedError.
    """
    if kind not in LoanPause.Kind.values or not reason.strip() or not 0 <= (last_on - first_on).days < LONGEST_DAYS:
        raise PauseInvalid("A pause has a reason and goes from a day to the same or a later one, a year at most.")
    wrapped = Customer.objects.select_for_update(no_key=True).get(pk=loan.customer_id).wrapped_key
    if wrapped is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(loan.customer))
    sealed = seal(key_unwrap(wrapped), reason.strip().encode(), _context(loan.pk))
    pause = LoanPause(loan=loan, kind=kind, first_on=first_on, last_on=last_on, reason=sealed, made_at=at)
    pause.content_hash = pause_hash(pause)
    pause.save()
    approval_request(object_type=PAUSE, object_id=str(pause.pk), content_hash=pause.content_hash, maker=maker, at=at)
    return pause


@transaction.atomic
def pause_decide(
    *, pause: LoanPause, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> LoanPause:
    """Approve or reject what was asked for. Raises PauseNotWaiting, and what approvals raise."""
    pause, pending = _waiting(pause)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        return pause
    pause.approval = approval_approve(
        approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    pause.save(update_fields=["approval"])
    return pause


@transaction.atomic
def pause_withdraw(*, pause: LoanPause, maker: User, at: datetime) -> None:
    """Take back one's own request. Raises PauseNotWaiting, NotTheMakerError."""
    pause, _pending = _waiting(pause)
    approval_withdraw(object_type=PAUSE, object_id=str(pause.pk), maker=maker, at=at)


@transaction.atomic
def pause_cut(*, pause: LoanPause, last_on: date, actor: User, at: datetime) -> LoanPause:
    """End an approved pause after an earlier day, by one person: days that count again need no second.

    Raises PauseNotWaiting where it is not in force or would become longer.
    """
    pause = LoanPause.objects.select_for_update().get(pk=pause.pk)
    last_on = max(last_on, pause.first_on - timedelta(days=1))
    if pause.approval_id is None or last_on >= min(pause.last_on, pause.cut_on or pause.last_on):
        raise PauseNotWaiting("A pause in force is cut short, never made longer.", pause=pause.pk)
    pause.cut_on = last_on
    pause.save(update_fields=["cut_on"])
    entry_append(
        kind="loan_pause.cut",
        object_type=PAUSE,
        object_id=str(pause.pk),
        actor=actor_user(actor),
        payload={"loan": pause.loan_id, "last_on": last_on.isoformat()},
        recorded_at=at,
    )
    return pause


def pause_reason(pause: LoanPause) -> str:
    """Why it is asked for; "" where the customer's data is erased. Raises VaultError."""
    wrapped = pause.loan.customer.wrapped_key
    sealed = bytes(pause.reason)
    if wrapped is None or not sealed:
        return ""
    return unseal(key_unwrap(wrapped), sealed, _context(pause.loan_id)).decode()


def _context(loan_id: int) -> bytes:
    """What binds a sealed reason to its loan."""
    return f"loan-pause/{loan_id}/reason".encode()


def _waiting(pause: LoanPause) -> tuple[LoanPause, Approval]:
    pause = LoanPause.objects.select_for_update().get(pk=pause.pk)
    pending = approval_pending(object_type=PAUSE, object_id=str(pause.pk))
    if pending is None or pause.content_hash != pause_hash(pause):
        raise PauseNotWaiting("This pause does not wait for approval.", pause=pause.pk)
    return pause, pending
