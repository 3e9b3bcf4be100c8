"""A better colour that people set ends when something red is found that they did not know of when they set it."""

from datetime import datetime
from typing import Final

import polars as pl

from audit.services.log import actor_user, entry_append
from lending.business_dates import business_date_of
from monitoring.health.colour import HealthInputs, HealthPolicy, red_findings
from monitoring.health.columns import SCHEMA
from monitoring.models import HealthColour, HealthOverride
from monitoring.services.cases.from_the_log import override_case
from monitoring.services.health.current import policy_live
from monitoring.services.health.inputs import inputs_read

ACTOR: Final = "system:health"
HIDING: Final = (HealthColour.GREEN, HealthColour.AMBER)
"""Colours that a red finding contradicts; one to a worse colour stays."""


def red_now(customer_id: int, at: datetime, zone: str) -> tuple[str, ...]:
    """The red findings about a customer as of this moment, under the policy in force; none without one."""
    live = policy_live(at)
    if live is None:
        return ()
    inputs = inputs_read([customer_id], at, business_date_of(at, zone), at=at)
    return _reds(inputs, live.value)[customer_id]


def overrides_overtaken(inputs: pl.DataFrame, policy: HealthPolicy | None, *, as_of: datetime, at: datetime) -> int:
    """End the overrides of these customers that hide a new red finding; returns how many.

    `inputs` is what a look as of `as_of` read, as `inputs_read` gives it. The log names who approved and what is new.
    One that was decided on after `as_of` is left: the look may not know what they knew.
    """
    if policy is None or inputs.is_empty():
        return 0
    customers = inputs["customer_id"]
    in_force = HealthOverride.objects.filter(
        customer__gte=customers.min(),
        customer__lte=customers.max(),
        colour__in=HIDING,
        approval__decided_at__lte=as_of,
        ended_at=None,
        until__gt=at,
    )
    by_customer: dict[int, list[HealthOverride]] = {}
    for override in in_force.order_by("pk"):
        by_customer.setdefault(override.customer_id, []).append(override)
    held = inputs.filter(pl.col("customer_id").is_in(list(by_customer)))
    overtaken: dict[int, list[str]] = {}
    for customer_id, reds in _reds(held, policy).items():
        for override in by_customer[customer_id]:
            if new := [code for code in reds if code not in (override.basis or [])]:
                overtaken[override.pk] = new
    # Only those are locked, and only now: the transaction of a review may be long.
    ended = HealthOverride.objects.select_for_update(of=("self",)).filter(pk__in=list(overtaken), ended_at=None)
    for override in ended.select_related("approval__checker").order_by("pk"):
        _end(override, overtaken[override.pk], at)
    return len(overtaken)


def _reds(inputs: pl.DataFrame, policy: HealthPolicy) -> dict[int, tuple[str, ...]]:
    return {
        row["customer_id"]: red_findings(HealthInputs(**{name: row[name] for name in SCHEMA}), policy)
        for row in inputs.iter_rows(named=True)
    }


def _end(override: HealthOverride, findings: list[str], at: datetime) -> None:
    override.ended_at, override.ended_for = at, findings
    override.save(update_fields=["ended_at", "ended_for"])
    checker = override.approval.checker if override.approval else None
    entry_append(
        kind="health_override.overtaken",
        object_type="health_override",
        object_id=str(override.pk),
        actor=ACTOR,
        payload={
            "colour": override.colour,
            "findings": findings,
            "approved_by": actor_user(checker) if checker else None,
        },
        recorded_at=at,
    )
    override_case(override, findings, at)
