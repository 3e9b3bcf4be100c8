"""Parts of a portrait that only reviews read: what each source adds to the one statement, for the variables asked for.

A source whose rows are worked out beside the statement (`chunk_steps`) is left null here and filled there.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from psycopg2 import sql

from monitoring.services.delinquency.statements import near_of
from monitoring.services.earlier_runs import EarlierRuns
from scoring.catalogue import Variable
from scoring.post_loan import CUSTOMER_MONTH, DIVERSION, PREVIOUS_REVIEW


class Known(NamedTuple):
    """As of when the parts are read."""

    as_of: datetime
    business_date: date
    earlier: EarlierRuns | None = None
    """Reviews of the product as of earlier instants, in which a loan's previous review is looked for."""
    loan_ids: Sequence[int] = ()
    customer_ids: Sequence[int] = ()
    """Those in `due`."""


class Part(NamedTuple):
    """Common table expressions that may read `due` (id, customer_id), and their joins to it."""

    tables: sql.Composable
    joins: sql.Composable


# The last calendar month that is over on the business date is lag 0: one that has only begun would look like a fall.
_CUSTOMER_MONTHS: Final = """
, account_month AS (
    SELECT DISTINCT ON (m.customer_id, m.month) m.*, {last} - {lagged} AS lag
    FROM lending_customermonth m
    WHERE m.customer_id IN (SELECT customer_id FROM due) AND {near} AND m.known_at <= {as_of}
        AND m.month <= {until} AND m.month >= {since}
    ORDER BY m.customer_id, m.month, m.known_at DESC
), account AS (
    SELECT customer_id {pivot} FROM account_month GROUP BY customer_id
)
"""
_PREVIOUS: Final = """
, previous AS (
    SELECT DISTINCT ON (r.loan_id) r.loan_id, r.pd, r.level, r.grade
    FROM monitoring_reviewresult r
    JOIN monitoring_reviewrun earlier ON earlier.id = r.run_id
    WHERE {earlier} AND {near}
    ORDER BY r.loan_id, earlier.as_of DESC, earlier.id DESC
)
"""

_DIVERSION: Final = """
, diversion AS (
    SELECT DISTINCT ON (f.loan_id) f.loan_id, f.state, f.diverted_share, f.untraceable_share
    FROM monitoring_diversionfinding f
    WHERE f.loan_id IN (SELECT id FROM due) AND f.known_at <= {as_of}
    ORDER BY f.loan_id, f.known_at DESC, f.id DESC
)
"""


def parts_of(variables: Sequence[Variable], known: Known) -> Part:
    """The parts that the variables need, together; nothing for a source that none of them names."""
    found = [
        part(needed, known)
        for source, part in PARTS.items()
        if (needed := [item for item in variables if item.source == source])
        or (source == PREVIOUS_REVIEW and known.earlier)  # what changed since is told of every loan
    ]
    return Part(sql.SQL("").join(part.tables for part in found), sql.SQL(" ").join(part.joins for part in found))


def part_column(variable: Variable) -> sql.Composable:
    """A variable's expression beside those joins."""
    if variable.source == CUSTOMER_MONTH:
        return sql.SQL("account.{}").format(sql.Identifier(variable.name))
    if variable.source == DIVERSION:
        return sql.SQL("diversion.{}").format(sql.Identifier(variable.field))
    if variable.source == PREVIOUS_REVIEW:
        return sql.SQL("previous.{}").format(sql.Identifier(variable.field))
    return sql.SQL("NULL")


def _customer_months(variables: Sequence[Variable], known: Known) -> Part:
    last = _last_month(known.business_date)
    pivot = [
        sql.SQL(", max({}) FILTER (WHERE lag = {}) AS {}").format(
            sql.Identifier(item.field), sql.Literal(item.lag_months), sql.Identifier(item.name)
        )
        for item in variables
    ]
    values: dict[str, Any] = {
        "last": sql.Literal(last),
        "lagged": sql.SQL("(extract(year FROM m.month) * 12 + extract(month FROM m.month) - 1)::int"),
        "until": sql.Literal(_first_day(last)),
        "since": sql.Literal(_first_day(last - max(item.lag_months for item in variables))),
        "as_of": sql.Literal(known.as_of),
        "near": near_of("m.customer_id", known.customer_ids),
        "pivot": sql.SQL("").join(pivot),
    }
    return Part(
        sql.SQL(_CUSTOMER_MONTHS).format(**values),
        sql.SQL("LEFT JOIN account ON account.customer_id = due.customer_id"),
    )


def _previous(_variables: Sequence[Variable], known: Known) -> Part:
    earlier = known.earlier.are("r.run_id") if known.earlier else sql.SQL("false")
    return Part(
        sql.SQL(_PREVIOUS).format(earlier=earlier, near=near_of("r.loan_id", known.loan_ids)),
        sql.SQL("LEFT JOIN previous ON previous.loan_id = due.id"),
    )


def _diversion(_variables: Sequence[Variable], known: Known) -> Part:
    return Part(
        sql.SQL(_DIVERSION).format(as_of=sql.Literal(known.as_of)),
        sql.SQL("LEFT JOIN diversion ON diversion.loan_id = due.id"),
    )


PARTS: Final[dict[str, Callable[[Sequence[Variable], Known], Part]]] = {
    CUSTOMER_MONTH: _customer_months,
    DIVERSION: _diversion,
    PREVIOUS_REVIEW: _previous,
}


def _last_month(day: date) -> int:
    """Number of the last calendar month that is over at the end of `day`, counted from the year 0."""
    following = date.fromordinal(day.toordinal() + 1)
    return following.year * 12 + following.month - 2


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
