"""Reading a document: every problem of shape at once, with its place."""

import json
import random

import pytest

from audit.canonical import content_hash
from riskengine.errors import InvalidInput
from rules.engine.document import document_json, document_read
from rules.engine.reading import DocumentInvalid
from tests.factories.rule_documents import GRADES, OFFER, content, offer_table, parameter, rule

WHOLE = content(
    parameters=[parameter("floor", 1000)],
    derived=[{"name": "d", "en": "d", "zh": "d", "expression": "income * 2"}],
    rules=[rule("R", "income < floor", "REFER", then={"set": {"queue": "x", "n": 1, "b": True}})],
    patterns=[
        {
            "code": "P",
            "label_en": "p",
            "label_zh": "p",
            "steps": [{"as": "a", "event": "application", "where": ""}, {"as": "b", "event": "decline"}],
            "within": "P7D",
            "then": {"outcome": "REFER", "reason": "INCOME_LOW"},
        }
    ],
    tables=[offer_table((['"A"', "-"], ["1", "0.1", "12"]))],
    grades=GRADES,
    offer=OFFER,
    cases=[{"name": "c", "inputs": {"income": 5, "purpose": None}, "expect": {"outcome": "REFER"}, "pd": 0.1}],
)


def problems_of(data):
    """(path, code) of every problem."""
    with pytest.raises(DocumentInvalid) as caught:
        document_read(data)
    assert isinstance(caught.value, InvalidInput)
    assert len(caught.value.facts["problems"]) == len(caught.value.problems)
    return [(found.path, found.code) for found in caught.value.problems]


def test_a_document_survives_the_way_through_json_with_its_hash():
    read = document_read(WHOLE)
    again = document_read(json.dumps(document_json(read)))
    assert again == read
    assert content_hash(document_json(again)) == content_hash(document_json(read))


def test_every_problem_is_reported_with_its_place():
    wrong = {
        **WHOLE,
        "schema": 2,
        "default_outcome": None,
        "extra": 1,
        "parameters": [{"name": "no good", "en": "", "zh": "", "value": "x"}, 5],
        "rules": [{"code": "R", "label_en": "r", "when": 3, "then": {"points": "5", "outcom": "REFER"}}],
        "grades": [{"grade": "A", "max_pd": 1.5}],
        "offer": {"table": "t"},
        "cases": [{"name": "c", "inputs": {"a": []}, "expect": {}}],
    }
    assert problems_of(wrong) == [
        ("extra", "field_unknown"),
        ("schema", "shape_wrong"),
        ("default_outcome", "shape_wrong"),
        ("parameters/0/name", "shape_wrong"),
        ("parameters/1", "object_expected"),
        ("rules/0/label_zh", "field_missing"),
        ("rules/0/when", "shape_wrong"),
        ("rules/0/then/outcom", "field_unknown"),
        ("rules/0/then/points", "shape_wrong"),
        ("grades/0/max_pd", "shape_wrong"),
        ("offer/amount_variable", "field_missing"),
        ("offer/term_variable", "field_missing"),
        ("cases/0/inputs", "shape_wrong"),
    ]


@pytest.mark.parametrize("data", [None, 7, "[", b"\xff\xfe", "[" * 100_000, "{}", "null", '{"schema": 1e999}'])
def test_what_is_no_document_at_all_is_refused_with_a_code(data):
    assert problems_of(data)


def test_numbers_that_are_not_finite_are_refused():
    assert problems_of({**WHOLE, "parameters": [parameter("floor", float("nan"))]}) == [
        ("parameters/0/value", "number_not_finite")
    ]


def test_a_damaged_document_is_read_or_refused_but_never_breaks():
    rng = random.Random(5)
    text = json.dumps(WHOLE)
    refused = 0
    for _ in range(1_500):
        place = rng.randrange(len(text))
        damaged = text[:place] + rng.choice(['"', "{", "null", "-1", "", "[]", "true", "\\u0000"]) + text[place + 1 :]
        try:
            document_read(damaged)
        except DocumentInvalid as error:
            refused += 1
            assert error.problems[0].code
    assert refused > 700
