"""The queue of cases as rows: which are shown, what is said of each, how old they are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.models import User
from lending.models import CustomerStanding
from monitoring.admin.cases.words import about_words, hits_words
from monitoring.case_topics import ON_PRODUCT, Topic
from monitoring.levels import LEVELS
from monitoring.models import WarningCase
from monitoring.services.cases.work import is_awake
from monitoring.services.cases.writing import RELATED
from rules.admin.queue import age_words, days_overdue
from rules.localised import localised
from rules.words import money_words

PER_PAGE: Final = 50
State = WarningCase.State
SHOWN: Final[dict[str, str | Promise]] = {
    "free": gettext_lazy("Free"),
    "mine": gettext_lazy("With me"),
    "second": gettext_lazy("To confirm"),
    "overdue": gettext_lazy("Overdue"),
    "snoozed": gettext_lazy("Snoozed"),
    "open": gettext_lazy("All open"),
    "closed": gettext_lazy("Closed"),
}
ABOUT: Final[dict[str, tuple[str | Promise, tuple[Topic, ...]]]] = {
    "all": (gettext_lazy("all"), tuple(Topic)),
    "loan": (gettext_lazy("Loans"), (Topic.WARNING, Topic.PAYOUT)),
    "customer": (gettext_lazy("Customers"), (Topic.OVERRIDE,)),
    "product": (gettext_lazy("Models and rules"), ON_PRODUCT),
}
"""What the queue can be narrowed to."""
AGES: Final = ((0, gettext_lazy("in time")), (2, gettext_lazy("1–2 days over")), (7, gettext_lazy("3–7 days over")))
LONGER: Final = gettext_lazy("longer")


def cases_shown(cases: QuerySet[WarningCase], shown: str, person: User, at: datetime) -> QuerySet[WarningCase]:
    """The cases behind one entry of SHOWN, the most urgent first; closed ones, the newest first."""
    found = cases.select_related(*RELATED, "closed_by")
    if shown == "closed":
        return found.filter(state=State.CLOSED).order_by("-closed_at", "-pk")
    open_ones = found.exclude(state=State.CLOSED).order_by("-level_rank", "-expected_loss_minor", "opened_at", "pk")
    chosen = {
        "free": Q(is_awake(at), state=State.OPEN),
        "mine": Q(claimed_by=person),
        "second": Q(state=State.CLOSING) & ~Q(claimed_by=person),
        "overdue": Q(is_awake(at), due_at__lte=at),
        "snoozed": Q(snoozed_until__gt=at),
    }
    return open_ones.filter(chosen[shown]) if shown in chosen else open_ones


def case_rows(cases: Iterable[WarningCase], at: datetime) -> list[dict[str, Any]]:
    """What the queue says of each."""
    return [
        {
            "case": case,
            "about": about_words(case),
            "reason": localised(case.causes[0]) if case.causes else "–",
            "more": max(len(case.causes) - 1, 0),
            "hits": hits_words(case.hits),
            "loss": loss_words(case),
            "age": age_words(at - case.opened_at),
            "days_overdue": 0 if case.state == State.CLOSED else days_overdue(case.due_at, at, case.product.timezone),
            "is_snoozed": case.snoozed_until is not None and case.snoozed_until > at,
        }
        for case in cases
    ]


def loss_words(case: WarningCase) -> str:
    """The expected loss in the product's currency."""
    minor = case.expected_loss_minor
    return "–" if minor is None else money_words(minor, case.product.currency)


def ageing(cases: QuerySet[WarningCase], at: datetime) -> list[dict[str, Any]]:
    """Open cases by level, the most severe first, and by how long they are over their time; snoozed ones left out."""
    waiting = cases.filter(is_awake(at)).exclude(state=State.CLOSED)
    counts = {}
    before = None
    for place, (days, _words) in enumerate(AGES):
        limit = at - timedelta(days=days)
        counts[f"band{place}"] = Count(
            "pk", filter=Q(due_at__gt=limit) & (Q() if before is None else Q(due_at__lte=before))
        )
        before = limit
    counts[f"band{len(AGES)}"] = Count("pk", filter=Q(due_at__lte=before))
    counted = waiting.order_by().values("level_rank").annotate(**counts)
    found: dict[int, Any] = {row["level_rank"]: row for row in counted}
    rows: list[dict[str, Any]] = []
    for rank in range(len(LEVELS) - 1, 0, -1):
        row: dict[str, Any] = found.get(rank, {})
        cells: list[int] = [row.get(f"band{place}", 0) for place in range(len(AGES) + 1)]
        level = CustomerStanding.Level(LEVELS[rank])
        rows.append({"level": level.value, "cells": cells, "total": sum(cells)})
    return rows
