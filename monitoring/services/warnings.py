"""Early warnings: one open per loan, raised and merged by reviews; see `cases` for the work on them and
`drift_alerts` for those on drift."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from monitoring.levels import LEVELS
from monitoring.models import EarlyWarning, ReviewRun
from monitoring.services.results import Warned
from monitoring.services.warning_sql import DUE, MERGE, RAISE
from monitoring.warning_policy import WarningPolicy, warning_policy_of
from riskengine.errors import Conflict, InvalidInput, NotPermitted

CLOSE_PERMISSION = "monitoring.change_earlywarning"
NOTE_LENGTH = (5, 2_000)
ACTOR = "system:review"
_MERGED = ("merged", "risen", "fallen", "woken", "snoozed")
_RAISED = ("raised", "cooling")


class WarningClosedError(Conflict):
    """The warning is closed already."""

    code = "warning_closed"


class WarningHasCase(Conflict):
    """A warning on a loan is closed through its case, with an outcome."""

    code = "warning_has_case"


class ClosingNoteInvalid(InvalidInput):
    """A warning is closed with a note that says why, of 5 to 2,000 characters."""

    code = "closing_note_invalid"


class CloseNotPermitted(NotPermitted):
    """The account may not close warnings."""

    code = "warning_close_not_permitted"


def warnings_merge(*, run: ReviewRun, warned: Warned, at: datetime) -> int:
    """Merge what the chunk found (rows of `review_in`) into open warnings, raise new ones and open their cases;
    returns the number of new ones.

    A statement of each, however many rows, and none where there is nothing for it. Only the latest review of a product
    speaks of today: the caller does not ask for an earlier one.
    """
    if not any(warned):
        return 0
    policy = warning_policy_of(run.product.code, on=at.astimezone(UTC).date())
    merged = dict.fromkeys((*_MERGED, *_RAISED), 0)
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"at": at, "zone": run.product.timezone, "due_days": list(policy.due_days)})
        values = _values(run, policy, at, cursor.fetchone()[0])
        if warned.open:
            cursor.execute(MERGE, values)
            merged |= dict(zip(_MERGED, cursor.fetchone(), strict=True))
        if warned.others:
            cursor.execute(RAISE, values)
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


@transaction.atomic
def warning_close(*, warning: EarlyWarning, closer: User, note: str, at: datetime) -> EarlyWarning:
    """Close a warning on drift with a note. The next report raises a new one if there is cause.

    Raises CloseNotPermitted, ClosingNoteInvalid, WarningClosedError, WarningHasCase for one on a loan.
    """
    if not closer.is_active or not closer.has_perm(CLOSE_PERMISSION):
        raise CloseNotPermitted("This account may not close warnings.")
    note = note.strip()
    low, high = NOTE_LENGTH
    if not low <= len(note) <= high:
        raise ClosingNoteInvalid(f"Say why in {low} to {high} characters.", minimum=low, maximum=high)
    warning = EarlyWarning.objects.select_for_update(of=("self",)).get(pk=warning.pk)
    if warning.product is None:
        raise WarningHasCase("A warning on a loan is closed through its case.", warning=warning.pk)
    if warning.state != EarlyWarning.State.OPEN:
        raise WarningClosedError("This warning is closed already.", warning=warning.pk)
    warning.state, warning.closed_at, warning.closing_note = EarlyWarning.State.CLOSED, at, note
    warning.save(update_fields=["state", "closed_at", "closing_note"])
    entry_append(
        kind="warning.closed",
        object_type="early_warning",
        object_id=str(warning.pk),
        actor=actor_user(closer),
        payload={"drifting_product": warning.product.code, "level": warning.level, "hits": warning.hit_count},
        recorded_at=at,
    )
    return warning
