"""Answers that the DMN Technology Compatibility Kit expects, by its case; what it makes null for a wrong type is
refused here."""

import json
from pathlib import Path

import pytest

from rules.language import ExpressionInvalid, check, parse
from tests.factories.evaluating import EMPTY, one_answer

ROWS = [line.split("|") for line in (Path(__file__).parent / "conformance.csv").read_text().splitlines()[1:]]


@pytest.mark.parametrize(("case", "text", "result"), ROWS)
def test_the_answer_is_the_one_of_the_compatibility_kit(case, text, result):
    node = parse(text)
    assert check(node, EMPTY) == []
    assert one_answer(node, EMPTY, {}) == json.loads(result)


@pytest.mark.parametrize(
    "text",
    [
        '"foo" ** 4',
        "true ** 4",
        'date("2018-12-10") ** 4',
        'duration("P2Y") ** 4',
        'duration("P2D") ** 4',
        "[2] ** 4",
        'modulo("10", "4")',
        'modulo(duration("P10D"), 4)',
        "modulo(4)",
        'median([1,2,"foo",4])',
        'duration("P1Y").days',
        'duration("P1D").years',
    ],
)
def test_a_wrong_type_is_refused_before_anything_is_evaluated(text):
    try:
        problems = check(parse(text), EMPTY)
    except ExpressionInvalid as error:
        problems = error.problems
    assert problems
    assert all(found.position is not None for found in problems)
