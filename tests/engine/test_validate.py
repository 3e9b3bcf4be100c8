"""Validation: every problem of a document at once, coded and placed."""

import pytest

from rules.engine.document import document_read
from rules.engine.program import compile_program
from rules.engine.reading import DocumentInvalid
from rules.engine.validate import validate
from tests.factories.rule_documents import APPROVE_ALL, GRADES, OFFER, catalogue, content, offer_table, parameter, rule


def found(product="instalment", stage="PRE_LOAN", **sections):
    """(path, code) of every problem of a document with these sections."""
    document = document_read(content(**sections))
    problems = validate(document, catalogue(), product=product, stage=stage)
    assert all(entry.message_en and entry.message_zh for entry in problems)
    return {(entry.path, entry.code) for entry in problems}


def test_a_sound_document_has_no_problem():
    rows = tuple(([f'"{grade["grade"]}"', "-"], ["amount_minor", "0.1", "60"]) for grade in GRADES)
    sections = {
        "parameters": [parameter("floor", 1000)],
        "rules": [rule("LOW", "income < floor", "DECLINE"), APPROVE_ALL],
        "tables": [offer_table(*rows)],
        "grades": GRADES,
        "offer": OFFER,
        "cases": [{"name": "c", "inputs": {"income": 5}, "expect": {"outcome": "DECLINE", "hits": ["LOW"]}}],
    }
    assert found(**sections) == set()


def test_problems_of_texts_carry_the_path_and_the_position():
    document = document_read(content(rules=[rule("A", "incme > 3 and", "APPROVE"), rule("B", "incme > 3", "APPROVE")]))
    first, second = validate(document, catalogue(), product="instalment", stage="PRE_LOAN")
    assert (first.path, first.code, first.position.start) == ("rules/0/when", "syntax_unfinished", 13)
    assert (second.path, second.code, second.position.end) == ("rules/1/when", "unknown_name_nearest", 5)


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"parameters": [parameter("p", 2_000_000)]}, ("parameters/0/value", "parameter_out_of_range")),
        ({"parameters": [parameter("p", 1, minimum=None)]}, ("parameters/0", "parameter_range_missing")),
        ({"parameters": [parameter("p", 1, minimum=5, maximum=2)]}, ("parameters/0", "parameter_range_empty")),
        ({"parameters": [parameter("p", 1.5, type="integer")]}, ("parameters/0/value", "parameter_type_wrong")),
        ({"parameters": [parameter("p", 1)]}, ("parameters/0", "parameter_unused")),
        ({"parameters": [parameter("p", 1), parameter("p", 2)]}, ("parameters/1/name", "name_duplicate")),
        ({"parameters": [parameter("income", 1)]}, ("parameters/0/name", "name_is_variable")),
        ({"parameters": [parameter("pd", 1)]}, ("parameters/0/name", "name_reserved")),
        ({"parameters": [parameter("then", 1)]}, ("parameters/0/name", "name_reserved")),
        ({"parameters": [parameter("p", 1, zh=" ")]}, ("parameters/0", "label_missing")),
        ({"rules": [APPROVE_ALL, APPROVE_ALL]}, ("rules/1/code", "name_duplicate")),
        ({"rules": [rule("outcome", "true", "APPROVE")]}, ("rules/0/code", "code_reserved")),
        ({"rules": [rule("annual_rate", "true", "APPROVE")]}, ("rules/0/code", "code_reserved")),
        ({"rules": [rule("R", "true", "REFER", then={"reason": ""})]}, ("rules/0/then/reason", "reason_missing")),
        ({"rules": [rule("R", "true", "REFER", then={"reason": "X"})]}, ("rules/0/then/reason", "reason_unknown")),
        ({"rules": [rule("R", "true", "BLUE", then={"reason": "X"})]}, ("rules/0/then/outcome", "outcome_unknown")),
        ({"rules": [rule("R", "true")]}, ("rules/0/then", "rule_does_nothing")),
        ({"rules": [rule("R", "1 > 2", "REFER")]}, ("rules/0/when", "condition_never_true")),
        ({"rules": [rule("R", "income + 1", "REFER")]}, ("rules/0/when", "type_mismatch")),
        ({"rules": [rule("R", 'purpose = "BOAT"', "REFER")]}, ("rules/0/when", "unknown_code")),
        ({"rules": [rule("R", 'grade = "Z"', "REFER")], "grades": GRADES}, ("rules/0/when", "unknown_code")),
        ({"rules": [rule("R", "age < 18", "DECLINE")]}, ("rules/0/when", "prohibited_basis")),
        ({"rules": [rule("R", "true", "REFER")]}, ("rules", "nothing_approves")),
        ({"default_outcome": ""}, ("default_outcome", "default_outcome_missing")),
        ({"default_outcome": "APPROVE"}, ("default_outcome", "default_outcome_approves")),
        ({"default_outcome": "MAYBE"}, ("default_outcome", "outcome_unknown")),
        ({"grades": [GRADES[1], GRADES[0], GRADES[2]]}, ("grades/1/max_pd", "grades_not_increasing")),
        ({"grades": GRADES[:2]}, ("grades/1/max_pd", "grades_do_not_cover")),
        ({"offer": OFFER}, ("offer/table", "table_unknown")),
        ({"product": "card"}, ("product", "product_mismatch")),
        ({"stage": "POST_LOAN", "default_outcome": "NONE"}, ("stage", "stage_mismatch")),
        ({"cases": [{"name": "c", "inputs": {"x": 1}, "expect": {}}]}, ("cases/0/inputs/x", "case_input_unknown")),
        (
            {"cases": [{"name": "c", "inputs": {"age": 1.5}, "expect": {}}]},
            ("cases/0/inputs/age", "case_input_wrong"),
        ),
        (
            {"cases": [{"name": "c", "inputs": {}, "expect": {"hits": ["Z"]}}]},
            ("cases/0/expect/hits", "case_rule_unknown"),
        ),
    ],
)
def test_a_problem_is_found_at_its_place(sections, expected):
    assert expected in found(**sections)


def test_a_prohibited_basis_is_found_behind_derived_variables_and_let_through_with_its_law():
    derived = [
        {"name": "at_end", "en": "a", "zh": "a", "expression": "age + term_months / 12"},
        {"name": "later", "en": "l", "zh": "l", "expression": "at_end + 1"},
    ]
    risky = rule("MAT", "later > 75", "REFER")
    assert ("rules/0/when", "prohibited_basis") in found(derived=derived, rules=[risky, APPROVE_ALL])
    lawful = {**risky, "legal_basis": "Civil Code, maturity age"}
    assert found(derived=derived, rules=[lawful, APPROVE_ALL]) == set()


def test_an_offer_must_not_be_priced_by_a_prohibited_basis():
    table = offer_table((["-", "-"], ["if age > 60 then 1 else 2", "0.1", "12"]))
    assert ("tables/0", "prohibited_basis_in_table") in found(tables=[table], offer=OFFER)


def test_the_offer_table_must_give_every_grade_that_can_be_approved_a_row():
    table = offer_table((['"A"', "-"], ["1", "0.1", "12"]), (['"B"', "> 5"], ["1", "0.1", "12"]))
    sections = {"tables": [table], "offer": OFFER, "grades": GRADES}
    assert ("grades/2", "offer_grade_missing") in found(**sections)
    cut = rule("CUT", "pd > 0.2", "DECLINE")
    assert found(**sections, rules=[cut, APPROVE_ALL]) == {("tables/0/rows", "offer_gap")}
    poor = rule("POOR", "income <= 5", "DECLINE")
    assert found(**sections, rules=[cut, poor, APPROVE_ALL]) == set()


def test_wrong_tables_are_found_cell_by_cell():
    table = offer_table((['"Q"', "> purpose"], ["1", '"x"', "12"]), (["-"], ["1", "2"]))
    problems = found(tables=[table], offer=OFFER, grades=GRADES)
    assert {
        ("tables/0/rows/0/when/0", "unknown_code"),
        ("tables/0/rows/0/when/1", "incomparable_types"),
        ("tables/0/rows/0/then/1", "type_mismatch"),
        ("tables/0/rows/1/when", "cell_count_wrong"),
        ("tables/0/rows/1/then", "cell_count_wrong"),
    } <= problems


def test_patterns_are_judged_by_the_pattern_compiler():
    pattern = {
        "code": "P",
        "label_en": "p",
        "label_zh": "p",
        "steps": [
            {"as": "a", "event": "application"},
            {"as": "b", "event": "decline", "where": "b.nonsense = a.phone_key"},
        ],
        "within": "7 days",
        "then": {"outcome": "REFER", "reason": "INCOME_LOW"},
    }
    paths = {path for path, _ in found(patterns=[pattern])}
    assert {"patterns/0/within", "patterns/0/steps/1/where"} <= paths


def test_what_validation_calls_an_error_is_never_compiled():
    for rules in ([rule("R", "incme > 3", "REFER")], [rule("R", "true", "MAYBE")], [APPROVE_ALL, APPROVE_ALL]):
        with pytest.raises(DocumentInvalid):
            compile_program(document_read(content(rules=rules)), catalogue(), product="instalment", stage="PRE_LOAN")
