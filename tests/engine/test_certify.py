"""A version's own cases, generated boundary rows, and the shipped rule sets certified."""

from pathlib import Path

import msgspec
import pytest

from rules.engine.boundary import BoundaryRows
from rules.engine.cases import case_problems, run_cases
from rules.engine.certify import certify
from rules.engine.document import document_read
from rules.engine.validate import validate
from scoring.catalogue import Catalogue
from tests.factories.rule_documents import APPROVE_ALL, catalogue, document, program, rule

DATA = Path(__file__).parents[2] / "data"
SHIPPED = sorted((DATA / "rule_sets").glob("*.json"))
RULES = [rule("LOW", "income < 10", "DECLINE"), APPROVE_ALL]


def case(name, expect, **inputs):
    """A case as JSON data."""
    return {"name": name, "inputs": inputs, "expect": expect}


def test_cases_pass_or_tell_every_difference():
    cases = [
        case("low", {"outcome": "DECLINE", "hits": ["LOW"], "reasons": ["INCOME_LOW"]}, income=5),
        case("high", {"outcome": "DECLINE", "hits": ["LOW", "OK"], "misses": ["LOW"], "grade": "A"}, income=50),
        case("anything", {}, income=1),
    ]
    made = document(rules=RULES, cases=cases)
    results = run_cases(program(rules=RULES), made)
    assert [result.is_passed for result in results] == [True, False, True]
    assert {difference.field for difference in results[1].differences} == {"outcome", "hits", "grade"}
    assert [found.path for found in case_problems(results)] == [
        "cases/1/expect/outcome",
        "cases/1/expect/grade",
        "cases/1/expect/hits",
    ]


def test_boundary_rows_lie_just_below_at_and_above_each_threshold():
    made = program(
        rules=[rule("LOW", "income < 10", "DECLINE"), rule("AMT", "amount_minor > 500", "REFER"), APPROVE_ALL]
    )
    rows = BoundaryRows(made, catalogue()).rows()
    incomes = {row["income"] for row in rows}
    assert {10.0} < {value for value in incomes if value is not None and 9.999999 < value < 10.000001}
    assert {499, 500, 501} <= {row["amount_minor"] for row in rows}
    assert None in incomes
    assert rows == BoundaryRows(made, catalogue()).rows()


def test_thresholds_on_computed_values_are_found_by_bisection():
    derived = [{"name": "burden", "en": "b", "zh": "b", "expression": "amount_minor / (income * 12)"}]
    rules = [rule("HIGH", "burden > 0.4", "DECLINE"), APPROVE_ALL]
    report = certify(document(rules=rules, derived=derived), catalogue(), product="instalment", stage="PRE_LOAN")
    made = program(rules=rules, derived=derived)
    rows = BoundaryRows(made, catalogue()).rows()
    distances = [made.evaluate(row).distances_of(0)[0] for row in rows]
    assert any(distance is not None and 0 <= distance < 1e-12 for distance in distances)
    assert any(distance is not None and -1e-12 < distance < 0 for distance in distances)
    assert report.is_passed


def test_certifying_fails_when_a_case_does():
    made = document(rules=RULES, cases=[case("wrong", {"outcome": "APPROVE"}, income=5)])
    report = certify(made, catalogue(), product="instalment", stage="PRE_LOAN")
    assert not report.is_passed
    assert [found.code for found in report.problems] == ["case_failed"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_rule_set_is_valid_and_certified_on_every_side_of_its_thresholds(path):
    shared = msgspec.json.decode((DATA / "catalogue.json").read_bytes(), type=Catalogue)
    shipped = document_read(path.read_bytes())
    found = validate(shipped, shared, product=shipped.product, stage=shipped.stage)
    assert [entry for entry in found if entry.severity == "error"] == []
    report = certify(shipped, shared, product=shipped.product, stage=shipped.stage)
    assert report.problems == []
    assert report.evaluations > 500
    assert all(entry.true and entry.false for entry in report.coverage if entry.below + entry.above)
