"""Early warnings: one open per loan, raised and merged by reviews; see `cases` for the work on them and on all else."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg2 import sql

from audit.services.log import entry_append
from lending.business_dates import business_date_of
from monitoring.levels import LEVELS
from monitoring.models import ReviewRun
from monitoring.services.results import Warned
from monitoring.services.warning_sql import DUE, MERGE, RAISE
from monitoring.warning_policy import WarningPolicy, warning_policy_of

ACTOR = "system:review"
_MERGED = ("merged", "risen", "fallen", "woken", "snoozed")
_RAISED = ("raised", "cooling")


def warnings_merge(*, run: ReviewRun, warned: Warned, at: datetime) -> int:
    """Merge what the chunk found (rows of `review_in`) into open warnings, raise new ones and open their cases;
    returns the number of new ones.

    A statement of each, however many rows, and none where there is nothing for it. Only the latest review of a product
    speaks of today: the caller does not ask for an earlier one.
    """
    if not warned.open + warned.others:
        return 0
    policy = warning_policy_of(run.product.code, on=business_date_of(at, run.product.timezone))
    merged = dict.fromkeys((*_MERGED, *_RAISED), 0)
    with connection.cursor() as cursor:
        where = {"zone": run.product.timezone, "product": run.product.code}
        cursor.execute(DUE, {"at": at, "due_days": list(policy.due_days), **where})
        values = _values(run, policy, at, cursor.fetchone()[0])
        if warned.open:
            cursor.execute(sql.SQL(MERGE).format(near=warned.near), values)
            merged |= dict(zip(_MERGED, cursor.fetchone(), strict=True))
        if warned.others:
            cursor.execute(sql.SQL(RAISE).format(near=warned.near), values)
            merged |= dict(zip(_RAISED, cursor.fetchone(), strict=True))
    if any(merged.values()):
        entry_append(
            kind="warning.merged",
            object_type="review_run",
            object_id=str(run.pk),
            actor=ACTOR,
            payload=merged,
            recorded_at=at,
        )
    return int(merged["raised"])


def _values(run: ReviewRun, policy: WarningPolicy, at: datetime, due: list[datetime]) -> dict[str, Any]:
    return {
        "run": run.pk,
        "as_of": run.as_of,
        "day": run.as_of_day,
        "at": at,
        "levels": list(LEVELS),
        "fall_reviews": policy.fall_reviews,
        "loss_given_default": policy.loss_given_default,
        "case_rank": policy.case_rank,
        "case_pd": policy.case_pd,
        "quiet_since": at - timedelta(days=policy.cooldown_days) if policy.cooldown_days else None,
        "due": due,
    }
