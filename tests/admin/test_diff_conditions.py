"""A checker reads conditions in words, and is told of what no rule may read without a legal basis."""

import copy
import json

from rules.diff.conditions import changes_explained
from rules.diff.documents import document_diff
from rules.engine.document import document_read
from rules.engine.expression_words import glossary_of
from scoring.catalogue import catalogue_read
from tests.factories.decisions import shipped

CATALOGUE = catalogue_read(shipped("catalogue.json").encode())
POLICY = json.loads(shipped("rule_sets/instalment-pre-loan.json"))
RULE = next(at for at, rule in enumerate(POLICY["rules"]) if rule["code"] == "AMOUNT_ABOVE_MAXIMUM")


def explained(change, old=POLICY):
    new = copy.deepcopy(old)
    change(new)
    glossaries = tuple(glossary_of(document_read(document), CATALOGUE) for document in (old, new))
    return changes_explained(document_diff(old, new), old, new, glossaries, {"age_years"})


def test_a_condition_reads_in_words_with_its_text_beneath():
    (change,) = explained(lambda d: d["rules"][RULE].update(when="amount_minor > 100000"))
    assert " is more than " in change.en and "amount_minor" not in change.en and "DEM 1,000.00" in change.en
    assert "大于" in change.zh
    assert change.text == "amount_minor > maximum_amount_minor → amount_minor > 100000"
    assert change.attention_en == change.attention_zh == ""


def test_a_rule_that_newly_reads_a_protected_variable_through_another_is_marked():
    (change,) = explained(lambda d: d["rules"][RULE].update(when="age_at_maturity_years > 60"))
    assert change.attention_en.startswith("Now reads a protected variable: ")
    assert change.attention_zh


def test_a_rule_that_read_it_before_is_not_marked_again():
    (change,) = explained(lambda d: d["rules"][0].update(when="age_years < 21"))
    assert change.attention_en == ""


def test_a_change_of_a_legal_basis_is_marked():
    (change,) = explained(lambda d: d["rules"][0].update(legal_basis="Another"))
    assert change.attention_en == "The legal basis changes"


def test_a_new_rule_is_told_in_words_and_marked():
    rule = POLICY["rules"][0] | {"code": "NEW"}
    (change,) = explained(lambda d: d["rules"].append(rule))
    assert change.text == "age_years < minimum_age_years" and "age_years" not in change.en
    assert "legal basis" in change.attention_en and "protected variable" in change.attention_en


def test_a_condition_that_does_not_parse_stays_as_it_is():
    (change,) = explained(lambda d: d["rules"][RULE].update(when="amount_minor >"))
    assert "amount_minor >" in change.en
