"""What the book tells portraits: loans with their months, the standing, lists and recent events; read in bulk."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from psycopg2 import sql

from lending.business_dates import business_date_end
from lending.open_loans import open_loan
from lending.standing_worst import COLUMNS, standing_worst
from scoring.catalogue import LIMIT_ATTRIBUTE, Variable
from scoring.own_variables import Lookups
from scoring.portrait_lookups import lookup_column, lookup_joins, lookup_parts
from scoring.portraits.observation import Observation, provenance_of
from scoring.services.portraits.sources import Reading, Told, source_register
from scoring.variables import STANDING_FIELDS

MOST_MONTHS: Final = 24
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SERIES: Final = ("payment_status", "billed_minor", "paid_minor")

_LOANS: Final = """
    SELECT l.customer_id, p.code, p.timezone, l.limit_minor, l.attributes::text,
           l.opened_on::timestamp AT TIME ZONE p.timezone,
           NOT ({open}), months.rows
    FROM lending_loan l JOIN lending_product p ON p.id = l.product_id
    CROSS JOIN LATERAL (SELECT (%(as_of)s AT TIME ZONE p.timezone)::date AS day) d
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_array(business_date, floor(extract(epoch FROM known_at) * 1000000)::bigint,
                                         payment_status, billed_minor, paid_minor) ORDER BY business_date DESC)::text
               AS rows
        FROM (
            SELECT * FROM lending_loanmonth m
            WHERE m.loan_id = l.id AND m.known_at <= %(as_of)s AND m.business_date <= d.day
                AND (m.replaced_known_at IS NULL OR m.replaced_known_at > %(as_of)s)
            ORDER BY m.business_date DESC LIMIT %(most)s
        ) m
    ) months
    WHERE l.customer_id = ANY(%(customers)s) AND l.opened_on <= d.day
        AND (l.known_at IS NULL OR l.known_at <= %(as_of)s)
    ORDER BY l.customer_id, l.id
""".format(open=open_loan("l").format(day="d.day", as_of="%(as_of)s"))  # noqa: S608  # a condition of our own
_STANDINGS: Final = f"""
    SELECT customer_id, as_of, known_at, {", ".join(COLUMNS)}
    FROM ({standing_worst(which="customer_id = ANY(%(customers)s)", as_of="%(as_of)s")}) AS worst
"""  # noqa: S608  # constants of our own
_LOOKUPS: Final = """
    WITH due AS (SELECT id, id AS customer_id FROM lending_customer WHERE id = ANY({customers})) {lookups}
    SELECT due.id {columns} FROM due {joins}
"""


class _Loan:
    """A loan as of the reading, its months the latest first."""

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.product, timezone, self.limit_minor, attributes, self.opened_at, self.is_closed, months = row
        self.attributes: dict[str, Any] = json.loads(attributes)
        self.months = [
            (date.fromisoformat(day), _instant(known), *rest) for day, known, *rest in json.loads(months or "[]")
        ]
        self.heard_at = self.opened_at
        if self.months:
            day, known_at, *_ = self.months[0]
            # A month may be reported before its last day is over: it is so no later than it is known.
            self.heard_at = min(business_date_end(day, timezone), known_at)

    def measures(self) -> dict[str, int]:
        late = [status for _, _, status, *_ in self.months]
        return {
            "loans_known": 1,
            "loans_open": 0 if self.is_closed else 1,
            "months_known": len(late),
            "months_late_worst": max([*late, 0]),
            "months_late_count": sum(status > 0 for status in late),
        }

    def _fixed(self, attribute: str) -> Any:
        return self.limit_minor if attribute == LIMIT_ATTRIBUTE else self.attributes.get(attribute)

    def observations(self, variables: Iterable[Variable]) -> Iterable[Observation]:
        latest = self.months[0][0] if self.months else None
        by_lag = {_months_between(month[0], latest): month for month in self.months} if latest else {}
        for variable in variables:
            if variable.series:
                month = by_lag.get(variable.lag_months)
                if month is not None:
                    value = month[2 + _SERIES.index(variable.series)]
                    yield _observed(variable, value, self.heard_at, month[1], "loan", is_series=True)
            elif variable.attribute:
                value = (
                    self.limit_minor
                    if variable.attribute == LIMIT_ATTRIBUTE
                    else self.attributes.get(variable.attribute)
                )
                if value is not None:
                    yield _observed(variable, value, self.opened_at, self.opened_at, "loan")


def loans_read(reading: Reading) -> dict[int, Told]:
    """Loans open by then. Of several of one product the one heard of last speaks for it; all are counted."""
    told: dict[int, Told] = {}
    speaking: dict[int, dict[str, _Loan]] = {}
    for customer, *row in _rows(_LOANS, reading, most=MOST_MONTHS):
        loan = _Loan(tuple(row))
        entry = told.setdefault(customer, Told([], {}, {}))
        for name, count in loan.measures().items():
            before = entry.measures.get(name, 0)
            entry.measures[name] = max(before, count) if name == "months_late_worst" else before + count
        before_it = speaking.setdefault(customer, {}).get(loan.product)
        if before_it is None or loan.heard_at >= before_it.heard_at:
            speaking[customer][loan.product] = loan
    of_product: dict[str, list[Variable]] = {}
    for customer, loans in speaking.items():
        for product, loan in loans.items():
            if product not in of_product:
                of_product[product] = [item for item in reading.variables.values() if product in item.products]
            told[customer].products[product] = loan.heard_at
            told[customer].observations += loan.observations(of_product[product])
    return told


def standings_read(reading: Reading) -> dict[int, Told]:
    """The worst over products of the latest standings."""
    variables = [item for item in reading.variables.values() if item.source == "standing"]
    told = {}
    for customer, as_of, known_at, *values in _rows(_STANDINGS, reading):
        by_field = dict(zip(COLUMNS, values, strict=True))
        told[customer] = Told(
            [
                _observed(item, by_field[STANDING_FIELDS[item.name]], as_of, known_at, "standing")
                for item in variables
                if item.name in STANDING_FIELDS and by_field[STANDING_FIELDS[item.name]] is not None
            ]
        )
    return told


def lookups_read(reading: Reading) -> dict[int, Told]:
    """Lists and recent events, worked out as of then."""
    lookups = Lookups.of(reading.variables.values())
    if not lookups:
        return {}
    names = [name for name, _ in (*lookups.lists, *lookups.velocity)]
    variables = [reading.variables[name] for name in names]
    statement = sql.SQL(_LOOKUPS).format(
        customers=sql.Literal(reading.customer_ids),
        lookups=lookup_parts(lookups, reading.as_of),
        columns=sql.SQL("").join(sql.SQL(", {}").format(lookup_column(item)) for item in variables),
        joins=lookup_joins(lookups),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.cursor))
        rows = cursor.fetchall()
    return {
        customer: Told(
            [
                _observed(
                    item, bool(value) if item.type == "boolean" else value, reading.as_of, reading.as_of, item.source
                )
                for item, value in zip(variables, values, strict=True)
                if value is not None
            ]
        )
        for customer, *values in rows
    }


def _observed(
    variable: Variable, value: Any, event_at: datetime, known_at: datetime, source: str, *, is_series: bool = False
) -> Observation:
    return Observation(
        variable=variable.name,
        value=value,
        event_at=event_at,
        known_at=known_at,
        source=source,
        provenance="OBSERVED" if is_series else provenance_of(variable, source),
    )


def _rows(statement: str, reading: Reading, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"customers": reading.customer_ids, "as_of": reading.as_of, **more})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _months_between(day: date, latest: date) -> int:
    return (latest.year - day.year) * 12 + latest.month - day.month


source_register("loans", loans_read)
source_register("standings", standings_read)
source_register("lookups", lookups_read)
