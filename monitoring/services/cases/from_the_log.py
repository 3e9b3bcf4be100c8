"""What used to stand on the log alone, as work: payouts that nobody approved, and overrides that new findings ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import F

from lending.models import Loan
from monitoring.case_topics import Topic
from monitoring.health.words import REASONS
from monitoring.models import HealthOverride
from monitoring.services.cases.raising import Reason, case_raise_once
from rules.models import Decision

PAYOUTS: Final = {
    "decision_not_approved": ("RED", "Paid out although the decision is no approval", "决策并未批准，却已放款"),
    "amount_above_approved": ("ORANGE", "More was paid out than was approved", "放款金额超过批准金额"),
    "amount_not_decided": ("ORANGE", "Paid out although no amount was approved", "未批准任何金额，却已放款"),
}
"""Level and words by the code of what is wrong with a payout."""


def payout_case(loan: Loan, decision: Decision, codes: Sequence[str], at: datetime) -> None:
    """A case on a loan paid out without approval, once for each loan."""
    level = "RED" if any(PAYOUTS[code][0] == "RED" for code in codes) else "ORANGE"
    case_raise_once(
        key=f"payout/{loan.pk}",
        topic=Topic.PAYOUT,
        product=loan.product,
        loan=loan,
        level=level,
        reasons=[_reason(code, *PAYOUTS[code][1:]) for code in codes],
        facts={"decision": str(decision.pk)},
        exposure_minor=max(loan.limit_minor, 0),
        at=at,
    )


def override_case(override: HealthOverride, findings: Sequence[str], at: datetime) -> None:
    """A case on a customer whose better colour ended by something red, once for each override.

    The officers of the product of their newest loan work it; nothing red is found of somebody without any loan.
    """
    loans = Loan.objects.filter(customer=override.customer_id).select_related("product")
    newest = loans.order_by(F("closed_on").desc(nulls_first=True), "-opened_on", "-pk").first()
    if newest is None:
        return
    case_raise_once(
        key=f"override/{override.pk}",
        topic=Topic.OVERRIDE,
        product=newest.product,
        customer=override.customer,
        level="ORANGE",
        reasons=[_reason(code, *REASONS[code]) for code in findings],
        facts={"override": override.pk},
        at=at,
    )


def _reason(code: str, en: str, zh: str) -> Reason:
    return {"code": code, "en": en, "zh": zh}
