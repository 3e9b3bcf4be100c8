"""Four eyes: the one mechanism through which a change is asked for, approved, rejected or voided.

The owner of the object calls it inside the transaction that applies the change. The database holds the same rules
(constraints on the table, trigger on its rows), so a path around this module ends at them.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.canonical import content_hash as hash_of
from audit.models import Approval, User
from audit.services.log import actor_user, entry_append, instant_text
from riskengine.errors import Conflict, NotPermitted

CHECK_PERMISSION = "audit.check_approval"


class SamePersonError(NotPermitted):
    """The checker is the person who asked, whichever account they use."""

    code = "approval_same_person"


class NotACheckerError(NotPermitted):
    """The account may not approve or reject, or is switched off."""

    code = "approval_not_a_checker"


class NotTheMakerError(NotPermitted):
    """Only who asked takes a request back; others reject it."""

    code = "approval_not_the_maker"


class AlreadyPendingError(Conflict):
    """The object waits for an approval already; that one must be decided or withdrawn first."""

    code = "approval_already_pending"


class StaleApprovalError(Conflict):
    """The content is no longer what was asked for: what the checker saw and what would be applied differ."""

    code = "approval_stale"


class AlreadyDecidedError(Conflict):
    """The request was approved, rejected or voided before."""

    code = "approval_already_decided"


@transaction.atomic
def approval_request(
    *,
    object_type: str,
    object_id: str,
    content_hash: str,
    maker: User,
    at: datetime,
    effective_from: datetime | None = None,
    evidence: dict | None = None,
    comment: str = "",
) -> Approval:
    """Ask for an approval of exactly this content, from this date, on this evidence. Raises AlreadyPendingError."""
    evidence = {} if evidence is None else evidence
    _refuse_second_request(object_type, object_id)
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                object_type=object_type,
                object_id=object_id,
                content_hash=content_hash,
                effective_from=effective_from,
                evidence=evidence,
                maker=maker,
                requested_at=at,
                request_comment=comment,
            )
    except IntegrityError:
        # Another request came in between: the constraint stopped ours, say it in words.
        _refuse_second_request(object_type, object_id)
        raise
    _record("approval.requested", approval, actor_user(maker), at)
    return approval


def approval_pending(*, object_type: str, object_id: str) -> Approval | None:
    """The request that waits for a decision on an object."""
    return Approval.objects.filter(object_type=object_type, object_id=object_id, state=Approval.State.PENDING).first()


def approval_approve(
    *, approval: Approval, checker: User, content_hash: str, at: datetime, comment: str = ""
) -> Approval:
    """Allow the change. `content_hash` is that of the content the checker was shown and the owner will apply.

    Raises AlreadyDecidedError, NotACheckerError, SamePersonError, StaleApprovalError.
    """
    return _decide(Approval.State.APPROVED, approval, checker, content_hash, at, comment)


def approval_reject(
    *, approval: Approval, checker: User, content_hash: str, at: datetime, comment: str = ""
) -> Approval:
    """Refuse the change. Raises as `approval_approve`; a maker withdraws by `approval_void` instead."""
    return _decide(Approval.State.REJECTED, approval, checker, content_hash, at, comment)


@transaction.atomic
def approval_void(
    *, object_type: str, object_id: str, at: datetime, reason: str, actor: str = "system:approvals"
) -> Approval | None:
    """Void the pending request of an object: its content changed or its maker withdrew. None if there is none."""
    pending = Approval.objects.select_for_update(of=("self",)).filter(
        object_type=object_type, object_id=object_id, state=Approval.State.PENDING
    )
    approval = pending.first()
    if approval is None:
        return None
    approval.state = Approval.State.VOID
    approval.decided_at = at
    approval.decision_comment = reason
    approval.save(update_fields=["state", "decided_at", "decision_comment"])
    _record("approval.voided", approval, actor, at)
    return approval


@transaction.atomic
def approval_withdraw(*, object_type: str, object_id: str, maker: User, at: datetime) -> Approval | None:
    """Take back one's own pending request. None if there is none; raises NotTheMakerError."""
    pending = approval_pending(object_type=object_type, object_id=object_id)
    if pending is not None and pending.maker_id != maker.pk:
        raise NotTheMakerError("Only who asked takes this back; others reject it.", approval=pending.pk)
    return approval_void(
        object_type=object_type, object_id=object_id, at=at, reason="withdrawn", actor=actor_user(maker)
    )


@transaction.atomic
def _decide(
    state: Approval.State, approval: Approval, checker: User, content_hash: str, at: datetime, comment: str
) -> Approval:
    approval = Approval.objects.select_for_update(of=("self",)).select_related("maker").get(pk=approval.pk)
    _refuse_decided(approval)
    _refuse_checker(approval, checker)
    if approval.content_hash != content_hash:
        raise StaleApprovalError("The content changed after the approval was asked for.", approval=approval.pk)
    approval.state = state
    approval.checker = checker
    approval.decided_at = at
    approval.decision_comment = comment
    approval.save(update_fields=["state", "checker", "decided_at", "decision_comment"])
    _record(f"approval.{state.lower()}", approval, actor_user(checker), at)
    return approval


def _refuse_second_request(object_type: str, object_id: str) -> None:
    earlier = approval_pending(object_type=object_type, object_id=object_id)
    if earlier is not None:
        raise AlreadyPendingError(
            "This waits for approval already; decide or withdraw that request first.",
            approval=earlier.pk,
            requested_at=instant_text(earlier.requested_at),
        )


def _refuse_decided(approval: Approval) -> None:
    if approval.state != Approval.State.PENDING:
        raise AlreadyDecidedError("This request was decided before.", approval=approval.pk, state=approval.state)


def _refuse_checker(approval: Approval, checker: User) -> None:
    if not checker.is_active or not checker.has_perm(CHECK_PERMISSION):
        raise NotACheckerError("This account may not approve or reject changes.", approval=approval.pk)
    if checker.pk == approval.maker_id or checker.person_id == approval.maker.person_id:
        raise SamePersonError("Nobody approves or rejects their own change.", approval=approval.pk)


def _record(kind: str, approval: Approval, actor: str, at: datetime) -> None:
    effective_from = approval.effective_from
    entry_append(
        kind=kind,
        object_type=approval.object_type,
        object_id=approval.object_id,
        actor=actor,
        payload={
            "approval": approval.pk,
            "content_hash": approval.content_hash,
            "effective_from": None if effective_from is None else instant_text(effective_from),
            "evidence_hash": hash_of(approval.evidence),
            "maker": actor_user(approval.maker),
        },
        recorded_at=at,
    )
