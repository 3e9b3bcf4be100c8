"""A colour set by people: asked for with a reason and an end, in force once somebody else approved it."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from audit.canonical import content_hash
from audit.models import User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_void,
)
from audit.services.log import actor_user, entry_append, instant_text
from lending.models import Customer
from monitoring.models import HealthCode, HealthColour, HealthDispute, HealthOverride
from monitoring.services.health.codes import ZONE
from monitoring.services.health.due import due_add
from monitoring.services.health.overtaken import HIDING, red_now
from riskengine.errors import Conflict, InvalidInput, NotPermitted

OBJECT_TYPE: Final = "health_override"
ASK_PERMISSION: Final = "monitoring.add_healthoverride"
LONGEST: Final = timedelta(days=90)
REASON_LENGTH: Final = (10, 2_000)


class OverrideInvalid(InvalidInput):
    """An override has a colour, a reason of 10 to 2,000 characters and an end within 90 days."""

    code = "health_override_invalid"


class OverrideNotPermitted(NotPermitted):
    """The account may not ask for overrides, or end them."""

    code = "health_override_not_permitted"


class OverrideOvertaken(Conflict):
    """Something red was found since it was asked for: it is asked for anew, knowing that."""

    code = "health_override_overtaken"


class OverrideRaced(Conflict):
    """A review wrote the customer's code in the same instant: whoever decides looks at it first."""

    code = "health_override_raced"


class OverrideNotWaiting(Conflict):
    """The override does not wait for approval, or has ended."""

    code = "health_override_not_waiting"


def override_hash(override: HealthOverride) -> str:
    """The content an approval stands for: whose, which colour, why, until when, and what red findings were known."""
    known = {} if override.basis is None else {"basis": override.basis}
    return content_hash(
        {
            "customer": override.customer_id,
            "colour": override.colour,
            "reason": override.reason,
            "until": instant_text(override.until),
            "dispute": override.dispute_id,
            **known,
        }
    )


@transaction.atomic
def override_ask(
    *,
    customer: Customer,
    colour: str,
    reason: str,
    until: datetime,
    maker: User,
    at: datetime,
    dispute: HealthDispute | None = None,
) -> HealthOverride:
    """Ask for a colour until an end. Raises OverrideNotPermitted, OverrideInvalid."""
    _require(maker)
    low, high = REASON_LENGTH
    reason = reason.strip()
    if colour not in HealthColour.values or not low <= len(reason) <= high or not at < until <= at + LONGEST:
        raise OverrideInvalid(
            "An override has a colour, a reason and an end.", shortest=low, longest=high, days=LONGEST.days
        )
    override = HealthOverride.objects.create(
        customer=customer,
        colour=colour,
        reason=reason,
        until=until,
        made_at=at,
        dispute=dispute,
        basis=list(red_now(customer.pk, at, ZONE)),
    )
    approval_request(
        object_type=OBJECT_TYPE,
        object_id=str(override.pk),
        content_hash=override_hash(override),
        maker=maker,
        at=at,
        comment=reason,
    )
    return override


@transaction.atomic
def override_decide(
    *, override: HealthOverride, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> HealthOverride:
    """Approve or reject what was asked for; approved, it is the customer's code from now on.

    Raises OverrideNotWaiting, OverrideInvalid where its end is over, OverrideOvertaken, OverrideRaced, and what
    approvals raise.
    """
    override = HealthOverride.objects.select_for_update(of=("self",)).get(pk=override.pk)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(override.pk))
    if pending is None or override.ended_at is not None:
        raise OverrideNotWaiting("This override does not wait for approval.", override=override.pk)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        return override
    if override.until <= at:
        raise OverrideInvalid("Its end is over.", override=override.pk)
    if pending.content_hash != override_hash(override):
        raise OverrideNotWaiting("This is not what was asked for.", override=override.pk)
    new = set(red_now(override.customer_id, at, ZONE)) - set(override.basis or [])
    if override.colour in HIDING and new:
        raise OverrideOvertaken("Something red was found since it was asked for.", findings=sorted(new))
    override.approval = approval_approve(
        approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    override.save(update_fields=["approval"])
    _code_write(override, at)
    return override


def _code_write(override: HealthOverride, at: datetime) -> None:
    """Its colour in place of the current code; one that a review writes meanwhile is not seen before it is there."""
    codes = HealthCode.objects.filter(customer=override.customer_id)
    try:
        with transaction.atomic():
            codes.filter(is_current=True).update(is_current=False)
            HealthCode.objects.create(
                customer_id=override.customer_id,
                as_of=at,
                written_at=at,
                colour=override.colour,
                reasons=["OVERRIDE"],
                cause=HealthCode.Cause.OVERRIDE,
                override=override,
            )
    except IntegrityError:
        if (
            HealthCode.objects.filter(customer=override.customer_id, is_current=True)
            .exclude(override=override)
            .exists()
        ):
            raise OverrideRaced("A review has just written this code.", override=override.pk) from None
        raise


@transaction.atomic
def override_end(*, override: HealthOverride, actor: User, at: datetime) -> HealthOverride:
    """Withdraw or end an override: until a review looks again the code is not assessed.

    Raises OverrideNotPermitted, OverrideNotWaiting.
    """
    _require(actor)
    override = HealthOverride.objects.select_for_update(of=("self",)).get(pk=override.pk)
    if override.ended_at is not None:
        raise OverrideNotWaiting("This override has ended.", override=override.pk)
    approval_void(object_type=OBJECT_TYPE, object_id=str(override.pk), at=at, reason="ended", actor=actor_user(actor))
    override.ended_at = at
    override.save(update_fields=["ended_at"])
    due_add([override.customer_id], cause="OVERRIDE_ENDED", at=at)
    entry_append(
        kind="health_override.ended",
        object_type=OBJECT_TYPE,
        object_id=str(override.pk),
        actor=actor_user(actor),
        payload={"colour": override.colour},
        recorded_at=at,
    )
    return override


def _require(actor: User) -> None:
    if not (actor.is_active and actor.has_perm(ASK_PERMISSION)):
        raise OverrideNotPermitted("This account may not ask for overrides of health codes.")
