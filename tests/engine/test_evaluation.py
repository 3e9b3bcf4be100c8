"""What a compiled rule set decides, and what its evaluation tells."""

import math

import pytest

from rules.engine.patterns import PatternHit
from rules.engine.program import EvaluationFailed, ScoreInput
from rules.engine.reasons import reasons_of
from tests.factories.rule_documents import APPROVE_ALL, GRADES, content, parameter, program, rule, variable


def test_the_most_severe_hit_wins_whatever_the_order():
    rules = [rule("D", "income < 10", "DECLINE"), rule("R", "income < 20", "REFER"), APPROVE_ALL]
    for order in (rules, rules[::-1]):
        made = program(rules=order)
        assert [made.evaluate({"income": income}).outcome for income in (9, 15, 25)] == ["DECLINE", "REFER", "APPROVE"]


def test_it_refers_when_income_is_missing():
    made = program(rules=[rule("D", "income < 10", "DECLINE"), APPROVE_ALL])
    for values in ({}, {"income": None}, {"income": math.nan}, {"income": math.inf}):
        evaluation = made.evaluate(values)
        assert evaluation.outcome == "REFER"
        assert evaluation.unknown == ["D"]
        assert evaluation.missing == ["income"]
        assert reasons_of(evaluation) == ["REQUIRED_INFORMATION_MISSING"]


def test_an_unknown_rule_may_be_ignored_when_it_says_so():
    made = program(rules=[rule("D", "income < 10", "DECLINE", on_unknown="ignore"), APPROVE_ALL])
    evaluation = made.evaluate({})
    assert evaluation.outcome == "APPROVE"
    assert evaluation.unknown == ["D"]
    assert reasons_of(evaluation) == []


def test_what_is_known_decides_although_something_is_missing():
    made = program(rules=[rule("D", "income < 10 or is_student", "DECLINE"), APPROVE_ALL])
    assert made.evaluate({"is_student": True}).outcome == "DECLINE"
    assert made.evaluate({"is_student": False}).outcome == "REFER"
    assert made.evaluate({"is_student": False, "income": 11}).outcome == "APPROVE"


def test_without_a_hit_the_default_outcome_holds():
    evaluation = program(rules=[rule("A", "income > 10", "APPROVE")]).evaluate({"income": 1})
    assert (evaluation.outcome, evaluation.is_default, reasons_of(evaluation)) == ("REFER", True, ["NO_RULE_APPLIED"])


def test_a_rule_that_is_switched_off_is_not_there():
    evaluation = program(rules=[rule("D", "true", "DECLINE", enabled=False), APPROVE_ALL]).evaluate({})
    assert (evaluation.outcome, list(evaluation.truths)) == ("APPROVE", ["OK"])


def test_the_trace_tells_truth_values_threshold_and_distance_of_every_rule():
    made = program(
        parameters=[parameter("floor", 1000)],
        derived=[{"name": "burden", "en": "b", "zh": "b", "expression": "amount_minor / income"}],
        rules=[
            rule("LOW", "income < floor", "DECLINE"),
            rule("BURDEN", 'burden > 0.4 or purpose = "CAR" and not(income between 5 and 7)', "REFER"),
            rule("STUDENT", "is_student", "REFER"),
            APPROVE_ALL,
        ],
    )
    low, burden, student, ok = made.evaluate({"income": 990.0, "amount_minor": 99, "purpose": "HOME"}).rule_traces()
    assert (low.truth, low.values) == ("true", {"income": 990.0})
    assert [(c.text, c.operator, c.value, c.threshold, c.distance) for c in low.comparisons] == [
        ("income < floor", "<", 990.0, 1000.0, -10.0)
    ]
    assert (burden.truth, burden.values) == ("false", {"burden": 0.1, "purpose": "HOME", "income": 990.0})
    assert [(c.threshold, c.distance) for c in burden.comparisons] == [(0.4, 0.1 - 0.4), (5.0, 985.0), (7.0, 983.0)]
    assert (student.truth, student.values, student.comparisons) == ("unknown", {"is_student": None}, [])
    assert ok.truth == "true"


def test_the_trace_survives_a_way_through_json():
    import json

    made = program(rules=[rule("LOW", "income < 10", "DECLINE"), rule("S", "is_student", "REFER"), APPROVE_ALL])
    evaluation = made.evaluate({"income": 4.5})
    assert made.trace_read(json.loads(json.dumps(evaluation.trace_json()))) == evaluation.rule_traces()


def test_grades_hold_pds_up_to_and_including_their_highest():
    made = program(grades=GRADES)
    grades = [made.evaluate({}, score=ScoreInput(pd)).grade for pd in (0.0, 0.05, math.nextafter(0.05, 1), 0.2, 1.0)]
    assert grades == ["A", "A", "B", "B", "C"]
    assert made.evaluate({}, score=ScoreInput(None)).grade is None
    assert made.evaluate({}, score=ScoreInput(math.nan)).grade is None
    assert made.evaluate({}).grade is None


def test_a_score_cut_off_gives_the_models_reasons_not_its_own():
    made = program(
        derived=[{"name": "risk", "en": "r", "zh": "r", "expression": "pd * 2"}],
        rules=[
            rule("CUT", "risk > 0.4", "DECLINE", then={"reason": "INCOME_LOW"}),
            rule("LOW", "income < 10", "REFER", then={"reason": "TOO_YOUNG"}),
            APPROVE_ALL,
        ],
    )
    evaluation = made.evaluate({"income": 1}, score=ScoreInput(0.3))
    assert (evaluation.outcome, evaluation.score_cut_offs, reasons_of(evaluation)) == (
        "DECLINE",
        ["CUT"],
        ["TOO_YOUNG"],
    )


def test_reasons_come_most_severe_first_and_once():
    made = program(
        rules=[
            rule("R", "income < 10", "REFER", then={"reason": "TOO_YOUNG"}),
            rule("D", "income < 10", "DECLINE", then={"reason": "INCOME_LOW"}),
            rule("D2", "income < 20", "DECLINE", then={"reason": "INCOME_LOW"}),
            rule("U", "is_student", "REFER"),
        ]
    )
    assert reasons_of(made.evaluate({"income": 1})) == ["INCOME_LOW", "TOO_YOUNG", "REQUIRED_INFORMATION_MISSING"]


def test_pattern_hits_count_like_rules():
    hit = PatternHit("P", "DECLINE", "TOO_YOUNG", [1, 2])
    evaluation = program().evaluate({}, pattern_hits=[hit])
    assert (evaluation.outcome, reasons_of(evaluation), evaluation.hits) == ("DECLINE", ["TOO_YOUNG"], ["OK"])


def test_a_pattern_that_approves_gives_no_reason():
    evaluation = program().evaluate({}, pattern_hits=[PatternHit("P", "APPROVE", "TOO_YOUNG", [1, 2])])
    assert (evaluation.outcome, reasons_of(evaluation)) == ("APPROVE", [])


def test_points_are_added_and_settings_overridden_by_later_rules():
    made = program(
        rules=[
            rule("ONE", "income > 1", then={"points": 10, "set": {"queue": "a"}}),
            rule("TWO", "income > 2", then={"points": -2.5, "set": {"queue": "b"}}),
            rule("NOT", "income > 9", then={"points": 100, "set": {"queue": "c"}}),
        ]
    )
    evaluation = made.evaluate({"income": 5})
    assert (evaluation.points, evaluation.settings) == (7.5, {"queue": "b"})


def test_post_loan_levels_work_the_same_way():
    sections = content(
        stage="POST_LOAN",
        default_outcome="NONE",
        rules=[
            rule("Y", "income < 10", "YELLOW", then={"reason": "INCOME_LOW"}),
            rule("R", "income < 5", "RED", then={"reason": "INCOME_LOW"}),
        ],
    )
    made = program(**sections)
    assert [made.evaluate({"income": income}).outcome for income in (4, 7, 12)] == ["RED", "YELLOW", "NONE"]
    assert made.evaluate({}).outcome == "BLUE"
    assert reasons_of(made.evaluate({"income": 12})) == []


@pytest.mark.parametrize("values", [{"income": "12"}, {"income": [1]}, {"purpose": ["CAR"]}])
def test_a_value_of_a_wrong_type_is_refused_not_guessed(values):
    made = program(rules=[rule("L", 'income < 10 and purpose in ["CAR", "HOME"]', "DECLINE"), APPROVE_ALL])
    with pytest.raises(EvaluationFailed):
        made.evaluate({"income": 5, "purpose": "CAR", **values})


def test_the_twin_a_rule_set_that_ignores_the_unknown_would_approve():
    strict = program(rules=[rule("D", "income < 10", "DECLINE"), APPROVE_ALL])
    lenient = program(rules=[rule("D", "income < 10", "DECLINE", on_unknown="ignore"), APPROVE_ALL])
    assert (strict.evaluate({}).outcome, lenient.evaluate({}).outcome) == ("REFER", "APPROVE")


def test_names_of_variables_cannot_reach_into_the_generated_source():
    made = program(variable("values"), variable("level"), rules=[rule("D", "values > level", "DECLINE"), APPROVE_ALL])
    assert made.evaluate({"values": 2, "level": 1}).outcome == "DECLINE"
    assert made.evaluate({"values": 1, "level": 2}).outcome == "APPROVE"
