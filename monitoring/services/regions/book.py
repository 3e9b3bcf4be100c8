"""A product's months counted in the book, as it was known: applications, new contracts, due dates missed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from django.db import connection

from lending.business_dates import business_date_end
from lending.models import Loan, Product
from lending.services.book.reading import instalments_as_of, repayments_as_of
from monitoring.delinquency_policy import policies_of
from monitoring.models import LoanPause
from monitoring.regions.missed import customers_by_month, missed_by_schedule
from monitoring.regions.months import month_add, month_end, month_of
from monitoring.services.delinquency.statements import pauses_read

CUSTOMERS_AT_ONCE: Final = 50_000
Counts = dict[tuple[date, int | None], dict[str, float]]
"""By month and region (None: not known)."""

# An application has no region of its own: it counts in the region of a loan that its customer already had. That of the
# loan it became would make every region approve everything.
_APPLICATIONS: Final = """
    WITH asked AS (
        SELECT id, customer_id, (created_at AT TIME ZONE %(zone)s)::date AS day FROM lending_application
        WHERE product_id = %(product)s AND created_at >= %(since)s AND created_at < %(end)s
    ), judged AS (
        SELECT DISTINCT ON (d.application_id) d.application_id, coalesce(r.outcome, d.outcome) AS outcome
        FROM rules_decision d JOIN asked a ON a.id = d.application_id
        LEFT JOIN rules_referralresolution r ON r.decision_id = d.id AND r.resolved_at < %(known)s
        WHERE d.decided_at < %(known)s ORDER BY d.application_id, d.decided_at DESC
    )
    SELECT date_trunc('month', a.day)::date, home.region_id, count(*),
        count(*) FILTER (WHERE j.outcome IN ('APPROVE', 'DECLINE')), count(*) FILTER (WHERE j.outcome = 'APPROVE'),
        count(*) FILTER (WHERE j.outcome = 'APPROVE' AND EXISTS (
            SELECT 1 FROM lending_loan l WHERE l.application_id = a.id AND l.opened_on <= %(as_of)s
                AND (l.known_at IS NULL OR l.known_at < %(known)s)))
    FROM asked a LEFT JOIN judged j ON j.application_id = a.id
    LEFT JOIN LATERAL (
        SELECT l.region_id FROM lending_loan l
        WHERE l.customer_id = a.customer_id AND l.region_id IS NOT NULL AND l.opened_on < a.day
            AND (l.known_at IS NULL OR l.known_at < %(known)s) AND l.application_id IS DISTINCT FROM a.id
        ORDER BY l.opened_on DESC, l.id DESC LIMIT 1
    ) home ON true
    GROUP BY 1, 2
"""
_CONTRACTS: Final = """
    SELECT date_trunc('month', opened_on)::date, region_id, count(*), sum(amount), count(rate),
        coalesce(sum(amount) FILTER (WHERE rate IS NOT NULL), 0), coalesce(sum(amount * rate), 0),
        coalesce(sum(amount * term_months) FILTER (WHERE rate IS NOT NULL), 0)
    FROM (
        SELECT opened_on, region_id, coalesce(disbursed_minor, limit_minor) AS amount, annual_rate AS rate, term_months
        FROM lending_loan WHERE product_id = %(product)s AND opened_on >= %(first)s AND opened_on <= %(last)s
            AND (known_at IS NULL OR known_at < %(known)s)
    ) opened GROUP BY 1, 2
"""
# Accounts without a schedule report a status a month: -2 not used, n months late.
_STATUSES: Final = """
    SELECT date_trunc('month', m.business_date)::date, l.customer_id, min(l.region_id), bool_or(m.payment_status >= 1)
    FROM lending_loan l JOIN lending_loanmonth m ON m.loan_id = l.id
    WHERE l.product_id = %(product)s AND m.business_date >= %(first)s AND m.business_date <= %(last)s
        AND m.known_at < %(known)s AND m.payment_status > -2
        AND (m.replaced_known_at IS NULL OR m.replaced_known_at >= %(known)s)
        AND NOT EXISTS (SELECT 1 FROM lending_instalment i WHERE i.loan_id = l.id AND i.known_at < %(known)s)
    GROUP BY 1, 2
"""


def product_months_count(product: Product, first: date, last: date, as_of: date) -> Counts:
    """What the months from `first` to `last` held, as known by the end of a business date."""
    known = business_date_end(as_of, product.timezone)
    values = {
        "product": product.pk,
        "zone": product.timezone,
        "since": business_date_end(date.fromordinal(first.toordinal() - 1), product.timezone),
        "end": business_date_end(month_end(last), product.timezone),
        "known": known,
        "as_of": as_of,
        "first": first,
        "last": month_end(last),
    }
    found: Counts = defaultdict(lambda: defaultdict(float))
    _add(found, _APPLICATIONS, values, ("applications", "decided", "approved", "taken_up"))
    _add(
        found,
        _CONTRACTS,
        values,
        ("contracts", "amount_minor", "rated", "rated_minor", "rate_amount", "term_amount"),
    )
    for judged in (_by_status(values), *_by_schedule(product, values, known)):
        for month, region, due, missed in customers_by_month(judged).iter_rows():
            found[month, region]["customers_due"] += due
            found[month, region]["customers_missed"] += missed
    return found


def product_first_month(product: Product) -> date | None:
    """The month of the product's first application or contract; None where it has none."""
    day = product.applications.order_by("created_at").values_list("created_at", flat=True).first()
    opened = product.loans.order_by("opened_on").values_list("opened_on", flat=True).first()
    days = [one for one in (day.date() if day else None, opened) if one is not None]
    return month_of(min(days)) if days else None


def _add(found: Counts, query: str, values: dict[str, Any], names: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        for month, region, *counts in cursor.fetchall():
            for name, count in zip(names, counts, strict=True):
                found[month, region][name] += float(count)


def _by_status(values: dict[str, Any]) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(_STATUSES, values)
        rows = cursor.fetchall()
    schema = {"month": pl.Date, "customer_id": pl.Int64, "region_id": pl.Int64, "missed": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _by_schedule(product: Product, values: dict[str, Any], known: datetime) -> Iterator[pl.DataFrame]:
    """A part of the customers at a time, each with all their loans."""
    first, last, policies = values["first"], values["last"], policies_of(product, values["as_of"])
    query = Loan.objects.filter(product=product, opened_on__lte=last, instalments__isnull=False).distinct()
    rows = list(query.order_by("customer_id", "pk").values_list("pk", "customer_id", "region_id"))
    schema = {"loan_id": pl.Int64, "customer_id": pl.Int64, "region_id": pl.Int64}
    loans = pl.DataFrame(rows, schema=schema, orient="row")
    people = loans["customer_id"].unique(maintain_order=True)
    for start in range(0, len(people), CUSTOMERS_AT_ONCE):
        part = loans.filter(pl.col("customer_id").is_in(people[start : start + CUSTOMERS_AT_ONCE].to_list()))
        ids = part["loan_id"].to_list()
        yield missed_by_schedule(
            part,
            instalments_as_of(ids, known),
            repayments_as_of(ids, known),
            grace_days=policies.grace_days,
            since=first,
            until=last,
            holidays=policies.holidays,
            pauses=pauses_read(ids, LoanPause.Kind.PAUSE, known),
        )


def months_between(first: date, last: date) -> list[date]:
    """Every month from the first to the last."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [month_add(first, place) for place in range(max(count, 0))]
