"""Leaving a case alone until a time. A longer one than the policy's days takes a second person; a worse level wakes it
(see `warning_sql`, and `raising` of what is no warning). Approvals: object type `warning_snooze`."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from audit.canonical import content_hash as hash_of
from audit.models import User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_void,
)
from audit.services.log import actor_user, instant_text
from lending.business_dates import business_date_of
from monitoring.levels import level_rank
from monitoring.models import WarningCase, WarningSnooze
from monitoring.services.cases.errors import (
    NothingWaits,
    SnoozeOutdated,
    SnoozeRunning,
    SnoozeTooLong,
)
from monitoring.services.cases.writing import (
    Kind,
    State,
    case_locked,
    case_mine,
    case_read,
    case_write,
    require_worker,
    step_add,
    words_checked,
    words_sealed,
)
from monitoring.warning_policy import warning_policy_of

OBJECT_TYPE: Final = "warning_snooze"
EndCause = WarningSnooze.EndCause


def snooze_of(case: WarningCase, at: datetime) -> WarningSnooze | None:
    """The snooze that runs or waits for approval; one that ran out is none."""
    running = snoozes_of(case).filter(ended_at__isnull=True, until__gt=at)
    return running.select_related("asked_by", "approval").first()


def snoozes_of(case: WarningCase) -> QuerySet[WarningSnooze]:
    """All of a case: those of its warning, where it stands on one."""
    held: QuerySet[WarningSnooze] = (case.warning or case).snoozes.all()
    return held


def snooze_hash(snooze: WarningSnooze) -> str:
    """The content that an approval stands for: what is left alone, at which level, until when, for which reason."""
    what = {"case": snooze.case_id} if snooze.warning_id is None else {"warning": snooze.warning_id}
    return hash_of(
        {
            **what,
            "level": snooze.level,
            "until": instant_text(snooze.until),
            "reason": hashlib.sha256(bytes(snooze.reason)).hexdigest(),
            "asked_by": snooze.asked_by_id,
            "asked_at": instant_text(snooze.asked_at),
        }
    )


@transaction.atomic
def snooze_begin(*, case: WarningCase, person: User, until: datetime, reason: str, at: datetime) -> WarningSnooze:
    """Snooze a case in work with this person, or ask a second person where it is long.

    Earlier ones on one person's word count together with it.

    The case goes back to the queue and shows itself there when the snooze has run out or a worse level wakes it.
    Raises as `case_mine`, CaseWordsInvalid, SnoozeTooLong, SnoozeRunning.
    """
    case = case_mine(case.pk, person)
    policy = warning_policy_of(case.product.code, on=business_date_of(at, case.product.timezone))
    if not at < until <= at + timedelta(days=policy.snooze_days_most):
        raise SnoozeTooLong("Choose a later day within the longest snooze.", days=policy.snooze_days_most)
    reason = words_checked(reason, "reason")
    if snooze_of(case, at) is not None:
        raise SnoozeRunning("This case is snoozed, or waits to be.", case=case.pk)
    snooze_stop(case, EndCause.ENDED, at)  # one that ran out
    needs_second = _left_alone(case) + (until - at) > timedelta(days=policy.snooze_days)
    snooze = WarningSnooze.objects.create(
        warning=case.warning,
        case=None if case.warning else case,
        level=case.level,
        until=until,
        needs_second=needs_second,
        reason=words_sealed(case, reason),
        asked_by=person,
        asked_at=at,
    )
    if not needs_second:
        return _started(snooze, case, person, at)
    step_add(case, Kind.SNOOZE_ASKED, person, at, facts=_facts(snooze))
    approval_request(
        object_type=OBJECT_TYPE, object_id=str(snooze.pk), content_hash=snooze_hash(snooze), maker=person, at=at
    )
    return snooze


@transaction.atomic
def snooze_decide(
    *,
    snooze: WarningSnooze,
    checker: User,
    content_hash: str,
    is_approved: bool,
    at: datetime,
    comment: str = "",
) -> WarningSnooze:
    """Approve or reject a long snooze as the second person.

    Raises NothingWaits, SnoozeOutdated where the level has risen or the time has passed, and what approvals raise.
    """
    case = case_locked(snooze.about_case.pk)
    snooze = WarningSnooze.objects.select_for_update(of=("self",)).get(pk=snooze.pk)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(snooze.pk))
    if pending is None or snooze.started_at is not None or snooze.ended_at is not None:
        raise NothingWaits("This snooze does not wait for a second person.", snooze=snooze.pk)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        snooze.ended_at, snooze.end_cause = at, EndCause.REFUSED
        snooze.save(update_fields=["ended_at", "end_cause"])
        step_add(case, Kind.SNOOZE_REFUSED, checker, at, note=comment.strip(), facts=_facts(snooze))
        return snooze
    if pending.content_hash != snooze_hash(snooze):
        raise NothingWaits("This is not what was asked for.", snooze=snooze.pk)
    is_worse = level_rank(case.level) > level_rank(snooze.level)
    if is_worse or snooze.until <= at or case.state == State.CLOSED:
        raise SnoozeOutdated("It is worse now, or the time has passed.", snooze=snooze.pk)
    snooze.approval = approval_approve(
        approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    return _started(snooze, case, checker, at)


@transaction.atomic
def snooze_end(*, snooze: WarningSnooze, person: User, at: datetime) -> WarningSnooze:
    """End a snooze, or take back what waits; one person may: the case is heard again.

    Raises CaseNotPermitted, NothingWaits.
    """
    case = case_locked(snooze.about_case.pk)
    require_worker(person, case)
    running = snooze_of(case, at)
    if running is None or running.pk != snooze.pk:
        raise NothingWaits("This snooze has ended.", snooze=snooze.pk)
    snooze_stop(case, EndCause.ENDED, at, actor_user(person))
    case = case_write(case, snoozed_until=None)
    step_add(case, Kind.SNOOZE_ENDED, person, at, facts=_facts(snooze))
    snooze.refresh_from_db()
    return snooze


def snooze_stop(case: WarningCase, cause: str, at: datetime, actor: str = "system:snoozes") -> None:
    """End whatever snooze the case has, run out or not, and what waits for it; the caller holds its rows."""
    for snooze in snoozes_of(case).filter(ended_at__isnull=True):
        if snooze.started_at is None:
            approval_void(object_type=OBJECT_TYPE, object_id=str(snooze.pk), at=at, reason="ended", actor=actor)
        snooze.ended_at, snooze.end_cause = at, cause
        snooze.save(update_fields=["ended_at", "end_cause"])


def _left_alone(case: WarningCase) -> timedelta:
    """How long it was snoozed at this level or a worse one on one person's word: short ones in a row are long."""
    alone = snoozes_of(case).filter(approval__isnull=True)
    rank = level_rank(case.level)
    spans = [
        min(one.ended_at, one.until) - one.started_at
        for one in alone
        if one.started_at and one.ended_at and level_rank(one.level) >= rank
    ]
    return sum(spans, timedelta())


def _started(snooze: WarningSnooze, case: WarningCase, by: User, at: datetime) -> WarningSnooze:
    snooze.started_at = at
    snooze.save(update_fields=["started_at", "approval"])
    case = case_read(case.pk)
    hands = {"state": State.OPEN, "claimed_by": None, "claimed_at": None} if case.state == State.CLAIMED else {}
    case = case_write(case, snoozed_until=snooze.until, **hands)
    step_add(case, Kind.SNOOZED, by, at, facts=_facts(snooze))
    return snooze


def _facts(snooze: WarningSnooze) -> dict[str, object]:
    return {"snooze": snooze.pk, "until": instant_text(snooze.until), "level": snooze.level}
