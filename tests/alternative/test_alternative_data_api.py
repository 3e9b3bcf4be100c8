"""Alternative data come in over HTTP only where the gate is open; what is lacking is named, and no text is kept."""

import json
from typing import Any

import pytest

from lending.models import CustomerFact, Loan
from lending.services.consents import consent_grant
from riskengine.api.throttling import buckets_clear
from scoring.services.alternative import facts
from tests.alternative.governing import forbidden, governed, piloted, reviewed
from tests.alternative.test_text_and_indices import AT, SCALE, SECRET, opened
from tests.book.factory import loan_make
from tests.book.test_hostile_reports import VALUES, _changed, _places
from tests.book.test_reports import Reporter
from tests.factories.decisions import catalogue_goes_live, product, shipped

pytestmark = pytest.mark.django_db
COMMON: dict[str, Any] = {
    "customer": {"loan": {"product": "instalment", "external_id": "L-1"}},
    "event_at": "2026-03-01T09:30:00Z",
}
TEXTS = {**COMMON, "kind": "texts", "texts": [SECRET, "Second line\nof it."]}
ACTIVITY = {**COMMON, "kind": "activity", "counts": {"contacts": 10}}
PURCHASES = {**COMMON, "kind": "purchases", "amounts_minor": {"food": 5, "gambling": 5}, "purchases": 12}


def path(reporter: Reporter, body: object) -> Any:
    return reporter.post("alternative-data", body)


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(problem["field"], problem["code"]) for problem in answer.json()["problems"]]


@pytest.fixture
def loan() -> Loan:
    customer = opened("text_data", "social_data", "transaction_data")
    return loan_make("L-1", customer)


def test_figures_are_recorded_once_and_others_for_the_same_time_conflict(loan: Loan) -> None:
    governed("activity_scale", "", SCALE.halves)
    reporter = Reporter()
    first = path(reporter, [TEXTS, ACTIVITY, PURCHASES])
    assert first.json()["counts"] == {"new": 3, "known": 0, "conflicting": 0, "rejected": 0}
    assert path(reporter, [TEXTS, ACTIVITY, PURCHASES]).json()["counts"]["known"] == 3
    assert path(reporter, {**ACTIVITY, "counts": {"contacts": 99}}).status_code == 409
    rows = CustomerFact.objects.filter(customer=loan.customer)
    assert set(rows.values_list("source", "provenance")) == {
        (source, "DERIVED") for source in ("text_data", "social_data", "transaction_data")
    }


def test_what_is_lacking_is_named_and_nothing_kept(loan: Loan) -> None:
    reporter = Reporter()
    assert codes(path(reporter, ACTIVITY)) == [("kind", "no_activity_scale")]
    forbidden("text_data", "FR")
    assert codes(path(reporter, TEXTS)) == [("kind", "region_unknown")]
    other = loan_make("L-2")
    theirs = {**PURCHASES, "customer": {"loan": {"product": "instalment", "external_id": "L-2"}}}
    assert codes(path(reporter, theirs)) == [("kind", "no_consent")]
    consent_grant(
        customer=other.customer, scope="transaction_data", granted_at=AT, evidence="form", at=AT, actor="system:demo"
    )
    assert path(reporter, theirs).status_code == 201
    assert set(CustomerFact.objects.values_list("customer", flat=True)) == {other.customer_id}


def test_nothing_governed_is_closed_whatever_was_consented() -> None:
    product()
    catalogue = json.loads(shipped("catalogue.json"))
    kept = [one for one in catalogue["variables"] if one.get("consent_scope") != "text_data"]
    catalogue_goes_live({**catalogue, "variables": kept})
    loan = loan_make("L-1")
    consent_grant(customer=loan.customer, scope="text_data", granted_at=AT, evidence="form", at=AT, actor="system:demo")
    reporter = Reporter()
    assert codes(path(reporter, TEXTS)) == [("kind", "no_ethics_review")]
    reviewed("text_data")
    assert codes(path(reporter, TEXTS)) == [("kind", "no_pilot")]
    piloted("text_data")
    assert codes(path(reporter, TEXTS)) == [("kind", "not_catalogued")]


def test_without_the_gate_it_would_be_recorded_of_somebody_who_did_not_consent(
    loan: Loan, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan_make("L-2")
    theirs = {**TEXTS, "customer": {"loan": {"product": "instalment", "external_id": "L-2"}}}
    reporter = Reporter()
    assert codes(path(reporter, theirs)) == [("kind", "no_consent")]
    monkeypatch.setattr(facts, "closed_for_recording", lambda *_source, **_of: None)
    assert path(reporter, theirs).status_code == 201


@pytest.mark.parametrize("item", [TEXTS, ACTIVITY, PURCHASES], ids=["texts", "activity", "purchases"])
def test_any_field_of_any_type_is_taken_or_named(loan: Loan, item: dict[str, Any]) -> None:
    reporter = Reporter()
    asked = [_changed(item, place, value) for place in _places(item) for value in VALUES if value != "A" * 100_000]
    for start in range(0, len(asked), 50):
        buckets_clear()
        answer = path(reporter, asked[start : start + 50])
        assert answer.status_code in (200, 207), answer.content[:500]
        assert all(one["state"] != "rejected" or one["problems"] for one in answer.json()["items"])


def test_what_is_wrong_is_named_by_its_field_and_never_repeated(loan: Loan) -> None:
    wrong = [
        {**TEXTS, "texts": []}, {**TEXTS, "texts": [SECRET, 5]}, {**TEXTS, "texts": ["x" * 5001]},
        {**TEXTS, "counts": {"contacts": 1}}, {**ACTIVITY, "counts": {"friends": 1}}, {**ACTIVITY, "counts": {}},
        {**ACTIVITY, "counts": {"contacts": -1}}, {**PURCHASES, "amounts_minor": {"weapons": 1}},
        {**PURCHASES, "purchases": 3}, {**PURCHASES, "kind": "contacts"}, {**TEXTS, "event_at": "2126-03-01T09:30:00Z"},
        {**TEXTS, "customer": {"application": "A-404"}},
    ]  # fmt: skip
    answer = path(Reporter(), wrong)
    assert answer.status_code == 207
    assert [one["problems"][0]["code"] for one in answer.json()["items"]] == [
        *("out_of_range", "wrong_type", "out_of_range", "unknown_field", "unknown_field", "missing", "out_of_range"),
        *("unknown_field", "too_little", "out_of_range", "known_before_it_happened", "not_found"),
    ]
    assert "Zebediah" not in answer.content.decode() and not CustomerFact.objects.exists()
