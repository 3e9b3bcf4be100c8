"""Which version is live when: the only module that writes activations."""

from datetime import datetime

from audit.models import Approval
from rules.models import RuleSet, RuleSetActivation, RuleSetVersion
from rules.services.versions.errors import StartIsTaken


def activation_at(*, rule_set: RuleSet, at: datetime) -> RuleSetActivation | None:
    """The activation whose version decides at `at`; None where nothing is live. One exists at most (constraint)."""
    return (
        RuleSetActivation.objects.filter(rule_set=rule_set, from_at__lte=at)
        .exclude(until_at__lte=at)
        .select_related("version", "approval")
        .first()
    )


def activation_planned(*, rule_set: RuleSet, at: datetime) -> RuleSetActivation | None:
    """The approved start after `at` that has not been called off, if there is one."""
    return (
        RuleSetActivation.objects.filter(rule_set=rule_set, from_at__gt=at, until_at__isnull=True)
        .select_related("version", "approval")
        .first()
    )


def activation_start(*, version: RuleSetVersion, approval: Approval, at: datetime) -> RuleSetActivation:
    """Make an approved version live from `approval.effective_from`, or from `at` where that has passed.

    The version live until then ends at the same instant. The caller holds the lock on the rule set and the
    transaction. Raises StartIsTaken where another approved version starts then or later.
    """
    start = max(at, approval.effective_from or at)
    last = (
        RuleSetActivation.objects.select_for_update()
        .filter(rule_set_id=version.rule_set_id, until_at__isnull=True)
        .select_related("version")
        .first()
    )
    if last is not None:
        if last.from_at > at and last.from_at >= start:
            raise StartIsTaken(
                f"Version {last.version.number} is planned to start at {last.from_at:%Y-%m-%d %H:%M} UTC. "
                "Call it off first, or choose a later start.",
                version=last.version.number,
                from_at=last.from_at.isoformat(),
            )
        last.until_at = start
        last.save(update_fields=["until_at"])
    return RuleSetActivation.objects.create(
        rule_set_id=version.rule_set_id, version=version, approval=approval, from_at=start
    )


def activation_call_off(*, planned: RuleSetActivation) -> None:
    """End a planned start before it begins; what it would have replaced stays live. Caller holds the lock."""
    planned.until_at = planned.from_at
    planned.save(update_fields=["until_at"])
    before = (
        RuleSetActivation.objects.select_for_update()
        .filter(rule_set_id=planned.rule_set_id, until_at=planned.from_at, from_at__lt=planned.from_at)
        .first()
    )
    if before is not None:
        before.until_at = None
        before.save(update_fields=["until_at"])
