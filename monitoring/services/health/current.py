"""What a customer's code says now: the current row, unless something since makes it no longer true."""

from datetime import UTC, datetime, timedelta

import msgspec

from audit.services.governed_live import Live, governed_live
from lending.models import Customer
from monitoring.health.colour import HealthPolicy
from monitoring.health.policy import KIND_CODE
from monitoring.models import HealthCode, HealthDispute, ReviewResult

DEFAULT = HealthPolicy()
"""Without a policy in force nobody is assessed; only how long links and shares last is read from this."""


class Shown(msgspec.Struct, frozen=True):
    """A colour as it is shown now, with the codes of its reasons."""

    colour: str
    reasons: tuple[str, ...]
    code: HealthCode | None
    reviewed_at: datetime | None
    """As of when the newest review of a loan of theirs is."""


def policy_live(at: datetime) -> Live | None:
    """The health policy in force."""
    return governed_live(KIND_CODE, on=at.astimezone(UTC).date())


def policy_now(at: datetime) -> HealthPolicy:
    """The policy in force, or the default: for how long things last."""
    live = policy_live(at)
    policy: HealthPolicy = live.value if live else DEFAULT
    return policy


def code_shown(customer: Customer, at: datetime) -> Shown:
    """What is shown of a customer: never GREEN for want of knowing better.

    An open dispute, an override that has ended, or reviews that stopped coming show NOT_ASSESSED before any review
    writes it.
    """
    code = HealthCode.objects.filter(customer=customer, is_current=True).select_related("override", "run").first()
    results = ReviewResult.objects.filter(loan__customer=customer, run__as_of__lte=at)
    reviewed_at = results.order_by("-run__as_of").values_list("run__as_of", flat=True).first()
    if code is None or customer.erased_at is not None:
        return Shown("NOT_ASSESSED", ("NO_CODE",), None, reviewed_at)
    cause = _undone(code, reviewed_at, at)
    if cause:
        return Shown("NOT_ASSESSED", (cause,), code, reviewed_at)
    return Shown(code.colour, tuple(code.reasons), code, reviewed_at)


def _undone(code: HealthCode, reviewed_at: datetime | None, at: datetime) -> str:
    live = policy_live(at)
    if live is None:
        return "NO_POLICY"
    disputed = HealthDispute.objects.filter(customer=code.customer_id, kind=HealthDispute.Kind.DISPUTE)
    if disputed.exclude(state=HealthDispute.State.ANSWERED).exists():
        return "DISPUTED"
    if code.override is not None:
        is_over = code.override.ended_at is not None or code.override.until <= at
        return "OVERRIDE_ENDED" if is_over else ""
    policy: HealthPolicy = live.value
    newest = max(filter(None, (code.as_of, reviewed_at)))
    return "NOT_REVIEWED" if at - newest >= timedelta(days=policy.stale_days) else ""
