"""The Python function, the Polars expression and the plain interpreter give the same value, bit for bit."""

import os
import random
import struct
import time

import polars as pl
import pytest

from rules.language import as_text, check, names_in, parse
from rules.language.interpret import interpret
from rules.language.to_columns import columns_of
from rules.language.to_python import RUNTIME, PythonWriter, python_function, variable_form
from rules.language.tree import Literal, walk
from tests.factories.expressions import NUMBERS, SCOPE, TEXTS, TRUTHS, TreeMaker

SCHEMA = {
    **dict.fromkeys(NUMBERS, pl.Float64),
    **dict.fromkeys(TEXTS, pl.String),
    **dict.fromkeys(TRUTHS, pl.Boolean),
}
FULL = os.environ.get("RISKENGINE_SOAK") == "1"
TREES, ROWS = (15_000 if FULL else 300), 25


def bits(value):
    """A number by its bits, -0 counting as 0; other values as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return struct.pack("<d", float(value) + 0.0)


def rows_with_thresholds(maker, node):
    """Generated rows, some with a name set to a constant that the tree compares with."""
    rows = [maker.values() for _ in range(ROWS)]
    constants = [part.value for part in walk(node) if isinstance(part, Literal) and isinstance(part.value, float)]
    for row in rows[: ROWS // 2]:
        if constants:
            row[maker.rng.choice(NUMBERS)] = maker.rng.choice(constants)
    return rows


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["truth", "number", "text"])
def test_python_columns_and_interpreter_agree_on_generated_trees(kind):
    rng = random.Random(20240607)
    compared = unknown = 0
    for _ in range(TREES):
        maker = TreeMaker(rng)
        node = getattr(maker, kind)(4)
        rows = rows_with_thresholds(maker, node)
        frame = pl.DataFrame(rows, schema=SCHEMA, strict=False)
        names = {name: pl.col(name) for name in frame.columns}
        column = frame.with_columns(value=columns_of(node, names))["value"].to_list()
        function = python_function(node, names)
        for row, from_column in zip(rows, column, strict=True):
            from_python = function(row)
            assert bits(from_python) == bits(from_column), (as_text(node), row)
            assert bits(from_python) == bits(interpret(node, row)), (as_text(node), row)
            compared += 1
            unknown += from_python is None
    print(f"compared {compared}, unknown {unknown}")
    assert compared == TREES * ROWS
    assert compared / 50 < unknown < compared


def test_the_fast_path_agrees_wherever_its_conditions_hold():
    rng = random.Random(7)
    fast = 0
    for _ in range(TREES):
        maker = TreeMaker(rng)
        node = maker.truth(4)
        function = _guarded(node)
        for row in rows_with_thresholds(maker, node):
            took_fast, value = function(row)
            fast += took_fast
            assert value == interpret(node, row), (as_text(node), row)
    assert fast > TREES


def _guarded(node):
    names = {name: variable_form(f"v{number}") for number, name in enumerate(names_in(node))}
    writer = PythonWriter(names)
    narrow = writer.narrowed().settled(node)
    guard = " or ".join(narrow.unless) or "False"
    source = "\n".join(
        [
            "def evaluate(values):",
            *[f"    {form.text} = values.get({name!r})" for name, form in names.items()],
            f"    if {guard}:",
            f"        return False, {writer.closed(node)}",
            f"    return True, {narrow.text}",
        ]
    )
    namespace = dict(RUNTIME)
    exec(source, namespace)
    return namespace["evaluate"]


def test_generated_trees_pass_the_type_check_and_survive_the_round_trip_through_text():
    rng = random.Random(11)
    for _ in range(2_000):
        maker = TreeMaker(rng)
        node = getattr(maker, rng.choice(["truth", "number", "text"]))(rng.randint(0, 5))
        codes = {found.code for found in check(node, SCOPE)}
        assert codes <= {"interval_empty"}, as_text(node)
        assert parse(as_text(node)) == node


def test_the_twin_an_executor_that_treats_unknown_as_false_is_caught():
    node = parse("not(n0 > 1)")
    function = python_function(node, NUMBERS)
    naive = lambda row: not (row["n0"] or 0) > 1  # noqa: E731
    assert function({"n0": 0.0}) == naive({"n0": 0.0})
    assert function({"n0": None}) != naive({"n0": None})


def test_the_least_of_many_numbers_costs_no_more_than_their_number():
    names = {name: pl.col(name) for name in "abcdefghijkl"}
    rows = pl.DataFrame({name: [float(number), None if name == "f" else 1.0] for number, name in enumerate(names)})
    started = time.process_time()
    given = rows.select(columns_of(parse(f"min({', '.join(names)})"), names).alias("least"))
    assert given["least"].to_list() == [0.0, None]
    assert time.process_time() - started < 1
