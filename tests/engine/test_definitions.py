"""Derived variables, tables and scorecards read each other in any order but a circle; names are told apart."""

import pytest

from rules.engine.order import definition_order
from rules.engine.reading import DocumentInvalid
from tests.factories.rule_documents import OFFER, offer_table, parameter, program, rule
from tests.factories.tables import characteristic, derived, scorecard, table


def problems(**sections):
    with pytest.raises(DocumentInvalid) as refused:
        program(**sections)
    return [(found.path, found.code) for found in refused.value.problems]


def test_what_is_read_comes_first_and_the_rest_stays_where_it_was():
    assert definition_order({"a": ["x"], "b": [], "c": ["b"]}) == (["a", "b", "c"], [])
    assert definition_order({"a": ["c"], "b": [], "c": ["b"], "d": []}) == (["b", "c", "a", "d"], [])
    assert definition_order({}) == ([], [])


def test_circles_are_named_once_each():
    assert definition_order({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["d"], "e": []}) == (
        ["e", "a", "b", "c", "d"],
        [["b", "c"], ["d"]],
    )


def test_definitions_read_each_other_in_any_order():
    made = program(
        derived=[derived("last", "limit + card"), derived("burden", "amount_minor / income")],
        tables=[table("limit", ["card"], [(["< 10"], ["burden * 100"]), (["-"], ["500"])])],
        scorecards=[scorecard("card", characteristic("b", "burden", ("< 1", 20), (">= 1", 5)))],
    )
    assert made.evaluate({"amount_minor": 50, "income": 100}).derived == {"last": 520, "burden": 0.5}
    assert made.evaluate({"amount_minor": 200, "income": 100}).derived == {"last": 205, "burden": 2}


def test_a_circle_is_reported_with_its_names():
    sections = {
        "derived": [derived("one", "two.high + 1")],
        "tables": [table("two", ["three"], [(["-"], ["1", "2"])], outputs=[{"name": "high"}, {"name": "low"}])],
        "scorecards": [scorecard("three", characteristic("c", "one", ("-", 1)))],
    }
    with pytest.raises(DocumentInvalid) as refused:
        program(**sections)
    (found,) = refused.value.problems
    assert (found.code, found.path) == ("definition_circle", "derived/0")
    assert "one → two → three → one" in found.message_en and "one → two → three → one" in found.message_zh


def test_results_have_types():
    texts = [{"name": "tier", "type": "string", "values": ["A", "B"]}]
    tiers = table("tier", ["income"], [(["> 10"], ['"A"']), (["-"], ['"B"'])], outputs=texts)
    made = program(tables=[tiers], rules=[rule("B", 'tier = "B"', "REFER"), rule("OK", "true", "APPROVE")])
    assert [made.evaluate({"income": income}).outcome for income in (5, 11)] == ["REFER", "APPROVE"]
    assert problems(tables=[tiers], rules=[rule("B", "tier > 3", "REFER")]) == [("rules/0/when", "incomparable_types")]
    assert problems(tables=[tiers], rules=[rule("B", 'tier = "C"', "REFER")]) == [("rules/0/when", "unknown_code")]


def test_the_offers_table_is_no_name():
    assert problems(
        tables=[offer_table((["-", "-"], ["1", "0.1", "12"]))],
        offer=OFFER,
        rules=[rule("R", "offers.annual_rate > 1", "REFER")],
    ) == [("rules/0/when", "unknown_name")]


ONE = [(["-"], ["1"])]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (
            {"parameters": [parameter("x", 1)], "tables": [table("x", ["income"], ONE)]},
            [("tables/0/name", "name_duplicate")],
        ),
        (
            {"derived": [derived("x", "1")], "scorecards": [scorecard("x", characteristic("c", "income", ("-", 1)))]},
            [("scorecards/0/name", "name_duplicate")],
        ),
        ({"tables": [table("income", ["income"], ONE)]}, [("tables/0/name", "name_is_variable")]),
        ({"tables": [table("business_date", ["income"], ONE)]}, [("tables/0/name", "name_reserved")]),
        (
            {
                "tables": [
                    table("t", ["income"], [(["-"], ["1", "2"])], policy="C+", outputs=[{"name": "a"}, {"name": "b"}])
                ]
            },
            [("tables/0/hit_policy", "output_unaggregated")],
        ),
        (
            {"tables": [table("t", ["income"], ONE, policy="P")]},
            [("tables/0/outputs/0/values", "output_values_missing")],
        ),
        (
            {"tables": [table("t", ["income"], [(["-"], ["3"])], outputs=[{"name": "a", "values": [1, 2, 1, "x"]}])]},
            [
                ("tables/0/outputs/0/values/2", "output_value_duplicate"),
                ("tables/0/outputs/0/values/3", "output_value_wrong"),
                ("tables/0/rows/0/then/0", "output_not_allowed"),
            ],
        ),
        (
            {"tables": [table("t", ["income"], ONE, outputs=[{"name": "a", "default": '"none"'}])]},
            [("tables/0/outputs/0/default", "type_mismatch")],
        ),
        (
            {
                "tables": [
                    table("t", ["income"], [(["-"], ["income"])], policy="O", outputs=[{"name": "a", "values": [1]}])
                ]
            },
            [("tables/0/rows/0/then/0", "output_not_constant")],
        ),
        (
            {"scorecards": [scorecard("s", *[characteristic("c", "income", ("-", 1))] * 2)]},
            [("scorecards/0/characteristics/1/name", "name_duplicate")],
        ),
        (
            {"scorecards": [scorecard("s", characteristic("c", "income", ("< 1", 1), ('"x"', 1), special=[("<", 1)]))]},
            [
                ("scorecards/0/characteristics/0/special/0/when", "syntax_unfinished"),
                ("scorecards/0/characteristics/0/bins/1/when", "incomparable_types"),
            ],
        ),
    ],
)
def test_what_cannot_be_compiled_is_reported_at_its_place(sections, expected):
    assert problems(**sections) == expected
