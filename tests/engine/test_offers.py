"""Offers: first hit, counter-offers marked with their reasons, nothing approved without an offer."""

import polars as pl
import pytest

from rules.engine.program import ScoreInput
from rules.engine.reasons import reasons_of
from tests.factories.rule_documents import GRADES, OFFER, offer_table, program

ROWS = (
    (['"A"', "-"], ["500000", "0.06", "48"]),
    (['"B"', ">= 1000"], ["min(300000, income * 100)", "0.09", "36"]),
    (['"B"', "-"], ["100000", "0.12 + pd / 10", "24"]),
    (['"C"', ">= 5000"], ["0", "0.2", "12"]),
)


@pytest.fixture(scope="module")
def made():
    """Approves everybody, offers by grade."""
    return program(grades=GRADES, tables=[offer_table(*ROWS)], offer=OFFER)


def evaluate(made, pd, **values):
    """With 200,000 requested over 36 months unless told otherwise."""
    return made.evaluate({"amount_minor": 200_000, "term_months": 36, **values}, score=ScoreInput(pd))


def test_what_fits_is_offered_as_requested(made):
    evaluation = evaluate(made, 0.01)
    assert evaluation.table_row == 0
    assert reasons_of(evaluation) == []
    assert evaluation.offer.as_answer("EUR") == {
        "amount_requested_minor": 200_000,
        "amount_offered_minor": 200_000,
        "currency": "EUR",
        "annual_rate": 0.06,
        "term_months": 36,
        "is_counter_offer": False,
    }


def test_a_smaller_amount_or_term_is_a_counter_offer_with_its_reasons(made):
    evaluation = evaluate(made, 0.1, income=1500)
    assert (evaluation.offer.amount_offered_minor, evaluation.offer.is_counter_offer) == (150_000, True)
    assert reasons_of(evaluation) == ["COUNTER_OFFER_AMOUNT"]
    evaluation = evaluate(made, 0.1, income=500)
    assert (evaluation.table_row, evaluation.offer.term_months) == (2, 24)
    assert reasons_of(evaluation) == ["COUNTER_OFFER_AMOUNT", "COUNTER_OFFER_TERM"]


@pytest.mark.parametrize(
    ("pd", "values", "row"),
    [
        (0.1, {}, -2),  # income unknown: a later row could be too generous
        (0.5, {"income": 100}, -1),  # no row
        (0.5, {"income": 9000}, 3),  # nothing to lend
        (None, {"income": 9000}, -2),  # no score
        (0.01, {"amount_minor": None}, 0),  # nothing requested
        (0.01, {"term_months": 0}, 0),
    ],
)
def test_an_approval_without_an_offer_goes_to_a_person(made, pd, values, row):
    evaluation = evaluate(made, pd, **values)
    assert (evaluation.outcome, evaluation.offer, evaluation.has_no_offer) == ("REFER", None, True)
    assert evaluation.table_row == row
    assert "PERSON_REVIEW" in reasons_of(evaluation)


def test_who_is_not_approved_gets_no_offer():
    made = program(
        grades=GRADES,
        tables=[offer_table(*ROWS)],
        offer=OFFER,
        rules=[{"code": "D", "label_en": "d", "label_zh": "d", "when": "pd > 0.15", "then": {"outcome": "DECLINE"}}],
        default_outcome="REFER",
    )
    evaluation = evaluate(made, 0.5, income=9000)
    assert (evaluation.outcome, evaluation.offer, evaluation.table_row) == ("DECLINE", None, None)


def test_columns_make_the_same_offers(made):
    rows = [
        {"pd": pd, "income": income, "amount_minor": amount, "term_months": term}
        for pd in (None, 0.0, 0.05, 0.1, 0.2, 0.5)
        for income in (None, 0.0, 999.99, 1000.0, 1500.5, 9000.0)
        for amount in (None, 0, 99_999, 100_000, 100_001, 600_000)
        for term in (None, 12, 36, 37)
    ]
    schema = {"pd": pl.Float64, "income": pl.Float64, "amount_minor": pl.Int64, "term_months": pl.Int64}
    answers = made.evaluate_columns(pl.DataFrame(rows, schema=schema)).to_dicts()
    for row, answer in zip(rows, answers, strict=True):
        evaluation = made.evaluate(row, score=ScoreInput(row["pd"]))
        offer = evaluation.offer
        assert answer["outcome"] == evaluation.outcome, row
        assert answer["amount_offered_minor"] == (offer and offer.amount_offered_minor), row
        assert answer["annual_rate"] == (offer and offer.annual_rate), row
        assert answer["term_months"] == (offer and offer.term_months), row
