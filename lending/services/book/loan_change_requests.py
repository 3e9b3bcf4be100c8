"""Changes of loans that a person asks for and another decides on: approved, they go the way of reported ones."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from audit.canonical import content_hash
from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_withdraw,
)
from audit.services.log import actor_user
from lending.models import Customer, Instalment, Loan, LoanChange, LoanChangeRequest
from lending.services.book.changed_contracts import ContractChange, contract_changes_record
from lending.services.book.inputs import LoanChangeInput, ScheduledInstalment
from lending.services.book.recording import InvalidBookItems, Problem
from lending.services.customers import CustomerErasedError
from lending.vault import key_unwrap, keyed_hash, seal, unseal
from riskengine.errors import Conflict, InvalidInput

OBJECT_TYPE: Final = "loan_change"
SOURCE: Final = "admin"
Kind = LoanChange.Kind


class LoanChangeInvalid(InvalidInput):
    """The change contradicts the loan or itself; `facts["problems"]` lists all as {field, code, message}."""

    code = "loan_change_invalid"


class LoanChangeNotWaiting(Conflict):
    """The change was decided already, or is not what was asked for."""

    code = "loan_change_not_waiting"


class LoanChangeOvertaken(Conflict):
    """Something else became of the loan since this was asked for: it is asked for anew, on what is known now."""

    code = "loan_change_overtaken"


@transaction.atomic
def loan_change_ask(
    *,
    loan: Loan,
    kind: str,
    changed_on: date,
    reason: str,
    maker: User,
    at: datetime,
    cause: str = "",
    schedule: Sequence[ScheduledInstalment] = (),
) -> LoanChangeRequest:
    """Ask that a loan is restructured, closed or opened again; nothing becomes of it until another approves.

    It is tried as it would be recorded, so what would be refused then is refused now. Why is sealed under the
    customer's key. Raises LoanChangeInvalid, CustomerErasedError.
    """
    loan = Loan.objects.select_for_update(no_key=True, of=("self",)).get(pk=loan.pk)
    wrapped = Customer.objects.select_for_update(no_key=True).get(pk=loan.customer_id).wrapped_key
    if wrapped is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(loan.customer))
    reason = reason.strip()
    row = LoanChangeRequest(
        loan=loan,
        kind=kind,
        changed_on=changed_on,
        cause=cause,
        reason=seal(key_unwrap(wrapped), reason.encode(), _context(loan.pk)) if reason else b"",
        schedule=msgspec.to_builtins(list(schedule)),
        stands_on=_stands_on(loan),
        made_at=at,
    )
    if problems := [*_problems(row, loan), *_refused(row, at)]:
        raise LoanChangeInvalid("This change contradicts the loan or itself.", problems=problems)
    row.content_hash = request_hash(row)
    row.save()
    approval_request(object_type=OBJECT_TYPE, object_id=str(row.pk), content_hash=row.content_hash, maker=maker, at=at)
    return row


@transaction.atomic
def loan_change_decide(
    *, request: LoanChangeRequest, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> LoanChangeRequest:
    """Approve or reject; approved, it is recorded at once as known from now on.

    Raises LoanChangeNotWaiting, LoanChangeOvertaken and LoanChangeInvalid (approving only), and what approvals raise.
    """
    request, pending = _waiting(request)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        return request
    # Held before it is asked what became of it: of two approvals at once the second sees the first.
    loan = Loan.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.loan_id)
    if _stands_on(loan) != request.stands_on:
        raise LoanChangeOvertaken("The loan changed since this was asked for.", request=request.pk)
    approval = approval_approve(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
    try:
        contract_changes_record(items=[_contract_change(request, at)], source=SOURCE, at=at, actor=actor_user(checker))
    except InvalidBookItems as error:
        raise LoanChangeInvalid("This change does not fit any more.", problems=_plain(error)) from error
    request.approval = approval
    request.change = LoanChange.objects.get(loan=loan, external_id=_number(request))
    request.save(update_fields=["approval", "change"])
    return request


@transaction.atomic
def loan_change_withdraw(*, request: LoanChangeRequest, maker: User, at: datetime) -> None:
    """Take back one's own request. Raises LoanChangeNotWaiting, NotTheMakerError."""
    request, _pending = _waiting(request)
    approval_withdraw(object_type=OBJECT_TYPE, object_id=str(request.pk), maker=maker, at=at)


def request_hash(request: LoanChangeRequest) -> str:
    """Of what is asked for: which change of which loan, why (as sealed), and what it stands on."""
    return content_hash(
        {
            "loan": request.loan_id,
            "kind": request.kind,
            "changed_on": request.changed_on.isoformat(),
            "cause": request.cause,
            "reason": keyed_hash("loan-change-reason", bytes(request.reason)).hex(),
            "schedule": request.schedule,
            "stands_on": request.stands_on,
        }
    )


def request_reason(request: LoanChangeRequest) -> str:
    """Why it is asked for; "" where the customer's data is erased. Raises VaultError."""
    wrapped = request.loan.customer.wrapped_key
    if wrapped is None:
        return ""
    return unseal(key_unwrap(wrapped), bytes(request.reason), _context(request.loan_id)).decode()


def schedule_latest(loan: Loan) -> list[Instalment]:
    """The schedule of a loan known last, in order of the due days; empty where it has none."""
    known = Instalment.objects.filter(loan=loan)
    latest = known.order_by("-known_at").values_list("known_at", flat=True).first()
    return list(known.filter(known_at=latest).order_by("due_on", "number")) if latest else []


class _TriedOnly(Exception):
    """Ends a trial, so that nothing of it stays."""


def _refused(row: LoanChangeRequest, at: datetime) -> list[Problem]:
    """What the book would say to it now."""
    try:
        with transaction.atomic():
            contract_changes_record(items=[_contract_change(row, at)], source=SOURCE, at=at, actor="system:trial")
            raise _TriedOnly
    except _TriedOnly:
        return []
    except InvalidBookItems as error:
        return _plain(error)


def _problems(row: LoanChangeRequest, loan: Loan) -> list[Problem]:
    """What the page asks beyond the book: a reason, and a change that changes something."""
    found = []
    if not row.reason:
        found.append(("reason", "missing", "Say why."))
    # Of a closing from before causes were kept the cause may still be told.
    is_cause_told = row.changed_on == loan.closed_on and not loan.closed_cause
    if row.kind == Kind.CLOSED and loan.closed_on is not None and not is_cause_told:
        found.append(("kind", "closed_already", "The loan is closed already."))
    if row.kind == Kind.REOPENED and loan.closed_on is None:
        found.append(("kind", "open_already", "The loan is open."))
    if row.kind == Kind.RESTRUCTURED and loan.closed_on is not None:
        found.append(("kind", "closed_already", "The loan is closed already."))
    if row.kind == Kind.RESTRUCTURED and not row.schedule and row.stands_on["schedule"]:
        found.append(("schedule", "missing", "A loan with a schedule is restructured by a new one."))
    if row.schedule and _lines(row.schedule) == _lines([vars(one) for one in schedule_latest(loan)]):
        found.append(("schedule", "unchanged", "This is the schedule in force."))
    if row.schedule and row.kind != Kind.RESTRUCTURED:
        found.append(("schedule", "only_restructured", "Only a restructured loan has a new schedule."))
    return [{"field": field, "code": code, "message": message} for field, code, message in found]


def _lines(schedule: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, int, int]]:
    """What is due when, whatever the numbers."""
    return sorted(
        (str(one["due_on"]), one["principal_minor"], one["interest_minor"], one["fee_minor"]) for one in schedule
    )


def _contract_change(row: LoanChangeRequest, known_at: datetime) -> ContractChange:
    change = LoanChangeInput(
        loan_id=row.loan_id,
        external_id=_number(row),
        kind=row.kind,
        changed_on=row.changed_on,
        cause=row.cause,
        known_at=known_at,
    )
    return ContractChange(change, msgspec.convert(row.schedule, tuple[ScheduledInstalment, ...]))


def _context(loan_id: int) -> bytes:
    """What binds a sealed reason to its loan."""
    return f"loan-change-request/{loan_id}/reason".encode()


def _number(row: LoanChangeRequest) -> str:
    return f"asked/{row.pk or 0}"


def _plain(error: InvalidBookItems) -> list[Problem]:
    names = {"instalments": "schedule"}
    problems = [problem for found in error.by_place.values() for problem in found]
    return [{**one, "field": names.get(one["field"], one["field"])} for one in problems]


def _stands_on(loan: Loan) -> dict[str, Any]:
    last = LoanChange.objects.filter(loan=loan).order_by("-pk").values_list("pk", flat=True).first()
    known = Instalment.objects.filter(loan=loan).order_by("-known_at").values_list("known_at", flat=True).first()
    return {"change": last, "schedule": known.isoformat() if known else None}


def _waiting(request: LoanChangeRequest) -> tuple[LoanChangeRequest, Approval]:
    row = LoanChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(row.pk))
    if pending is None or row.content_hash != request_hash(row):
        raise LoanChangeNotWaiting("This change does not wait for approval.", request=row.pk)
    return row, pending
