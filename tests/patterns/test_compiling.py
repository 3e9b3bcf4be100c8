"""What a pattern may say, and every problem with one that says something else."""

import pytest

from rules.engine.patterns import Fact, FactInvalid, PatternInvalid, compile_patterns, pattern_compile
from rules.engine.patterns.compile import within_seconds
from rules.engine.patterns.compiled import Condition
from rules.engine.patterns.facts import facts_check
from rules.engine.patterns.messages import MESSAGES
from tests.factories.patterns import pattern_source

FIRST = ("a", "application", "")


def codes(*steps, **other):
    return [problem.code for problem in pattern_compile(pattern_source(*steps, **other))[1]]


def codes_of_where(where):
    return codes(FIRST, ("b", "decline", where))


def test_every_problem_of_every_pattern_is_reported_with_its_place():
    patterns = [
        pattern_source(("a", "wedding", ""), ("a", "decline", "b.x = 1"), within="7 days"),
        pattern_source(FIRST),
    ]
    with pytest.raises(PatternInvalid) as refused:
        compile_patterns(patterns)
    found = [(problem["code"], problem["path"]) for problem in refused.value.facts["problems"]]
    assert found == [
        ("pattern_within_invalid", "patterns/0/within"),
        ("pattern_event_unknown", "patterns/0/steps/0/event"),
        ("pattern_alias_repeated", "patterns/0/steps/1/as"),
        ("pattern_step_unknown", "patterns/0/steps/1/where"),
        ("pattern_step_count", "patterns/1/steps"),
    ]


def test_a_problem_in_a_condition_has_its_position_and_both_languages():
    problem = pattern_compile(pattern_source(FIRST, ("b", "decline", "b.colour = a.source")))[1][0]
    assert (problem.position.start, problem.position.end) == (0, 8)
    assert "colour" in problem.message_en
    assert "colour" in problem.message_zh


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("b.customer = a.customer and", ["syntax_unfinished"]),
        ("b.customer = a.customer or b.loan = a.loan", ["pattern_condition_unsupported"]),
        ("not(b.customer = a.customer)", ["pattern_condition_unsupported"]),
        ("b.at - a.at < 5", ["pattern_condition_unsupported"]),
        ("b.customer", ["pattern_condition_unsupported"]),
        ("c.customer = a.customer", ["pattern_step_unknown"]),
        ("customer = a.customer", ["pattern_step_unknown"]),
        ("b.name = a.customer", ["pattern_field_unknown"]),
        ("a.customer = a.loan", ["pattern_own_field_missing"]),
        ("b.customer = b.loan", ["pattern_own_field_missing"]),
        ("1 = 1", ["pattern_own_field_missing"]),
        ("b.amount_minor = a.customer", ["pattern_types_differ"]),
        ("b.customer = 5", ["pattern_types_differ"]),
        ('b.amount_minor > "5"', ["pattern_types_differ"]),
        ("b.customer < a.customer", ["pattern_order_of_texts"]),
        ("b.at > 5", ["pattern_time_with_constant"]),
        ("b.amount_minor > 0.5", ["pattern_constant_invalid"]),
        ("b.amount_minor > 1e30", ["pattern_constant_invalid"]),
        ("b.amount_minor = null", ["pattern_constant_invalid"]),
        ('b.category = ""', ["pattern_constant_invalid"]),
        (" and ".join(["b.loan = a.loan"] * 9), ["pattern_condition_count"]),
        ("d.x = 1 and b.at > 5", ["pattern_step_unknown", "pattern_time_with_constant"]),
    ],
)
def test_it_refuses_what_it_cannot_match(where, expected):
    assert codes_of_where(where) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("a.customer = b.customer", [Condition("customer", "=", None, 0, "customer")]),
        ("a.amount_minor < b.amount_minor", [Condition("amount_minor", ">", None, 0, "amount_minor")]),
        (
            'b.category = "broker" and (b.at > a.at)',
            [Condition("category", "=", "broker"), Condition("at", ">", None, 0, "at")],
        ),
        ("-5 <= b.amount_minor", [Condition("amount_minor", ">=", -5)]),
        ("b.amount_minor between 1 and 3", [Condition("amount_minor", ">=", 1), Condition("amount_minor", "<=", 3)]),
        ("b.phone_key = a.device_key", [Condition("phone_key", "=", None, 0, "device_key")]),
        ("", []),
    ],
)
def test_it_reads_conjunctions_of_comparisons(where, expected):
    compiled, problems = pattern_compile(pattern_source(FIRST, ("b", "decline", where)))
    assert problems == []
    assert list(compiled.steps[1].conditions) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("P7D", 604_800), ("PT1S", 1), ("P1W2DT3H4M5S", 788_645), ("PT12H", 43_200), ("P3660D", 316_224_000)]
    + [(text, None) for text in ("", "P", "PT", "7D", "P0D", "P1M", "P1Y", "P-1D", "P1.5D", "P3661D", "P７D", "P7D ")],
)
def test_spans_of_time(text, seconds):
    assert within_seconds(text) == seconds


def test_the_name_changes_with_what_matches_and_not_with_what_follows():
    def name(**other):
        return pattern_compile(pattern_source(FIRST, ("b", "decline", ""), **other))[0].name

    assert name() == name(then={"outcome": "DECLINE", "reason": "X"}, label_en="Other")
    assert name() != name(within="P8D")
    assert name() != name(code="other")


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": 1.0},
        {"at": True},
        {"amount_minor": 1e-05},
        {"amount_minor": 2**62},
        {"customer": None},
        {"source": "x" * 81},
    ],
)
def test_a_fact_of_the_wrong_type_is_refused(wrong):
    with pytest.raises(FactInvalid):
        facts_check([Fact(**{"id": 1, "kind": "decline", "at": 0, **wrong})])


def test_two_contents_under_one_id_are_refused_and_two_copies_are_one():
    one = Fact(id=1, kind="decline", at=0)
    assert facts_check([one, Fact(id=1, kind="decline", at=0)]) == [one]
    with pytest.raises(FactInvalid):
        facts_check([one, Fact(id=1, kind="decline", at=1)])


def test_every_problem_is_worded_in_both_languages():
    assert all(english and chinese and english != chinese for english, chinese in MESSAGES.values())
