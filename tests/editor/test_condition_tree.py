"""A condition as text and as the builder's tree says the same; what a browser may send is that or refused."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.condition_problems import TreeInvalid
from rules.condition_tree import OPERATORS, query_node, query_of, query_text
from rules.language import as_text, parse
from tests.factories.expressions import TreeMaker


def rule(field, operator, value=None, source="value"):
    return {"field": field, "operator": operator, "value": value, "valueSource": source}


def group(*rules, combinator="and", is_not=False):
    return {"combinator": combinator, "not": is_not, "rules": list(rules)}


HELD = {
    "age > 18": rule("age", ">", 18),
    "dti <= 0.4": rule("dti", "<=", 0.4),
    "amount > largest": rule("amount", ">", "largest", "field"),
    'status = "A11"': rule("status", "=", "A11"),
    "is_staff != true": rule("is_staff", "!=", True),
    "is_staff": rule("is_staff", "isTrue"),
    "age between 18 and 65": rule("age", "between", [18, 65]),
    "age between youngest and oldest": rule("age", "between", ["youngest", "oldest"], "field"),
    "not(age between 18 and 65)": rule("age", "notBetween", [18, 65]),
    'purpose in ["A40", "A41"]': rule("purpose", "in", ["A40", "A41"]),
    "not(class in [1, 2])": rule("class", "notIn", [1, 2]),
    "is defined(income)": rule("income", "notNull"),
    "not(is defined(income))": rule("income", "null"),
    'contains(purpose, "4")': rule("purpose", "contains", "4"),
    'starts with(purpose, "A")': rule("purpose", "beginsWith", "A"),
    'ends with(purpose, "1")': rule("purpose", "endsWith", "1"),
    'born < date("2008-11-22")': rule("born", "<", {"date": "2008-11-22"}),
    'born in [date("2008-11-22")]': rule("born", "in", [{"date": "2008-11-22"}]),
    'lasts > duration("P7D")': rule("", "expression", 'lasts > duration("P7D")'),
    "some i in list satisfies i > 3": rule("", "expression", "some i in list satisfies i > 3"),
    "age / 2 > 9": rule("", "expression", "age / 2 > 9"),
    "18 < age": rule("", "expression", "18 < age"),
    "age between 18 and oldest": rule("", "expression", "age between 18 and oldest"),
    "age in [18..65[": rule("", "expression", "age in [18..65["),
    'status = ""': rule("", "expression", 'status = ""'),
    "true": rule("", "expression", "true"),
}


@pytest.mark.parametrize("text", HELD)
def test_one_condition_is_one_row(text):
    assert query_of(parse(text)) == group(HELD[text])
    assert query_text(group(HELD[text])) == text


def test_nested_groups_are_kept():
    text = "(a > 1 or b > 2) and not(c > 3 and (d > 4 and e > 5)) and not(b1)"
    assert query_of(parse(text)) == group(
        group(rule("a", ">", 1), rule("b", ">", 2), combinator="or"),
        group(rule("c", ">", 3), group(rule("d", ">", 4), rule("e", ">", 5)), is_not=True),
        group(rule("b1", "isTrue"), is_not=True),
    )
    assert query_text(query_of(parse(text))) == text


def test_what_the_builder_adds_to_a_tree_is_passed_over():
    row = {**rule("age", ">", 18), "id": "7f", "path": [0]}
    assert query_text({"id": "r", "rules": [row], "combinator": "or"}) == "age > 18"


def test_any_expression_comes_back_the_same():
    rng = random.Random(20261122)
    for _number in range(3_000):
        node = parse(as_text(TreeMaker(rng).truth(4)))
        assert query_node(query_of(node)) == node


@pytest.mark.parametrize(
    ("query", "code", "path"),
    [
        (None, "tree_not_a_group", ""),
        ([], "tree_not_a_group", ""),
        ({"rules": {}}, "tree_not_a_group", ""),
        (group(), "tree_group_empty", ""),
        (group(group()), "tree_group_empty", "rules/0"),
        (group("and"), "tree_not_a_rule", "rules/0"),
        (group(rule("a", "isTrue"), combinator="xor"), "tree_combinator_unknown", ""),
        (group(rule("", ">", 1)), "tree_field_missing", "rules/0/field"),
        (group(rule("a) or (b", ">", 1)), "tree_field_invalid", "rules/0/field"),
        (group(rule("a + b", ">", 1)), "tree_field_invalid", "rules/0/field"),
        (group(rule("a", "~", 1)), "tree_operator_unknown", "rules/0/operator"),
        (group(rule("a", ["="], 1)), "tree_operator_unknown", "rules/0/operator"),
        (group(rule("a", ">")), "tree_value_missing", "rules/0/value"),
        (group(rule("a", "between", [1])), "tree_value_missing", "rules/0/value"),
        (group(rule("a", "in", [])), "tree_value_missing", "rules/0/value"),
        (group(rule("a", ">", {"date": 1})), "tree_value_invalid", "rules/0/value"),
        (group(rule("a", ">", {"date": "2008-02-30"})), "date_invalid", "rules/0/value"),
        (group(rule("a", ">", float("nan"))), "tree_value_invalid", "rules/0/value"),
        (group(rule("a", ">", 10**400)), "tree_value_invalid", "rules/0/value"),
        (group(rule("a", ">", "b or c", "field")), "tree_field_invalid", "rules/0/value"),
        (group(rule("a", ">", 1, "code")), "tree_value_invalid", "rules/0/value"),
        (group(rule("", "expression", "a >")), "syntax_unfinished", "rules/0/value"),
        (group(rule("a", "=", "\x00")), "string_invalid", ""),
        (group(*[rule("a", "isTrue")] * 700), "tree_too_large", ""),
    ],
)
def test_a_tree_that_is_none_is_refused_with_its_place(query, code, path):
    with pytest.raises(TreeInvalid) as refused:
        query_text(query)
    assert [(found.code, found.path) for found in refused.value.problems] == [(code, path)]


def test_a_tree_too_deep_is_refused_before_it_is_walked():
    query = group(rule("a", "isTrue"))
    for _level in range(100_000):
        query = group(query)
    with pytest.raises(TreeInvalid, match="32 levels"):
        query_text(query)


def test_every_problem_is_told_at_once():
    with pytest.raises(TreeInvalid) as refused:
        query_text(group(rule("", ">", None), rule("a", ">", None)))
    assert {found.path for found in refused.value.problems} == {"rules/0/field", "rules/0/value", "rules/1/value"}


WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from([*OPERATORS, "a"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["rules", "combinator", "not", "field", "operator", "value", "valueSource", "date"]),
            inner,
            max_size=6,
        )
        | st.builds(lambda rules: group(*rules), st.lists(inner, max_size=3))
        | st.builds(rule, st.just("a"), st.sampled_from([*OPERATORS, "expression"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(WILD)
def test_whatever_is_sent_becomes_a_text_or_coded_problems(query):
    try:
        text = query_text(query)
    except TreeInvalid as refused:
        assert all(found.code and found.message_zh for found in refused.problems)
    else:
        assert parse(text) == query_node(query_of(parse(text)))
