"""Two reviews of a product beside each other, and the loans behind every count of a review."""

from typing import Any, Final

from django.db import connection

from lending.business_dates import business_date_of
from lending.open_loans import open_loan
from monitoring.levels import LEVELS
from monitoring.models import ReviewChunk, ReviewRun
from monitoring.services.findings import skip_cause
from monitoring.services.portraits.reading import Extent, portraits_read

BANDS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""PDs are compared by band: below the first, from one to the next, from the last on."""
ABSENT: Final = ""
"""Stands for a loan that one of the two reviews has no result of, or one without a grade or PD."""
_KEYS: Final = {
    "level": "{of}.level",
    "grade": "{of}.grade",
    "pd": "width_bucket({of}.pd, %(bands)s::float8[])::text",
}
_BOTH: Final = """
FROM (SELECT * FROM monitoring_reviewresult WHERE run_id = %(before)s) b
FULL JOIN (SELECT * FROM monitoring_reviewresult WHERE run_id = %(after)s) a ON a.loan_id = b.loan_id
"""
_ROWS: Final = """
SELECT l.id, l.external_id, b.level, a.level, b.grade, a.grade, b.pd, a.pd {both}
JOIN lending_loan l ON l.id = coalesce(a.loan_id, b.loan_id)
WHERE coalesce({was}, '') = %(was)s AND coalesce({now}, '') = %(now)s
ORDER BY l.external_id LIMIT %(most)s
"""
_OF_ONE: Final = """
SELECT l.id, l.external_id, r.level, r.grade, r.pd
FROM monitoring_reviewresult r JOIN lending_loan l ON l.id = r.loan_id
WHERE r.run_id = %(run)s AND (%(level)s = '' OR r.level = %(level)s) ORDER BY l.external_id LIMIT %(most)s
"""
_LEFT_OUT: Final = """
SELECT l.id, l.external_id FROM lending_loan l
WHERE l.product_id = %(product)s AND l.id BETWEEN %(first)s AND %(last)s AND (%(listed)s::bigint[] IS NULL
    OR l.id = ANY(%(listed)s::bigint[])) AND {due}
    AND NOT EXISTS (SELECT FROM monitoring_reviewresult r WHERE r.run_id = %(run)s AND r.loan_id = l.id)
ORDER BY l.id LIMIT %(most)s
"""


def comparable(run: ReviewRun) -> list[ReviewRun]:
    """Reviews of the same product with which this one may be compared, the latest first."""
    others = ReviewRun.objects.filter(product=run.product_id, done_count__gt=0).exclude(pk=run.pk)
    return list(others.exclude(scope=ReviewRun.Scope.CUSTOMERS).order_by("-as_of", "-pk")[:50])


def migrations_of(before: ReviewRun, after: ReviewRun, by: str) -> dict[tuple[str, str], int]:
    """Loans by what they were and what they are: levels, grades or places of their PD's band; ABSENT where neither."""
    was, now = (_KEYS[by].format(of=of) for of in ("b", "a"))
    statement = f"SELECT coalesce({was}, ''), coalesce({now}, ''), count(*) {_BOTH} GROUP BY 1, 2"
    return {(row[0], row[1]): row[2] for row in _fetched(statement, before=before.pk, after=after.pk)}


def migrations_order(found: dict[tuple[str, str], int], by: str) -> list[str]:
    """The headings of the matrix, the mildest first, ABSENT last where there is any."""
    seen = {heading for pair in found for heading in pair}
    ranked = [level for level in LEVELS if level in seen] if by == "level" else sorted(seen - {ABSENT})
    return [*ranked, ABSENT] if ABSENT in seen else list(ranked)


def band_words(place: str) -> str:
    """A PD band in words, such as "5% – 10%"."""
    number = int(place)
    if number == 0:
        return f"< {BANDS[0]:.0%}"
    return f"≥ {BANDS[-1]:.0%}" if number == len(BANDS) else f"{BANDS[number - 1]:.0%} – {BANDS[number]:.0%}"


def migrated_loans(
    before: ReviewRun, after: ReviewRun, by: str, was: str, now: str, most: int
) -> list[tuple[Any, ...]]:
    """(loan, contract number, level before, after, grade before, after, PD before, after) of one cell."""
    keys = {name: _KEYS[by].format(of=of) for name, of in (("was", "b"), ("now", "a"))}
    statement = _ROWS.format(both=_BOTH, **keys)
    return _fetched(statement, before=before.pk, after=after.pk, was=was, now=now, most=most)


def reviewed_loans(run: ReviewRun, level: str, most: int) -> list[tuple[Any, ...]]:
    """(loan, contract number, level, grade, PD) of a review, of one level or all."""
    return _fetched(_OF_ONE, run=run.pk, level=level, most=most)


def left_out_loans(run: ReviewRun, state: str, most: int) -> list[tuple[int, str, str]]:
    """(loan, contract number, cause) of loans without a result in the parts of this state: skipped, failed or waiting.

    The cause is told again from the book as of the review; "" where it cannot be.
    """
    day = business_date_of(run.as_of, run.product.timezone)
    found: list[tuple[int, str, str]] = []
    is_done = state == ReviewChunk.State.DONE
    chunks = ReviewChunk.objects.filter(run=run, state=state).order_by("number")
    for chunk in chunks.filter(skipped_count__gt=0) if is_done else chunks:
        rows = _fetched(
            _LEFT_OUT.format(due=open_loan("l").format(day="%(day)s", as_of="%(as_of)s")),
            product=run.product_id,
            first=chunk.first_loan_id,
            last=chunk.last_loan_id,
            listed=chunk.loan_ids,
            day=day,
            as_of=run.as_of,
            run=run.pk,
            most=most - len(found),
        )
        causes = _causes(run, [row[0] for row in rows], day) if is_done else {}
        found += [(loan, number, causes.get(loan, "")) for loan, number in rows]
        if len(found) >= most:
            break
    return found


def _causes(run: ReviewRun, loan_ids: list[int], day: Any) -> dict[int, str]:
    if not loan_ids:
        return {}
    extent = Extent(
        product_id=run.product_id,
        as_of=run.as_of,
        business_date=day,
        first_loan_id=loan_ids[0],
        last_loan_id=loan_ids[-1],
        loan_ids=tuple(loan_ids),
    )
    told = portraits_read(extent, []).select("_loan_id", skip_cause(day).fill_null("key_broken").alias("cause"))
    return dict(told.iter_rows())


def _fetched(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"bands": list(BANDS), **values})
        return list(cursor.fetchall())
