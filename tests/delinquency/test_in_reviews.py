"""A review keeps what it saw of each loan, reads it as variables, and tells pre-loan of it."""

from datetime import timedelta

import pytest

from lending.models import CustomerStanding
from monitoring.models import DelinquencyState
from monitoring.services.delinquency.figures import Which, matrix_of, moved, reviews_of, vintages_of
from scoring.variables import STANDING_FIELDS
from tests.delinquency.world import settings_in_force
from tests.factories.monitoring import DAY, card, loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def live() -> None:
    card()
    settings_in_force("card")
    post_loan_goes_live()


def test_it_keeps_a_state_of_every_loan_and_the_standing_says_the_worst() -> None:
    late, fine = loans(months(2, 1), months(0, 0))
    run = reviewed()
    states = {state.loan_id: state for state in DelinquencyState.objects.filter(run=run)}
    assert (states[late.pk].dpd, states[late.pk].bucket, states[late.pk].category) == (31, "M2", "SPECIAL_MENTION")
    assert states[late.pk].is_derived and states[fine.pk].category == "NORMAL"
    standing = CustomerStanding.objects.get(customer=late.customer)
    assert (standing.dpd, standing.loan_category) == (31, "SPECIAL_MENTION")
    assert {"own_dpd", "own_loan_category"} <= STANDING_FIELDS.keys()


def test_doing_it_again_keeps_one_state() -> None:
    loans(months(2, 1), months(0, 0), months(1))
    reviewed(chunk_loans=1)
    rows = list(DelinquencyState.objects.order_by("pk").values())
    reviewed(chunk_loans=2)
    assert list(DelinquencyState.objects.order_by("pk").values()) == rows


def test_a_rule_can_read_days_bucket_and_category() -> None:
    post_loan_goes_live(
        rules=[
            {
                "code": "SPECIAL", "label_en": "Special mention", "label_zh": "关注",
                "when": 'loan_category = "SPECIAL_MENTION" and dpd >= 31 and delinquency_bucket = "M2"',
                "then": {"outcome": "RED", "reason": "EW_TWO_MONTHS_LATE"}, "on_unknown": "refer",
            }
        ],
        parameters=[],
    )  # fmt: skip
    late, fine = loans(months(2), months(0))
    run = reviewed()
    assert dict(run.results.values_list("loan_id", "level")) == {late.pk: "RED", fine.pk: "NONE"}


def test_moves_between_two_reviews_and_their_loans() -> None:
    cures, _stays = loans(months(0, 2), months(0, 0))
    earlier = DAY - timedelta(days=30)
    before, after = reviewed(day=earlier), reviewed()
    which = Which(card())
    assert list(reviews_of(card())) == [after, before]
    matrix = matrix_of(which, before, after)
    assert (matrix.count("M2", "M0"), matrix.count("M0", "M0")) == (1, 1)
    assert moved(which, before, after, source="M2", target="M0", most=5) == [cures.pk]
    state = DelinquencyState.objects.get(run=after, loan=cures)
    assert (state.dpd, state.category, state.causes) == (0, "SPECIAL_MENTION", "KEPT")
    (curve,), since = vintages_of(which, dpd=31)
    assert (curve.cohort.loans, curve.counts[-1], since) == (2, 1, earlier)
