"""Generated tables and scorecards: function, columns and a plain reading of the definitions give the same."""

from itertools import product
from math import isfinite

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine import hit_policies, source_tables
from rules.language import parse, parse_cell, substitute
from rules.language.interpret import interpret
from tests.factories.rule_documents import program
from tests.factories.tables import characteristic, scorecard, table

SCHEMA = {"income": pl.Float64, "amount_minor": pl.Int64, "purpose": pl.String, "is_student": pl.Boolean}
NUMBERS = st.sampled_from(["-", "< 2", "<= 1", "[1..3]", "]1..3[", "1, 3", "not(2)", "> amount_minor", ">= 0"])
CELLS = {
    "income": NUMBERS,
    "income + amount_minor": NUMBERS,
    "purpose": st.sampled_from(["-", '"CAR"', '"HOME"', 'not("CAR")', '"CAR", "HOME"']),
    "is_student": st.sampled_from(["-", "true", "false"]),
}
VALUES = [0, 1, 2, 3]
RESULTS = st.sampled_from(["0", "1", "2", "3", "amount_minor", "if is_student then 1 else 2", "null", "income / 0"])
ROWS = st.fixed_dictionaries(
    {
        "income": st.sampled_from([None, 0.0, 1.0, 2.0, 3.0, 4.0]),
        "amount_minor": st.sampled_from([None, 0, 1, 2]),
        "purpose": st.sampled_from([None, "CAR", "HOME"]),
        "is_student": st.sampled_from([None, True, False]),
    }
)


@st.composite
def tables(draw):
    """A table of one or two inputs, outputs where the policy allows, and up to six rows."""
    policy = draw(st.sampled_from(["U", "A", "P", "F", "C+", "C<", "C>", "C#"]))
    inputs = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=2, unique=True))
    width = 1 if policy.startswith("C") else draw(st.integers(1, 2))
    rows = [
        ([draw(CELLS[name]) for name in inputs], [draw(RESULTS) for _ in range(width)])
        for _ in range(draw(st.integers(1, 6)))
    ]
    default = draw(st.sampled_from(["", "3", "amount_minor"]))
    allowed = VALUES[::-1] if policy == "P" else []
    outputs = [{"name": f"o{place}", "default": default, "values": allowed} for place in range(width)]
    return table("t", inputs, rows, policy=policy, outputs=outputs)


def truth(made, row, values):
    """A row's cells, all of them."""
    found = [
        interpret(substitute(parse_cell(cell), "?", parse(column["expression"])), values)
        for cell, column in zip(row["when"], made["inputs"], strict=True)
    ]
    return False if False in found else None if None in found else True


def in_one_world(policy, hit):
    """What the standard gives where just these rows are hit; all None for a breach or an unknown value."""
    width = len(hit[0])
    lost = (None,) * width
    if policy == "U":
        return hit[0] if len(hit) == 1 else lost
    if policy == "A":
        return hit[0] if len(hit) == 1 or (None not in hit[0] and len(set(hit)) == 1) else lost
    if policy == "P":
        return lost if any(None in row for row in hit) else max(hit)
    if policy == "C#":
        return (float(len(hit)),)
    values = [value for (value,) in hit]
    if None in values:
        return (None,)
    found = sum(values, 0.0) if policy == "C+" else min(values) if policy == "C<" else max(values)
    return (found if isfinite(found) else None,)


def plainly(made, values):
    """The table's result by trying every way in which the untold rows might turn out."""
    truths = [truth(made, row, values) for row in made["rows"]]
    outputs = [tuple(interpret(parse(cell), values) for cell in row["then"]) for row in made["rows"]]
    width, policy = len(made["outputs"]), made["hit_policy"]
    if not any(entry is not False for entry in truths):
        defaults = [output["default"] for output in made["outputs"]]
        return tuple(interpret(parse(default), values) if default else None for default in defaults)
    if policy == "F":
        first = next(place for place, entry in enumerate(truths) if entry is not False)
        return outputs[first] if truths[first] else (None,) * width
    if True not in truths:
        return (None,) * width
    worlds = product(*[(True, False) if entry is None else (entry,) for entry in truths])
    results = [in_one_world(policy, [o for o, is_hit in zip(outputs, w, strict=True) if is_hit]) for w in worlds]
    return results[0] if all(result == results[0] for result in results) else (None,) * width


def by_function(made, values):
    evaluation = made.evaluate(values)
    (entry,) = made.plan.tables
    return tuple(evaluation.value_of(name) for name in entry.names)


def by_columns(made, rows):
    return made.columns.computed(pl.DataFrame(rows, schema=SCHEMA)).rows()


@settings(max_examples=150, deadline=None)
@given(tables(), st.lists(ROWS, min_size=1, max_size=12))
def test_all_three_give_the_same_result_of_a_table(made, rows):
    compiled = program(tables=[made])
    expected = [plainly(made, values) for values in rows]
    assert [by_function(compiled, values) for values in rows] == expected
    assert by_columns(compiled, rows) == expected


def test_the_twin_a_policy_that_passes_over_what_it_cannot_tell_is_seen(monkeypatch):
    made = table("t", ["is_student", "income"], [(["true", "-"], ["5"]), (["-", "> 1"], ["7"])], policy="U")
    rows = [{"income": 2.0, "amount_minor": None, "purpose": None, "is_student": None}]
    assert by_function(program(tables=[made]), rows[0]) == plainly(made, rows[0]) == (None,)
    monkeypatch.setitem(hit_policies.SETTLE, "U", lambda hit, untold: hit[0] if hit else None)
    wrong = program(tables=[made])
    assert by_function(wrong, rows[0]) != plainly(made, rows[0])
    assert by_columns(wrong, rows) == [(None,)]
    assert source_tables  # its fast way is not what was exchanged


TESTS = st.lists(st.tuples(NUMBERS, st.integers(-5, 5)), min_size=1, max_size=4)


@settings(max_examples=80, deadline=None)
@given(
    TESTS,
    st.lists(st.tuples(NUMBERS, st.integers(-5, 5)), max_size=2),
    st.sampled_from([None, 0, 7]),
    st.sampled_from(["income", "income / amount_minor"]),
    st.lists(ROWS, min_size=1, max_size=12),
)
def test_both_give_the_total_that_the_bins_say(bins, special, missing, expression, rows):
    entry = characteristic("c", expression, *bins, special=special, missing_points=missing)
    compiled = program(scorecards=[scorecard("s", entry, initial_points=10)])
    expected = []
    for values in rows:
        value = interpret(parse(expression), values)
        found = [interpret(substitute(parse_cell(test), "?", parse(expression)), values) for test, _ in special + bins]
        first = next((place for place, entry in enumerate(found) if entry is not False), None)
        if value is None:
            points = missing
        else:
            points = (special + bins)[first][1] if first is not None and found[first] else None
        expected.append(None if points is None else 10 + points)
    assert [compiled.evaluate(values).value_of("s") for values in rows] == expected
    assert [total for (total,) in by_columns(compiled, rows)] == expected
