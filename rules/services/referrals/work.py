"""Work on referred applications: claim, release, take over, decide or propose, confirm, return.

Every change of hands is a conditional UPDATE whose count tells who won; every step is kept, logged and final.
"""

from datetime import datetime, timedelta

import msgspec
from django.db import connection, transaction
from django.db.models import QuerySet

from audit.models import User
from rules.models import Referral
from rules.services.referrals.authorities import authority_of
from rules.services.referrals.case import case_open, note_sealed
from rules.services.referrals.errors import (
    AuthorityTooSmall,
    ProposalInvalid,
    ReferralFresh,
    ReferralNotYours,
)
from rules.services.referrals.proposals import Checked, Proposal, proposal_checked
from rules.services.referrals.writing import (
    Kind,
    State,
    proposed,
    referral_locked,
    referral_read,
    require_worker,
    resolve,
    step_add,
    taken,
)

TAKE_OVER_AFTER = timedelta(hours=8)

# SKIP LOCKED: two who press "Next" at once get two cases.
_NEXT = """
UPDATE rules_referral SET state = 'CLAIMED', claimed_by_id = %(person)s, claimed_at = %(at)s
WHERE id = (
    SELECT r.id FROM rules_referral r
    JOIN rules_decision d ON d.id = r.decision_id
    JOIN lending_application a ON a.id = d.application_id
    JOIN lending_customer c ON c.id = a.customer_id
    WHERE r.state = 'OPEN' AND c.wrapped_key IS NOT NULL
        AND (%(product)s::bigint IS NULL OR r.product_id = %(product)s)
    ORDER BY r.due_at, r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED
)
RETURNING id
"""


def referrals_workable() -> QuerySet[Referral]:
    """Referrals somebody can still decide: not decided, and the customer's data is there to be read."""
    waiting = Referral.objects.exclude(state=State.DECIDED)
    return waiting.filter(decision__application__customer__wrapped_key__isnull=False)


@transaction.atomic
def referral_next(*, person: User, at: datetime, product_id: int | None = None) -> Referral | None:
    """Lock the most urgent free case to this person; None where none is free. Raises ReferralNotPermitted."""
    require_worker(person)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"person": person.pk, "at": at, "product": product_id})
        row = cursor.fetchone()
    if row is None:
        return None
    referral = referral_read(row[0])
    step_add(referral, Kind.CLAIMED, person, at)
    return referral


@transaction.atomic
def referral_claim(*, referral: Referral, person: User, at: datetime) -> Referral:
    """Take a free case. Raises ReferralTaken where somebody was quicker, ReferralDecided, ReferralNotPermitted."""
    require_worker(person)
    free = Referral.objects.filter(pk=referral.pk, state=State.OPEN)
    if not free.update(state=State.CLAIMED, claimed_by=person, claimed_at=at):
        raise taken(referral.pk)
    step_add(referral, Kind.CLAIMED, person, at)
    return referral_read(referral.pk)


@transaction.atomic
def referral_release(*, referral: Referral, person: User, at: datetime) -> Referral:
    """Give a case back to the queue. Raises ReferralNotYours."""
    mine = Referral.objects.filter(pk=referral.pk, state=State.CLAIMED, claimed_by=person)
    if not mine.update(state=State.OPEN, claimed_by=None, claimed_at=None):
        raise ReferralNotYours("This case is not in work with you.", referral=referral.pk)
    step_add(referral, Kind.RELEASED, person, at)
    return referral_read(referral.pk)


@transaction.atomic
def referral_take_over(*, referral: Referral, person: User, at: datetime) -> Referral:
    """Take a case that lay with somebody else for TAKE_OVER_AFTER or longer.

    Raises ReferralFresh before that, ReferralDecided, ReferralNotPermitted.
    """
    require_worker(person)
    stale = Referral.objects.filter(pk=referral.pk, state=State.CLAIMED, claimed_at__lte=at - TAKE_OVER_AFTER)
    if not stale.exclude(claimed_by=person).update(claimed_by=person, claimed_at=at):
        now = referral_read(referral.pk)
        if now.state != State.CLAIMED:
            raise taken(referral.pk)
        hours = int(TAKE_OVER_AFTER.total_seconds() // 3600)
        raise ReferralFresh("This case has not lain long enough to be taken over.", hours=hours)
    step_add(referral, Kind.TAKEN_OVER, person, at)
    return referral_read(referral.pk)


@transaction.atomic
def referral_propose(*, referral: Referral, person: User, proposal: Proposal, at: datetime) -> Referral:
    """Decide a case in work with this person: finally within their authority, else as a proposal to a second person.

    Raises ReferralNotYours, ProposalInvalid, ReferralErased, ReferralNotPermitted.
    """
    require_worker(person)
    referral = referral_locked(referral.pk)
    if referral.state != State.CLAIMED or referral.claimed_by_id != person.pk:
        raise ReferralNotYours("This case is not in work with you.", referral=referral.pk)
    case = case_open(referral)
    checked = proposal_checked(case, proposal)
    note = note_sealed(case.key, referral.decision_id, proposal.note.strip())
    if is_enough(checked, authority_of(user=person, product=referral.product)):
        resolve(referral, checked, note, first=person, second=None, proposed_at=at, at=at)
        return referral_read(referral.pk)
    Referral.objects.filter(pk=referral.pk).update(state=State.PROPOSED)
    step_add(referral, Kind.PROPOSED, person, at, proposal=checked.as_json(), note=note)
    return referral_read(referral.pk)


@transaction.atomic
def referral_confirm(*, referral: Referral, person: User, step: int, at: datetime, note: str = "") -> Referral:
    """Confirm the proposal that was read (`step` is its number) as the second person, within their authority.

    Raises SecondIsFirst, AuthorityTooSmall, ProposalChanged, ReferralErased, ReferralNotPermitted.
    """
    referral, waiting = proposed(referral, person, step)
    checked = msgspec.convert(waiting.proposal, Checked)
    authority = authority_of(user=person, product=referral.product)
    if authority is None or (checked.weight_minor is not None and checked.weight_minor > authority):
        raise AuthorityTooSmall("The amount is above what you may confirm.", referral=referral.pk)
    key = case_open(referral).key
    own = note_sealed(key, referral.decision_id, note.strip()) if note.strip() else b""
    resolve(
        referral,
        checked,
        bytes(waiting.note),
        first=waiting.by,
        second=person,
        proposed_at=waiting.at,
        at=at,
        second_note=own,
    )
    return referral_read(referral.pk)


@transaction.atomic
def referral_return(*, referral: Referral, person: User, step: int, note: str, at: datetime) -> Referral:
    """Send the proposal back to whoever made it, saying why. Raises as `referral_confirm`, and ProposalInvalid."""
    referral, waiting = proposed(referral, person, step)
    case = case_open(referral)
    if not note.strip():
        raise ProposalInvalid("Say why.", problems=[{"field": "note", "code": "missing", "message": "Say why."}])
    Referral.objects.filter(pk=referral.pk).update(state=State.CLAIMED, claimed_by=waiting.by, claimed_at=at)
    step_add(referral, Kind.RETURNED, person, at, note=note_sealed(case.key, referral.decision_id, note.strip()))
    return referral_read(referral.pk)


def is_enough(checked: Checked, authority: int | None) -> bool:
    """Whether a person of this authority decides alone: an amount not known, or terms beyond the table, never do."""
    if authority is None or checked.is_beyond_table or checked.weight_minor is None:
        return False
    return checked.weight_minor <= authority
