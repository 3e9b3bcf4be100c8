"""A better category: proposed by the system when the cure is met, asked for by a person, approved by another one."""

from datetime import date, datetime, timedelta
from typing import Any, Final

import polars as pl
from django.db import transaction

from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_void,
    approval_withdraw,
)
from audit.services.log import actor_user, entry_append
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.delinquency.cures import Cure
from monitoring.delinquency_policy import policies_of
from monitoring.models import CategoryUpgrade, DelinquencyState, HealthDue
from monitoring.services.customer_reviews import customers_ask
from monitoring.services.delinquency.cured import cures_of
from monitoring.services.delinquency.errors import CureNotMet, UpgradeNotAsProposed, UpgradeNotOpen
from monitoring.services.delinquency.hashes import UPGRADE, upgrade_hash
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.health.due import due_add

ACTOR: Final = "system:delinquency"
State = CategoryUpgrade.State
OPEN: Final = (State.PROPOSED, State.SUBMITTED)
REST: Final = timedelta(days=30)
"""After a rejection nothing is proposed for so long."""


@transaction.atomic
def upgrades_propose(*, product: Product, states: pl.DataFrame, day: date, as_of: datetime, at: datetime) -> int:
    """Propose what cured loans of a look may rise to, and let proposals lapse whose conditions hold no longer.

    `states` is what `delinquency_of` said of the product's loans. Returns how many were proposed.
    """
    held = states.filter(pl.col("dpd").is_not_null() & (pl.col("severity") > pl.col("now")))
    if states.is_empty():
        return 0
    ids = states["loan_id"]
    # Few proposals are open at once: by the range of the loans, not by ten thousand numbers.
    found = CategoryUpgrade.objects.filter(loan__gte=ids.min(), loan__lte=ids.max(), state__in=OPEN)
    of_look = frozenset(ids.to_list())
    waiting = {row.loan_id: row for row in found if row.loan_id in of_look}
    if held.is_empty() and not waiting:
        return 0
    policies = policies_of(product, day)
    clean = held.filter(pl.col("dpd") == 0)
    cures = cures_of(clean["loan_id"].to_list(), policies, day, as_of)
    met = {loan_id for loan_id, cure in cures.items() if cure.is_met}
    for loan_id, upgrade in waiting.items():
        if loan_id not in met:
            _lapse(upgrade, at)
    rejected = CategoryUpgrade.objects.filter(loan__in=met, state=State.REJECTED, closed_at__gt=at - REST)
    met -= set(waiting) | set(rejected.values_list("loan_id", flat=True))
    count = 0
    for row in clean.iter_rows(named=True):
        if row["loan_id"] in met and policies.classification is not None:
            categories = policies.classification.categories
            _propose(row, categories[row["now"]].code, cures[row["loan_id"]], day, at)
            count += 1
    return count


@transaction.atomic
def upgrade_ask(*, upgrade: CategoryUpgrade, maker: User, at: datetime, comment: str = "") -> CategoryUpgrade:
    """Put a proposal forward. Raises UpgradeNotOpen, UpgradeNotAsProposed, CureNotMet."""
    upgrade = _held(upgrade, State.PROPOSED)
    _require_cured(upgrade, at)
    approval_request(
        object_type=UPGRADE,
        object_id=str(upgrade.pk),
        content_hash=upgrade.content_hash,
        maker=maker,
        at=at,
        evidence=upgrade.basis,
        comment=comment,
    )
    return _set_state(upgrade, State.SUBMITTED)


@transaction.atomic
def upgrade_decide(
    *, upgrade: CategoryUpgrade, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> CategoryUpgrade:
    """Approve or reject; approved, it counts from the loan's next look on.

    Raises UpgradeNotOpen, UpgradeNotAsProposed, CureNotMet (approving only), and what approvals raise.
    """
    upgrade = _held(upgrade, State.SUBMITTED)
    pending = _pending(upgrade)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        upgrade.closed_at = at
        return _set_state(upgrade, State.REJECTED, "closed_at")
    _require_cured(upgrade, at)
    upgrade.approval = approval_approve(
        approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    upgrade.effective_as_of, upgrade.closed_at = _last_look(upgrade).as_of, at
    _set_state(upgrade, State.APPROVED, "approval", "effective_as_of", "closed_at")
    customers_ask([upgrade.loan.customer_id], cause="upgrade", at=at)
    due_add([upgrade.loan.customer_id], cause=HealthDue.Cause.CURE, at=at)
    _record("approved", upgrade, actor_user(checker), at)
    return upgrade


@transaction.atomic
def upgrade_withdraw(*, upgrade: CategoryUpgrade, maker: User, at: datetime) -> CategoryUpgrade:
    """Take back one's own request: the proposal stands again. Raises UpgradeNotOpen, NotTheMakerError."""
    upgrade = _held(upgrade, State.SUBMITTED)
    _pending(upgrade)
    approval_withdraw(object_type=UPGRADE, object_id=str(upgrade.pk), maker=maker, at=at)
    return _set_state(upgrade, State.PROPOSED)


def cure_now(upgrade: CategoryUpgrade) -> Cure | None:
    """The cure of the loan as of its last look; None where no classification is in force."""
    look = _last_look(upgrade)
    policies = policies_of(upgrade.loan.product, look.business_date)
    return cures_of([upgrade.loan_id], policies, look.business_date, look.as_of).get(upgrade.loan_id)


def _propose(row: dict[str, Any], to_category: str, cure: Cure, day: date, at: datetime) -> None:
    upgrade = CategoryUpgrade(
        loan_id=row["loan_id"],
        from_severity=row["severity"],
        from_category=row["category"],
        to_severity=row["now"],
        to_category=to_category,
        basis={
            "cleared_on": cure.cleared_on.isoformat() if cure.cleared_on else None,
            "periods": cure.periods,
            "months_end_on": cure.months_end_on.isoformat() if cure.months_end_on else None,
        },
        business_date=day,
        proposed_at=at,
    )
    upgrade.content_hash = upgrade_hash(upgrade)
    upgrade.save()
    _record("proposed", upgrade, ACTOR, at)


def _lapse(upgrade: CategoryUpgrade, at: datetime) -> None:
    """Held first, as whoever decides holds it: one that was decided since it was read stays decided."""
    held = CategoryUpgrade.objects.select_for_update(of=("self",)).filter(pk=upgrade.pk, state__in=OPEN).first()
    if held is None:
        return
    upgrade = held
    if upgrade.state == State.SUBMITTED:
        approval_void(object_type=UPGRADE, object_id=str(upgrade.pk), at=at, reason="cure no longer met", actor=ACTOR)
    upgrade.closed_at = at
    _set_state(upgrade, State.LAPSED, "closed_at")
    _record("lapsed", upgrade, ACTOR, at)


def _require_cured(upgrade: CategoryUpgrade, at: datetime) -> None:
    """As of the last look the cure is met, the category is still what it would rise from, and nothing is late now."""
    look, cure = _last_look(upgrade), cure_now(upgrade)
    today = business_date_of(at, upgrade.loan.product.timezone)
    (now,) = delinquency_of([upgrade.loan_id], max(today, look.business_date), max(at, look.as_of)).to_dicts()
    blockers: list[str] = list(cure.blockers) if cure else ["NO_HISTORY"]
    if now["dpd"] != 0 or now["arrears_minor"]:
        blockers.append("ARREARS")
    if look.severity != upgrade.from_severity or now["now"] > upgrade.to_severity:
        blockers.append("CATEGORY_CHANGED")
    if blockers:
        raise CureNotMet("The conditions of this upgrade hold no longer.", upgrade=upgrade.pk, blockers=blockers)


def _last_look(upgrade: CategoryUpgrade) -> DelinquencyState:
    look = DelinquencyState.objects.filter(loan=upgrade.loan_id).order_by("-as_of", "-severity", "-pk").first()
    if look is None:
        raise UpgradeNotOpen("No look at this loan is on record.", upgrade=upgrade.pk)
    return look


def _held(upgrade: CategoryUpgrade, state: State) -> CategoryUpgrade:
    rows = CategoryUpgrade.objects.select_for_update(of=("self",)).select_related("loan__product")
    upgrade = rows.get(pk=upgrade.pk)
    if upgrade.state != state:
        raise UpgradeNotOpen("This upgrade was decided, or is not put forward.", upgrade=upgrade.pk)
    if upgrade.content_hash != upgrade_hash(upgrade):
        raise UpgradeNotAsProposed("This is not what the system proposed.", upgrade=upgrade.pk)
    return upgrade


def _pending(upgrade: CategoryUpgrade) -> Approval:
    pending = approval_pending(object_type=UPGRADE, object_id=str(upgrade.pk))
    if pending is None:
        raise UpgradeNotOpen("This upgrade does not wait for approval.", upgrade=upgrade.pk)
    return pending


def _set_state(upgrade: CategoryUpgrade, state: State, *fields: str) -> CategoryUpgrade:
    upgrade.state = state
    upgrade.save(update_fields=["state", *fields])
    return upgrade


def _record(what: str, upgrade: CategoryUpgrade, actor: str, at: datetime) -> None:
    entry_append(
        kind=f"category_upgrade.{what}",
        object_type=UPGRADE,
        object_id=str(upgrade.pk),
        actor=actor,
        payload={"loan": upgrade.loan_id, "from": upgrade.from_category, "to": upgrade.to_category},
        recorded_at=at,
    )
