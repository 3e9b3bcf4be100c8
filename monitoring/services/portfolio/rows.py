"""The loans behind a number of the portfolio: the rows from which it was counted, a page at a time."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from django.db import connection

from monitoring.models import ReviewRun
from monitoring.services.portfolio.reading import Shown

ANY: Final = "any"
"""Of a filter: whatever it is, if it is known."""
_TEXTS: Final = ("level", "bucket", "category", "opened", "warning_level", "warning_age", "health", "bucket_before")
_CONDITIONS: Final[Mapping[str, str]] = {
    **{name: f"({{value}} = '{ANY}' AND p.{name} <> '' OR p.{name} = {{value}})" for name in _TEXTS},
    "bucket": "p.bucket = {value}",
    "category": "p.category = {value}",
    "found": "p.level <> 'NONE' AND {value} = '1'",
    "serious": "p.is_serious AND {value} = '1'",
    "health_known": "p.health <> '' AND {value} = '1'",
    "no_region": "p.region_id IS NULL AND {value} = '1'",
}
FILTERS: Final = tuple(_CONDITIONS)
"""What an address may ask for, beside region and segment."""
_WHERE: Final = """p.run_id = ANY(%(runs)s::bigint[])
    AND (%(region)s::bigint IS NULL OR p.region_id = %(region)s)
    AND (%(segment)s = '' OR p.segment = %(segment)s)"""
_TOTALS: Final = """
SELECT p.run_id, count(*), count(*) FILTER (WHERE {part}),
    coalesce(sum(p.owed_minor) FILTER (WHERE {part}), 0)
FROM monitoring_portfolioloan p WHERE {where} GROUP BY p.run_id
"""
_ROWS: Final = """
SELECT p.run_id, p.loan_id, l.external_id, p.customer_id, coalesce(g.code, ''), p.segment, p.level, p.pd, p.days_late,
    p.bucket, p.category, p.owed_minor, p.warning_id, p.warning_level, p.health
FROM (
    SELECT * FROM monitoring_portfolioloan p
    WHERE {where} AND p.loan_id > %(loan)s ORDER BY p.loan_id LIMIT %(most)s
) p
JOIN lending_loan l ON l.id = p.loan_id
LEFT JOIN lending_region g ON g.id = p.region_id
ORDER BY p.loan_id
"""
_IN_A_PART: Final = 10_000


class LoanRow(NamedTuple):
    """One loan as the review found it."""

    run_id: int
    loan_id: int
    external_id: str
    customer_id: int
    region: str
    segment: str
    level: str
    pd: float | None
    days_late: int | None
    bucket: str
    category: str
    owed_minor: int
    warning_id: int | None
    warning_level: str
    health: str


class Asked(NamedTuple):
    """What loans are asked for: of these reviews, under these filters (names of FILTERS)."""

    runs: list[int]
    filters: Mapping[str, str]
    shown: Shown = Shown()


class Behind(NamedTuple):
    """How many loans of one review are behind a number, of how many it is a share, and what they owe."""

    whole: int
    number: int
    amount_minor: int


def totals_behind(asked: Asked, part: str = "") -> dict[int, Behind]:
    """By review; `part` is the filter that makes the number a share of those who pass the others: in one reading.

    KeyError for an unknown filter.
    """
    rest = {name: value for name, value in asked.filters.items() if name != part}
    if part == "health":  # a share of those who have a code
        rest["health_known"] = "1"
    condition = _CONDITIONS[part].format(value=f"%({part})s") if part in asked.filters else "true"
    statement, values = _asked(asked._replace(filters=rest), _TOTALS, part=condition)
    with connection.cursor() as cursor:
        cursor.execute(statement, values | dict(asked.filters))
        return {run: Behind(*(int(one) for one in counted)) for run, *counted in cursor.fetchall()}


def loans_behind(asked: Asked, *, after: tuple[int, int] = (0, 0), most: int = 100) -> list[LoanRow]:
    """At most so many of the loans, by review and number, those after a place (review, loan)."""
    statement, values = _asked(asked, _ROWS)
    found: list[LoanRow] = []
    with connection.cursor() as cursor:
        # Review by review: so the primary key gives the order, however many loans there are.
        for run in sorted(number for number in asked.runs if number >= after[0]):
            if len(found) < most:
                loan = after[1] if run == after[0] else 0
                cursor.execute(statement, values | {"runs": [run], "loan": loan, "most": most - len(found)})
                found += [LoanRow(*row) for row in cursor.fetchall()]
    return found


def loans_all(asked: Asked) -> Iterator[LoanRow]:
    """Every one of the loans, read in parts."""
    after = (0, 0)
    while rows := loans_behind(asked, after=after, most=_IN_A_PART):
        yield from rows
        after = rows[-1].run_id, rows[-1].loan_id


def runs_kept(runs: list[int]) -> dict[int, ReviewRun]:
    """Those of the reviews whose loans are kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id FROM unnest(%s::bigint[]) r(id)"
            " WHERE EXISTS (SELECT FROM monitoring_portfolioloan p WHERE p.run_id = r.id)",
            [runs],
        )
        return ReviewRun.objects.select_related("product").in_bulk([row[0] for row in cursor.fetchall()])


def _asked(asked: Asked, statement: str, **parts: str) -> tuple[str, dict[str, Any]]:
    shown = asked.shown
    conditions = [_CONDITIONS[name].format(value=f"%({name})s") for name in asked.filters]
    values = {"runs": asked.runs, "region": shown.region.pk if shown.region else None, "segment": shown.segment}
    return statement.format(where=" AND ".join([_WHERE, *conditions]), **parts), {**values, **asked.filters}
