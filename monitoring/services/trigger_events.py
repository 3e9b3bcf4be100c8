"""Risk events raised from what is in the book already, each once, known from when its facts were."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import Any, Final

import msgspec
import polars as pl
from django.db import connection

from lending.business_dates import business_date_end, business_date_of
from lending.models import Loan, Product, RegionMonth, RiskEvent
from lending.open_loans import is_open_then
from lending.services.book.events import events_record
from lending.services.book.inputs import EventInput
from lending.services.book.reading import instalments_as_of, repayments_as_of
from lending.services.book.repayment_versions import taken_back_sql
from lending.standing_worst import standing_worst
from monitoring.delinquency_policy import policies_of
from monitoring.levels import LEVELS, level_rank
from monitoring.models import LoanPause
from monitoring.services.delinquency.statements import pauses_read
from monitoring.services.trigger_thresholds import thresholds_on
from monitoring.triggers.events import (
    EventThresholds,
    employers_in_shock,
    incomes_stopped,
    instalments_missed,
    regions_in_shock,
)

ACTOR: Final = "system:triggers"
SOURCE: Final = "triggers"
REACH: Final = timedelta(days=62)
"""Facts that became known longer ago were seen by an earlier run."""
_BATCH: Final = 5_000
Kind = RiskEvent.Kind


def trigger_events_raise(*, product: Product, as_of: datetime, at: datetime) -> dict[str, int]:
    """Raise what the facts known by `as_of` say of the product's customers under the policy on warnings in force then;
    new events by kind. A repeat raises none.

    Raises InvalidBookItems only if the book contradicts itself.
    """
    thresholds, since = thresholds_on(product, business_date_of(as_of, product.timezone))
    of_others = chain(
        _linked(product, as_of, thresholds),
        _employers(product, as_of, thresholds),
        _regions(product, as_of, thresholds),
    )
    found = chain(
        _moved(_LENDER_INFLOWS, Kind.LENDER_INFLOW, product, as_of),
        _moved(_PAID, Kind.INSTALMENT_PAID, product, as_of),
        _missed(product, as_of),
        (item if since is None else _known_since(item, since) for item in of_others),
    )
    counts = Counter[str]()
    while part := list(islice(found, _BATCH)):
        fresh = _untold(part)
        recorded = events_record(items=fresh, source=SOURCE, at=at, actor=ACTOR)
        counts.update(item.kind for item, state in zip(fresh, recorded.states, strict=True) if state == "new")
    return dict(counts)


def _untold(items: Sequence[EventInput]) -> list[EventInput]:
    """Those that no earlier run raised: most facts within reach were told of on the nights before."""
    told = RiskEvent.objects.filter(source=SOURCE, external_id__in=[item.external_id for item in items])
    numbers = set(told.exclude(external_id="").values_list("external_id", flat=True))
    return [item for item in items if item.external_id not in numbers]


def _known_since(item: EventInput, since: datetime) -> EventInput:
    return msgspec.structs.replace(item, known_at=max(item.known_at, since))


# Of a fact's number: that it was told of already. The empty number is not in the index.
_TOLD_OF: Final = """EXISTS (
    SELECT FROM lending_riskevent e WHERE e.source = %(source)s AND e.external_id = %(kind)s || '/' || {}
        AND NOT e.external_id = ''
)"""
# Money from lenders who are not us; and payments of instalments.
_LENDER_INFLOWS: Final = f"""
SELECT t.id, a.customer_id, NULL::bigint, t.event_at, t.known_at, t.amount_minor
FROM lending_accounttransaction t JOIN lending_bankaccount a ON a.id = t.account_id
WHERE t.category = 'other_lender' AND t.amount_minor > 0 AND t.loan_id IS NULL AND a.is_own
    AND t.known_at > %(since)s AND t.known_at <= %(as_of)s AND t.event_at <= %(as_of)s
    AND a.customer_id IN (SELECT customer_id FROM lending_loan WHERE product_id = %(product)s)
    AND NOT {_TOLD_OF.format("t.id")}
"""  # noqa: S608  # a condition of our own
_PAID: Final = f"""
SELECT r.id, l.customer_id, l.id, r.event_at, r.known_at, r.amount_minor
FROM lending_repayment r JOIN lending_loan l ON l.id = r.loan_id
WHERE l.product_id = %(product)s AND r.amount_minor > 0
    AND r.known_at > %(since)s AND r.known_at <= %(as_of)s AND r.event_at <= %(as_of)s
    AND NOT starts_with(r.external_id, 'taken-back/') AND NOT {taken_back_sql("r", "%(as_of)s")}
    AND NOT {_TOLD_OF.format("r.id")}
"""  # noqa: S608  # conditions of our own
# The link and the standing of the other as they were known; a standing in trouble tells once a month.
_LINKED: Final = f"""
WITH link AS (
    SELECT DISTINCT ON (customer_id, other_id, kind, since) * FROM lending_customerlink
    WHERE known_at <= %(as_of)s ORDER BY customer_id, other_id, kind, since, known_at DESC
), standing AS (
    {standing_worst(which="customer_id IN (SELECT other_id FROM link)", as_of="%(as_of)s")}
)
SELECT link.id, link.customer_id, link.is_liable, standing.as_of, greatest(standing.known_at, link.known_at)
FROM link JOIN standing ON standing.customer_id = link.other_id
WHERE link.since <= %(day)s AND (link.until IS NULL OR link.until > %(day)s)
    AND (standing.warning_level = ANY(%(levels)s) OR standing.months_late >= %(late)s)
    AND link.customer_id IN (SELECT customer_id FROM lending_loan WHERE product_id = %(product)s)
"""  # noqa: S608  # constants of our own
_INCOMES: Final = """
SELECT DISTINCT ON (m.customer_id, m.month) m.customer_id, m.month, m.income_minor, m.known_at
FROM lending_customermonth m WHERE m.month BETWEEN %(first)s AND %(last)s AND m.known_at <= %(as_of)s
    AND m.customer_id IN (SELECT customer_id FROM lending_loan WHERE product_id = %(product)s)
ORDER BY m.customer_id, m.month, m.known_at DESC
"""
# A schedule, or money taken back, may be of days long past: what it says of them is known from then on only.
_TOLD: Final = """
SELECT loan_id, max(known_at) FROM (
    SELECT loan_id, known_at FROM lending_instalment WHERE loan_id = ANY(%(loans)s) AND known_at <= %(as_of)s
    UNION ALL
    SELECT loan_id, known_at FROM lending_repayment
    WHERE loan_id = ANY(%(loans)s) AND known_at <= %(as_of)s AND amount_minor < 0
) told GROUP BY loan_id
"""
_EMPLOYERS: Final = """
SELECT customer_id, encode(blind_index, 'hex'), created_at FROM lending_identifier
WHERE kind = 'employer' AND created_at <= %(as_of)s
    AND customer_id IN (SELECT customer_id FROM lending_loan WHERE product_id = %(product)s)
"""


def _rows(statement: str, product: Product, as_of: datetime, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(product, as_of, **values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _values(product: Product, as_of: datetime, **more: Any) -> dict[str, Any]:
    return {"product": product.pk, "as_of": as_of, "since": as_of - REACH, **more}


def _moved(statement: str, kind: str, product: Product, as_of: datetime) -> Iterator[EventInput]:
    """In parts from the server: of a first run that is two months of payments."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, _values(product, as_of, source=SOURCE, kind=str(kind)))
        while rows := cursor.fetchmany(_BATCH):
            for number, customer, loan, event_at, known_at, amount in rows:
                yield EventInput(
                    kind=kind,
                    customer_id=customer,
                    loan_id=loan,
                    external_id=f"{kind}/{number}",
                    event_at=event_at,
                    known_at=known_at,
                    amount_minor=amount,
                )


def _missed(product: Product, as_of: datetime) -> Iterator[EventInput]:
    """At the end of the last day of grace it is known that an instalment was not paid by then."""
    day = business_date_of(as_of, product.timezone)
    policies = policies_of(product, day)
    ended = day - timedelta(days=1)
    for loans in _loan_parts(product, day):
        part = list(loans)
        found = instalments_missed(
            instalments_as_of(part, as_of),
            repayments_as_of(part, as_of),
            day=ended,
            grace_days=policies.grace_days,
            holidays=policies.holidays,
            pauses=pauses_read(part, LoanPause.Kind.PAUSE, as_of),
        )
        found = found.filter(pl.col("missed_on") > ended - REACH)
        told = dict(_rows(_TOLD, product, as_of, loans=found["loan_id"].unique().to_list()))
        for loan, number, _due, missed_on, short in found.iter_rows():
            missed_at = business_date_end(missed_on, product.timezone)
            yield EventInput(
                kind=Kind.INSTALMENT_MISSED,
                customer_id=loans[loan],
                loan_id=loan,
                external_id=f"{Kind.INSTALMENT_MISSED}/{loan}/{number}",
                event_at=missed_at,
                known_at=max(missed_at, told[loan]),
                amount_minor=short,
            )


def _loan_parts(product: Product, day: date) -> Iterator[dict[int, int]]:
    """Customers by loan opened by a day, some thousand loans at a time."""
    opened = Loan.objects.filter(product=product, opened_on__lte=day).order_by("pk").values_list("pk", "customer_id")
    last = 0
    while part := dict(opened.filter(pk__gt=last)[:_BATCH]):
        yield part
        last = max(part)


def _linked(product: Product, as_of: datetime, thresholds: EventThresholds) -> Iterator[EventInput]:
    levels = [level for level in LEVELS if level_rank(level) >= level_rank(thresholds.linked_level)]
    values = {
        "day": business_date_of(as_of, product.timezone),
        "levels": levels,
        "late": thresholds.linked_months_late,
    }
    for link, customer, is_liable, event_at, known_at in _rows(_LINKED, product, as_of, **values):
        kind = Kind.GUARANTOR_TROUBLE if is_liable else Kind.LINKED_CUSTOMER_TROUBLE
        yield _event(kind, customer, f"{link}/{event_at:%Y-%m}", event_at, max(known_at, event_at))


def _employers(product: Product, as_of: datetime, thresholds: EventThresholds) -> Iterator[EventInput]:
    last = _month(business_date_of(as_of, product.timezone), 1)
    first = _month(last, 3)
    rows = _rows(_INCOMES, product, as_of, first=first, last=last)
    if not rows:
        return
    known_at = max(row[3] for row in rows)
    schema = {"customer_id": pl.Int64, "month": pl.Date, "income_minor": pl.Int64}
    months = pl.DataFrame([row[:3] for row in rows], schema=schema, orient="row")
    held = _rows(_EMPLOYERS, product, as_of)
    known_at = max([known_at, *(row[2] for row in held)])
    employers = pl.DataFrame(
        [row[:2] for row in held], schema={"customer_id": pl.Int64, "employer": pl.String}, orient="row"
    )
    end = business_date_end(_month(last, -1) - timedelta(days=1), product.timezone)
    found = employers_in_shock(employers, incomes_stopped(months, last), thresholds)
    for customer, employer in found.iter_rows():
        yield _event(Kind.EMPLOYER_SHOCK, customer, f"{employer}/{customer}/{last:%Y-%m}", end, max(known_at, end))


def _regions(product: Product, as_of: datetime, thresholds: EventThresholds) -> Iterator[EventInput]:
    """Of the regions' months of the last year, as they were known; a shock tells once a month of it."""
    day = business_date_of(as_of, product.timezone)
    since = _month(day, 12)
    told = RegionMonth.objects.filter(indicator=thresholds.region_indicator, month__gte=since, known_at__lte=as_of)
    rows = {(row.region_id, row.month): row for row in told.order_by("known_at")}
    if not rows:
        return
    values = [(region, month, row.value) for (region, month), row in rows.items()]
    months = pl.DataFrame(values, schema={"region_id": pl.Int64, "month": pl.Date, "value": pl.Float64}, orient="row")
    for region, month in regions_in_shock(months, thresholds).iter_rows():
        row = rows[region, month]
        if row.known_at <= as_of - REACH:
            continue
        open_then = Loan.objects.filter(is_open_then(day, as_of), product=product, region_id=region)
        for customer in open_then.values_list("customer_id", flat=True).distinct():
            yield _event(Kind.REGION_SHOCK, customer, f"{region}/{customer}/{month:%Y-%m}", row.event_at, row.known_at)


def _event(kind: str, customer: int, number: str, event_at: datetime, known_at: datetime) -> EventInput:
    return EventInput(
        kind=kind, customer_id=customer, external_id=f"{kind}/{number}", event_at=event_at, known_at=known_at
    )


def _month(day: date, before: int) -> date:
    """The first day of the month so many before that of `day`."""
    number = day.year * 12 + day.month - 1 - before
    return date(number // 12, number % 12 + 1, 1)
