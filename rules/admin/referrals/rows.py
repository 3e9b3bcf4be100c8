"""The queue of referrals as rows: which are shown, and each in words."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.models import User
from riskengine.errors import RiskEngineError
from rules.admin.queue import age_words, days_overdue
from rules.localised import localised
from rules.models import Referral
from rules.words import money_words
from scoring.services.catalogues.life import catalogue_live

PER_PAGE = 50
State = Referral.State
SHOWN: dict[str, str | Promise] = {
    "free": gettext_lazy("Free"),
    "mine": gettext_lazy("With me"),
    "second": gettext_lazy("To confirm"),
    "overdue": gettext_lazy("Overdue"),
    "open": gettext_lazy("All open"),
    "decided": gettext_lazy("Decided"),
}


def referrals_shown(referrals: QuerySet[Referral], shown: str, person: User, at: datetime) -> QuerySet[Referral]:
    """The referrals behind one entry of SHOWN, the most urgent first; decided ones, the newest first."""
    found = referrals.select_related("decision__application__customer", "product", "claimed_by", "resolution")
    found = found.defer("decision__document")
    if shown == "decided":
        return found.filter(state=State.DECIDED).order_by("-resolution__resolved_at")
    waiting = found.exclude(state=State.DECIDED).order_by("due_at", "pk")
    if shown == "free":
        return waiting.filter(state=State.OPEN, decision__application__customer__wrapped_key__isnull=False)
    if shown == "mine":
        return waiting.filter(claimed_by=person)
    if shown == "second":
        return waiting.filter(state=State.PROPOSED).exclude(claimed_by=person)
    return waiting.filter(due_at__lte=at) if shown == "overdue" else waiting


def referral_rows(referrals: list[Referral], at: datetime) -> list[dict[str, Any]]:
    """What the queue says of each: main reason, amount, age, and when it is due."""
    try:
        wordings = catalogue_live().reasons_by_code()
    except RiskEngineError:
        wordings = {}
    rows = []
    for referral in referrals:
        codes = referral.decision.reason_codes
        amount, product = referral.amount_minor, referral.product
        rows.append(
            {
                "referral": referral,
                "amount": "–" if amount is None else money_words(amount, product.currency),
                "reason": (localised(wordings[codes[0]]) if codes[0] in wordings else codes[0]) if codes else "–",
                "more": max(len(codes) - 1, 0),
                "age": age_words(at - referral.opened_at),
                "days_overdue": 0
                if referral.state == State.DECIDED
                else days_overdue(referral.due_at, at, product.timezone),
                "is_erased": referral.decision.application.customer.wrapped_key is None,
            }
        )
    return rows
