"""Trying a draft: the same application under the draft and under what is live, unsaved and stored nowhere."""

import copy
import json

import pytest

from audit.models import AuditEntry
from rules.models import Decision, RuleSetVersion
from tests.admin.conftest import BASE
from tests.editor.conftest import call
from tests.factories.api_fixtures import Lender
from tests.factories.decisions import body as application

pytestmark = pytest.mark.django_db
EXAMPLE = {"kind": "example", "id": ""}


def tried(draft, source=EXAMPLE, **changes):
    """The answer for the draft's own document with another largest amount."""
    client, version = draft
    document = copy.deepcopy(version.document)
    document["parameters"][0]["value"] = changes.pop("largest", 500_000)
    document["cases"] = changes.pop("cases", [])
    status, answer = call(client, version, "try", {"document": document, "source": source, "changes": changes})
    assert status == 200, answer
    return answer


def test_a_threshold_changes_the_outcome_of_the_draft_and_not_of_the_live_version(draft):
    answer = tried(draft, amount_minor=600_000)
    assert (answer["draft"]["outcome"], answer["live"]["outcome"]) == ("DECLINE", "DECLINE")
    answer = tried(draft, amount_minor=600_000, largest=700_000)
    assert (answer["draft"]["outcome"], answer["live"]["outcome"]) == ("APPROVE", "DECLINE")
    (live_rule,) = [rule for rule in answer["live"]["rules"] if rule["truth"] == "true"]
    (comparison,) = live_rule["comparisons"]
    assert (live_rule["code"], comparison["distance"]) == ("TOO_MUCH", "+DEM 1,000.00")
    assert comparison["ratio"] == pytest.approx(1 / 6, abs=1e-4)
    assert answer["live"]["reasons"][0]["code"] == "AMOUNT_ABOVE_MAXIMUM"


def test_nothing_is_stored(draft):
    before = Decision.objects.count(), AuditEntry.objects.count(), RuleSetVersion.objects.get(pk=draft[1].pk).document
    tried(draft, amount_minor=600_000, largest=700_000)
    after = Decision.objects.count(), AuditEntry.objects.count(), RuleSetVersion.objects.get(pk=draft[1].pk).document
    assert after == before


def test_a_past_decision_is_tried_and_the_log_says_once_who_opened_it(draft):
    made = Lender().post(application()).json()
    source = {"kind": "decision", "id": made["id"]}
    answer = tried(draft, source)
    assert (answer["source"]["outcome"], answer["draft"]["outcome"]) == (made["outcome"], made["outcome"])
    tried(draft, source, amount_minor=1_000_000)
    entries = AuditEntry.objects.filter(kind="decision.opened", object_id=made["id"])
    assert [entry.payload["purpose"] for entry in entries] == ["trial"]


def test_decisions_are_found_by_application_number(draft):
    client, version = draft
    made = Lender().post(application()).json()
    number = Decision.objects.get(pk=made["id"]).application.external_id
    address = f"{BASE}/{version.pk}/try/decisions/"
    assert [found["id"] for found in client.get(address).json()["decisions"]] == [made["id"]]
    assert [found["label"] for found in client.get(address, {"q": number}).json()["decisions"]] == [number]
    assert client.get(address, {"q": "none"}).json()["decisions"] == []


def test_a_case_is_tried_with_the_score_it_names(draft):
    case = {"name": "large", "inputs": {"amount_minor": 600_000}, "expect": {}, "pd": 0.2}
    answer = tried(draft, {"kind": "case", "id": "large"}, cases=[case])
    assert (answer["draft"]["outcome"], answer["score"]["pd"], answer["score"]["origin"]) == (
        "DECLINE",
        0.2,
        "recorded",
    )
    answer = tried(draft, {"kind": "case", "id": "large"}, cases=[case], amount_minor=30_000)
    assert answer["draft"]["outcome"] == "APPROVE"


def test_a_case_brings_its_own_events_and_date(draft):
    pattern = {
        "code": "TWICE", "label_en": "Twice", "label_zh": "两次", "within": "P7D",
        "then": {"outcome": "REFER", "reason": "SEVERAL_FROM_ONE_PHONE"},
        "steps": [
            {"as": "a", "event": "decline_elsewhere"},
            {"as": "b", "event": "application", "where": "b.phone_key = a.phone_key"},
        ],
    }  # fmt: skip
    events = [
        {"kind": "decline_elsewhere", "seconds_before": 86_400, "phone_key": "1"},
        {"kind": "application", "seconds_before": 0, "phone_key": "1"},
    ]
    case = {
        "name": "twice",
        "inputs": {"amount_minor": 1},
        "expect": {},
        "events": events,
        "business_date": "2025-01-31",
    }
    client, version = draft
    document = {**version.document, "cases": [case], "patterns": [pattern]}
    _status, answer = call(client, version, "try", {"document": document, "source": {"kind": "case", "id": "twice"}})
    assert [(hit["code"], hit["label"]) for hit in answer["draft"]["patterns"]] == [("TWICE", "Twice")]
    assert (answer["draft"]["outcome"], answer["live"]["outcome"]) == ("REFER", "APPROVE")


def test_what_we_read_ourselves_can_be_changed_too(draft):
    answer = tried(draft, own_months_late=2)
    assert answer["values"]["own_months_late"] == 2


def test_an_unknown_value_refers(draft):
    case = {"name": "empty", "inputs": {}, "expect": {}}
    answer = tried(draft, {"kind": "case", "id": "empty"}, cases=[case])
    assert answer["draft"]["outcome"] == "REFER"
    assert {rule["truth"] for rule in answer["draft"]["rules"]} == {"unknown"}
    assert answer["score"]["origin"] == "none"


def test_without_a_model_it_says_so(draft):
    assert tried(draft)["score"]["message"] == "No model is live for this product"


def test_a_draft_with_errors_leaves_the_live_side_and_the_problems(draft):
    client, version = draft
    document = copy.deepcopy(version.document)
    document["rules"][0]["when"] = "amount_minor >"
    _status, answer = call(client, version, "try", {"document": document, "source": EXAMPLE})
    assert (answer["draft"], answer["live"]["outcome"]) == (None, "APPROVE")
    assert [found["path"] for found in answer["problems"]] == ["rules/0/when"]


def test_a_value_no_application_may_have_is_told_at_its_field(draft):
    client, version = draft
    body = {"document": version.document, "source": EXAMPLE, "changes": {"amount_minor": "much", "purpose": "A999"}}
    status, answer = call(client, version, "try", body)
    assert (status, answer["code"]) == (422, "changes_refused")
    assert sorted((found["path"], found["message"]) for found in answer["problems"]) == [
        ("amount_minor", "A value of another type is needed here."),
        ("purpose", "This is not one of the codes."),
    ]


def test_a_decision_of_another_product_cannot_be_reached(draft):
    client, version = draft
    body = {"document": version.document, "source": {"kind": "decision", "id": "0" * 8}}
    status, answer = call(client, version, "try", body)
    assert (status, answer["code"]) == (404, "decision_not_found")


def test_only_people_who_write_policy_are_answered(draft, as_role):
    _client, version = draft
    client, _checker = as_role("checker")
    body = json.dumps({"document": version.document, "source": EXAMPLE})
    assert client.post(f"{BASE}/{version.pk}/try/", body, content_type="application/json").status_code == 403
    assert client.get(f"{BASE}/{version.pk}/try/decisions/").status_code == 403
