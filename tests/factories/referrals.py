"""A policy that refers large amounts and offers at most 4,000.00, and the people who decide them."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import User
from rules.models import Referral
from rules.services.referrals.authorities import authority_ask, authority_decide, authority_hash
from rules.services.referrals.proposals import Proposal
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.audit import user

OFFERS: dict[str, Any] = {
    "derived": [],
    "grades": [],
    "rules": [
        *make.SMALL_POLICY["rules"],
        {
            "code": "LARGE", "label_en": "Large amount", "label_zh": "金额较大", "when": "amount_minor > 300000",
            "then": {"outcome": "REFER", "reason": "AMOUNT_REQUESTED"},
        },
    ],
    "tables": [
        {
            "name": "offers", "en": "Offers", "zh": "报价", "hit_policy": "F",
            "inputs": [{"expression": "telephone", "en": "Telephone", "zh": "电话"}],
            "outputs": [
                {"name": "amount_cap_minor", "type": "number", "en": "Most lent", "zh": "最高金额"},
                {"name": "annual_rate", "type": "number", "en": "Annual rate", "zh": "年利率"},
                {"name": "term_cap_months", "type": "number", "en": "Longest term", "zh": "最长期限"},
            ],
            "rows": [{"when": ['"A192"'], "then": ["400000", "0.1", "24"]}],
        }
    ],
    "offer": {"table": "offers", "amount_variable": "amount_minor", "term_variable": "duration_months"},
}  # fmt: skip
NOTE = "Income seen on the last three payslips."


def reviewer(**fields: Any) -> User:
    """Somebody who decides referred applications."""
    return user(permissions=("rules.work_referral", "rules.view_referral"), is_staff=True, **fields)


def authorised(person: User, maximum_minor: int) -> User:
    """The person with an authority up to this amount, asked for by one and approved by another."""
    asked = authority_ask(maker=user(), user=person, product=make.product(), maximum_minor=maximum_minor, at=make.now())
    authority_decide(
        authority=asked, checker=user(is_checker=True), content_hash=authority_hash(asked), is_approved=True,
        at=make.now(),
    )  # fmt: skip
    return person


def approval(**changes: Any) -> Proposal:
    return Proposal(**{"outcome": "APPROVE", "note": NOTE, "amount_minor": 350_000, "term_months": 12, **changes})


def decline(*codes: str, **changes: Any) -> Proposal:
    return Proposal(**{"outcome": "DECLINE", "note": NOTE, "reasons": list(codes or ("AMOUNT_REQUESTED",)), **changes})


@pytest.fixture
def offers_live(small_policy: None) -> None:
    """The policy above is live for `instalment`."""
    make.policy_goes_live(make.policy(**OFFERS))


@pytest.fixture
def referrer(offers_live: None) -> Callable[..., Referral]:
    """refer(amount_minor=350_000) has an application referred through the API and gives its referral."""
    lender = Lender()

    def refer(**variables: Any) -> Referral:
        answer = lender.post(make.body(variables={**make.VARIABLES, "amount_minor": 350_000, **variables}))
        assert answer.status_code == 201, answer.content
        assert answer.json()["outcome"] == "REFER"
        refer.lender, refer.answer = lender, answer  # type: ignore[attr-defined]
        return Referral.objects.select_related("decision__application__customer").get(decision=answer.json()["id"])

    return refer
