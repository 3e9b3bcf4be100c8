"""What persons say of a finding: one lifts a suspicion; a diversion is confirmed, or a confirmation lifted, by two."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from audit.canonical import content_hash as hash_of
from audit.models import User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_withdraw,
)
from audit.services.log import actor_user, entry_append
from lending.models import Customer, RiskEvent
from lending.services.customers import CustomerErasedError
from lending.vault import key_unwrap, keyed_hash, seal, unseal
from monitoring.models import DiversionFinding, DiversionProposal
from monitoring.services.diversion.findings import DECISION, event_write, finding_latest
from monitoring.services.standings.news import standing_follow
from riskengine.errors import Conflict, InvalidInput, NotPermitted

DECIDE_PERMISSION: Final = "monitoring.decide_diversion"
NOTE_LENGTH: Final = (10, 2_000)
State = DiversionFinding.State
PROPOSED_OF: Final = {
    State.CONFIRMED: (State.SUSPECTED, State.UNTRACEABLE),
    State.CONSISTENT: (State.CONFIRMED,),
}
"""What may be proposed, and of findings in which state."""


class DiversionDecisionNotPermitted(NotPermitted):
    """The account may not decide on diversion."""

    code = "diversion_decision_not_permitted"


class DiversionNoteInvalid(InvalidInput):
    """A decision says why, in 10 to 2,000 characters."""

    code = "diversion_note_invalid"


class DiversionMovedOn(Conflict):
    """The finding is not the last one of its loan, or its state is not one to decide so: look again."""

    code = "diversion_moved_on"


class DiversionWaits(Conflict):
    """A proposal waits for a second person, or none does where one is to be decided on."""

    code = "diversion_waits"


@transaction.atomic
def diversion_propose(
    *, finding: DiversionFinding, outcome: str, maker: User, note: str, at: datetime
) -> DiversionProposal:
    """Propose to confirm what the last finding suspects or cannot tell, or to lift what is confirmed.

    Nothing follows from it until another person approves. Raises DiversionDecisionNotPermitted, DiversionNoteInvalid,
    DiversionMovedOn, CustomerErasedError, and AlreadyPendingError.
    """
    _require(maker)
    note = _checked(note)
    if outcome not in PROPOSED_OF:
        raise DiversionMovedOn("This is nothing to propose.", finding=finding.pk)
    latest, key = _held(finding, PROPOSED_OF[State(outcome)])
    sealed = seal(key, note.encode(), _context(latest.pk))
    approval = approval_request(
        object_type=DECISION,
        object_id=str(latest.pk),
        content_hash=_hash(latest.pk, outcome, sealed),
        maker=maker,
        at=at,
        evidence={"outcome": outcome},
    )
    return DiversionProposal.objects.create(finding=latest, outcome=outcome, note=sealed, approval=approval)


@transaction.atomic
def diversion_decide(
    *, finding: DiversionFinding, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> DiversionFinding:
    """Approve or reject what is proposed of a finding; approved, it holds and reaches new applications at once.

    Returns the finding that holds. Raises DiversionWaits, DiversionMovedOn, CustomerErasedError, and what approvals
    raise.
    """
    proposal = proposal_waiting(finding)
    if proposal is None or proposal.approval.content_hash != proposal_hash(proposal):
        raise DiversionWaits("Nothing waits for a second person here.", finding=finding.pk)
    if not is_approved:
        approval_reject(approval=proposal.approval, checker=checker, content_hash=content_hash, at=at, comment=comment)
        return finding
    latest, _key = _held(finding, PROPOSED_OF[State(proposal.outcome)])
    approval_approve(approval=proposal.approval, checker=checker, content_hash=content_hash, at=at, comment=comment)
    return _write(latest, State(proposal.outcome), checker, bytes(proposal.note), at, proposal)


@transaction.atomic
def diversion_withdraw(*, finding: DiversionFinding, maker: User, at: datetime) -> None:
    """Take back one's own proposal. Raises DiversionWaits, NotTheMakerError."""
    if approval_withdraw(object_type=DECISION, object_id=str(finding.pk), maker=maker, at=at) is None:
        raise DiversionWaits("Nothing waits for a second person here.", finding=finding.pk)


@transaction.atomic
def diversion_lift(*, finding: DiversionFinding, decider: User, note: str, at: datetime) -> DiversionFinding:
    """A person says that what is suspected was no diversion: alone, for nothing adverse follows.

    Raises DiversionDecisionNotPermitted, DiversionNoteInvalid, DiversionMovedOn, DiversionWaits, CustomerErasedError.
    """
    _require(decider)
    note = _checked(note)
    latest, key = _held(finding, (State.SUSPECTED,))
    if proposal_waiting(latest) is not None:
        raise DiversionWaits("A proposal on it waits for a second person.", finding=latest.pk)
    return _write(latest, State.CONSISTENT, decider, seal(key, note.encode(), _context(latest.pk)), at, None)


def proposal_waiting(finding: DiversionFinding) -> DiversionProposal | None:
    """What waits for a second person on a finding."""
    pending = approval_pending(object_type=DECISION, object_id=str(finding.pk))
    if pending is None:
        return None
    return DiversionProposal.objects.select_related("approval__maker").get(approval=pending)


def proposal_hash(proposal: DiversionProposal) -> str:
    """Of what the second person approves, as it stands now: which finding, what is said of it, why (as sealed)."""
    return _hash(proposal.finding_id, proposal.outcome, bytes(proposal.note))


def proposal_note(proposal: DiversionProposal) -> str:
    """Why it is proposed; "" where the customer's data is erased. Raises VaultError."""
    wrapped = proposal.finding.loan.customer.wrapped_key
    if wrapped is None:
        return ""
    return unseal(key_unwrap(wrapped), bytes(proposal.note), _context(proposal.finding_id)).decode()


def note_read(finding: DiversionFinding) -> str:
    """What the person wrote; "" where nobody did or the customer's data is erased. Raises VaultError."""
    wrapped = finding.loan.customer.wrapped_key
    if finding.note is None or wrapped is None or finding.follows_id is None:
        return ""
    return unseal(key_unwrap(wrapped), finding.note, _context(finding.follows_id)).decode()


def _held(finding: DiversionFinding, allowed: tuple[State, ...]) -> tuple[DiversionFinding, bytes]:
    """The loan's last finding, which this must be, and its customer's key, while the customer is held."""
    customer = Customer.objects.select_for_update().get(pk=finding.loan.customer_id)
    if customer.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    latest = finding_latest(finding.loan_id)
    if latest is None or latest.pk != finding.pk or latest.state not in allowed:
        raise DiversionMovedOn("Something newer is known of this loan.", finding=finding.pk)
    return latest, key_unwrap(customer.wrapped_key)


def _write(
    latest: DiversionFinding,
    state: State,
    decider: User,
    note: bytes,
    at: datetime,
    proposal: DiversionProposal | None,
) -> DiversionFinding:
    """The same evidence under persons' word, with everything that follows from it."""
    fields = [field.attname for field in DiversionFinding._meta.concrete_fields]
    kept = {name: getattr(latest, name) for name in fields if name not in ("id", "note", "proposal_id")}
    said = {"state": state, "known_at": at, "follows_id": latest.pk, "decided_by_id": decider.pk}
    decided = DiversionFinding(**kept | said, note=note, proposal=proposal)
    try:
        with transaction.atomic():
            decided.save(force_insert=True)
    except IntegrityError:
        if DiversionFinding.objects.filter(follows=latest).exists():  # found in between
            raise DiversionMovedOn("Something newer is known of this loan.", finding=latest.pk) from None
        raise
    if state == State.CONFIRMED:
        kind, worst = RiskEvent.Kind.DIVERSION_CONFIRMED, _largest(decided)
        event_write(decided, kind=kind, category=worst, at=at, actor=actor_user(decider))
    standing_follow(loan=decided.loan, at=at)
    entry_append(
        kind="diversion.confirmed" if state == State.CONFIRMED else "diversion.lifted",
        object_type="diversion_finding",
        object_id=str(decided.pk),
        actor=actor_user(decider),
        payload={"loan": decided.loan_id, "on": latest.pk, **_asked(proposal)},
        recorded_at=at,
    )
    return decided


def _asked(proposal: DiversionProposal | None) -> dict[str, str]:
    return {"maker": actor_user(proposal.approval.maker)} if proposal else {}


def _require(person: User) -> None:
    if not person.is_active or not person.has_perm(DECIDE_PERMISSION):
        raise DiversionDecisionNotPermitted("This account may not decide on diversion.")


def _checked(note: str) -> str:
    note = note.strip()
    low, high = NOTE_LENGTH
    if not low <= len(note) <= high:
        raise DiversionNoteInvalid(f"Say why in {low} to {high} characters.", minimum=low, maximum=high)
    return note


def _hash(finding_id: int, outcome: str, sealed: bytes) -> str:
    note = keyed_hash("diversion-decision", sealed).hex()
    return hash_of({"finding": finding_id, "outcome": outcome, "note": note})


def _largest(finding: DiversionFinding) -> str:
    """The class to which most of the money went by lines that weigh against the borrower."""
    sums: dict[str, int] = {}
    for line, _at, _source, target, amount, _evidence in finding.path["flows"]:
        if line in finding.path["weighs"] and target.startswith("use:"):
            use = target.removeprefix("use:")
            sums[use] = sums.get(use, 0) + amount
    return max(sums, key=lambda use: sums[use], default="")


def _context(finding_id: int) -> bytes:
    """What binds a sealed note to the finding that it decides on."""
    return f"diversion-finding/{finding_id}/note".encode()
