"""FEEL, expression by expression, with the standard's own values."""

import json
from datetime import date, time
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from rules.dmn import DmnInvalid, DmnTooLarge, DmnUnsupported
from rules.dmn.boundary import to_python
from rules.dmn.feel.budget import Budget
from rules.dmn.feel.evaluate import Scope, evaluate
from rules.dmn.feel.parse import parse_expression
from rules.dmn.feel.text import temporal_text
from rules.dmn.feel.values import CONTEXT


def feel(text: str, **names: Any) -> Any:
    scope = {name.replace("_", " "): value for name, value in names.items()}
    with localcontext(CONTEXT):
        return to_python(evaluate(parse_expression(text, scope), Scope(scope, Budget())))


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return temporal_text(value) if isinstance(value, date | time) else value


def facts() -> list[tuple[str, str, str]]:
    lines = (Path(__file__).parent / "feel.csv").read_text("utf-8").splitlines()
    return [tuple(part.strip() for part in line.split("¦")) for line in lines if line and line[0] != "#"]  # type: ignore[misc]


@pytest.mark.parametrize(("expression", "expected", "source"), facts())
def test_an_expression_has_the_value_the_standard_gives(expression: str, expected: str, source: str) -> None:
    value, wanted = plain(feel(expression)), json.loads(expected, parse_float=Decimal, parse_int=Decimal)
    assert value == wanted, source
    assert isinstance(value, bool) == isinstance(wanted, bool)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("monthly income - monthly debt", {"monthly_income": 5, "monthly_debt": 2}, 3),
        ("monthly income", {"monthly": 1, "monthly_income": 2}, 2),
        ("a-b", {"a-b": 7, "a": 3, "b": 1}, 7),
        ("a - b", {"a-b": 7, "a": 3, "b": 1}, 2),
        ("Applicant's age+1", {"Applicant's age+1": 4}, 4),
        ("if in stock then 1 else 2", {"in_stock": True}, 1),
        ("date of birth", {"date_of_birth": "x"}, "x"),
        ("approved/declined", {"approved/declined": "yes"}, "yes"),
        ("some value + 1", {"some_value": 1}, 2),
        ("[{unit price: 2}][unit price > 1].unit price", {}, [2]),
    ],
)
def test_names_hold_blanks_and_operators_where_they_are_in_scope(
    text: str, names: dict[str, Any], expected: Any
) -> None:
    values = {name: Decimal(value) if type(value) is int else value for name, value in names.items()}
    assert feel(text, **values) == expected


@pytest.mark.parametrize("text", ["1 +", "if true then 1", "(1", "[1", '"a', "1 2", "{a 1}", "x in", "#", "1..2"])
def test_what_cannot_be_read_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(DmnInvalid) as caught:
        feel(text)
    assert isinstance(caught.value.facts["position"], int)


@pytest.mark.parametrize(
    ("text", "construct"), [("now()", "now"), ("today()", "today"), ('matches("aa", "(a)\\\\1")', "back")]
)
def test_what_is_not_evaluated_is_named(text: str, construct: str) -> None:
    with pytest.raises(DmnUnsupported) as caught:
        feel(text)
    assert construct in str(caught.value.facts["construct"])


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "count(for i in 1..1000, j in 1..1000 return i)",
        "(function(f) f(f))(function(f) f(f))",
        "{" + "a0: [1,1], " + ", ".join(f"a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 40)) + "}",
        'for i in 1..60 return if i = 1 then "xxxxxxxx" else partial[-1] + partial[-1]',
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 3 + "[" * 3000,
    ],
)
def test_an_expression_without_end_meets_its_bound(text: str) -> None:
    with pytest.raises((DmnTooLarge, DmnInvalid, RecursionError)) as caught:
        feel(text)
    assert caught.type is not RecursionError or "f(f)" in text


def test_a_long_chain_needs_no_deep_stack() -> None:
    assert feel(" + ".join(["1"] * 3000)) == 3000


def test_a_regular_expression_takes_linear_time() -> None:
    assert feel('matches("' + "a" * 5000 + '!", "(a+)+$")') is False
