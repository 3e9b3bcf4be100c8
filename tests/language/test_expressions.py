"""What expressions mean and what is reported of wrong ones: both tables can be edited by an analyst."""

import json
from pathlib import Path

import pytest

from rules.language import ExpressionInvalid, Scope, as_text, check, held, names_in, parse, parse_cell
from rules.language.tree import Literal
from tests.factories.evaluating import one_answer

HERE = Path(__file__).parent
SCOPE = Scope(
    {
        "amount": held("integer"),
        "purpose": held("string", ["A40", "A41"]),
        "status": held("integer", [1, 2]),
        "is_student": held("boolean"),
        "birth": held("date"),
    }
)
NAMES = Scope({"a": held("number"), "b": held("number"), "s": held("string"), "d": held("date"), "e": held("date")})


def table(name):
    """Rows of a table, its header left out."""
    return [line.split("|") for line in (HERE / name).read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(("text", "values", "result"), table("expressions.csv"))
def test_an_expression_means_the_same_in_every_executor(text, values, result):
    node, row, expected = parse(text), json.loads(values or "{}"), json.loads(result)
    errors = {found.code for found in check(node, NAMES)} - {"comparison_with_null"}
    assert not errors
    assert one_answer(node, NAMES, {name: row.get(name) for name in NAMES.names}) == expected
    assert parse(as_text(node)) == node


@pytest.mark.parametrize(("text", "code", "start", "end"), table("problems.csv"))
def test_a_wrong_text_gives_its_coded_problem_at_its_position(text, code, start, end):
    try:
        problems = check(parse(text), SCOPE)
    except ExpressionInvalid as error:
        problems = error.problems
    places = {(found.code, found.position.start, found.position.end) for found in problems}
    assert (code, int(start), int(end)) in places
    assert all(found.message_en and found.message_zh for found in problems)


def test_every_problem_is_reported_not_only_the_first():
    problems = check(parse('amuont > 5 and purpose = "A99" and abs(purpose) > 1'), SCOPE)
    assert [found.code for found in problems] == ["unknown_name_nearest", "unknown_code", "type_mismatch"]


def test_line_and_column_are_given_for_texts_of_several_lines():
    with pytest.raises(ExpressionInvalid) as caught:
        parse("amount > 5\n  and and")
    assert (caught.value.problems[0].position.line, caught.value.problems[0].position.column) == (2, 7)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("-", "true"),
        ("< 5", "? < 5"),
        ("[1..5[", "? in [1..5["),
        ('"A", "B"', '? = "A" or ? = "B"'),
        ('not("A")', 'not(? = "A")'),
        (">= 3, < 1", "? >= 3 or ? < 1"),
        ("-5", "? = -5"),
    ],
)
def test_a_table_cell_is_a_test_of_its_input(cell, text):
    assert as_text(parse_cell(cell)) == text


def test_names_are_listed_once_in_order_of_appearance():
    assert names_in(parse("b > a and b < c.d")) == ("b", "a", "c.d")


def test_parentheses_alone_cost_no_depth():
    assert parse("(" * 1500 + "1" + ")" * 1500) == Literal(1.0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not " * 900 + "true", "expression_too_deep"),
        ("-(" * 200 + "a" + ")" * 200, "expression_too_deep"),
        (" + ".join(["1"] * 700), "expression_too_deep"),
        ("a in [" + ", ".join(["1"] * 1000) + "]", "expression_too_large"),
        # Written out, the innermost a would stand there thousands of times, or billions.
        ("(if " * 12 + "a" + " between b and c then 1 else 2)" * 12, "expression_too_large"),
        ("(if " * 4 + "a" + " in (b, b, b, b, b, b, b, b, b, b) then 1 else 2)" * 4, "expression_too_large"),
        ("min(" * 14 + "a" + ", b)" * 14, "expression_too_large"),
        ("(b / " * 14 + "a" + ")" * 14, "expression_too_large"),
        ("round half even(" * 14 + "a" + ", 2)" * 14, "expression_too_large"),
        ("(if " * 15 + "a" + " > 1 then a else b)" * 15, "expression_too_large"),
        ("a" * 5000, "expression_too_long"),
    ],
)
def test_what_is_too_much_is_refused_with_a_code(text, code):
    with pytest.raises(ExpressionInvalid) as caught:
        parse(text)
    assert caught.value.problems[0].code == code
