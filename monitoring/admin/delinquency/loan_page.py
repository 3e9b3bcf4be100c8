"""One loan's delinquency as its page shows it: history, schedule against payments, cure, pauses and upgrades."""

from datetime import date, datetime
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser

from audit.models import User
from lending.models import Instalment, Loan, Repayment
from monitoring.admin.delinquency.words import BLOCKERS, causes_words
from monitoring.delinquency.dpd import Due, Paid, allocation, due_day
from monitoring.delinquency_policy import Policies, policies_of
from monitoring.models import CategoryUpgrade, DelinquencyState, LoanPause
from monitoring.services.delinquency.cured import cures_of

SHOWN: Final = 60
WIDTH: Final = 640.0
HEIGHT: Final = 120.0


def loan_parts(loan: Loan, user: User | AnonymousUser) -> dict[str, Any]:
    """Everything the page says; without a look yet, its schedule and pauses."""
    states = list(DelinquencyState.objects.filter(loan=loan).order_by("-as_of", "-pk")[:SHOWN])
    last = states[0] if states else None
    policies = policies_of(loan.product, last.business_date) if last else None
    cures = cures_of([loan.pk], policies, last.business_date, last.as_of) if last and policies else {}
    cure = cures.get(loan.pk)
    return {
        "loan": loan,
        "last": last,
        "why": causes_words(last.causes) if last else "",
        "states": [{"row": state, "why": causes_words(state.causes), **_names(state, policies)} for state in states],
        "names": _names(last, policies) if last else {},
        "citation": policies.classification.citation if policies and policies.classification else None,
        "chart": _chart(states[::-1]),
        "cure": cure,
        "blockers": [BLOCKERS[blocker] for blocker in cure.blockers] if cure else [],
        "has_cure": bool(cure and last and last.severity > 0),
        "instalments": _schedule(loan, last, policies),
        "repayments": Repayment.objects.filter(loan=loan).order_by("-paid_on", "-pk")[:SHOWN],
        "pauses": LoanPause.objects.filter(loan=loan).select_related("approval__checker").order_by("-pk"),
        "upgrades": CategoryUpgrade.objects.filter(loan=loan).select_related("approval").order_by("-pk"),
        "can_pause": user.has_perm("monitoring.add_loanpause"),
    }


def _names(state: DelinquencyState, policies: Policies | None) -> dict[str, Any]:
    """Bucket and category as the settings call them; their codes where they are gone."""
    buckets = {one.code: one.name for one in policies.buckets.buckets} if policies and policies.buckets else {}
    classes = policies.classification.categories if policies and policies.classification else []
    return {
        "bucket": buckets.get(state.bucket),
        "category": {one.code: one.name for one in classes}.get(state.category),
        "tone": ("rk-good", "rk-warn")[state.severity] if state.severity < 2 else "rk-bad",
    }


def _schedule(loan: Loan, last: DelinquencyState | None, policies: Policies | None) -> list[dict[str, Any]]:
    """The schedule known last by the last look (else now), and of what fell due by then what is unpaid."""
    known = Instalment.objects.filter(loan=loan)
    known = known.filter(known_at__lte=last.as_of) if last else known
    latest = known.order_by("-known_at").first()
    rows = list(known.filter(known_at=latest.known_at).order_by("due_on", "number")) if latest else []
    day, as_of = (last.business_date, last.as_of) if last else (date.max, None)
    unpaid = _unpaid(loan, rows, day, as_of, policies)
    return [
        {"row": row, "due_on": due_on, "unpaid": unpaid.get(place), "moved": due_on != row.due_on}
        for place, (row, due_on) in enumerate(
            (row, due_day(row.due_on, policies.holidays) if policies else row.due_on) for row in rows
        )
    ]


def _unpaid(
    loan: Loan, rows: list[Instalment], day: date, as_of: datetime | None, policies: Policies | None
) -> dict[int, int]:
    if as_of is None or policies is None:
        return {}
    received = Repayment.objects.filter(loan=loan, known_at__lte=as_of, event_at__lte=as_of)
    paid = [Paid(*row) for row in received.values_list("paid_on", "amount_minor")]
    owed = [Due(row.due_on, row.principal_minor, row.interest_minor, row.fee_minor) for row in rows]
    found = allocation(owed, paid, day, policies.holidays)
    return {place: item.unpaid_minor for place, item in enumerate(found)}


def _chart(states: list[DelinquencyState]) -> dict[str, Any] | None:
    """Days past due over the looks, a bar each."""
    if len(states) < 2:
        return None
    most = max(max(state.dpd for state in states), 30)
    step = WIDTH / len(states)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "most": most,
        "bars": [
            {
                "x": round(place * step + step * 0.15, 1),
                "width": round(step * 0.7, 1),
                "height": round(state.dpd / most * HEIGHT, 1),
                "y": round(HEIGHT - state.dpd / most * HEIGHT, 1),
                "title": f"{state.business_date}: {state.dpd}",
                "is_kept": "KEPT" in state.causes,
            }
            for place, state in enumerate(states)
        ],
        "first": states[0].business_date,
        "last": states[-1].business_date,
    }
