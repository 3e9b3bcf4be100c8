"""A snooze, a closing and a measure that each wait for a second person, for the matrix of four eyes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission

from audit.models import User
from monitoring.models import EarlyWarning, ProposedMeasure, ReviewRun, WarningCase, WarningSnooze
from monitoring.services.cases.closing import case_close
from monitoring.services.cases.measures import measure_accept
from monitoring.services.cases.snoozes import snooze_begin
from monitoring.services.cases.work import case_claim
from tests.factories.monitoring import card, loans, months


def snooze_waiting(_live: Any, author: User) -> WarningSnooze:
    case, person, at = _claimed(author)
    return snooze_begin(case=case, person=person, until=at + timedelta(days=60), reason="Works abroad", at=at)


def closing_waiting(_live: Any, author: User) -> WarningCase:
    case, person, at = _claimed(author)
    return case_close(case=case, person=person, outcome="FALSE_ALARM", note="A mix-up of the bureau", at=at)


def measure_waiting(_live: Any, author: User) -> ProposedMeasure:
    case, person, at = _claimed(author)
    words = dict.fromkeys(("basis_en", "basis_zh", "notice_en", "notice_zh"), "Words")
    measure = ProposedMeasure.objects.create(
        case=case, measure="COLLECTION", level="RED", grx=0.9, ds=0.5, is_adverse=True, needs_second=True,
        scheme_hash="0" * 64, proposed_at=at, **words,
    )  # fmt: skip
    return measure_accept(measure=measure, person=person, at=at, clause="§ 9")


def _claimed(author: User) -> tuple[WarningCase, User, datetime]:
    at = datetime.now(UTC)
    author.user_permissions.add(Permission.objects.get(codename="work_warningcase"))
    person = User.objects.get(pk=author.pk)
    (loan,) = loans(months(4))
    run = ReviewRun.objects.create(product=card(), as_of=at, bundle_hash="0" * 64, bundle={}, started_at=at)
    warning = EarlyWarning.objects.create(
        loan=loan, customer=loan.customer, level="RED", reasons=[], first_run=run, last_run=run, raised_at=at
    )
    case = WarningCase.objects.create(
        warning=warning, product=card(), level_rank=4, exposure_minor=1, opened_at=at, due_at=at
    )
    return case_claim(case=case, person=person, at=at), person, at
