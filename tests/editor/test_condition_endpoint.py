"""The condition builder and the text beside it ask the server what the other one is."""

import json

import pytest

from tests.admin.conftest import BASE
from tests.editor.conftest import call

pytestmark = pytest.mark.django_db


def test_a_text_becomes_a_tree_and_words(draft):
    client, version = draft
    status, answer = call(
        client, version, "condition", {"text": "amount_minor > largest_minor", "document": version.document}
    )
    assert status == 200
    assert answer["tree"] == {
        "combinator": "and",
        "not": False,
        "rules": [{"field": "amount_minor", "operator": ">", "value": "largest_minor", "valueSource": "field"}],
    }
    assert answer["words"] == "“Amount requested” is more than DEM 5,000.00 (Largest amount)"
    assert answer["problems"] == []


def test_a_tree_becomes_the_text(draft):
    client, version = draft
    tree = {
        "combinator": "or",
        "not": True,
        "rules": [
            {"field": "amount_minor", "operator": ">", "value": 100, "valueSource": "value"},
            {"field": "purpose", "operator": "in", "value": ["A40"], "valueSource": "value"},
        ],
    }
    _status, answer = call(client, version, "condition", {"tree": tree, "document": version.document})
    assert answer["text"] == 'not(amount_minor > 100 or purpose in ["A40"])'
    assert answer["problems"] == []


def test_a_tree_that_is_not_whole_yet_says_what_is_missing_and_where(draft):
    client, version = draft
    tree = {"combinator": "and", "rules": [{"field": "amount_minor", "operator": ">", "value": ""}]}
    status, answer = call(client, version, "condition", {"tree": tree, "document": version.document})
    assert (status, answer["text"], answer["tree"]) == (200, None, None)
    assert [(found["path"], found["message"]) for found in answer["problems"]] == [
        ("rules/0/value", "Give a value to compare with.")
    ]


def test_a_broken_text_is_told_with_its_position(draft):
    client, version = draft
    _status, answer = call(client, version, "condition", {"text": "amount_minor >", "document": version.document})
    assert answer["tree"] is None
    (found,) = answer["problems"]
    assert (found["code"], found["position"]["start"]) == ("syntax_unfinished", 14)


def test_names_are_those_of_the_document_as_it_is_being_edited(draft):
    client, version = draft
    parameter = {**version.document["parameters"][0], "name": "other_minor"}
    document = {**version.document, "parameters": [parameter]}
    _status, answer = call(client, version, "condition", {"text": "amount_minor > other_minor", "document": document})
    assert answer["problems"] == []
    _status, answer = call(client, version, "condition", {"text": "amount_minor > largest_minor", "document": document})
    assert [found["code"] for found in answer["problems"]] == ["unknown_name_nearest"]


def test_a_rule_that_is_not_named_yet_does_not_keep_the_others_from_being_checked(draft):
    client, version = draft
    document = {**version.document, "rules": [{"code": ""}]}
    _status, answer = call(client, version, "condition", {"text": "amount_minor > 1", "document": document})
    assert (answer["problems"], bool(answer["tree"])) == ([], True)


def test_a_cell_is_read_with_its_column(draft):
    client, version = draft
    body = {"text": '"A40","A41"', "scope": "cell", "column": "purpose", "document": version.document}
    _status, answer = call(client, version, "condition", body)
    assert (answer["problems"], answer["words"]) == ([], "A40 (Car (new)), or A41 (Car (used))")
    _status, answer = call(client, version, "condition", {**body, "text": "< 5"})
    assert [found["code"] for found in answer["problems"]] == ["incomparable_types"]


def test_a_step_of_a_pattern_reads_its_own_and_earlier_events(draft):
    client, version = draft
    body = {"text": "b.phone_key = a.phone_key", "scope": "step", "document": version.document}
    _status, answer = call(client, version, "condition", {**body, "aliases": ["a", "b"]})
    assert answer["problems"] == []
    _status, answer = call(client, version, "condition", {**body, "aliases": ["b"]})
    assert [found["code"] for found in answer["problems"]] == ["pattern_step_unknown"]


def test_a_pattern_is_told_in_a_sentence(draft):
    client, version = draft
    pattern = {
        "code": "P", "label_en": "", "label_zh": "", "within": "P7D", "then": {"outcome": "REFER"},
        "steps": [
            {"as": "a", "event": "application"},
            {"as": "b", "event": "instalment_paid", "is_absent": True},
            {"as": "c", "event": "application", "where": "c.phone_key = a.phone_key"},
        ],
    }  # fmt: skip
    _status, answer = call(client, version, "pattern", {"pattern": pattern})
    assert answer["words"] == {
        "en": "Within 7 days: an application ①; without an instalment paid ② in between; "
        "then an application ③ with the same phone as ①. Then: refer to a person.",
        "zh": "7 天内：先有申请 ①；其间没有还款 ②；再有申请 ③（电话与①相同）。则：转人工。",
    }
    assert answer["problems"] == []
    pattern["steps"] = [pattern["steps"][0], pattern["steps"][1]]
    _status, answer = call(client, version, "pattern", {"pattern": pattern})
    assert "without an instalment paid ② until that time is over" in answer["words"]["en"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"text": 1, "document": {}}', b'{"text": "a", "document": {}, "more": 1}', b"[" * 100_000],
)
def test_a_body_of_another_shape_is_refused(draft, body):
    client, version = draft
    answer = client.post(f"{BASE}/{version.pk}/condition/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "body_invalid")


def test_only_people_who_write_policy_are_answered(draft, as_role):
    _client, version = draft
    client, _auditor = as_role("auditor")
    body = json.dumps({"text": "true", "document": {}})
    assert client.post(f"{BASE}/{version.pk}/condition/", body, content_type="application/json").status_code == 403


def test_conditions_are_worded_with_the_parameters_as_they_stand(draft):
    client, version = draft
    parameters = [{**version.document["parameters"][0], "value": 700_000}]
    text = "amount_minor > largest_minor"
    body = {"texts": [text, "broken >"], "parameters": parameters, "derived": []}
    _status, answer = call(client, version, "words", body)
    assert answer["words"][text] == "“Amount requested” is more than DEM 7,000.00 (Largest amount)"
    assert answer["words"]["broken >"] == "broken >"
