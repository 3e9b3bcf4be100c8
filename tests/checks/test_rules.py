"""Static checks of rules, each with a document it warns of and one it leaves in peace."""

from datetime import date

import pytest

from rules.engine.validate import validate
from scoring.profiles import Profile
from tests.factories.rule_documents import catalogue, document, parameter, rule, variable

OK = rule("OK", "pd <= 0.5", "APPROVE")
RATE = variable("rate", minimum=0, maximum=1)
SEEN = Profile(
    count=1_000,
    missing_share=0.0,
    minimum=250.0,
    maximum=20_000.0,
    source_en="a file",
    source_zh="文件",
    as_of=date(2026, 1, 1),
)


def findings(*rules, profiles=None, **sections):
    parts = document(rules=[OK, *rules], **sections)
    return validate(parts, catalogue(RATE), product="instalment", stage="PRE_LOAN", profiles=profiles)


def codes(*rules, **sections):
    return {entry.code for entry in findings(*rules, **sections)}


@pytest.mark.parametrize(
    ("code", "red", "green"),
    [
        ("condition_never_true", "income > 100000", "income > 99999"),
        ("condition_never_true", "income < 5 and income > 9", "income < 5 or income > 9"),
        ("condition_never_true", "1 > 2", "income > 2"),
        ("condition_never_true", 'purpose = "CAR" and purpose = "HOME"', 'purpose = "CAR" and income < 5'),
        ("condition_always_true", "income >= 0", "income > 0"),
        ("condition_always_true", "is_student or not(is_student)", "is_student"),
        ("equality_computed", "rate * 3 = 0.3", "rate * 3 >= 0.3"),
        ("equality_computed", "amount_minor / 3 in [1, 2]", "amount_minor * 3 in [1, 2]"),
        ("equality_computed", "rate * 2 != rate", "rate = 0.3"),
        ("score_band_gap", "pd > 0.6", "pd > 0.5"),
    ],
)
def test_it_warns_of_one_and_leaves_the_other(code, red, green):
    assert code in codes(rule("R", red, "REFER"))
    assert code not in codes(rule("R", green, "REFER"))


def test_a_rule_that_repeats_another_is_told():
    found = next(
        entry
        for entry in findings(rule("A", "income < 5", "REFER"), rule("B", "not(income >= 5)", "DECLINE"))
        if entry.code == "rule_duplicate"
    )
    assert found.path == "rules/2/when" and "rule A" in found.message_en
    assert "rule_duplicate" not in codes(rule("A", "income < 5", "REFER"), rule("B", "income < 6", "DECLINE"))


def test_a_rule_behind_a_more_severe_one_is_told():
    wide, narrow = "income < 50", "income < 40 and is_student"
    told = findings(rule("WIDE", wide, "DECLINE"), rule("NARROW", narrow, "REFER"))
    found = next(entry for entry in told if entry.code == "rule_unreachable")
    assert found.path == "rules/2/when" and "decline" in found.message_en and "拒绝" in found.message_zh
    assert "rule_unreachable" not in codes(rule("WIDE", wide, "REFER"), rule("NARROW", narrow, "DECLINE"))
    assert "rule_unreachable" not in codes(
        rule("WIDE", wide, "DECLINE", enabled=False), rule("NARROW", narrow, "REFER")
    )
    assert "rule_unreachable" not in codes(
        rule("WIDE", "income < 50 and rate > 0", "DECLINE"), rule("NARROW", narrow, "REFER")
    )


def test_a_rule_that_adds_points_is_not_pointless():
    extra = rule("NARROW", "income < 40", "REFER", then={"points": 5.0})
    assert "rule_unreachable" not in codes(rule("WIDE", "income < 50", "DECLINE"), extra)


def test_a_threshold_nobody_ever_reached_is_told_with_what_was_seen():
    found = next(
        e
        for e in findings(rule("R", "income > 90000", "REFER"), profiles={"income": SEEN})
        if e.code == "threshold_outside_observed"
    )
    assert "90,000" in found.message_en and "250 – 20,000" in found.message_en and "1,000" in found.message_zh
    assert "threshold_outside_observed" not in codes(rule("R", "income > 9000", "REFER"), profiles={"income": SEEN})
    assert "threshold_outside_observed" not in codes(rule("R", "income > 90000", "REFER"))
    legal = rule("R", "income > 90000", "REFER", legal_basis="a law")
    assert "threshold_outside_observed" not in codes(legal, profiles={"income": SEEN})


def test_thresholds_in_parameters_are_told_too():
    made = [parameter("most", 90_000)]
    assert "threshold_outside_observed" in codes(
        rule("R", "income > most", "REFER"), profiles={"income": SEEN}, parameters=made
    )


def test_adverse_rules_that_ignore_what_is_missing_are_told_together():
    found = [
        e
        for e in findings(
            rule("A", "income < 5", "REFER", on_unknown="ignore"),
            rule("B", "rate > 0.5", "DECLINE", on_unknown="ignore"),
        )
        if e.code == "unknown_ignored"
    ]
    assert len(found) == 1 and "(2)" in found[0].message_en and "A (income)" in found[0].message_en
    assert "unknown_ignored" not in codes(rule("A", "income < 5", "REFER"))
    assert "unknown_ignored" not in codes(
        rule("A", "coalesce(income, 0) < 5 and is defined(income)", "APPROVE", on_unknown="ignore")
    )


def test_what_nothing_reads_is_told():
    derived = [{"name": "half", "en": "Half", "zh": "一半", "expression": "income / 2"}]
    assert "derived_unused" in codes(derived=derived)
    assert "derived_unused" not in codes(rule("R", "half > 5", "REFER"), derived=derived)


def test_conditions_that_do_not_parse_do_not_stop_the_other_checks():
    assert {"condition_never_true", "unknown_name_nearest"} <= codes(
        rule("R", "incme > 5", "REFER"), rule("S", "income < 0", "REFER")
    )
