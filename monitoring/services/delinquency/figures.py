"""Counts of the history for people: moves between buckets from one review to another, and vintages."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Max, Min, OuterRef, QuerySet, Subquery

from lending.business_dates import business_date_end
from lending.models import Product
from lending.open_loans import closing_of
from monitoring.delinquency.buckets import in_order
from monitoring.delinquency.roll_rates import RollMatrix, roll_matrix
from monitoring.delinquency.vintages import Cohort, Curve, First, curves, months_on_book
from monitoring.delinquency_policy import policies_of
from monitoring.models import DelinquencyState, ReviewRun

HISTORY: Final = 12
"""Reviews that a history goes back."""


@dataclass(frozen=True)
class Which:
    """Loans of a product, and only of a region or segment of the review schedule where one is named."""

    product: Product
    region: int | None = None
    segment: str = ""

    def where(self) -> tuple[str, dict[str, Any]]:
        """A condition on lending_loan l, and its values."""
        condition = "l.product_id = %(product)s"
        if self.region is not None:
            condition += " AND l.region_id = %(region)s"
        if self.segment:
            condition += (
                " AND EXISTS (SELECT FROM monitoring_loanreview s WHERE s.loan_id = l.id AND s.segment = %(segment)s)"
            )
        return condition, {"product": self.product.pk, "region": self.region, "segment": self.segment}


def _closing(alias: str) -> str:
    """How a loan closed by the day that is looked at, as known then."""
    return closing_of(alias).format(day="%(day)s", as_of="%(as_of)s")


# {which} is one of the constants above; values go as parameters. A loan that was written off, or sold while late, did
# not leave the portfolio: it rolled into the worst bucket.
_BOTH: Final = f"""
SELECT loan_id, coalesce(b.bucket, '') AS was, coalesce(a.bucket, (
        SELECT %(worst)s FROM {_closing("l")} closing
        WHERE closing.cause = 'WRITTEN_OFF' OR closing.cause = 'SOLD' AND b.dpd > 0
    ), '') AS now
FROM (SELECT loan_id, bucket, dpd FROM monitoring_delinquencystate WHERE run_id = %(before)s) b
FULL JOIN (SELECT loan_id, bucket FROM monitoring_delinquencystate WHERE run_id = %(after)s) a USING (loan_id)
JOIN lending_loan l ON l.id = loan_id
WHERE {{which}}
"""  # noqa: S608  # a constant of our own
_MOVES: Final = f"SELECT was, now, count(*) FROM ({_BOTH}) moves GROUP BY 1, 2"  # noqa: S608  # a constant of our own
_MOVED: Final = f"""
SELECT loan_id FROM ({_BOTH}) moves WHERE was = %(from)s AND now = %(to)s ORDER BY loan_id LIMIT %(most)s
"""  # noqa: S608
_COHORTS: Final = """
SELECT date_trunc('month', opened_on)::date, sum(loans)::bigint, max(opened_on)
FROM (
    SELECT l.opened_on, count(*) AS loans FROM lending_loan l WHERE {which} AND l.opened_on <= %(day)s GROUP BY 1
) days GROUP BY 1
"""
_FIRSTS: Final = f"""
SELECT date_trunc('month', l.opened_on)::date, f.mob, count(*)
FROM (
    SELECT loan_id, min(mob) AS mob FROM (
        SELECT loan_id, mob FROM monitoring_delinquencystate WHERE dpd >= %(dpd)s
        UNION ALL
        -- What was written off never got better, however late it was when somebody last looked.
        SELECT w.id, greatest((date_part('year', age(closing.closed_on, w.opened_on)) * 12
            + date_part('month', age(closing.closed_on, w.opened_on)))::int, 0)
        FROM lending_loan w JOIN LATERAL {_closing("w")} closing ON closing.cause = 'WRITTEN_OFF'
        WHERE w.product_id = %(product)s AND (w.closed_cause = 'WRITTEN_OFF' OR w.has_reopened)
    ) late GROUP BY loan_id
) f JOIN lending_loan l ON l.id = f.loan_id
WHERE {{which}} GROUP BY 1, 2
"""  # noqa: S608


def reviews_of(product: Product) -> QuerySet[ReviewRun]:
    """Whole reviews of a product with a history of delinquency, the latest first."""
    runs = ReviewRun.objects.filter(product=product, scope=ReviewRun.Scope.ALL, done_count__gt=0)
    return runs.exclude(state=ReviewRun.State.RUNNING).order_by("-as_of", "-pk")


def matrix_of(which: Which, before: ReviewRun, after: ReviewRun) -> RollMatrix:
    """The moves from one review to a later one, in the buckets in force at the later one and any that were before."""
    order = _order(which.product, after)
    values = {"before": before.pk, "after": after.pk, **_lost(order, after)}
    moves = {(old, new): count for old, new, count in _rows(_MOVES, which, **values)}
    order += sorted({bucket for move in moves for bucket in move} - {*order, ""})
    return roll_matrix(order, moves)


def moved(which: Which, before: ReviewRun, after: ReviewRun, *, source: str, target: str, most: int) -> list[int]:
    """Numbers of loans that made one move, at most so many."""
    values = {"before": before.pk, "after": after.pk, "from": source, "to": target, "most": most}
    values |= _lost(_order(which.product, after), after)
    return [row[0] for row in _rows(_MOVED, which, **values)]


def vintages_of(which: Which, *, dpd: int) -> tuple[list[Curve], date | None]:
    """Curves of loans ever so many days past due, by month of opening, and the first day that was looked at."""
    first, day = _looked_at(which.product)
    if first is None or day is None:
        return [], None
    known_by = business_date_end(day, which.product.timezone)
    cohorts = [
        Cohort(opened, loans, months_on_book(latest, day)) for opened, loans, latest in _rows(_COHORTS, which, day=day)
    ]
    firsts = [First(*row) for row in _rows(_FIRSTS, which, dpd=dpd, day=day, as_of=known_by)]
    return curves(cohorts, firsts), first


def _looked_at(product: Product) -> tuple[date | None, date | None]:
    """The first and the last day on which a loan of the product was looked at.

    All looks of a review are of one day, so one of each is read; those between reviews are few.
    """
    of_run = DelinquencyState.objects.filter(run=OuterRef("pk")).order_by().values("business_date")[:1]
    runs = ReviewRun.objects.filter(product=product).annotate(day=Subquery(of_run))
    between = DelinquencyState.objects.filter(run=None, loan__product=product)
    found = [
        *runs.aggregate(Min("day"), Max("day")).values(),
        *between.aggregate(Min("business_date"), Max("business_date")).values(),
    ]
    days = [day for day in found if day is not None]
    return min(days, default=None), max(days, default=None)


def _order(product: Product, run: ReviewRun) -> list[str]:
    buckets = policies_of(product, run.as_of_day).buckets
    return [bucket.code for bucket in in_order(buckets.buckets)] if buckets else []


def _lost(order: list[str], run: ReviewRun) -> dict[str, Any]:
    """Where a lost loan is: in the worst bucket, where there are any."""
    return {"day": run.as_of_day, "as_of": run.as_of, "worst": order[-1] if order else None}


def _rows(query: str, which: Which, **values: Any) -> list[tuple[Any, ...]]:
    condition, named = which.where()
    with connection.cursor() as cursor:
        cursor.execute(query.format(which=condition), {**named, **values})
        return list(cursor.fetchall())
