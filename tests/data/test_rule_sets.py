"""The starter rule sets: complete, readable in two languages, fair, and true to their own cases."""

from pathlib import Path

import msgspec
import pytest

from rules.engine.cases import case_evaluate, case_patterns
from rules.engine.document import RuleSetDocument, document_json, document_read
from rules.engine.patterns import compile_patterns
from rules.engine.program import compile_program
from rules.engine.validate import validate
from rules.language import names_in, parse
from scoring.catalogue import Catalogue, catalogue_read

DATA = Path(__file__).resolve().parents[2] / "data"
POLICIES = ["instalment-pre-loan", "card-pre-loan", "card-post-loan", "instalment-post-loan"]
CHINESE = range(0x4E00, 0x9FFF)


def catalogue() -> Catalogue:
    return catalogue_read((DATA / "catalogue.json").read_bytes())


def policy(name: str) -> RuleSetDocument:
    return document_read((DATA / "rule_sets" / f"{name}.json").read_bytes())


CASES = [pytest.param(name, case, id=f"{name}: {case.name}") for name in POLICIES for case in policy(name).cases]


@pytest.mark.parametrize("name", POLICIES)
def test_nothing_is_wrong_with_it(name):
    document = policy(name)
    found = validate(document, catalogue(), product=document.product, stage=document.stage)
    assert [problem for problem in found if problem.severity == "error"] == []


@pytest.mark.parametrize("name", POLICIES)
def test_it_is_a_policy_a_credit_officer_would_recognise(name):
    document = policy(name)
    assert f"{document.product}-{document.stage.lower().replace('_', '-')}" == name
    assert len(document.rules) >= 15 and len(document.cases) >= 8 and len(document.patterns) >= 2
    assert document.parameters and document.derived and document.grades[-1].max_pd == 1
    outcomes = {rule.then.outcome for rule in document.rules}
    expected = {"APPROVE", "REFER", "DECLINE"} if document.stage == "PRE_LOAN" else {"BLUE", "YELLOW", "ORANGE", "RED"}
    assert outcomes == expected


@pytest.mark.parametrize("name", POLICIES)
def test_every_label_reads_in_both_languages(name):
    document = policy(name)
    labels = [(item.en, item.zh) for item in (*document.parameters, *document.derived, *document.grades)]
    labels += [(item.label_en, item.label_zh) for item in (*document.rules, *document.patterns)]
    for english, chinese in labels:
        assert english.isascii() and len(english) > 3, english
        assert any(ord(character) in CHINESE for character in chinese), chinese


@pytest.mark.parametrize("name", POLICIES)
def test_only_rules_with_a_legal_basis_read_a_prohibited_variable(name):
    document = policy(name)
    prohibited = {key for key, item in catalogue().of_product(document.product).items() if item.is_prohibited_basis}
    reads = {item.name: set(names_in(parse(item.expression))) for item in document.derived}

    def reach(names: set[str]) -> set[str]:
        return names | {deep for name in names & reads.keys() for deep in reach(reads[name])}

    for rule in document.rules:
        touched = reach(set(names_in(parse(rule.when)))) & prohibited
        assert touched <= {"age_years"}, rule.code
        assert bool(touched) == bool(rule.legal_basis), rule.code


@pytest.mark.parametrize("name", POLICIES)
def test_what_decides_against_an_applicant_has_words_for_them_unless_it_is_fraud_or_the_score(name):
    reasons = catalogue().reasons_by_code()
    document = policy(name)
    for rule in document.rules:
        reason = reasons[rule.then.reason]
        reads_score = {"pd", "grade", "score_points"} & set(names_in(parse(rule.when)))
        if document.stage == "PRE_LOAN" and rule.then.outcome != "APPROVE" and not reads_score:
            assert reason.audience == "applicant", rule.code
    for pattern in document.patterns:
        assert reasons[pattern.then.reason].audience == "internal", pattern.code


@pytest.mark.parametrize("name", POLICIES)
def test_its_patterns_compile(name):
    assert compile_patterns(policy(name).patterns)


@pytest.mark.parametrize("name", POLICIES)
def test_no_rule_reads_a_disputed_code_of_the_credit_history(name):
    for rule in policy(name).rules:
        assert "credit_history" not in names_in(parse(rule.when))


@pytest.mark.parametrize("name", POLICIES)
def test_it_survives_being_written_and_read(name):
    document = policy(name)
    assert document_read(document_json(document)) == document


@pytest.mark.parametrize(("name", "case"), CASES)
def test_its_cases_hold(name, case):
    document = policy(name)
    program = compile_program(document, catalogue(), product=document.product, stage=document.stage)
    evaluation = case_evaluate(program, case, case_patterns(document))
    if case.expect.outcome is not msgspec.UNSET:
        assert evaluation.outcome == case.expect.outcome
