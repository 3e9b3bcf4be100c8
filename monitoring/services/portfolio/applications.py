"""The applications behind the months of approvals: as they were counted, by what was known then."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from lending.business_dates import business_date_end
from lending.models import Application
from monitoring.models import ProductMonth
from monitoring.services.portfolio.reading import Shown

SHOW: Final = {
    "applications": "true",
    "decided": "outcome IN ('APPROVE', 'DECLINE')",
    "approved": "outcome = 'APPROVE'",
}
# As `monitoring.services.regions.book` counts: the last decision known when the month was counted, in the region of a
# loan that the customer already had.
_FOUND: Final = """
WITH asked AS (
    SELECT a.id, a.external_id, a.customer_id, a.product_id, a.created_at, m.known,
        (a.created_at AT TIME ZONE m.zone)::date AS day
    FROM unnest(%(products)s::bigint[], %(zones)s::text[], %(since)s::timestamptz[], %(ends)s::timestamptz[],
        %(known)s::timestamptz[]) m(product_id, zone, since, until, known)
    JOIN lending_application a ON a.product_id = m.product_id AND a.created_at >= m.since AND a.created_at < m.until
), judged AS (
    SELECT DISTINCT ON (d.application_id) d.application_id, d.id AS decision_id, d.grade, d.pd,
        coalesce(r.outcome, d.outcome) AS outcome
    FROM asked a JOIN rules_decision d ON d.application_id = a.id AND d.decided_at < a.known
    LEFT JOIN rules_referralresolution r ON r.decision_id = d.id AND r.resolved_at < a.known
    ORDER BY d.application_id, d.decided_at DESC
), found AS (
    SELECT a.id, a.external_id, a.customer_id, a.product_id, a.created_at, j.decision_id, coalesce(j.outcome, '')
        AS outcome, coalesce(j.grade, '') AS grade, j.pd, home.region_id
    FROM asked a LEFT JOIN judged j ON j.application_id = a.id
    LEFT JOIN LATERAL (
        SELECT l.region_id FROM lending_loan l
        WHERE l.customer_id = a.customer_id AND l.region_id IS NOT NULL AND l.opened_on < a.day
            AND l.application_id IS DISTINCT FROM a.id
        ORDER BY l.opened_on DESC, l.id DESC LIMIT 1
    ) home ON true
    WHERE %(region)s::bigint IS NULL OR home.region_id = %(region)s
)
"""
_COUNT: Final = "{found} SELECT count(*) FILTER (WHERE outcome IN ('APPROVE', 'DECLINE')), {kept} FROM found"
_ROWS: Final = """
{found} SELECT f.*, coalesce(g.code, '') FROM found f LEFT JOIN lending_region g ON g.id = f.region_id
WHERE {kept} AND f.id > %(after)s ORDER BY f.id LIMIT %(most)s
"""
_IN_A_PART: Final = 10_000


class ApplicationRow(NamedTuple):
    """One application, with the last decision on it that was known when its month was counted."""

    id: int
    external_id: str
    customer_id: int
    product_id: int
    created_at: datetime
    decision_id: UUID | None
    outcome: str
    grade: str
    pd: float | None
    region_id: int | None
    region: str


def applications_count(month: date, show: str, shown: Shown) -> tuple[int, int]:
    """(how many there are of `show`, a name of SHOW; how many of all were decided)."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(found=_FOUND, kept=f"count(*) FILTER (WHERE {SHOW[show]})"), _values(month, shown))
        decided, kept = cursor.fetchone()
    return int(kept), int(decided)


def applications_behind(
    month: date, show: str, shown: Shown, *, after: int = 0, most: int = 100
) -> list[ApplicationRow]:
    """At most so many applications of a month, by number, those after one. KeyError for an unknown `show`."""
    values = {**_values(month, shown), "after": after, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(found=_FOUND, kept=SHOW[show]), values)
        return [ApplicationRow(*row) for row in cursor.fetchall()]


def applications_all(month: date, show: str, shown: Shown) -> Iterator[ApplicationRow]:
    """Every application of a month, read in parts."""
    after = 0
    while rows := applications_behind(month, show, shown, after=after, most=_IN_A_PART):
        yield from rows
        after = rows[-1].id


def applications_lately() -> int:
    """Applications of the last 62 days: those that a month not yet counted may hold."""
    return Application.objects.filter(created_at__gte=timezone.now() - timedelta(days=62)).count()


def _values(month: date, shown: Shown) -> dict[str, Any]:
    """Each product's month (its first day) by its own clock, and what was known when it was counted."""
    counted = ProductMonth.objects.filter(month=month, is_synthetic=False)
    if shown.product:
        counted = counted.filter(product=shown.product)
    rows = counted.values_list("product_id", "product__timezone", "as_of").distinct().order_by("product_id")
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {
        "products": [product for product, _zone, _as_of in rows],
        "zones": [zone for _product, zone, _as_of in rows],
        "since": [business_date_end(month - timedelta(days=1), zone) for _product, zone, _as_of in rows],
        "ends": [business_date_end(last, zone) for _product, zone, _as_of in rows],
        "known": [business_date_end(as_of, zone) for _product, zone, as_of in rows],
        "region": shown.region.pk if shown.region else None,
    }
