"""Early warnings: one open per loan, raised and merged by reviews, closed by a person; see `drift_alerts` for drift."""

from datetime import datetime

from django.db import connection, transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from monitoring.levels import LEVELS
from monitoring.models import EarlyWarning, ReviewRun
from riskengine.errors import Conflict, InvalidInput, NotPermitted

CLOSE_PERMISSION = "monitoring.change_earlywarning"
NOTE_LENGTH = (5, 2_000)

# A level rises at once. It falls only when two reviews in a row found less, to the worse of the two, and never to
# NONE: a person closes a warning. Rows of this review are in `review_in`, the review before is `previous`.
_MERGE = """
UPDATE monitoring_earlywarning w
SET level = CASE
        WHEN rank.now >= rank.open THEN r.level
        WHEN rank.before IS NULL OR greatest(rank.now, rank.before) IN (1, rank.open) THEN w.level
        ELSE (%(levels)s::text[])[least(rank.open, greatest(rank.now, rank.before))]
    END,
    hit_count = w.hit_count + (rank.now > 1)::int,
    last_run_id = CASE WHEN rank.now > 1 THEN %(run)s ELSE w.last_run_id END,
    reasons = CASE WHEN rank.now > 1 THEN r.reasons ELSE w.reasons END,
    pd = r.pd
FROM review_in r
LEFT JOIN monitoring_reviewresult b ON b.loan_id = r.loan_id AND b.run_id = %(previous)s,
LATERAL (
    SELECT array_position(%(levels)s::text[], r.level) AS now, array_position(%(levels)s::text[], b.level) AS before
) found,
LATERAL (
    SELECT found.now, found.before, array_position(%(levels)s::text[], o.level) AS open
    FROM monitoring_earlywarning o WHERE o.loan_id = r.loan_id AND o.state = 'OPEN'
) rank
WHERE w.loan_id = r.loan_id AND w.state = 'OPEN'
"""
_RAISE = """
INSERT INTO monitoring_earlywarning
    (loan_id, customer_id, level, reasons, pd, state, first_run_id, last_run_id, hit_count, raised_at, closing_note)
SELECT r.loan_id, r.customer_id, r.level, r.reasons, r.pd, 'OPEN', %(run)s, %(run)s, 1, %(at)s, ''
FROM review_in r
WHERE r.level <> 'NONE'
    AND NOT EXISTS (SELECT FROM monitoring_earlywarning w WHERE w.loan_id = r.loan_id AND w.state = 'OPEN')
ON CONFLICT (loan_id) WHERE state = 'OPEN' DO NOTHING
"""


class WarningClosedError(Conflict):
    """The warning is closed already."""

    code = "warning_closed"


class ClosingNoteInvalid(InvalidInput):
    """A warning is closed with a note that says why, of 5 to 2,000 characters."""

    code = "closing_note_invalid"


class CloseNotPermitted(NotPermitted):
    """The account may not close warnings."""

    code = "warning_close_not_permitted"


def warnings_merge(*, run: ReviewRun, previous_run_id: int | None, at: datetime) -> int:
    """Merge what the chunk found (rows of `review_in`) into open warnings and raise new ones; returns the new ones.

    Only the latest review of a product speaks of today: the caller does not ask for an earlier one.
    """
    values = {"run": run.pk, "previous": previous_run_id, "levels": list(LEVELS), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, values)
        cursor.execute(_RAISE, values)
        return int(cursor.rowcount)


@transaction.atomic
def warning_close(*, warning: EarlyWarning, closer: User, note: str, at: datetime) -> EarlyWarning:
    """Close a warning with a note. The next review raises a new one if there is cause.

    Raises CloseNotPermitted, ClosingNoteInvalid, WarningClosedError.
    """
    if not closer.is_active or not closer.has_perm(CLOSE_PERMISSION):
        raise CloseNotPermitted("This account may not close warnings.")
    note = note.strip()
    low, high = NOTE_LENGTH
    if not low <= len(note) <= high:
        raise ClosingNoteInvalid(f"Say why in {low} to {high} characters.", minimum=low, maximum=high)
    warning = EarlyWarning.objects.select_for_update(of=("self",)).get(pk=warning.pk)
    if warning.state != EarlyWarning.State.OPEN:
        raise WarningClosedError("This warning is closed already.", warning=warning.pk)
    warning.state, warning.closed_at, warning.closing_note = EarlyWarning.State.CLOSED, at, note
    warning.save(update_fields=["state", "closed_at", "closing_note"])
    entry_append(
        kind="warning.closed",
        object_type="early_warning",
        object_id=str(warning.pk),
        actor=actor_user(closer),
        payload={**_subject(warning), "level": warning.level, "hits": warning.hit_count},
        recorded_at=at,
    )
    return warning


def _subject(warning: EarlyWarning) -> dict[str, object]:
    return {"loan": warning.loan_id} if warning.product is None else {"drifting_product": warning.product.code}
