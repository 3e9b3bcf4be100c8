"""How a case ends: an outcome with words, a second person where something severe is let go, and opening it again.

Approvals: object type `warning_closing`, object id the case's.
"""

from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from audit.canonical import content_hash as hash_of
from audit.models import Approval, User
from audit.services.approvals import (
    StaleApprovalError,
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
)
from audit.services.log import actor_user, entry_append
from monitoring.case_topics import LENIENT, OUTCOMES, SEVERE_RANK, Topic
from monitoring.levels import level_rank
from monitoring.models import EarlyWarning, ProposedMeasure, WarningCase
from monitoring.services.cases.errors import (
    CaseNotClosed,
    CaseSucceeded,
    CaseUnsettled,
    CaseWordsInvalid,
    NothingWaits,
)
from monitoring.services.cases.snoozes import snooze_of, snooze_stop
from monitoring.services.cases.writing import (
    Kind,
    State,
    case_locked,
    case_mine,
    case_write,
    require_worker,
    step_add,
    words_checked,
)
from monitoring.services.standings.news import standing_follow

OBJECT_TYPE: Final = "warning_closing"
_UNSETTLED: Final = (ProposedMeasure.State.WAITING, ProposedMeasure.State.ACCEPTED)


def closing_needs_second(level: str, outcome: str) -> bool:
    """Whether one person alone may not close: something severe called false, or accepted as it is."""
    return outcome in LENIENT and level_rank(level) >= SEVERE_RANK


def closing_hash(case: WarningCase) -> str:
    """The content that an approval stands for: which warning, at which level, with which outcome, and whose word."""
    return hash_of(
        {
            "case": case.pk,
            "warning": case.warning_id,
            "level": case.level,
            "hits": case.hits,
            "outcome": case.outcome,
            "closed_by": case.closed_by_id,
        }
    )


@transaction.atomic
def case_close(*, case: WarningCase, person: User, outcome: str, note: str, at: datetime) -> WarningCase:
    """Close a case in work with this person; something severe called false or accepted waits for a second person.

    Measures still proposed are dropped with it; one accepted or waiting is settled first. The next review raises a new
    warning if there is cause, after the cooldown or for a worse level. Raises as `case_mine`, CaseWordsInvalid,
    CaseUnsettled.
    """
    case = case_mine(case.pk, person)
    if outcome not in OUTCOMES[Topic(case.topic)]:
        raise CaseWordsInvalid("Choose an outcome.", field="outcome")
    note = words_checked(note)
    if case.measures.filter(state__in=_UNSETTLED).exists():
        raise CaseUnsettled("A measure is accepted but not done, or waits.", case=case.pk, what="measure")
    running = snooze_of(case, at)
    if running is not None and running.started_at is None:
        raise CaseUnsettled("A snooze waits for approval.", case=case.pk, what="snooze")
    if not closing_needs_second(case.level, outcome):
        return _closed(case, outcome, person, person, at, note=note)
    case = case_write(case, state=State.CLOSING, outcome=outcome, closed_by=person)
    step_add(case, Kind.CLOSING_ASKED, person, at, note=note, facts={"outcome": outcome})
    approval_request(
        object_type=OBJECT_TYPE, object_id=str(case.pk), content_hash=closing_hash(case), maker=person, at=at
    )
    return case


@transaction.atomic
def closing_decide(
    *, case: WarningCase, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> WarningCase:
    """Agree to a closing as the second person, or return the case to whoever asked.

    Raises NothingWaits, StaleApprovalError where a review has hit since, and what approvals raise.
    """
    case = case_locked(case.pk)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(case.pk))
    if pending is None or case.state != State.CLOSING:
        raise NothingWaits("This closing does not wait for a second person.", case=case.pk)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        case = case_write(case, state=State.CLAIMED, outcome="", closed_by=None)
        step_add(case, Kind.RETURNED, checker, at, note=comment.strip())
        return case
    if closing_hash(case) != pending.content_hash:
        raise StaleApprovalError("A review has hit since this was asked for.", approval=pending.pk)
    approval = approval_approve(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
    maker = approval.maker
    return _closed(case, case.outcome, maker, checker, at, approval=approval, note=comment.strip())


@transaction.atomic
def case_reopen(*, case: WarningCase, person: User, reason: str, at: datetime) -> WarningCase:
    """Open a closed case again, saying why: its warning is open again, and the case is free.

    Raises CaseNotPermitted, CaseNotClosed, CaseSucceeded, CaseWordsInvalid.
    """
    case = case_locked(case.pk)
    require_worker(person, case)
    if case.state != State.CLOSED:
        raise CaseNotClosed("Only a closed case is opened again.", case=case.pk)
    if _successors(case).exists():
        raise CaseSucceeded("Newer work on the same matter is open.", case=case.pk)
    reason, before = words_checked(reason, "reason"), case.outcome
    try:
        with transaction.atomic():
            _set_warning(case, EarlyWarning.State.OPEN, at)
            case = case_write(
                case,
                state=State.OPEN,
                outcome="",
                closed_by=None,
                closed_at=None,
                approval=None,
                claimed_by=None,
                claimed_at=None,
            )
    except IntegrityError:
        if _successors(case).exists():  # a review raised it in between
            raise CaseSucceeded("Newer work on the same matter is open.", case=case.pk) from None
        raise
    step_add(case, Kind.REOPENED, person, at, note=reason, facts={"was": before})
    return case


def _closed(
    case: WarningCase,
    outcome: str,
    person: User,
    by: User,
    at: datetime,
    *,
    approval: Approval | None = None,
    note: str = "",
) -> WarningCase:
    snooze_stop(case, "CLOSED", at)
    case.measures.filter(state=ProposedMeasure.State.PROPOSED).update(
        state=ProposedMeasure.State.DECLINED, decided_by=person, decided_at=at
    )
    _set_warning(case, EarlyWarning.State.CLOSED, at)
    case = case_write(
        case,
        state=State.CLOSED,
        outcome=outcome,
        closed_by=person,
        closed_at=at,
        approval=approval,
        snoozed_until=None,
    )
    facts = {"outcome": outcome, "closed_by": person.pk, "level": case.level}
    step_add(case, Kind.CLOSED, by, at, note=note, facts=facts)
    if case.warning is not None:
        entry_append(
            kind="warning.closed",
            object_type="early_warning",
            object_id=str(case.warning_id),
            actor=actor_user(by),
            payload={"loan": case.warning.loan_id, "level": case.level, "hits": case.hits, "outcome": outcome},
            recorded_at=at,
        )
    return case


def _successors(case: WarningCase) -> QuerySet[Any]:
    """What is open on the same matter since."""
    if case.warning is not None:
        return EarlyWarning.objects.filter(loan=case.warning.loan_id, state=EarlyWarning.State.OPEN)
    return WarningCase.objects.filter(key=case.key).exclude(state=State.CLOSED)


def _set_warning(case: WarningCase, state: EarlyWarning.State, at: datetime) -> None:
    if case.warning is None:
        return
    closed_at = at if state == EarlyWarning.State.CLOSED else None
    EarlyWarning.objects.filter(pk=case.warning.pk).update(
        state=state, closed_at=closed_at, lower_count=0, lower_level="", lower_as_of=None
    )
    if case.warning.loan is not None:
        standing_follow(loan=case.warning.loan, at=at)
