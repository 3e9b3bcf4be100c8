"""Hit policies as DMN 1.3 has them (8.2.10, 8.2.11), and what an unknown row does to each."""

import polars as pl
import pytest

from tests.factories.rule_documents import program
from tests.factories.tables import derived, table

# Income bands overlap on purpose; the third row asks for what may be missing.
BANDS = [
    (["< 1000", "-"], ["10"]),
    (["< 2000", "-"], ["20"]),
    (["-", "true"], ["5"]),
]
INPUTS = ["income", "is_student"]


def result(policy, income, is_student=None, *, rows=BANDS, **output):
    """The table's result for one applicant, by both executors."""
    outputs = [{"name": "value", **output}]
    made = program(tables=[table("t", INPUTS, rows, policy=policy, outputs=outputs)])
    values = {"income": income, "is_student": is_student}
    told = made.evaluate(values).value_of("t")
    frame = pl.DataFrame([values], schema={"income": pl.Float64, "is_student": pl.Boolean})
    assert made.columns.computed(frame)["t"].to_list() == [told]
    return told


@pytest.mark.parametrize(
    ("policy", "income", "is_student", "expected"),
    [
        ("U", 1500, False, 20),  # one row
        ("U", 500, False, None),  # two rows: a breach
        ("U", 5000, False, None),  # no row, no default
        ("U", 1500, None, None),  # the third row might be hit as well
        ("F", 500, True, 10),
        ("F", 1500, True, 20),
        ("F", 500, None, 10),  # found before the row that cannot be told
        ("F", 5000, None, None),
        ("F", None, True, None),  # the first row stops the search
        ("C+", 500, True, 35),
        ("C+", 500, False, 30),
        ("C+", 500, None, None),
        ("C<", 500, True, 5),
        ("C<", 500, False, 10),
        ("C<", 500, None, None),  # 5 would be less
        ("C>", 500, True, 20),
        ("C>", 500, None, 20),  # 5 would change nothing
        ("C>", 5000, None, None),
        ("C#", 500, True, 3),
        ("C#", 500, None, None),
        ("C#", 5000, False, None),  # no row: DMN's null
    ],
)
def test_a_policy_makes_of_the_rows_what_the_standard_says(policy, income, is_student, expected):
    assert result(policy, income, is_student) == expected


def test_without_a_row_the_default_holds_but_not_where_a_row_cannot_be_told():
    for policy in ("U", "A", "F", "C+", "C<", "C>", "C#"):
        assert result(policy, 5000, False, default="income / 100") == 50, policy
        assert result(policy, 5000, None, default="1") is None, policy


AGREEING = [(["< 1000", "-"], ["10"]), (["< 2000", "-"], ["10"]), (["-", "true"], ["10"]), (["> 9000", "-"], ["11"])]


@pytest.mark.parametrize(
    ("income", "is_student", "expected"),
    [
        (500, True, 10),
        (500, None, 10),  # whichever way, it is 10
        (9500, False, 11),
        (9500, True, None),  # 10 or 11: a breach
        (9500, None, None),
        (5000, None, None),
    ],
)
def test_any_is_what_all_rows_agree_on(income, is_student, expected):
    assert result("A", income, is_student, rows=AGREEING) == expected


def test_any_does_not_compare_what_is_unknown():
    rows = [(["< 1000", "-"], ["income / term_months"]), (["< 2000", "-"], ["income / term_months"])]
    assert result("A", 500, rows=rows) is None
    assert result("A", 1500, rows=rows) is None


RATED = [
    (["< 1000", "-"], ['"Standard"']),
    (["< 2000", "-"], ['"Declined"']),
    (["-", "true"], ['"Special"']),
]


@pytest.mark.parametrize(
    ("income", "is_student", "expected"),
    [
        (500, False, "Declined"),  # before Standard in the allowed values
        (500, True, "Declined"),
        (500, None, "Declined"),  # Special would come after it
        (5000, True, "Special"),
        (5000, None, None),
    ],
)
def test_priority_takes_what_comes_first_in_the_allowed_values(income, is_student, expected):
    values = ["Declined", "Special", "Standard"]
    assert result("P", income, is_student, rows=RATED, type="string", values=values) == expected


def test_priority_waits_for_a_better_row_that_cannot_be_told():
    values = ["Special", "Declined", "Standard"]
    assert result("P", 500, None, rows=RATED, type="string", values=values) is None
    assert result("P", 500, False, rows=RATED, type="string", values=values) == "Declined"


def test_priority_of_several_outputs_is_decided_from_left_to_right():
    rows = [(["-"], ['"B"', "1"]), (["< 10"], ['"A"', "2"]), (["< 5"], ['"A"', "1"])]
    outputs = [{"name": "grade", "type": "string", "values": ["A", "B"]}, {"name": "tier", "values": [1, 2]}]
    made = program(tables=[table("t", ["income"], rows, policy="P", outputs=outputs)])
    for income, expected in ((20, ("B", 1)), (7, ("A", 2)), (3, ("A", 1)), (None, (None, None))):
        evaluation = made.evaluate({"income": income})
        assert (evaluation.value_of("t.grade"), evaluation.value_of("t.tier")) == expected
        answer = made.columns.computed(pl.DataFrame({"income": [income]}, schema={"income": pl.Float64}))
        assert answer.rows() == [expected]


@pytest.mark.parametrize("policy", ["R", "C", "O"])
def test_lists_are_counted_and_searched_by_rules(policy):
    outputs = [{"name": "value", "values": [20, 10, 5]}]
    made = program(
        tables=[table("t", INPUTS, BANDS, policy=policy, outputs=outputs)],
        derived=[derived("n", "count(t)"), derived("has", "some x in t satisfies x > 15")],
    )
    rows = [(500, False), (5000, False), (5000, None), (500, None)]  # with None, 5 is in the list or not
    told = [made.evaluate({"income": income, "is_student": student}) for income, student in rows]
    assert [evaluation.value_of("n") for evaluation in told] == [2, 0, None, None]
    assert [evaluation.value_of("has") for evaluation in told] == [True, False, False, True]
    frame = pl.DataFrame(rows, schema={"income": pl.Float64, "is_student": pl.Boolean}, orient="row")
    assert made.columns.computed(frame).rows() == [(2, True), (0, False), (None, False), (None, True)]


def test_lists_stand_in_the_order_of_their_policy():
    outputs = [{"name": "value", "values": [20, 10, 5]}]
    for policy, expected in (("R", [10, 20, 5]), ("C", [10, 20, 5]), ("O", [20, 10, 5])):
        made = program(
            tables=[table("t", INPUTS, BANDS, policy=policy, outputs=outputs)], derived=[derived("n", "count(t)")]
        )
        evaluation = made.evaluate({"income": 500, "is_student": True})
        assert evaluation.value_of("t") == expected
        assert sorted(evaluation.tables["t"].rows) == [0, 1, 2]


def test_the_trace_names_the_rows_that_were_hit_and_those_that_could_not_be_told():
    made = program(tables=[table("t", INPUTS, BANDS, policy="C>"), table("f", INPUTS, BANDS)])
    hits = made.evaluate({"income": 500}).tables
    assert (hits["t"].rows, hits["t"].untold, hits["t"].values) == ([0, 1], [2], {"value": 20})
    assert (hits["f"].rows, hits["f"].untold, hits["f"].values) == ([0], [], {"value": 10})
    hits = made.evaluate({"income": 5000}).tables
    assert (hits["f"].rows, hits["f"].untold, hits["f"].values) == ([], [2], {"value": None})
    assert made.evaluate({"income": 5000, "is_student": False}).tables["f"].is_default
