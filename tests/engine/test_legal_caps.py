"""Legal caps: by business date, with their condition, on amount, rate and term; counter-offers say it was the law."""

import polars as pl
import pytest

from rules.engine.program import ScoreInput
from rules.engine.reading import DocumentInvalid
from rules.engine.reasons import reasons_of
from tests.factories.rule_documents import GRADES, OFFER, offer_table, program

ROWS = ((['"A"', "-"], ["500000", "0.30", "48"]), (["-", "-"], ["150000", "0.20", "24"]))


def cap(of, maximum, from_date="2026-01-01", **fields):
    words = {"en": of, "zh": of, "citation": "Decree 1"}
    return {"of": of, "maximum": maximum, "from_date": from_date, **words, **fields}


def made(*caps):
    return program(grades=GRADES, tables=[offer_table(*ROWS)], offer={**OFFER, "caps": list(caps)})


def evaluate(policy, date, pd=0.01, **values):
    """With 200,000 requested over 36 months unless told otherwise; both executors."""
    row = {"amount_minor": 200_000, "term_months": 36, "is_student": None, "income": 1.0, **values}
    evaluation = policy.evaluate(row, score=ScoreInput(pd), business_date=date)
    schema = {"amount_minor": pl.Int64, "term_months": pl.Int64, "is_student": pl.Boolean, "income": pl.Float64}
    frame = pl.DataFrame([row], schema=schema).with_columns(
        pl.lit(pd).alias("pd"), pl.lit(date, dtype=pl.String).alias("business_date")
    )
    (answer,) = policy.evaluate_columns(frame).to_dicts()
    offer = evaluation.offer
    assert answer["outcome"] == evaluation.outcome
    assert answer["amount_offered_minor"] == (offer and offer.amount_offered_minor)
    assert answer["annual_rate"] == (offer and offer.annual_rate)
    assert answer["term_months"] == (offer and offer.term_months)
    return evaluation


@pytest.mark.parametrize(
    ("date", "rate"),
    [
        ("2025-12-31", 0.30),
        ("2026-01-01", 0.24),
        ("2026-06-30", 0.24),
        ("2026-07-01", 0.18),
        ("2027-01-01", 0.18),
        ("2027-01-02", 0.30),
    ],
)
def test_a_cap_holds_from_its_day_until_the_day_before_its_end(date, rate):
    policy = made(
        cap("annual_rate", 0.24, until_date="2026-07-01"),
        cap("annual_rate", 0.18, from_date="2026-07-01", until_date="2027-01-02"),
    )
    evaluation = evaluate(policy, date)
    assert evaluation.offer.annual_rate == rate
    assert evaluation.offer.is_rate_legal == (rate < 0.30)
    assert not evaluation.offer.is_counter_offer and reasons_of(evaluation) == []


def test_a_counter_offer_says_that_the_law_set_the_cap():
    policy = made(cap("amount_minor", 120_000.9), cap("term_months", 30))
    evaluation = evaluate(policy, "2026-05-05")
    assert (evaluation.offer.amount_offered_minor, evaluation.offer.term_months) == (120_000, 30)
    assert reasons_of(evaluation) == ["COUNTER_OFFER_LEGAL_CAP"]
    # The table itself gives grade B less time than the law: the policy's own reason.
    assert reasons_of(evaluate(policy, "2026-05-05", pd=0.1)) == ["COUNTER_OFFER_LEGAL_CAP", "COUNTER_OFFER_TERM"]
    assert reasons_of(evaluate(policy, "2025-05-05", pd=0.1)) == ["COUNTER_OFFER_AMOUNT", "COUNTER_OFFER_TERM"]


def test_a_conditional_cap_holds_unless_its_condition_is_false():
    policy = made(cap("amount_minor", 50_000, when="is_student"))
    assert evaluate(policy, "2026-05-05", is_student=True).offer.amount_offered_minor == 50_000
    assert evaluate(policy, "2026-05-05", is_student=None).offer.amount_offered_minor == 50_000
    assert evaluate(policy, "2026-05-05", is_student=False).offer.amount_offered_minor == 200_000


def test_without_a_business_date_nothing_is_offered():
    evaluation = evaluate(made(cap("amount_minor", 50_000)), None)
    assert (evaluation.outcome, evaluation.offer, evaluation.has_no_offer) == ("REFER", None, True)


def test_a_cap_of_nothing_leaves_nothing_to_lend():
    assert evaluate(made(cap("amount_minor", 0)), "2026-05-05").outcome == "REFER"


def test_the_trace_holds_the_business_date_and_the_caps_only_where_there_are_any():
    policy = made(cap("amount_minor", 50_000, when="is_student"), cap("annual_rate", 0.2))
    trace = evaluate(policy, "2026-05-05").trace_json()
    assert trace["caps"] == (None, True)
    assert "2026-05-05" in trace["seen"]
    plain = program(grades=GRADES, tables=[offer_table(*ROWS)], offer=OFFER)
    trace = plain.evaluate({"amount_minor": 1, "term_months": 1}, score=ScoreInput(0.01), business_date="2026-05-05")
    assert set(trace.trace_json()) == {"truths", "seen", "distances", "table_row", "points", "settings"}
    assert "2026-05-05" not in trace.trace_json()["seen"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"from_date": "2026-02-30"}, ("offer/caps/0/from_date", "cap_date_invalid")),
        ({"until_date": "2026-01-01"}, ("offer/caps/0/until_date", "cap_dates_empty")),
        ({"when": "income"}, ("offer/caps/0/when", "type_mismatch")),
    ],
)
def test_a_cap_that_makes_no_sense_is_refused(fields, expected):
    with pytest.raises(DocumentInvalid) as refused:
        made(cap("amount_minor", 1, **fields))
    assert [(found.path, found.code) for found in refused.value.problems] == [expected]
