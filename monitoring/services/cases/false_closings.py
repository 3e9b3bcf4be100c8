"""Warnings that were closed as false and then defaulted, by who closed them and by branch.

A default is what a later review found: three months late, or as many days past due as the product's definition of bad;
or that the loan was written off.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from audit.services.governed_live import governed_live
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.warning_policy import warning_policy_of
from scoring.services.bad_definitions import KIND_CODE as DEFINITION

DEFAULT_STATUS: Final = 3
"""Months late that are a default, whatever the definition of bad says."""

# A closing that was taken back before the default does not count as wrong. A review counts as later by what it speaks
# of and by when it was made: repeating an old one proves nothing.
_CLOSINGS: Final = """
SELECT s.case_id, w.loan_id, l.external_id, l.branch, (s.facts->>'closed_by')::bigint, s.by_id,
    coalesce(s.facts->>'level', w.level), s.at, wrong.at
FROM monitoring_warningcasestep s
JOIN monitoring_warningcase c ON c.id = s.case_id
JOIN monitoring_earlywarning w ON w.id = c.warning_id
JOIN lending_loan l ON l.id = w.loan_id
JOIN monitoring_reviewrun stood ON stood.id = w.last_run_id
LEFT JOIN LATERAL (
    SELECT min(again.at) AS at FROM monitoring_warningcasestep again
    WHERE again.case_id = s.case_id AND again.kind = 'REOPENED' AND again.at > s.at
) reopened ON true
LEFT JOIN LATERAL (
    SELECT min(known_at) AS at FROM lending_loanchange
    WHERE loan_id = w.loan_id AND cause = 'WRITTEN_OFF' AND known_at > s.at
        AND known_at <= least(s.at + %(window)s, %(as_of)s) AND known_at < coalesce(reopened.at, 'infinity')
) lost ON true
LEFT JOIN LATERAL (
    SELECT least(min(run.started_at), lost.at) AS at FROM monitoring_reviewrun run
    WHERE run.product_id = c.product_id AND run.as_of > stood.as_of AND run.started_at > s.at
        AND run.started_at <= least(s.at + %(window)s, %(as_of)s)
        AND run.started_at < coalesce(reopened.at, 'infinity')
        AND (
            EXISTS (
                SELECT FROM monitoring_reviewresult r
                WHERE r.run_id = run.id AND r.loan_id = w.loan_id AND r.months_late >= %(status)s
            ) OR EXISTS (
                SELECT FROM monitoring_delinquencystate d
                WHERE d.run_id = run.id AND d.loan_id = w.loan_id AND d.dpd >= %(dpd)s::int
            )
        )
) wrong ON true
WHERE s.kind = 'CLOSED' AND s.facts->>'outcome' = 'FALSE_ALARM' AND s.at <= %(as_of)s AND c.product_id = %(product)s
ORDER BY s.at DESC, s.id DESC
"""


@dataclass(frozen=True)
class FalseClosing:
    """One closing as a false alarm, and the default that came of it, if any."""

    case_id: int
    loan_id: int
    loan: str
    branch: str
    officer_id: int
    second_id: int | None
    """Who agreed, where the warning was severe."""
    level: str
    closed_at: datetime
    default_at: datetime | None
    is_matured: bool
    """Whether all of the policy's days have passed."""


@dataclass(frozen=True)
class Tally:
    """Closings as false of one officer or branch."""

    key: Any
    closed: int
    defaulted: int
    matured: int
    matured_defaulted: int

    @property
    def share(self) -> float:
        """Share that has defaulted so far; it can only rise."""
        return self.defaulted / self.closed

    @property
    def rate(self) -> float | None:
        """Share of the matured ones that defaulted; None while none has matured."""
        return self.matured_defaulted / self.matured if self.matured else None


def false_closings(*, product: Product, as_of: datetime) -> list[FalseClosing]:
    """Every closing as a false alarm by `as_of`, the newest first."""
    days = warning_policy_of(product.code, on=business_date_of(as_of, product.timezone)).false_alarm_days
    window = timedelta(days=days)
    values: dict[str, Any] = {
        "status": DEFAULT_STATUS,
        "dpd": _days_past_due(product, as_of),
        "window": window,
        "as_of": as_of,
        "product": product.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSINGS, values)
        rows = cursor.fetchall()
    return [
        FalseClosing(
            case_id=case,
            loan_id=loan,
            loan=number,
            branch=branch,
            officer_id=officer or by,
            second_id=by if officer is not None and by != officer else None,
            level=level,
            closed_at=at,
            default_at=default_at,
            is_matured=at + window <= as_of,
        )
        for case, loan, number, branch, officer, by, level, at, default_at in rows
    ]


def _days_past_due(product: Product, as_of: datetime) -> int | None:
    live = governed_live(DEFINITION, product.code, on=business_date_of(as_of, product.timezone))
    return None if live is None else live.value.days_past_due


def tallies(closings: Iterable[FalseClosing], key: Callable[[FalseClosing], Any]) -> list[Tally]:
    """Counts by officer, branch or whatever `key` gives; those with most defaults first."""
    counts: dict[Any, list[int]] = {}
    for one in closings:
        is_wrong = one.default_at is not None
        count = counts.setdefault(key(one), [0, 0, 0, 0])
        for place, is_so in enumerate((True, is_wrong, one.is_matured, one.is_matured and is_wrong)):
            count[place] += is_so
    found = [Tally(name, *count) for name, count in counts.items()]
    return sorted(found, key=lambda tally: (-tally.defaulted, -tally.closed, str(tally.key)))
