"""The emergency stop: declared by one person, confirmed or ended by another, lifted by two."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from audit.canonical import content_hash as hash_of
from audit.models import Approval, User
from audit.services.approvals import approval_approve, approval_pending, approval_reject, approval_request
from audit.services.log import actor_user, entry_append, instant_text
from riskengine.errors import Conflict, InvalidInput
from rules.models import EmergencyStop, RuleSet

STOP: Final = "emergency_stop"
LIFT: Final = "emergency_stop_lift"
CONFIRM_WITHIN: Final = timedelta(hours=24)


class StopNotPossible(InvalidInput):
    """Only a pre-loan rule set is stopped, and only with a reason."""

    code = "stop_not_possible"


class AlreadyStopped(Conflict):
    """The rule set is stopped already."""

    code = "already_stopped"


class StopNotWaiting(Conflict):
    """Nothing about this stop waits for a decision, or it is lifted already."""

    code = "stop_not_waiting"


class StopNotConfirmed(Conflict):
    """A stop that nobody confirmed yet is ended by rejecting it."""

    code = "stop_not_confirmed"


@transaction.atomic
def stop_declare(*, rule_set: RuleSet, by: User, reason: str, at: datetime) -> EmergencyStop:
    """Send every decision of the rule set to a person from now on, and ask another person to confirm it.

    Raises StopNotPossible, AlreadyStopped.
    """
    if rule_set.stage != RuleSet.Stage.PRE_LOAN:
        raise StopNotPossible("Only decisions before the loan can be stopped.")
    if not reason.strip():
        raise StopNotPossible("Say why.")
    if EmergencyStop.objects.filter(rule_set=rule_set, lifted_at__isnull=True).exists():
        raise AlreadyStopped("This rule set is stopped already.")
    content = {"rule_set": rule_set.code, "reason": reason, "declared_at": instant_text(at)}
    try:
        with transaction.atomic():  # no lock on the rule set: its submission, which holds one, can take seconds
            stop = EmergencyStop.objects.create(
                rule_set=rule_set,
                reason=reason.strip(),
                content_hash=hash_of(content),
                declared_by=by,
                declared_at=at,
                deadline_at=at + CONFIRM_WITHIN,
            )
    except IntegrityError as error:  # another stop came in between: the constraint stopped ours
        raise AlreadyStopped("This rule set is stopped already.") from error
    _record("declared", stop, by, at)
    _ask(STOP, stop, by, reason, at)
    return stop


@transaction.atomic
def stop_confirm(*, stop: EmergencyStop, checker: User, content_hash: str, at: datetime, comment: str = "") -> None:
    """Another person's word that the stop is right; it goes on. Raises StopNotWaiting and what approvals raise."""
    approval = _waiting(STOP, _locked(stop))
    approval_approve(approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment)


@transaction.atomic
def stop_refuse(*, stop: EmergencyStop, checker: User, content_hash: str, at: datetime, comment: str) -> None:
    """Another person's word that the stop is wrong: the rules decide again. Raises as `stop_confirm`."""
    stop = _locked(stop)
    approval = _waiting(STOP, stop)
    approval_reject(approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment)
    _lift(stop, approval, checker, at)


@transaction.atomic
def lift_request(*, stop: EmergencyStop, by: User, comment: str, at: datetime) -> Approval:
    """Ask that a confirmed stop be lifted. Raises StopNotWaiting, StopNotConfirmed, AlreadyPendingError."""
    stop = _locked(stop)
    _require_open(stop)
    if approval_pending(object_type=STOP, object_id=str(stop.pk)) is not None:
        raise StopNotConfirmed("Nobody has confirmed this stop yet: another person ends it by rejecting it.")
    return _ask(LIFT, stop, by, comment, at)


@transaction.atomic
def lift_approve(*, stop: EmergencyStop, checker: User, content_hash: str, at: datetime, comment: str = "") -> None:
    """Lift the stop: the rules decide again. Raises StopNotWaiting and what approvals raise."""
    stop = _locked(stop)
    approval = _waiting(LIFT, stop)
    approval_approve(approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment)
    _lift(stop, approval, checker, at)


@transaction.atomic
def lift_reject(*, stop: EmergencyStop, checker: User, content_hash: str, at: datetime, comment: str) -> None:
    """The stop goes on. Raises StopNotWaiting and what approvals raise."""
    approval = _waiting(LIFT, _locked(stop))
    approval_reject(approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment)


def stop_open(*, rule_set: RuleSet) -> EmergencyStop | None:
    """The stop that holds now."""
    stops = EmergencyStop.objects.filter(rule_set=rule_set, lifted_at__isnull=True)
    return stops.select_related("declared_by", "rule_set").first()


def stop_request(stop: EmergencyStop) -> Approval | None:
    """What waits for another person: the confirmation, or the lifting."""
    pending = Approval.objects.filter(
        object_type__in=(STOP, LIFT), object_id=str(stop.pk), state=Approval.State.PENDING
    )
    return pending.select_related("maker").first()


def _ask(object_type: str, stop: EmergencyStop, maker: User, comment: str, at: datetime) -> Approval:
    return approval_request(
        object_type=object_type,
        object_id=str(stop.pk),
        content_hash=stop.content_hash,
        maker=maker,
        at=at,
        comment=comment,
    )


def _waiting(object_type: str, stop: EmergencyStop) -> Approval:
    _require_open(stop)
    approval = approval_pending(object_type=object_type, object_id=str(stop.pk))
    if approval is None:
        raise StopNotWaiting("This does not wait for a decision any more.")
    return approval


def _require_open(stop: EmergencyStop) -> None:
    if stop.lifted_at is not None:
        raise StopNotWaiting("This stop has been lifted.")


def _lift(stop: EmergencyStop, approval: Approval, checker: User, at: datetime) -> None:
    stop.lifted_at, stop.lifted_on = at, approval
    stop.save(update_fields=["lifted_at", "lifted_on"])
    _record("lifted", stop, checker, at)


def _locked(stop: EmergencyStop) -> EmergencyStop:
    return EmergencyStop.objects.select_for_update(of=("self",)).select_related("rule_set").get(pk=stop.pk)


def _record(kind: str, stop: EmergencyStop, actor: User, at: datetime) -> None:
    entry_append(
        kind=f"{STOP}.{kind}",
        object_type=STOP,
        object_id=str(stop.pk),
        actor=actor_user(actor),
        payload={"rule_set": stop.rule_set.code, "content_hash": stop.content_hash},
        recorded_at=at,
    )
