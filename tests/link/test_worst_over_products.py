"""What an application reads of the applicant's loans is the worst over products, as it was known then."""

from datetime import timedelta
from typing import Any

import pytest

from lending.models import Customer, CustomerStanding, Product
from rules.models import Decision
from rules.services.decisions.reading import decision_record
from scoring.variables import standing_kept, standing_values
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender, forget, small_policy

__all__ = ["forget", "small_policy"]
pytestmark = pytest.mark.django_db

LATE = {
    "code": "LATE", "label_en": "Late", "label_zh": "逾期", "when": "own_dpd >= 30",
    "then": {"outcome": "DECLINE", "reason": "OWN_PAYMENT_OVERDUE"},
}  # fmt: skip


def _card() -> Product:
    return Product.objects.create(code="card", name_en="Card", name_zh="信用卡", currency="CNY", timezone="UTC")


def _standing(customer: Customer, product: Product | None, ago: int, **fields: Any) -> CustomerStanding:
    at = make.now() - timedelta(hours=ago)
    return CustomerStanding.objects.create(customer=customer, product=product, as_of=at, known_at=at, **fields)


@pytest.fixture
def known(small_policy: None) -> tuple[Lender, dict[str, Any], Customer]:
    """A customer who applied once, under a policy that declines who is late with us."""
    lender, asked = Lender(), make.body()
    lender.post(asked)
    make.policy_goes_live(make.policy(rules=[*make.SMALL_POLICY["rules"], LATE]))
    return lender, {**make.body(), "applicant": asked["applicant"]}, Customer.objects.get()


def _read(lender: Lender, asked: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    answer = lender.post(asked).json()
    sealed = decision_record(Decision.objects.get(pk=answer["id"])).sealed
    assert sealed is not None
    return answer["outcome"], sealed.standing


def test_a_card_ninety_days_late_is_seen_though_the_instalment_loan_was_reviewed_last(known: Any) -> None:
    lender, asked, customer = known
    _standing(customer, _card(), 2, dpd=90, warning_level="RED", open_warnings=1, loan_category="SUBSTANDARD")
    _standing(customer, make.product(), 1, dpd=0, loan_category="NORMAL")
    outcome, standing = _read(lender, asked)
    assert outcome == "DECLINE"
    assert standing is not None
    assert (standing["dpd"], standing["warning_level"], standing["open_warnings"]) == (90, "RED", 1)


def test_each_figure_is_the_worst_and_open_warnings_are_added_up(known: Any) -> None:
    lender, asked, customer = known
    card = _card()
    _standing(customer, card, 9, dpd=90, warning_level="RED", open_warnings=4, months_late=3)
    _standing(customer, card, 3, dpd=5, warning_level="YELLOW", open_warnings=2, loan_category="OWN_WORD",
              category_severity=2, grx=0.2)  # fmt: skip
    _standing(customer, make.product(), 5, dpd=None, warning_level="ORANGE", open_warnings=1, loan_category="NORMAL",
              category_severity=0, months_late=1, has_confirmed_diversion=True, grx=None)  # fmt: skip
    _outcome, standing = _read(lender, asked)
    assert standing == {
        "warning_level": "ORANGE", "open_warnings": 3, "months_late": 1, "dpd": 5, "loan_category": "OWN_WORD",
        "has_confirmed_diversion": True, "grx": 0.2,
    }  # fmt: skip


def test_what_was_written_before_products_were_told_apart_counts_until_one_is(known: Any) -> None:
    lender, asked, customer = known
    _standing(customer, None, 9, dpd=90)
    assert _read(lender, asked)[0] == "DECLINE"
    _standing(customer, make.product(), 1, dpd=0)
    asked = {**make.body(), "applicant": asked["applicant"]}
    assert _read(lender, asked)[0] == "APPROVE"


def test_the_coefficient_is_kept_in_the_record_only_where_the_catalogue_names_it() -> None:
    read = {"dpd": 3, "grx": 0.5}
    assert standing_kept(["own_dpd"], read) == {"dpd": 3}
    assert standing_kept(["own_dpd", "own_risk_coefficient"], read) == read
    assert standing_kept([], None) is None
    assert standing_values(["own_risk_coefficient", "own_dpd"], {"dpd": 3}) == {
        "own_risk_coefficient": None,
        "own_dpd": 3,
    }
