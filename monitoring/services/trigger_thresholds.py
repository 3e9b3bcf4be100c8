"""Which thresholds events are raised by on a day, and since when they are."""

from datetime import UTC, date, datetime, timedelta

from audit.models import Approval, GovernedDocument
from audit.services.governed_live import governed_live
from lending.business_dates import business_date_end
from lending.models import Product
from monitoring.triggers.events import SHIPPED, EventThresholds
from monitoring.warning_policy import KIND_CODE


def thresholds_on(product: Product, day: date) -> tuple[EventThresholds, datetime | None]:
    """Those in force on a day, SHIPPED where no policy is, and since when they are others than before: an event that an
    older fact is only by them was known to nobody before that instant, so that earlier reviews repeat as they were."""
    now = _shipped_or_live(product, day)
    changes = _policy_changes(product, day)
    for changed_on in sorted(changes, reverse=True):
        if _shipped_or_live(product, changed_on - timedelta(days=1)) != now:
            begins = business_date_end(changed_on - timedelta(days=1), product.timezone)
            return now, max([begins, *changes[changed_on]])
    return now, None


def _shipped_or_live(product: Product, day: date) -> EventThresholds:
    live = governed_live(KIND_CODE, product.code, on=day)
    return SHIPPED if live is None else live.value.events  # type: ignore[no-any-return]


def _policy_changes(product: Product, until: date) -> dict[date, list[datetime]]:
    """Days up to `until` from which a policy counts or no longer does, each with the instants at which people said so:
    none where it lapsed."""
    found: dict[date, list[datetime]] = {}
    approved = GovernedDocument.objects.filter(
        kind=KIND_CODE, name=product.code, approval__state=Approval.State.APPROVED
    )
    for row in approved.select_related("approval"):
        ended_on = None if row.ended_at is None else row.ended_at.astimezone(UTC).date()
        if ended_on is not None and ended_on < row.valid_from:
            continue
        if row.approval is not None and row.approval.decided_at is not None:
            found.setdefault(row.valid_from, []).append(row.approval.decided_at)
        if row.valid_until is not None:
            found.setdefault(row.valid_until + timedelta(days=1), [])
        if ended_on is not None and row.ended_at is not None:
            found.setdefault(ended_on, []).append(row.ended_at)
    return {day: said for day, said in found.items() if day <= until}
