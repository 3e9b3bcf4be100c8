"""What a person says of a finding: that loan money was diverted, or that it was not."""

from datetime import datetime
from typing import Final

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import Customer, RiskEvent
from lending.services.customers import CustomerErasedError
from lending.vault import key_unwrap, seal, unseal
from monitoring.models import DiversionFinding
from monitoring.services.diversion.findings import event_write, finding_latest
from monitoring.services.standings.news import standing_follow
from riskengine.errors import Conflict, InvalidInput, NotPermitted

DECIDE_PERMISSION: Final = "monitoring.decide_diversion"
NOTE_LENGTH: Final = (10, 2_000)
State = DiversionFinding.State


class DiversionDecisionNotPermitted(NotPermitted):
    """The account may not decide on diversion."""

    code = "diversion_decision_not_permitted"


class DiversionNoteInvalid(InvalidInput):
    """A decision says why, in 10 to 2,000 characters."""

    code = "diversion_note_invalid"


class DiversionMovedOn(Conflict):
    """The finding is not the last one of its loan, or its state is not one to decide so: look again."""

    code = "diversion_moved_on"


def diversion_confirm(*, finding: DiversionFinding, decider: User, note: str, at: datetime) -> DiversionFinding:
    """A person confirms what the last finding suspects or cannot tell; it stands until a person lifts it.

    Raises DiversionDecisionNotPermitted, DiversionNoteInvalid, DiversionMovedOn, CustomerErasedError.
    """
    return _decide(finding, decider, note, at, State.CONFIRMED, (State.SUSPECTED, State.UNTRACEABLE))


def diversion_lift(*, finding: DiversionFinding, decider: User, note: str, at: datetime) -> DiversionFinding:
    """A person says that the money was not diverted, after a suspicion or a confirmation.

    Raises as `diversion_confirm`.
    """
    return _decide(finding, decider, note, at, State.CONSISTENT, (State.SUSPECTED, State.CONFIRMED))


@transaction.atomic
def _decide(
    finding: DiversionFinding, decider: User, note: str, at: datetime, state: State, allowed: tuple[State, ...]
) -> DiversionFinding:
    if not decider.is_active or not decider.has_perm(DECIDE_PERMISSION):
        raise DiversionDecisionNotPermitted("This account may not decide on diversion.")
    note = note.strip()
    low, high = NOTE_LENGTH
    if not low <= len(note) <= high:
        raise DiversionNoteInvalid(f"Say why in {low} to {high} characters.", minimum=low, maximum=high)
    customer = Customer.objects.select_for_update().get(pk=finding.loan.customer_id)
    if customer.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    latest = finding_latest(finding.loan_id)
    if latest is None or latest.pk != finding.pk or latest.state not in allowed:
        raise DiversionMovedOn("Something newer is known of this loan.", finding=finding.pk)
    decided = _copy(latest, state, decider, at)
    decided.note = seal(key_unwrap(customer.wrapped_key), note.encode(), _context(latest.pk))
    decided.save(force_insert=True)
    if state == State.CONFIRMED:
        kind, worst = RiskEvent.Kind.DIVERSION_CONFIRMED, _largest(decided)
        event_write(decided, kind=kind, category=worst, at=at, actor=actor_user(decider))
    standing_follow(loan=decided.loan, at=at)
    entry_append(
        kind="diversion.confirmed" if state == State.CONFIRMED else "diversion.lifted",
        object_type="diversion_finding",
        object_id=str(decided.pk),
        actor=actor_user(decider),
        payload={"loan": decided.loan_id, "on": latest.pk},
        recorded_at=at,
    )
    return decided


def note_read(finding: DiversionFinding) -> str:
    """What the person wrote; "" where nobody did or the customer's data is erased. Raises VaultError."""
    wrapped = finding.loan.customer.wrapped_key
    if finding.note is None or wrapped is None or finding.follows_id is None:
        return ""
    return unseal(key_unwrap(wrapped), finding.note, _context(finding.follows_id)).decode()


def _copy(latest: DiversionFinding, state: State, decider: User, at: datetime) -> DiversionFinding:
    """The same evidence under a person's word."""
    fields = [field.attname for field in DiversionFinding._meta.concrete_fields]
    kept = {name: getattr(latest, name) for name in fields if name not in ("id", "note")}
    return DiversionFinding(
        **kept | {"state": state, "known_at": at, "follows_id": latest.pk, "decided_by_id": decider.pk}
    )


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
