"""Static checks of scorecards and offers, each with a document it warns of and one it leaves in peace."""

import time

import pytest

from rules.engine.validate import validate
from tests.factories.rule_documents import GRADES, OFFER, catalogue, document, offer_table, rule, variable

APPROVE = rule("OK", "pd <= 1", "APPROVE")
WAGE = variable("wage", minimum=0, maximum=100_000, direction="higher_is_safer")
COUNT = variable("count_of", "integer", minimum=0, maximum=5)


def codes(**sections):
    return {entry.code for entry in findings(**sections)}


def findings(**sections):
    parts = document(**{"rules": [APPROVE, rule("CUT", "pd > 1", "REFER")], **sections})
    return validate(parts, catalogue(WAGE, COUNT), product="instalment", stage="PRE_LOAN")


def bins(*tests, **fields):
    entry = {"name": "n", "expression": "count_of", "bins": [{"when": when, "points": 1.0} for when in tests], **fields}
    card = {"name": "card", "characteristics": [entry]}
    return codes(scorecards=[card], rules=[APPROVE, rule("R", "card > 3", "REFER")])


@pytest.mark.parametrize(
    ("code", "red", "green"),
    [
        ("bins_gap", ("< 2", "> 2"), ("< 2", ">= 2")),
        ("bins_gap", ("[0..4[", "5.5"), ("[0..4]", "5")),
        ("bins_overlap", ("[0..2]", "[2..5]"), ("[0..2[", "[2..5]")),
        ("bins_overlap", ("< 3", "[2..5]"), ("< 3", "< 4", "-")),
        ("bin_unreachable", ("-", "5"), ("5", "-")),
        ("bin_unreachable", ("[0..2]", "[3..5]", "4"), ("[0..2]", "4", "-")),
    ],
)
def test_bins_are_held_to_every_value(code, red, green):
    assert code in bins(*red)
    assert code not in bins(*green)


def test_special_codes_come_before_the_bins():
    assert "bins_gap" in bins("[0..4]")
    assert "bins_gap" not in bins("[0..4]", special=[{"when": "5", "points": 0.0}])


def test_the_reason_of_a_characteristic_needs_wording():
    assert "reason_unknown" in bins("-", reason="NO_SUCH")
    assert "reason_unknown" not in bins("-", reason="INCOME_LOW")


def test_a_scorecard_nothing_reads_is_told():
    card = {
        "name": "card",
        "characteristics": [{"name": "n", "expression": "count_of", "bins": [{"when": "-", "points": 1.0}]}],
    }
    assert "scorecard_unused" in codes(scorecards=[card])


def offer(*rows, inputs=("grade", "wage"), **terms):
    table = offer_table(*rows)
    table["inputs"] = [{"expression": name} for name in inputs]
    return codes(tables=[table], offer={**OFFER, **terms}, grades=GRADES)


def grid(*results):
    """A row a grade, best first, whatever the wage."""
    return [([f'"{grade}"', "-"], list(result)) for grade, result in zip("ABC", results, strict=True)]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (("100", "0.1", "12"), ("200", "0.1", "12")),
        (("200", "0.3", "12"), ("200", "0.1", "12")),
        (("200", "0.1", "6"), ("200", "0.1", "12")),
    ],
)
def test_a_better_grade_gets_no_less(worse, better):
    last = ("50", "0.5", "3")
    assert "offer_not_monotonic" in offer(*grid(worse, ("150", "0.2", "9"), last))
    assert "offer_not_monotonic" not in offer(*grid(better, ("150", "0.2", "9"), last))


def test_a_higher_wage_gets_no_less_and_what_was_asked_for_has_no_order():
    low, high = ["100", "0.1", "12"], ["200", "0.1", "12"]
    assert "offer_not_monotonic" in offer((["-", "< 5000"], high), (["-", "-"], low))
    assert "offer_not_monotonic" not in offer((["-", "< 5000"], low), (["-", "-"], high))
    asked = (["-", "< 5000"], high), (["-", "-"], low)
    assert "offer_not_monotonic" not in offer(*asked, inputs=("grade", "amount_minor"))


def test_a_cell_above_a_legal_cap_in_force_is_told():
    cap = {
        "of": "annual_rate",
        "maximum": 0.24,
        "from_date": "2020-08-20",
        "en": "Cap",
        "zh": "上限",
        "citation": "a law",
    }
    row = (["-", "-"], ["100", "0.3", "12"])
    assert "offer_above_cap" in offer(row, caps=[cap], cap_reason="INCOME_LOW")
    assert "offer_above_cap" not in offer(row, caps=[{**cap, "until_date": "2021-01-01"}], cap_reason="INCOME_LOW")
    assert "offer_above_cap" not in offer((["-", "-"], ["100", "0.2", "12"]), caps=[cap], cap_reason="INCOME_LOW")


def test_a_rule_that_ignores_a_table_with_a_gap_is_told():
    table = {
        "name": "t",
        "inputs": [{"expression": "count_of"}],
        "outputs": [{"name": "r"}],
        "rows": [{"when": ["< 2"], "then": ["1"]}],
    }
    asking = rule("T", "t = 1", "REFER", on_unknown="ignore")
    assert "table_gap_ignored" in codes(tables=[table], rules=[APPROVE, asking])
    full = {**table, "outputs": [{"name": "r", "default": "0"}]}
    assert "table_gap_ignored" not in codes(tables=[full], rules=[APPROVE, asking])


def test_every_finding_is_worded_in_both_languages():
    table = offer_table(*grid(("100", "0.1", "12"), ("200", "0.2", "9"), ("50", "0.5", "3")))
    for found in findings(tables=[table], offer=OFFER, grades=GRADES):
        assert "{" not in found.message_en + found.message_zh and found.message_en != found.message_zh


def test_a_hundred_rules_are_checked_in_a_blink():
    made = [rule(f"R{n}", f"income < {n * 7} and wage > {n} or count_of = {n % 5}", "REFER") for n in range(100)]
    parts = document(rules=[APPROVE, *made])
    spent = []
    for _ in range(3):
        start = time.process_time()
        validate(parts, catalogue(WAGE, COUNT), product="instalment", stage="PRE_LOAN")
        spent.append(time.process_time() - start)
    assert min(spent) < 0.3
