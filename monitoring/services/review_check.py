"""A review worked out anew, with the bundle it had and the book as it was known: every row must come out alike."""

from datetime import datetime
from typing import Any, Final

import msgspec
import polars as pl

from monitoring.models import ReviewChunk, ReviewResult, ReviewRun
from monitoring.services.chunk_steps import findings_read, work_of
from monitoring.services.findings import Findings

MOST_NAMED: Final = 1_000
_COLUMNS: Final[dict[str, Any]] = {
    "pd": pl.Float64,
    "grade": pl.String,
    "level": pl.String,
    "rules": pl.List(pl.String),
}
_SCHEMA: Final[dict[str, Any]] = {"loan_id": pl.Int64, **_COLUMNS}


class Checked(msgspec.Struct, frozen=True):
    """What came of it."""

    rows: int
    """Results on record."""
    alike: int
    gone: int
    """On record and left out now: what was erased since cannot be worked out again."""
    more: int
    """Found now and not on record."""
    different: list[tuple[int, str]]
    """(loan, first column that differs: pd, grade, level, rules), at most MOST_NAMED."""


def review_check(run: ReviewRun, *, at: datetime) -> Checked:
    """Read the loans of every finished part again and hold what is found against what was written. Writes nothing."""
    found = Checked(0, 0, 0, 0, [])
    for chunk in ReviewChunk.objects.filter(run=run, state=ReviewChunk.State.DONE).order_by("number"):
        chunk.run = run
        found = _added(found, _chunk_check(chunk, findings_read(work_of(chunk, at))))
    return found


def _chunk_check(chunk: ReviewChunk, findings: Findings) -> Checked:
    stored = ReviewResult.objects.filter(
        run=chunk.run_id, loan_id__gte=chunk.first_loan_id, loan_id__lte=chunk.last_loan_id
    ).values_list("loan_id", "pd", "grade", "level", "rule_codes")
    before = pl.DataFrame(list(stored), schema=_SCHEMA, orient="row")
    rules = pl.Series("rules", [list(one.rule_codes) for one in findings.judgements], dtype=pl.List(pl.String))
    now = findings.frame.select(
        pl.col("_loan_id").alias("loan_id"),
        "pd",
        pl.col("grade").fill_null(""),
        "level",
        rules.gather(findings.frame["place"]),
    )
    both = before.join(now, on="loan_id", how="inner", suffix="_now")
    first = pl.coalesce(pl.when(pl.col(name).ne_missing(pl.col(f"{name}_now"))).then(pl.lit(name)) for name in _COLUMNS)
    different = both.select("loan_id", first.alias("column")).drop_nulls("column").sort("loan_id")
    return Checked(
        rows=before.height,
        alike=both.height - different.height,
        gone=before.height - both.height,
        more=now.height - both.height,
        different=different.rows(),
    )


def _added(one: Checked, other: Checked) -> Checked:
    return Checked(
        one.rows + other.rows,
        one.alike + other.alike,
        one.gone + other.gone,
        one.more + other.more,
        [*one.different, *other.different][:MOST_NAMED],
    )
