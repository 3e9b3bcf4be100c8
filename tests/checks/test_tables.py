"""Gaps, overlaps and unreachable rows: each finding is true of the table, and none is missed in small ones."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine.checks import grid as grid_module
from rules.engine.checks.context import Context
from rules.engine.checks.grid_of import table_grid
from rules.engine.parsed import document_parse
from rules.engine.validate import validate
from rules.language.interpret import interpret
from scoring.catalogue import Code
from tests.factories.rule_documents import GRADES, OFFER, catalogue, document, offer_table, rule, variable

SMALL = variable("small", "integer", minimum=0, maximum=5)
CODE = variable("letter", "string", codes=[Code(code, code, code) for code in "ABC"])
SHARE = variable("share", minimum=0, maximum=1)


def table(*rows, policy="F", inputs=("small", "letter"), **fields):
    return {
        "name": "found",
        "hit_policy": policy,
        "inputs": [{"expression": name} for name in inputs],
        "outputs": [{"name": "result", **fields}],
        "rows": [{"when": list(when), "then": [then]} for *when, then in rows],
    }


def findings(made, *more, rules=()):
    parts = document(tables=[made], rules=[rule("OK", "true", "APPROVE"), rule("T", "found > 1", "REFER"), *rules])
    found = validate(parts, catalogue(SMALL, CODE, SHARE, *more), product="instalment", stage="PRE_LOAN")
    return {entry.code: entry for entry in found}


CELLS = st.sampled_from(["-", "< 2", ">= 2", "[1..3]", "]1..3[", "5", "1, 4", "not(3)", "> 4"])
LETTERS = st.sampled_from(["-", '"A"', '"A","B"', 'not("C")', '"C"'])
ROWS = st.lists(st.tuples(CELLS, LETTERS, st.sampled_from(["1", "2"])), min_size=1, max_size=5)
POINTS = [{"small": float(small), "letter": letter} for small, letter in product(range(6), "ABC")]


def grid_and_hits(rows, policy="F"):
    """The grid of a table, and by brute force the rows that each point hits."""
    parts = document(tables=[table(*rows, policy=policy)])
    everything = catalogue(SMALL, CODE)
    parsed = document_parse(parts, everything, product="instalment")
    made = parsed.tables["found"]
    hits = [
        {number for number, row in enumerate(made.rows) if interpret(row.condition.node, point)} for point in POINTS
    ]
    return table_grid(Context(parsed, everything), made), hits


@settings(max_examples=120, deadline=None)
@given(ROWS)
def test_a_gap_is_found_where_and_only_where_a_value_falls_through(rows):
    grid, hits = grid_and_hits(rows)
    gap = grid.uncovered()
    assert (gap is not None) == (set() in hits)
    if gap is not None:
        point = {"small": gap[0].sample, "letter": gap[1].sample}
        assert hits[POINTS.index(point)] == set()


@settings(max_examples=120, deadline=None)
@given(ROWS)
def test_rows_meet_where_and_only_where_a_value_hits_both(rows):
    grid, hits = grid_and_hits(rows)
    for row in range(len(rows)):
        expected = {other for found in hits if row in found for other in found} - {row}
        assert set(grid_module.bits_of(grid.meeting(row))) == expected
        for other in expected:
            point = {
                name: segment.sample for name, segment in zip(("small", "letter"), grid.common(row, other), strict=True)
            }
            assert {row, other} <= hits[POINTS.index(point)]


@settings(max_examples=120, deadline=None)
@given(ROWS)
def test_a_row_is_unreachable_where_and_only_where_it_is_never_the_first(rows):
    grid, hits = grid_and_hits(rows)
    for row in range(len(rows)):
        is_ever_hit = any(row in found for found in hits)
        is_first = any(found and min(found) == row for found in hits)
        if is_ever_hit:
            assert (grid.hidden_by_earlier(row) is not None) == (not is_first)


def test_a_gap_is_told_with_an_example_in_words():
    found = findings(table(("< 2", "-", "1"), ("[3..5]", "-", "2")))["table_gap"]
    assert found.path == "tables/0/rows" and found.severity == "warning"
    assert "small = 2" in found.message_en and "small = 2" in found.message_zh


@pytest.mark.parametrize(
    "made",
    [
        table(("< 2", "-", "1"), (">= 2", "-", "2")),
        table(("< 2", "-", "1"), default="0"),
        table(("< 2", "-", "1"), policy="C#"),
        table(("< amount_minor", "-", "1")),  # cannot be told
    ],
)
def test_no_gap_is_told_where_none_is_proven(made):
    assert not {code for code in findings(made) if code.startswith("table_gap")}


def test_the_allowed_values_of_a_column_limit_the_search():
    made = table(("< 2", "-", "1"))
    made["inputs"][0]["values"] = "[0..1]"
    assert "table_gap" not in findings(made)


def test_overlapping_rows_are_an_error_where_only_one_may_hold():
    found = findings(table(("<= 2", "-", "1"), (">= 2", "-", "1"), policy="U"))["table_rows_overlap"]
    assert found.severity == "error" and found.path == "tables/0/rows/1" and "small = 2" in found.message_en
    assert "table_rows_overlap" not in findings(table(("< 2", "-", "1"), (">= 2", "-", "1"), policy="U"))


def test_rows_that_meet_must_agree_where_several_may_hold():
    assert "table_rows_conflict" in findings(table(("<= 2", "-", "1"), (">= 2", "-", "2"), policy="A"))
    assert "table_rows_conflict" not in findings(table(("<= 2", "-", "1"), (">= 2", "-", "1"), policy="A"))
    assert "table_rows_may_conflict" in findings(table(("<= 2", "-", "1"), (">= 2", "-", "income"), policy="A"))


def test_a_row_behind_rows_that_take_everything_is_told():
    rows = (("<= 2", "-", "1"), ("> 2", '"A"', "1"), ("> 1", '"A"', "2"), ("-", "-", "2"))
    found = findings(table(*rows))["table_row_unreachable"]
    assert found.path == "tables/0/rows/2" and "(1, 2)" in found.message_en
    assert "table_row_unreachable" not in findings(table(*rows[:2], rows[3]))


def test_too_many_combinations_are_said_to_be_too_many(monkeypatch):
    monkeypatch.setattr(grid_module, "STEP_LIMIT", 2)
    assert "table_not_told" in findings(table(("< 2", '"A"', "1"), (">= 2", '"B"', "2"), ("-", "-", "3")))


def test_columns_that_depend_on_each_other_are_told_with_care():
    made = table(("< 2", "-", "1"), ("> 3", "-", "1"), inputs=("small", "small + share"))
    assert "table_gap_perhaps" in findings(made)


def test_the_offer_needs_a_row_for_whoever_may_be_approved():
    rows = [
        (['"A"', "< 5000"], ["1", "0.1", "12"]),
        (['"A"', "> 5000"], ["1", "0.1", "12"]),
        (['"B"', "-"], ["1", "0.1", "12"]),
    ]

    def codes(*rules):
        parts = document(tables=[offer_table(*rows)], offer=OFFER, grades=GRADES, rules=list(rules))
        return {entry.code for entry in validate(parts, catalogue(), product="instalment", stage="PRE_LOAN")}

    approve = rule("OK", "pd <= 0.2", "APPROVE")
    assert "offer_gap" in codes(approve, rule("C", "pd > 0.2", "REFER"))
    refers = rule("NOT", "income = 5000", "REFER")
    assert "offer_gap" not in codes(approve, rule("C", "pd > 0.2", "REFER"), refers)
