"""Loans paid out that nobody approved: the money is out, so they are recorded, watched, and told to rooms above."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from django.db.models import Sum

from audit.services.log import entry_append
from lending.models import Application, Loan
from lending.services.book.recording import Problem
from rules.models import Decision, Outcome, ReferralResolution
from rules.services.decisions.reading import decision_record
from rules.services.decisions.store import decision_response
from scoring.catalogue import Catalogue

KIND: Final = "loan.paid_out_without_approval"
MESSAGES: Final = {
    "decision_not_approved": "The decision is no approval.",
    "amount_above_approved": "All loans on this decision together are more than was approved.",
    "amount_not_decided": "No amount was asked for or offered, so none was approved.",
}
_LIMIT: Final = "limit_minor"


Watcher = Callable[[Loan, Decision, Sequence[str], datetime], object]
"""Loan, its decision, the codes of MESSAGES, and when."""
_WATCHERS: dict[str, Watcher] = {}


def watcher_register(name: str, watcher: Watcher) -> None:
    """Have `watcher` called with each loan that is paid out without approval, in the transaction that records it.

    Raises ValueError if another watcher has the name.
    """
    if _WATCHERS.get(name, watcher) is not watcher:
        raise ValueError(f"There is a watcher of this name: {name}")
    _WATCHERS[name] = watcher


def approved_minor(decision: Decision, client_id: int, catalogue: Catalogue) -> int | None:
    """The amount approved: 0 where the decision is no approval, or is not resolved yet; None where it names none.

    A person's, else what was offered, else what was asked for.
    """
    resolution: ReferralResolution | None = getattr(decision, "resolution", None)
    if resolution is not None:
        return resolution.amount_minor if resolution.outcome == Outcome.APPROVE else 0
    if decision.outcome != Outcome.APPROVE:
        return 0
    answer = decision_response(client_id=client_id, decision_id=decision.pk)
    offer = msgspec.json.decode(answer[0]).get("offer") if answer else None
    if offer is not None:
        return int(offer["amount_offered_minor"])
    sealed = decision_record(decision).sealed
    given = {} if sealed is None else sealed.given
    variables = catalogue.of_product(decision.product.code)
    asked = [given[name] for name, item in variables.items() if item.attribute == _LIMIT and name in given]
    return int(asked[0]) if asked and isinstance(asked[0], int | float) else None


def payout_problems(
    decision: Decision, *, external_id: str, amount_minor: int, approved_minor: int | None
) -> list[Problem]:
    """Why a loan of this amount on the decision was not approved; empty where it was.

    The application is held, so that two loans at once count each other.
    """
    Application.objects.select_for_update(no_key=True).get(pk=decision.application_id)
    others = Loan.objects.filter(application=decision.application_id).exclude(external_id=external_id)
    total = amount_minor + int(others.aggregate(total=Sum("limit_minor"))["total"] or 0)
    if approved_minor is None:
        return [_problem("amount_minor", "amount_not_decided")]
    if approved_minor == 0:
        return [_problem("decision_id", "decision_not_approved")]
    return [_problem("amount_minor", "amount_above_approved")] if total > approved_minor else []


def payout_flag(loan: Loan, decision: Decision, problems: list[Problem], *, at: datetime, actor: str) -> None:
    """Put it on the log, by the loan, with the decision and why, and tell whoever watches."""
    codes = [problem["code"] for problem in problems]
    entry_append(
        kind=KIND,
        object_type="loan",
        object_id=str(loan.pk),
        actor=actor,
        payload={
            "decision": str(decision.pk),
            "outcome": decision.outcome,
            "reasons": codes,
            "amount_minor": loan.limit_minor,
        },
        recorded_at=at,
    )
    for watcher in _WATCHERS.values():
        watcher(loan, decision, codes, at)


def _problem(field: str, code: str) -> Problem:
    return {"field": field, "code": code, "message": MESSAGES[code]}
