"""Cases with events and tables, what cases reach, and the cases the machine adds."""

import pytest

from rules.engine import certify as certify_module
from rules.engine.case_making import boundary_cases, case_reaching
from rules.engine.cases import run_cases
from rules.engine.certify import certify
from rules.engine.certify_patterns import certify_patterns
from rules.engine.coverage import Goal, coverage_of
from rules.engine.document import document_read
from rules.engine.patterns import reference
from rules.engine.program import compile_program
from rules.engine.validate import validate
from tests.factories.rule_documents import APPROVE_ALL, catalogue, content, rule

SHARED_PHONE = {
    "code": "SHARED",
    "label_en": "Shared phone",
    "label_zh": "共用电话",
    "within": "P7D",
    "then": {"outcome": "REFER", "reason": "PERSON_REVIEW"},
    "steps": [
        {"as": "first", "event": "application"},
        {"as": "second", "event": "application",
         "where": "second.phone_key = first.phone_key and second.customer != first.customer"},
    ],
}  # fmt: skip
OTHER = {"kind": "application", "seconds_before": 86_400, "phone_key": "A", "customer": "B"}
OWN = {"kind": "application", "seconds_before": 0, "phone_key": "A"}
TABLE = {
    "name": "band",
    "inputs": [{"expression": "income"}],
    "outputs": [{"name": "level"}],
    "rows": [{"when": ["< 100"], "then": ["1"]}, {"when": [">= 100"], "then": ["2"]}],
}
CARD = {
    "name": "card",
    "characteristics": [
        {"name": "years", "expression": "age", "missing_points": 0.0,
         "bins": [{"when": "< 30", "points": 1.0}, {"when": ">= 30", "points": 2.0}]},
    ],
}  # fmt: skip
NEVER = Goal("threshold", "BAND", 0, "below")
"""The table gives nothing below 1."""
RULES = [
    rule("LOW", "income < 1000", "DECLINE"),
    rule("BAND", "band = 1 or card > 1", "REFER", legal_basis="a test"),
    APPROVE_ALL,
]


def made(**sections):
    document = document_read(content(**{"rules": RULES, "tables": [TABLE], "scorecards": [CARD], **sections}))
    return compile_program(document, catalogue(), product=document.product, stage=document.stage)


def case(name="a case", expect=None, **fields):
    return {"name": name, "inputs": {"income": 5_000.0, "age": 25.0}, "expect": expect or {}, "pd": 0.1, **fields}


def outcome_of(program):
    return run_cases(program, program.document)[0]


def test_a_case_with_events_meets_the_patterns():
    with_events = made(patterns=[SHARED_PHONE], cases=[case(events=[OTHER, OWN], expect={"outcome": "REFER"})])
    assert outcome_of(with_events).is_passed
    without = made(patterns=[SHARED_PHONE], cases=[case(events=[OWN], expect={"outcome": "REFER"})])
    assert not outcome_of(without).is_passed


def test_a_case_tells_what_tables_and_scorecards_must_give():
    assert outcome_of(made(cases=[case(expect={"tables": {"band": 2.0, "card": 1.0}})])).is_passed
    failed = outcome_of(made(cases=[case(expect={"tables": {"band": 1.0}})]))
    assert [(found.field, found.found) for found in failed.differences] == [("tables", {"band": 2.0})]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"events": [{**OWN, "kind": "birthday"}]}, "case_event_unknown"),
        ({"expect": {"tables": {"bend": 1.0}}}, "case_table_unknown"),
    ],
)
def test_what_a_case_names_must_exist(fields, code):
    document = made(cases=[case(**fields)]).document
    found = {entry.code for entry in validate(document, catalogue(), product="instalment", stage="PRE_LOAN")}
    assert code in found


def test_coverage_tells_what_cases_reach():
    program = made(patterns=[SHARED_PHONE], cases=[case(events=[OTHER, OWN])])
    counts = coverage_of(program, program.document.cases).counts
    assert counts[Goal("rule", "LOW", 0, "false")] == 1 and counts[Goal("rule", "LOW", 0, "true")] == 0
    assert counts[Goal("threshold", "LOW", 0, "above")] == 1 and counts[Goal("threshold", "LOW", 0, "at")] == 0
    assert counts[Goal("row", "band", 1)] == 1 and counts[Goal("row", "band", 0)] == 0
    assert counts[Goal("bin", "card.years", 0)] == 1 and counts[Goal("bin", "card.years", -1)] == 0
    assert counts[Goal("pattern", "SHARED")] == 1
    assert coverage_of(program, []).reached == 0


def test_boundary_cases_reach_every_side_of_every_threshold_and_pass():
    program = made()
    added = boundary_cases(program, catalogue())
    assert {entry.origin for entry in added} == {"boundary"}
    assert all(entry.zh and entry.name for entry in added)
    assert len({entry.name for entry in added}) == len(added)
    after = made(cases=[{**case(), **entry} for entry in _plain(added)])
    missing = coverage_of(after, after.document.cases, catalogue()).missing
    assert [goal for goal in missing if goal.kind == "threshold"] == [NEVER]
    assert all(result.is_passed for result in run_cases(after, after.document))
    assert boundary_cases(after, catalogue()) == []


def test_boundary_cases_are_named_by_the_rule_and_its_threshold_in_words():
    names = {(entry.name, entry.zh) for entry in boundary_cases(made(), catalogue())}
    assert ("LOW: exactly at income < 1,000", "LOW：恰好等于「income < 1,000」的阈值") in names
    assert all(len(name) <= 200 and len(zh) <= 200 for name, zh in names)
    assert len({zh for _, zh in names}) == len(names)


def _plain(cases):
    from rules.engine.case_making import cases_json

    return cases_json(cases)


def test_a_case_is_found_for_each_goal_but_patterns():
    program = made(patterns=[SHARED_PHONE])
    for goal in coverage_of(program, [], catalogue()).missing:
        found = case_reaching(program, catalogue(), goal)
        assert (found is None) == (goal.kind == "pattern" or goal == NEVER), goal
        if found is not None:
            assert coverage_of(program, [found]).counts[goal] == 1


def test_sides_of_thresholds_beyond_the_catalogue_are_no_goals():
    program = made(rules=[rule("LOW", "income <= 0", "DECLINE"), APPROVE_ALL])
    below = Goal("threshold", "LOW", 0, "below")
    assert below in coverage_of(program, []).counts
    assert below not in coverage_of(program, [], catalogue()).counts


def test_certification_compares_tables_scorecards_and_history():
    program = made(cases=[case()])
    past = certify_module.frame_of(program, [{"income": 150.0, "age": 31.0}] * 7)
    report = certify(program.document, catalogue(), product="instalment", stage="PRE_LOAN", history=past)
    assert report.is_passed and report.from_history == 7 and report.evaluations >= 10_000


def test_an_executor_that_differs_on_a_table_fails_certification(monkeypatch):
    """The twin: a wrong total of a scorecard is seen."""
    from rules.engine.columns import ColumnProgram

    right = ColumnProgram.computed
    monkeypatch.setattr(ColumnProgram, "computed", lambda self, frame: right(self, frame).with_columns(card=1.5))
    report = certify(made().document, catalogue(), product="instalment", stage="PRE_LOAN", evaluations=50)
    assert {found.field for found in report.differences} == {"card"}


def test_patterns_are_held_to_their_reference(monkeypatch):
    patterns = made(patterns=[SHARED_PHONE]).document.patterns
    agreements, problems = certify_patterns(patterns)
    assert problems == [] and agreements[0].matched > 3 and agreements[0].bindings > 5
    monkeypatch.setattr(reference, "match", lambda *arguments: [])
    agreements, problems = certify_patterns(patterns)
    assert [found.code for found in problems] == ["pattern_engines_differ"] and agreements[0].differing > 3
