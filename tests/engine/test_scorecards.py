"""Scorecards: special codes before bins, missing points, unknown totals, and reasons from the points lost."""

import math

import polars as pl
import pytest

from rules.engine.reasons import reasons_of
from rules.engine.trace_parts import MISSING_BIN, NO_BIN
from tests.factories.rule_documents import APPROVE_ALL, program, rule
from tests.factories.tables import characteristic, derived, scorecard

CARD = scorecard(
    "card",
    characteristic(
        "income",
        "income",
        ("< 1000", 5),
        ("[1000..2000[", 20),
        (">= 2000", 40),
        special=[("-999", 12), ("-998", 0)],
        missing_points=8,
        reason="INCOME_LOW",
    ),
    characteristic("purpose", "purpose", ('"CAR"', 10), ('"HOME"', 25), reason="TOO_YOUNG"),
    initial_points=100,
)


def total(values, card=CARD):
    """The total by both executors."""
    made = program(scorecards=[card])
    told = made.evaluate(values)
    schema = {"income": pl.Float64, "purpose": pl.String, "is_student": pl.Boolean}
    frame = pl.DataFrame([{name: values.get(name) for name in schema}], schema=schema)
    assert made.columns.computed(frame)[card["name"]].to_list() == [told.value_of(card["name"])]
    return told.value_of(card["name"]), [(hit.bin, hit.points) for hit in told.scorecards[card["name"]]]


@pytest.mark.parametrize(
    ("income", "place", "points"),
    [
        (999.99, 2, 5),
        (1000, 3, 20),
        (math.nextafter(2000, 0), 3, 20),
        (2000, 4, 40),
        (-999, 0, 12),  # a special code, though it is below 1000 too
        (-998, 1, 0),
        (-997, 2, 5),
        (None, MISSING_BIN, 8),
        (math.nan, MISSING_BIN, 8),
    ],
)
def test_a_value_falls_into_its_bin_at_every_boundary(income, place, points):
    assert total({"income": income, "purpose": "CAR"}) == (110 + points, [(place, points), (0, 10)])


def test_a_total_is_unknown_where_a_characteristic_has_no_points():
    assert total({"income": 1500}) == (None, [(3, 20), (MISSING_BIN, None)])
    gap = scorecard("card", characteristic("income", "income", ("< 10", 1), ("> 20", 2), missing_points=0))
    assert total({"income": 15}, gap) == (None, [(NO_BIN, None)])
    assert total({"income": None}, gap) == (0, [(MISSING_BIN, 0)])


def test_a_bin_that_cannot_be_told_ends_the_search():
    card = scorecard(
        "card", characteristic("income", "income", ("> 5000", 9), ("> (if is_student then 100 else 1000)", 5), ("-", 1))
    )
    assert total({"income": 6000}, card) == (9, [(0, 9)])
    assert total({"income": 500}, card) == (None, [(NO_BIN, None)])
    assert total({"income": 500, "is_student": True}, card) == (5, [(1, 5)])
    assert total({"income": 500, "is_student": False}, card) == (1, [(2, 1)])


def test_a_characteristic_may_be_an_expression_over_other_definitions():
    made = program(
        derived=[derived("burden", "amount_minor / income"), derived("doubled", "card * 2")],
        scorecards=[scorecard("card", characteristic("b", "burden * 100", ("<= 40", 30), ("> 40", 10)))],
    )
    evaluation = made.evaluate({"amount_minor": 50, "income": 100})
    assert (evaluation.value_of("card"), evaluation.derived["doubled"]) == (10, 20)
    assert evaluation.scorecards["card"][0].value == 50


CUT_OFF = rule("LOW", "card < 150", "DECLINE", then={"reason": "NO_RULE_APPLIED"})


def reasons(values, *rules, card=CARD):
    return reasons_of(program(scorecards=[card], rules=[*rules, APPROVE_ALL]).evaluate(values))


def test_a_cut_off_on_points_gives_the_characteristics_that_lost_the_most():
    # lost: income 40 - 5 = 35, purpose 25 - 10 = 15
    assert reasons({"income": 500, "purpose": "CAR"}, CUT_OFF) == ["INCOME_LOW", "TOO_YOUNG"]
    # lost: income 20, purpose 0: what is best already is no reason
    assert reasons({"income": 1500, "purpose": "HOME"}, CUT_OFF) == ["INCOME_LOW"]
    # lost: income 0, purpose 15, through a derived variable
    through = rule("LOW", "short > 0", "DECLINE")
    made = program(scorecards=[CARD], derived=[derived("short", "160 - card")], rules=[through, APPROVE_ALL])
    assert reasons_of(made.evaluate({"income": 9000, "purpose": "CAR"})) == ["TOO_YOUNG"]


def test_the_rules_own_reason_stands_where_no_characteristic_lost_points():
    every = rule("ALL", "card > 0", "REFER", then={"reason": "PERSON_REVIEW"})
    assert reasons({"income": 9000, "purpose": "HOME"}, every) == ["PERSON_REVIEW"]


def test_at_most_four_characteristics_give_reasons_each_code_once():
    entries = [
        characteristic(f"c{number}", "income", ("< 10", 0), (">= 10", number), reason=f"R{number % 6}")
        for number in range(1, 9)
    ]
    card = scorecard("card", *entries)
    cut = rule("LOW", "card < 1", "DECLINE")
    assert reasons({"income": 1}, cut, card=card) == ["R2", "R1", "R0", "R5"]  # lost 8, 7, 6, 5


def test_the_trace_of_a_scorecard_survives_a_way_through_json():
    import json

    made = program(scorecards=[CARD], rules=[CUT_OFF, APPROVE_ALL])
    evaluation = made.evaluate({"income": -999, "purpose": "CAR"})
    trace = json.loads(json.dumps(evaluation.trace_json()))
    assert trace["scorecards"] == [[[-999, 0], ["CAR", 0]]]
    assert made.scorecards_read(trace) == evaluation.scorecards
    assert made.trace_read(trace) == evaluation.rule_traces()
    assert [hit.lost for hit in evaluation.scorecards["card"]] == [28, 15]
