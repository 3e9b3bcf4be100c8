"""The outcomes that officers gave cases, with the triggers behind each: for pages, reports, and as a file."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl
from django.db import connection, transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import Loan, Product
from monitoring.services.cases.labels import case_labels
from monitoring.triggers.labels import agreement, labels_measured, triggers_measured

SHOWN: Final = timedelta(days=730)
"""A page counts cases closed in the last two years, and says so: it does not read more with every year."""
# What hit at the review that raised the warning behind a case, and at the last that found it before the closing: two
# results a case, however many reviews there were in between.
_SPOKE: Final = """
SELECT DISTINCT l.case_id, told.code
FROM unnest(%(cases)s::bigint[], %(warnings)s::bigint[], %(closed)s::timestamptz[]) l(case_id, warning_id, closed_at)
JOIN monitoring_earlywarning w ON w.id = l.warning_id
CROSS JOIN LATERAL (VALUES (w.first_run_id), (w.last_run_id)) heard(run_id)
JOIN monitoring_reviewrun run ON run.id = heard.run_id AND run.started_at <= l.closed_at
JOIN monitoring_reviewresult r ON r.run_id = run.id AND r.loan_id = w.loan_id
CROSS JOIN LATERAL (
    SELECT jsonb_array_elements_text(r.rule_codes) UNION ALL
    SELECT hit->>'code' FROM jsonb_array_elements(r.pattern_hits) hit
) told(code)
"""
FILE_COLUMNS: Final = ("case", "loan", "level", "warned_as_of", "closed_at", "outcome", "is_trouble", "triggers")


def labels_spoke(labels: pl.DataFrame) -> pl.DataFrame:
    """[case_id, code]: the rules and patterns that hit at the first and at the last hit behind each case of
    `case_labels`; at the first alone where a case was opened again after its closing and hit anew."""
    values = {
        "cases": labels["case_id"].to_list(),
        "warnings": labels["warning_id"].to_list(),
        "closed": labels["closed_at"].to_list(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SPOKE, values)
        return pl.DataFrame(cursor.fetchall(), schema={"case_id": pl.Int64, "code": pl.String}, orient="row")


def labels_figures(product: Product, as_of: datetime) -> dict[str, Any]:
    """`labels_measured` of the product's cases closed within SHOWN before an instant, with `triggers` by code."""
    labels = case_labels(as_of, product=product.code, since=as_of - SHOWN)
    return {**labels_measured(labels), "triggers": triggers_measured(labels, labels_spoke(labels))}


def labels_beside(
    product: Product, defaults: pl.DataFrame, *, warned_by: datetime, known_by: datetime
) -> dict[str, Any]:
    """The same of warnings raised by one instant and closed by another, with the `agreement` of officers' outcomes and
    `defaults` [loan_id, bad], and the instant `known_by`. For reports on outcomes: beside them, never instead."""
    labels = case_labels(known_by, product=product.code).filter(pl.col("first_as_of") <= warned_by)
    return {
        "known_by": known_by.isoformat(),
        **labels_measured(labels),
        "agreement": agreement(labels, defaults),
        "triggers": triggers_measured(labels, labels_spoke(labels)),
    }


@transaction.atomic
def labels_export(*, product: Product, person: User, at: datetime) -> list[Sequence[Any]]:
    """The rows of the file of labels, the heading (FILE_COLUMNS) first; recorded in the audit log.

    `is_trouble` is 1, 0 or empty (duplicate); `triggers` are codes apart by blanks. No names, no words of officers.
    """
    labels = case_labels(at, product=product.code)
    spoke = labels_spoke(labels).sort("code").group_by("case_id", maintain_order=True).agg(pl.col("code").str.join(" "))
    numbers = dict(Loan.objects.filter(pk__in=labels["loan_id"].to_list()).values_list("pk", "external_id"))
    told = labels.join(spoke, on="case_id", how="left", maintain_order="left").with_columns(
        pl.col("code").fill_null("")
    )
    entry_append(
        kind="labels.exported",
        object_type="product",
        object_id=str(product.pk),
        actor=actor_user(person),
        payload={"product": product.code, "cases": labels.height},
        recorded_at=at,
    )
    return [FILE_COLUMNS, *(_line(row, numbers) for row in told.iter_rows(named=True))]


def _line(row: dict[str, Any], numbers: dict[int, str]) -> Sequence[Any]:
    is_trouble = "" if row["is_trouble"] is None else int(row["is_trouble"])
    days = (f"{row['first_as_of']:%Y-%m-%d}", f"{row['closed_at']:%Y-%m-%dT%H:%M:%SZ}")
    return row["case_id"], numbers[row["loan_id"]], row["level"], *days, row["outcome"], is_trouble, row["code"]
