"""Cases that stand on a loan, a customer or a product without a warning, and who works on models and rules."""

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import count
from typing import Any

from audit.models import User
from monitoring.case_topics import Topic
from monitoring.services.cases.closing import case_close
from monitoring.services.cases.raising import case_raise, case_raise_once
from monitoring.services.cases.work import case_claim
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.factories.monitoring import AT, card, loans, months

DAY = timedelta(days=1)
NUMBERS = count()
WORDS = [{"code": "DRIFT_PSI", "en": "Scores are distributed otherwise", "zh": "评分分布发生变化"}]


def modeller() -> User:
    found = user(is_staff=True)
    found.groups.add(roles_ensure()["modeller"])
    return User.objects.get(pk=found.pk)


def lent():
    """A loan of somebody of its own."""
    return loans(months(0), prefix=f"M{next(NUMBERS)}x")[0]


def drift(level="ORANGE", at=AT, occasion="", key="drift/SCORES/card/PRE_LOAN/abc", **more):
    return case_raise(
        topic=Topic.SCORES, key=key, product=card(), level=level, reasons=WORDS, at=at, occasion=occasion, **more
    )


def payout(loan=None, level="RED", at=AT):
    loan = loan or lent()
    return case_raise_once(
        key=f"payout/{loan.pk}", topic=Topic.PAYOUT, product=loan.product, loan=loan, level=level, reasons=WORDS, at=at
    )


def override(at=AT, level="ORANGE"):
    return case_raise(
        topic=Topic.OVERRIDE, key="override/1", product=card(), level=level, reasons=WORDS, at=at,
        customer=lent().customer,
    )  # fmt: skip


def closed(case, outcome="RETRAINED", person=None, at=AT):
    person = person or modeller()
    case_claim(case=case, person=person, at=at)
    return case_close(case=case, person=person, outcome=outcome, note="what was done", at=at)


def together(work: Callable[[Any], object], things: Iterable[Any]) -> None:
    """Do the work with each thing at once, in a thread of its own."""
    threads = [threading.Thread(target=work, args=(thing,)) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
