"""What the editor asks of the server: everything at once, saving whole, checking; refusals coded and in words."""

import copy
import json

import pytest
from django.utils import timezone

from rules.models import RuleSetVersion
from rules.services.versions.life import version_edit, version_submit
from tests.admin.conftest import BASE, draft_of, member, save

pytestmark = pytest.mark.django_db
HOSTILE = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "text": b'"document"',
    "deep": b'{"expected_hash": "x", "document": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001,
    "deep lists": b'{"expected_hash": "x", "document": {"rules": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
    "NUL": rb'{"expected_hash": "x", "document": {"default_outcome": "\u0000"}}',
    "lone surrogate": rb'{"expected_hash": "x", "document": {"default_outcome": "\ud800"}}',
    "not UTF-8": b'{"expected_hash": "\xff", "document": {}}',
    "huge number": b'{"expected_hash": "x", "document": {"schema": 1e999}}',
    "not a number": b'{"expected_hash": "x", "document": {"schema": NaN}}',
    "wrong types": b'{"expected_hash": 5, "document": "x"}',
    "unknown field": b'{"expected_hash": "x", "document": {}, "more": 1}',
    "too large": b'{"expected_hash": "x", "document": {"a": "' + b"x" * 2_700_000 + b'"}}',
}


@pytest.fixture
def maker_draft(live, as_role):
    client, maker = as_role("maker")
    return client, draft_of(live, maker)


def test_the_editor_is_given_everything_at_once(live, maker_draft):
    client, draft = maker_draft
    data = client.get(f"{BASE}/{draft.pk}/editor/").json()
    assert (data["hash"], data["may_edit"], data["language"]) == (draft.content_hash, True, "en")
    assert data["document"] == draft.document == data["base_document"]
    assert data["currency"] == {"code": draft.rule_set.product.currency, "digits": 2}
    names = {name["name"]: name for name in data["names"]}
    amount = names["amount_minor"]
    assert (amount["kind"], amount["type"], amount["unit"]) == ("variable", "integer", "DEM minor units")
    assert data["units"]["DEM minor units"] == {"factor": 0.01, "suffix_en": "DEM", "suffix_zh": "DEM", "digits": 2}
    assert names["pd"]["kind"] == "score" and names["business_date"]["type"] == "date"
    assert names["age_years"]["is_protected"] and not amount["is_protected"]
    assert {"min", "max", "abs"} <= {function["name"] for function in data["functions"]}
    assert data["words"]["rules/0/when"] == "“Amount requested” is more than DEM 5,000.00 (Largest amount)"
    assert data["addresses"]["save"] == f"{BASE}/{draft.pk}/document/"
    assert [outcome["code"] for outcome in data["outcomes"]] == ["APPROVE", "REFER", "DECLINE"]


def test_what_a_frozen_version_gives_cannot_be_edited(live, maker_draft):
    client, _draft = maker_draft
    assert client.get(f"{BASE}/{live.pk}/editor/").json()["may_edit"] is False
    answer = save(client, live, live.document, live.content_hash)
    assert (answer.status_code, answer.json()["code"]) == (409, "version_is_frozen")


def test_a_document_is_saved_whole_and_answered_with_its_problems(maker_draft):
    client, draft = maker_draft
    draft.document["rules"][0]["when"] = "amount_minr > 1"
    answer = save(client, draft, draft.document, draft.content_hash).json()
    stored = RuleSetVersion.objects.get(pk=draft.pk)
    assert stored.document["rules"][0]["when"] == "amount_minr > 1"
    assert answer["hash"] == stored.content_hash
    problem = next(found for found in answer["problems"] if found["severity"] == "error")
    assert (problem["code"], problem["path"]) == ("unknown_name_nearest", "rules/0/when")
    assert (problem["position"]["start"], problem["position"]["end"]) == (0, 11)


def test_a_document_of_another_shape_is_refused_with_every_place(maker_draft):
    client, draft = maker_draft
    document = copy.deepcopy(draft.document)
    document["rules"][0]["code"] = "no code"
    document["parameters"][0]["value"] = None
    answer = save(client, draft, document, draft.content_hash)
    assert (answer.status_code, answer.json()["code"]) == (422, "document_invalid")
    assert {found["path"] for found in answer.json()["problems"]} == {"rules/0/code", "parameters/0/value"}
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == draft.content_hash


def test_a_draft_that_somebody_else_saved_is_not_overwritten(maker_draft):
    client, draft = maker_draft
    other = member("maker")
    theirs = copy.deepcopy(draft.document)
    theirs["parameters"][0]["value"] = 300_000
    saved = version_edit(
        version=draft, document=theirs, editor=other, at=timezone.now(), expected_hash=draft.content_hash
    )
    answer = save(client, draft, draft.document, draft.content_hash)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "version_changed")
    assert (told["current_hash"], told["changed_by"]) == (saved.content_hash, other.get_full_name())
    assert told["changed_at"] == saved.changed_at.isoformat()
    assert RuleSetVersion.objects.get(pk=draft.pk).document["parameters"][0]["value"] == 300_000


def test_a_submitted_draft_takes_no_more_changes(maker_draft):
    client, draft = maker_draft
    draft.document["parameters"][0]["value"] = 400_000
    expected = save(client, draft, draft.document, draft.content_hash).json()["hash"]
    version = RuleSetVersion.objects.get(pk=draft.pk)
    version_submit(version=version, maker=version.author, at=timezone.now())
    answer = save(client, draft, draft.document, expected)
    assert (answer.status_code, answer.json()["code"]) == (409, "version_is_frozen")


def test_a_check_tells_every_finding_and_stores_nothing(maker_draft):
    client, draft = maker_draft
    draft.document["rules"][0]["when"] = "amount_minor >"
    draft.document["default_outcome"] = "APPROVE"
    answer = post(client, f"{BASE}/{draft.pk}/check/", {"document": draft.document}).json()
    assert {"default_outcome", "rules/0/when"} <= {found["path"] for found in answer["problems"]}
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == draft.content_hash


def test_problems_are_told_in_the_readers_language(maker_draft):
    client, draft = maker_draft
    client.cookies["django_language"] = "zh-hans"
    draft.document["rules"][0]["when"] = "amount_minor >"
    answer = post(client, f"{BASE}/{draft.pk}/check/", {"document": draft.document}).json()
    assert any("表达式" in found["message"] for found in answer["problems"])


def test_only_people_who_may_edit_are_let_in(live, as_role):
    draft = draft_of(live, member("maker"))
    for role in ("checker", "reviewer", "modeller", "auditor", "administrator"):
        client, _person = as_role(role)
        assert client.get(f"{BASE}/{draft.pk}/editor/").status_code == 403, role
        for address in ("document/", "check/"):
            answer = client.post(f"{BASE}/{draft.pk}/{address}", b"{}", content_type="application/json")
            assert answer.status_code == 403, (role, address)


@pytest.mark.parametrize("address", ["document", "check"])
def test_a_hostile_body_is_refused_in_words(maker_draft, address):
    client, draft = maker_draft
    for name, body in HOSTILE.items():
        answer = client.post(f"{BASE}/{draft.pk}/{address}/", body, content_type="application/json")
        assert answer.status_code == 422, (name, answer.content[:300])
        assert answer.json()["code"] in ("body_invalid", "document_invalid") and answer.json()["message"], name


def test_a_whole_number_that_cannot_be_kept_exactly_is_refused_at_its_place(maker_draft):
    client, draft = maker_draft
    for number, status in ((10**25, 422), (2**63, 422), (-(2**53), 422), (2**53 - 1, 200)):
        case = {"name": "huge", "inputs": {"amount_minor": 1}, "expect": {"amount_offered_minor": number}}
        answer = save(client, draft, {**draft.document, "cases": [case]}, draft.content_hash)
        assert answer.status_code == status, (number, answer.content[:300])
        if status == 422:
            assert [found["path"] for found in answer.json()["problems"]] == ["cases/0/expect/amount_offered_minor"]


def test_a_text_that_only_looks_like_the_character_nul_is_kept(maker_draft):
    client, draft = maker_draft
    draft.document["rules"][0]["help_en"] = "backslash: \\u0000"
    assert save(client, draft, draft.document, draft.content_hash).status_code == 200


def test_the_token_of_forms_is_asked_for(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    client.handler.enforce_csrf_checks = True
    assert save(client, draft, draft.document, draft.content_hash).status_code == 403


def post(client, address, body):
    return client.post(address, json.dumps(body), content_type="application/json")
