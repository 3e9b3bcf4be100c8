"""Each shipped trigger fires at its threshold and not below it, told alike for one loan and for a portfolio."""

import json
from pathlib import Path

import polars as pl
import pytest

from rules.engine.cases import case_evaluate, case_patterns
from rules.engine.certify import certify
from rules.engine.columns import DTYPES
from rules.engine.document import document_read
from rules.engine.program import compile_program
from rules.engine.validate import validate
from scoring.catalogue import catalogue_read
from scoring.variables import VariableSchema

DATA = Path(__file__).resolve().parents[2] / "data"
CATALOGUE = catalogue_read((DATA / "catalogue.json").read_bytes())
PRODUCTS = ["card", "instalment"]
TRIGGERS = [
    *("PD_JUMPED", "ENQUIRIES_ELSEWHERE", "NEW_LENDERS", "MISSED_ELSEWHERE", "MISSED_HERE", "LENDER_TO_LENDER"),
    *("INCOME_STOPPED", "INCOME_FELL", "NEGATIVE_BALANCE", "CASH_OUT", "GAMBLING_SPEND", "CONTACT_LOST"),
    *("DIVERSION_SUSPECTED", "DIVERSION_CONFIRMED", "GUARANTOR_IN_TROUBLE", "LINKED_IN_TROUBLE"),
    *("EMPLOYER_IN_SHOCK", "REGION_IN_SHOCK"),
]
PATTERNS = ["LENDER_INFLOW_THEN_PAID", "LENDER_INFLOW_REPEATED"]


def shipped(product):
    document = document_read((DATA / "rule_sets" / f"{product}-post-loan.json").read_bytes())
    return document, compile_program(document, CATALOGUE, product=product, stage="POST_LOAN")


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_trigger_has_a_case_at_its_threshold_and_one_just_below(product):
    document, program = shipped(product)
    cases = {case.name: case for case in document.cases}
    for code in TRIGGERS:
        at, below = cases[f"{code} fires at its threshold"], cases[f"{code} does not fire just below"]
        assert code in case_evaluate(program, at).hits
        assert code not in case_evaluate(program, below).hits
    patterns = case_patterns(document)
    for code in PATTERNS:
        assert case_evaluate(program, cases[f"{code} fires"], patterns).outcome != "NONE"
        assert case_evaluate(program, cases[f"{code} does not fire without its events"], patterns).outcome == "NONE"


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_portfolio_says_of_each_case_what_one_loan_says(product):
    document, program = shipped(product)
    types = {name: DTYPES[kind] for name, kind in program.plan.types.items()}
    rows = [{name: case.inputs.get(name) for name in types} | {"pd": case.pd} for case in document.cases]
    frame = pl.DataFrame(rows, schema={**types, "pd": pl.Float64})
    judged = program.evaluate_columns(frame)
    for place, case in enumerate(document.cases):
        truths = case_evaluate(program, case).hits
        assert {code for code in program.codes if judged[code][place]} == set(truths), case.name


@pytest.mark.parametrize("product", PRODUCTS)
def test_it_is_certified_and_nothing_is_wrong_with_it(product):
    document, _ = shipped(product)
    assert validate(document, CATALOGUE, product=product, stage="POST_LOAN") == []
    assert certify(document, CATALOGUE, product=product, stage="POST_LOAN", evaluations=300).is_passed


@pytest.mark.parametrize("product", PRODUCTS)
def test_our_own_checks_are_no_trigger(product):
    document, program = shipped(product)
    case = next(case for case in document.cases if case.name == "our own checks and applications are no sign")
    assert [event.kind for event in case.events] == ["application"] * 4
    assert case_evaluate(program, case, case_patterns(document)).outcome == "NONE"
    variables = CATALOGUE.of_product(product)
    counted = {variables[name].velocity.event for name in program.inputs if variables[name].velocity}
    assert "enquiry_elsewhere" in counted and not counted & {"application", "decline"}


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_only_reviews_read_costs_a_decision_nothing(product):
    schema = VariableSchema(CATALOGUE, product)
    only = {name for name, item in CATALOGUE.of_product(product).items() if item.is_for_reviews}
    assert {"loans_elsewhere_90d", "income_m0_minor", "previous_pd", "diversion_state"} <= only
    assert not only & {name for name, _ in schema.lookups.velocity}


def test_the_reasons_of_triggers_are_worded_in_both_languages():
    reasons = CATALOGUE.reasons_by_code()
    for product in PRODUCTS:
        document, _ = shipped(product)
        for item in (*document.rules, *document.patterns):
            reason = reasons[item.then.reason]
            assert reason.en and any("一" <= letter <= "鿿" for letter in reason.zh)


def test_the_shared_triggers_are_the_same_in_both_products():
    card, instalment = (
        json.loads((DATA / "rule_sets" / f"{product}-post-loan.json").read_text()) for product in PRODUCTS
    )
    rules = {rule["code"]: rule for rule in card["rules"]}
    assert all(rules[rule["code"]] == rule for rule in instalment["rules"] if rule["code"] in TRIGGERS)
