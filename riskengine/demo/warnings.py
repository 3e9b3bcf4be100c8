"""Three reviews of the card book and some work on what they found, so that the queue of cases is worth looking at.

The data are of 2005; the reviews are made as if 62 and 31 days ago and now. What officers write is made up.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from django.utils import timezone

from audit.models import User
from lending.models import LoanMonth, Product
from monitoring.models import ProposedMeasure, ReviewRun, WarningCase
from monitoring.services.cases.closing import case_close, closing_decide, closing_hash
from monitoring.services.cases.measures import measure_accept, measure_done
from monitoring.services.cases.snoozes import snooze_begin
from monitoring.services.cases.work import case_claim, case_note, cases_free
from monitoring.services.reviews import review_run

REVIEWS: Final = ((date(2005, 7, 31), 62), (date(2005, 8, 31), 31), (date(2005, 9, 30), 0))
"""Business date, and how many days ago it was reviewed."""
LAST: Final = REVIEWS[-1][0]
FALSE_ALARMS: Final = 14
Outcome = WarningCase.Outcome


def warning_story_ensure(*, product: Product, staff: Mapping[str, User], at: datetime) -> int:
    """Review the card book and work on some cases unless a review was made; returns how many cases there are."""
    if ReviewRun.objects.filter(product=product).exists():
        return 0
    first, second, checker = staff["reviewer"], staff["senior_reviewer"], staff["checker"]
    for place, (day, days_ago) in enumerate(REVIEWS):
        then = at - timedelta(days=days_ago)
        review_run(product=product, day=day, clock=_clock(then))
        if place == 0:
            _close_some(product, (first, second), checker, then + timedelta(days=3))
    _work(product, first, second, timezone.now())  # the reviews took their time
    return WarningCase.objects.filter(warning__loan__product=product).count()


def _clock(start: datetime) -> Callable[[], datetime]:
    """A clock that ticks a second each time it is read."""
    ticks = count()
    return lambda: start + timedelta(seconds=next(ticks))


def _close_some(product: Product, officers: tuple[User, User], checker: User, at: datetime) -> None:
    """False alarms, some of which default by September, and cases closed for good reasons."""
    free = WarningCase.objects.filter(product=product, state="OPEN").order_by("pk")
    late = LoanMonth.objects.filter(business_date=LAST, payment_status__gte=3, loan__product=product)
    wrong = list(free.filter(warning__loan__in=late.values("loan"))[: FALSE_ALARMS // 3])
    right = list(free.exclude(warning__loan__in=late.values("loan"))[: FALSE_ALARMS - len(wrong)])
    for place, case in enumerate([*wrong, *right]):
        waits = _closed(case, officers[place % 3 == 1], Outcome.FALSE_ALARM, "Salary came late; it is paid.", at)
        if waits.state == WarningCase.State.CLOSING:  # severe: a second person agrees
            agreed = at + timedelta(hours=2)
            closing_decide(case=waits, checker=checker, content_hash=closing_hash(waits), is_approved=True, at=agreed)
    for place, case in enumerate(cases_free(at).filter(product=product)[:6]):
        outcome = Outcome.CURED if place % 3 == 2 else Outcome.TRUE_TROUBLE
        _closed(case, officers[place % 2], outcome, "Spoke with the customer, agreed on a plan.", at)


def _closed(case: WarningCase, officer: User, outcome: str, note: str, at: datetime) -> WarningCase:
    taken = case_claim(case=case, person=officer, at=at)
    return case_close(case=taken, person=officer, outcome=outcome, note=note, at=at + timedelta(minutes=20))


def _work(product: Product, first: User, second: User, at: datetime) -> None:
    """Cases in every state: with notes and measures, snoozed, and waiting for a second person."""
    cases = list(cases_free(at).filter(product=product)[:6])
    if len(cases) < 6:
        return
    for case in cases[:3]:
        taken = case_claim(case=case, person=first, at=at)
        case_note(case=taken, person=first, note="Called twice, nobody answered. Try again in the evening.", at=at)
        _accept(taken, first, at)
    waits = case_claim(case=cases[3], person=second, at=at)
    note = "The bureau mixed two customers up; the debt is another person's."
    case_close(case=waits, person=second, outcome=Outcome.FALSE_ALARM, note=note, at=at)
    for case, days in zip(cases[4:], (5, 45), strict=True):
        taken = case_claim(case=case, person=second, at=at)
        reason = "The employer pays after the holidays." if days < 7 else "Works abroad until next month."
        snooze_begin(case=taken, person=second, until=at + timedelta(days=days), reason=reason, at=at)


def _accept(case: WarningCase, officer: User, at: datetime) -> None:
    """A call that was made, a freeze on its clause, and a collection that waits for a second person, where proposed."""
    for measure in case.measures.filter(measure__in=["CALL", "LIMIT_FREEZE", "COLLECTION"]):
        clause = {"LIMIT_FREEZE": "§ 8.2", "COLLECTION": "§ 11.1"}.get(measure.measure, "")
        accepted = measure_accept(measure=measure, person=officer, clause=clause, at=at)
        if measure.measure == "CALL" and accepted.state == ProposedMeasure.State.ACCEPTED:
            measure_done(measure=accepted, person=officer, at=at)
