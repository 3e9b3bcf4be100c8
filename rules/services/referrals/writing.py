"""The rows behind the work on referrals: locks, steps, and the resolution with what follows from it."""

import hashlib
from datetime import datetime
from typing import Any

from audit.canonical import content_hash
from audit.models import User
from audit.services.log import actor_user, entry_append, instant_text
from audit.services.outbox import message_add
from rules.models import Referral, ReferralResolution, ReferralStep
from rules.services.referrals.errors import (
    ProposalChanged,
    ReferralDecided,
    ReferralNotPermitted,
    ReferralTaken,
    SecondIsFirst,
)
from rules.services.referrals.proposals import Checked

WORK_PERMISSION = "rules.work_referral"
State, Kind = Referral.State, ReferralStep.Kind


def require_worker(person: User) -> None:
    """Raises ReferralNotPermitted for an account that is switched off or has no part in this work."""
    if not person.is_active or not person.has_perm(WORK_PERMISSION):
        raise ReferralNotPermitted("This account does not decide referred applications.")


def referral_read(number: int) -> Referral:
    """The referral as it is now, with what its pages and services read."""
    related = ("decision__application__customer", "decision__product", "product", "claimed_by", "resolution")
    return Referral.objects.select_related(*related).get(pk=number)


def referral_locked(number: int) -> Referral:
    """The same, its row locked until the end of the transaction."""
    Referral.objects.select_for_update().get(pk=number)
    return referral_read(number)


def taken(number: int) -> ReferralTaken | ReferralDecided:
    """Why a case that was to be free is not: somebody has it, or it is decided."""
    referral = referral_read(number)
    if referral.state == State.DECIDED:
        return ReferralDecided("This case is decided.", referral=number)
    by = referral.claimed_by
    return ReferralTaken("Somebody took this case first.", by=(by.get_full_name() or by.get_username()) if by else "")


def proposed(referral: Referral, person: User, step: int) -> tuple[Referral, ReferralStep]:
    """The referral, locked, and the proposal that this second person has read.

    Raises ReferralNotPermitted, ProposalChanged, SecondIsFirst.
    """
    require_worker(person)
    referral = referral_locked(referral.pk)
    if referral.state == State.DECIDED:
        raise ReferralDecided("This case is decided.", referral=referral.pk)
    found = proposal_waiting(referral)
    if found is None or found.pk != step:
        raise ProposalChanged("This is not the proposal that waits.", referral=referral.pk)
    if found.by_id == person.pk:
        raise SecondIsFirst("Who proposed cannot confirm.", referral=referral.pk)
    return referral, found


def proposal_waiting(referral: Referral) -> ReferralStep | None:
    """The proposal a second person is to read; None where none waits."""
    if referral.state != State.PROPOSED:
        return None
    return referral.steps.filter(kind=Kind.PROPOSED).select_related("by").order_by("-pk").first()


def step_add(
    referral: Referral,
    kind: ReferralStep.Kind,
    person: User,
    at: datetime,
    *,
    proposal: dict[str, Any] | None = None,
    note: bytes = b"",
) -> None:
    """Keep a step and log it. The log names outcome and amount of no proposal: it stays when the customer is erased."""
    step = ReferralStep.objects.create(referral=referral, kind=kind, by=person, at=at, proposal=proposal, note=note)
    entry_append(
        kind=f"referral.{kind.lower()}",
        object_type="referral",
        object_id=str(referral.pk),
        actor=actor_user(person),
        payload={"decision": str(referral.decision_id), "step": step.pk},
        recorded_at=at,
    )


def resolve(
    referral: Referral,
    checked: Checked,
    note: bytes,
    *,
    first: User,
    second: User | None,
    proposed_at: datetime,
    at: datetime,
    second_note: bytes = b"",
) -> ReferralResolution:
    """Write the resolution, end the referral, log it beside the decision, and tell the outbox: one transaction."""
    hashed = content_hash(
        {
            "decision": str(referral.decision_id),
            "document_hash": referral.decision.document_hash,
            **checked.as_json(),
            "note": hashlib.sha256(note).hexdigest(),
            "decided_by": first.pk,
            "confirmed_by": second.pk if second else None,
            "resolved_at": instant_text(at),
        }
    )
    resolution = ReferralResolution.objects.create(
        decision=referral.decision,
        outcome=checked.outcome,
        reasons=checked.reasons,
        amount_minor=checked.amount_minor,
        annual_rate=checked.annual_rate,
        term_months=checked.term_months,
        is_counter_offer=checked.is_counter_offer,
        note=note,
        needs_second=second is not None,
        decided_by=first,
        confirmed_by=second,
        proposed_at=proposed_at,
        resolved_at=at,
        content_hash=hashed,
    )
    Referral.objects.filter(pk=referral.pk).update(state=State.DECIDED, resolution=resolution)
    step_add(referral, Kind.CONFIRMED if second else Kind.DECIDED, second or first, at, note=second_note)
    entry_append(
        kind="decision.resolved",
        object_type="decision",
        object_id=str(referral.decision_id),
        actor=actor_user(second or first),
        payload={"outcome": checked.outcome, "resolution_hash": hashed, "decided_by": first.pk},
        recorded_at=at,
    )
    message_add(
        topic="decision.resolved",
        key=str(referral.decision.application_id),
        payload={"decision": str(referral.decision_id), "outcome": checked.outcome},
        at=at,
    )
    return resolution
