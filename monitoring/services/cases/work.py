"""Hands on cases: the next one, claim, release, take over, note. Every change of hands is a conditional UPDATE whose
count tells who won; every step is kept, logged and final."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from audit.models import User
from monitoring.case_topics import Topic
from monitoring.models import WarningCase, WarningCaseStep
from monitoring.services.cases.errors import CaseFresh, CaseNotPermitted, CaseNotYours
from monitoring.services.cases.measures import measures_propose
from monitoring.services.cases.writing import (
    Kind,
    State,
    case_locked,
    case_mine,
    case_read,
    require_worker,
    step_add,
    taken,
    topics_of,
    words_checked,
)

TAKE_OVER_AFTER: Final = timedelta(hours=8)

# SKIP LOCKED: two who press "Next case" at once get two. An unknown loss stands before the known ones of its level.
_NEXT: Final = """
UPDATE monitoring_warningcase SET state = 'CLAIMED', claimed_by_id = %(person)s, claimed_at = %(at)s
WHERE id = (
    SELECT c.id FROM monitoring_warningcase c
    WHERE c.state = 'OPEN' AND (c.snoozed_until IS NULL OR c.snoozed_until <= %(at)s)
        AND (%(product)s::bigint IS NULL OR c.product_id = %(product)s) AND c.topic = ANY(%(topics)s)
    ORDER BY c.level_rank DESC, c.expected_loss_minor DESC, c.opened_at, c.id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


def cases_free(at: datetime, topics: Collection[Topic] = tuple(Topic)) -> QuerySet[WarningCase]:
    """Cases that "Next case" would give to somebody who works on these topics, the most urgent first."""
    free = WarningCase.objects.filter(is_awake(at), state=State.OPEN, topic__in=topics)
    return free.order_by("-level_rank", "-expected_loss_minor", "opened_at", "pk")


def is_awake(at: datetime) -> Q:
    """Not snoozed, or no longer."""
    return Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at)


@transaction.atomic
def case_next(
    *, person: User, at: datetime, product_id: int | None = None, topics: Collection[Topic] = tuple(Topic)
) -> WarningCase | None:
    """Lock the most urgent free case among these topics that is this person's work; None where none is free.

    Raises CaseNotPermitted.
    """
    own = [str(topic) for topic in topics_of(person) if topic in topics]
    if not own:
        raise CaseNotPermitted("This account works on no such cases.")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"person": person.pk, "at": at, "product": product_id, "topics": own})
        row = cursor.fetchone()
    return None if row is None else _begun(case_read(row[0]), Kind.CLAIMED, person, at)


@transaction.atomic
def case_claim(*, case: WarningCase, person: User, at: datetime) -> WarningCase:
    """Take a free case, snoozed or not. Raises CaseTaken where somebody was quicker, CaseClosed, CaseNotPermitted."""
    require_worker(person, case)
    free = WarningCase.objects.filter(pk=case.pk, state=State.OPEN)
    if not free.update(state=State.CLAIMED, claimed_by=person, claimed_at=at):
        raise taken(case.pk)
    return _begun(case_read(case.pk), Kind.CLAIMED, person, at)


@transaction.atomic
def case_release(*, case: WarningCase, person: User, at: datetime) -> WarningCase:
    """Give a case back to the queue. Raises CaseNotYours."""
    mine = WarningCase.objects.filter(pk=case.pk, state=State.CLAIMED, claimed_by=person)
    if not mine.update(state=State.OPEN, claimed_by=None, claimed_at=None):
        raise CaseNotYours("This case is not in work with you.", case=case.pk)
    step_add(case, Kind.RELEASED, person, at)
    return case_read(case.pk)


@transaction.atomic
def case_take_over(*, case: WarningCase, person: User, at: datetime) -> WarningCase:
    """Take a case that lay with somebody else for TAKE_OVER_AFTER or longer.

    Raises CaseFresh before that, CaseTaken, CaseClosed, CaseNotPermitted.
    """
    require_worker(person, case)
    stale = WarningCase.objects.filter(pk=case.pk, state=State.CLAIMED, claimed_at__lte=at - TAKE_OVER_AFTER)
    if not stale.exclude(claimed_by=person).update(claimed_by=person, claimed_at=at):
        if case_read(case.pk).state != State.CLAIMED:
            raise taken(case.pk)
        hours = int(TAKE_OVER_AFTER.total_seconds() // 3600)
        raise CaseFresh("This case has not lain long enough to be taken over.", hours=hours)
    return _begun(case_read(case.pk), Kind.TAKEN_OVER, person, at)


@transaction.atomic
def case_note(*, case: WarningCase, person: User, note: str, at: datetime) -> WarningCase:
    """Write a note on a case, closed or in whose hands it may be. Raises CaseNotPermitted, CaseWordsInvalid."""
    case = case_locked(case.pk)
    require_worker(person, case)
    step_add(case, Kind.NOTED, person, at, note=words_checked(note))
    return case


@transaction.atomic
def case_propose(*, case: WarningCase, person: User, at: datetime) -> WarningCase:
    """Hold GRx and the level against the scheme anew. Raises as `case_mine`."""
    case = case_mine(case.pk, person)
    measures_propose(case=case, at=at)
    return case_read(case.pk)


def _begun(case: WarningCase, kind: WarningCaseStep.Kind, person: User, at: datetime) -> WarningCase:
    step_add(case, kind, person, at)
    measures_propose(case=case, at=at)
    return case_read(case.pk)
