"""What holders say against data or colour: kept sealed, answered by a person, four eyes where colour follows."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from audit.canonical import content_hash
from audit.models import User
from audit.services.approvals import approval_approve, approval_pending, approval_reject, approval_request
from audit.services.log import actor_user, entry_append
from lending.models import Customer
from lending.services.customers import CustomerErasedError
from lending.vault import key_unwrap, keyed_hash, seal, unseal
from monitoring.models import HealthDispute, HealthDue, HealthOverride
from monitoring.services.health.due import due_add, due_end
from monitoring.services.health.overrides import override_ask
from riskengine.errors import Conflict, InvalidInput, NotPermitted

OBJECT_TYPE: Final = "health_dispute"
ANSWER_PERMISSION: Final = "monitoring.change_healthdispute"
TEXT_LENGTH: Final = (5, 2_000)
Kind, State, Outcome = HealthDispute.Kind, HealthDispute.State, HealthDispute.Outcome


class DisputeInvalid(InvalidInput):
    """A dispute is about one of the subjects and says why in 5 to 2,000 characters."""

    code = "health_dispute_invalid"


class DisputeOpenAlready(Conflict):
    """One of this kind is open already: it is answered first."""

    code = "health_dispute_open"


class DisputeNotOpen(Conflict):
    """The dispute does not wait for this."""

    code = "health_dispute_not_open"


class DisputeNotPermitted(NotPermitted):
    """The account may not answer disputes."""

    code = "health_dispute_not_permitted"


@transaction.atomic
def dispute_open(
    *, customer: Customer, kind: str, subject: str, text: str, channel: str, actor: str, at: datetime
) -> HealthDispute:
    """Record what the holder says; the code is looked at again within a working day, and disputed data show no colour.

    Raises DisputeInvalid, DisputeOpenAlready, CustomerErasedError.
    """
    low, high = TEXT_LENGTH
    text = text.strip()
    if kind not in Kind.values or subject not in HealthDispute.Subject.values or not low <= len(text) <= high:
        raise DisputeInvalid("Say what is wrong, and with what.", shortest=low, longest=high)
    if customer.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    try:
        with transaction.atomic():
            dispute = HealthDispute.objects.create(
                customer=customer,
                kind=kind,
                subject=subject,
                channel=channel,
                sealed=seal(key_unwrap(customer.wrapped_key), text.encode(), _context(customer.pk, "said")),
                opened_at=at,
                due_at=due_end(at),
            )
    except IntegrityError:
        raise DisputeOpenAlready("One of this kind is open already.", kind=kind) from None
    due_add([customer.pk], cause=HealthDue.Cause.DISPUTE, at=at)
    _record("health_dispute.opened", dispute, actor, at)
    return dispute


@transaction.atomic
def dispute_answer(
    *,
    dispute: HealthDispute,
    outcome: str,
    text: str,
    by: User,
    at: datetime,
    colour: str = "",
    until: datetime | None = None,
) -> HealthDispute:
    """Answer the holder.

    An answer to disputed data lets the colour come back: it waits for a second person. A refused appeal changes
    nothing and is done; one that is upheld asks for an override to `colour` (until `until`), which a second person
    approves. Raises DisputeNotPermitted, DisputeInvalid, DisputeNotOpen, and as `override_ask`.
    """
    if not (by.is_active and by.has_perm(ANSWER_PERMISSION)):
        raise DisputeNotPermitted("This account may not answer disputes.")
    low, high = TEXT_LENGTH
    text = text.strip()
    if outcome not in Outcome.values or not low <= len(text) <= high:
        raise DisputeInvalid("An answer has an outcome and says why.", shortest=low, longest=high)
    dispute = _locked(dispute)
    if dispute.state != State.OPEN:
        raise DisputeNotOpen("This has an answer already.", dispute=dispute.pk)
    key = key_unwrap(dispute.customer.wrapped_key or b"")
    dispute.outcome, dispute.answered_by, dispute.answered_at = outcome, by, at
    dispute.answer_sealed = seal(key, text.encode(), _context(dispute.customer_id, "answered"))
    if dispute.kind == Kind.DISPUTE:
        dispute.state = State.PROPOSED
        dispute.save()
        approval_request(
            object_type=OBJECT_TYPE,
            object_id=str(dispute.pk),
            content_hash=answer_hash(dispute),
            maker=by,
            at=at,
        )
        return dispute
    if outcome == Outcome.UPHELD:
        override_ask(
            customer=dispute.customer,
            colour=colour,
            reason=f"{dispute.get_kind_display()} {dispute.pk}",
            until=until or at + timedelta(days=30),
            maker=by,
            at=at,
            dispute=dispute,
        )
    dispute.state = State.ANSWERED
    dispute.save()
    _record("health_dispute.answered", dispute, actor_user(by), at)
    return dispute


@transaction.atomic
def dispute_decide(
    *, dispute: HealthDispute, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> HealthDispute:
    """Approve the answer to disputed data, or send it back; approved, the code is looked at again.

    Raises DisputeNotOpen and what approvals raise.
    """
    dispute = _locked(dispute)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(dispute.pk))
    if pending is None or dispute.state != State.PROPOSED:
        raise DisputeNotOpen("This does not wait for approval.", dispute=dispute.pk)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        dispute.state, dispute.outcome, dispute.answer_sealed = State.OPEN, "", None
        dispute.answered_by, dispute.answered_at = None, None
        dispute.save()
        return dispute
    if pending.content_hash != answer_hash(dispute):
        raise DisputeNotOpen("This is not the answer that was put forward.", dispute=dispute.pk)
    dispute.approval = approval_approve(
        approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    dispute.state = State.ANSWERED
    dispute.save()
    due_add([dispute.customer_id], cause=HealthDue.Cause.DISPUTE, at=at)
    _record("health_dispute.answered", dispute, actor_user(checker), at)
    return dispute


def answer_hash(dispute: HealthDispute) -> str:
    """The content an approval stands for: which dispute, which outcome, which words (as sealed)."""
    sealed = keyed_hash("health-dispute", bytes(dispute.answer_sealed or b"")).hex()
    return content_hash({"dispute": dispute.pk, "outcome": dispute.outcome, "answer": sealed})


def dispute_words(dispute: HealthDispute) -> tuple[str, str]:
    """What the holder wrote and what was answered; empty once the customer is erased. Raises VaultError."""
    wrapped = dispute.customer.wrapped_key
    if wrapped is None:
        return "", ""
    key = key_unwrap(wrapped)
    said = unseal(key, dispute.sealed, _context(dispute.customer_id, "said")).decode()
    if dispute.answer_sealed is None:
        return said, ""
    return said, unseal(key, dispute.answer_sealed, _context(dispute.customer_id, "answered")).decode()


def override_of(dispute: HealthDispute) -> HealthOverride | None:
    """The override that an upheld appeal asked for."""
    return dispute.overrides.order_by("-pk").first()


def _locked(dispute: HealthDispute) -> HealthDispute:
    return HealthDispute.objects.select_for_update(of=("self",)).select_related("customer").get(pk=dispute.pk)


def _context(customer_id: int, part: str) -> bytes:
    return f"health-dispute/{customer_id}/{part}".encode()


def _record(kind: str, dispute: HealthDispute, actor: str, at: datetime) -> None:
    entry_append(
        kind=kind,
        object_type=OBJECT_TYPE,
        object_id=str(dispute.pk),
        actor=actor,
        payload={"kind": dispute.kind, "about": dispute.subject, "outcome": dispute.outcome},
        recorded_at=at,
    )
