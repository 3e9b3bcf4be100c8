"""A lending system tells facts about its own customers: what the catalogue reads from facts, each once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lending.models import Application, CustomerFact
from lending.services import customer_facts, fact_reports
from lending.services.customer_facts import facts_as_of
from lending.services.customers import customer_create, customer_erase
from riskengine.api.throttling import buckets_clear
from tests.book.factory import ACTOR, NOW, loan_make
from tests.book.test_hostile_reports import BODIES, VALUES, _changed, _places
from tests.book.test_reports import Reporter
from tests.factories import decisions as make
from tests.factories.decisions import catalogue_goes_live

pytestmark = pytest.mark.django_db
WHO = {"loan": {"product": "instalment", "external_id": "L-1"}}
FACT: dict[str, Any] = {
    "customer": WHO, "variable": "months_at_phone", "value": 18, "event_at": "2026-03-01T09:30:00Z",
    "provenance": "THIRD_PARTY", "is_verified": True, "confirmed_by": "carrier",
}  # fmt: skip
ALTERNATIVE = {
    "name": "texts_index", "en": "x", "zh": "x", "products": ["instalment"], "purpose": "creditworthiness",
    "missing": "skip", "is_alternative": True, "type": "number", "source": "fact", "consent_scope": "text_data",
}  # fmt: skip


@pytest.fixture
def reporter() -> Reporter:
    catalogue = json.loads(make.shipped("catalogue.json"))
    catalogue["variables"].append(ALTERNATIVE)
    catalogue_goes_live(catalogue)
    loan_make("L-1")
    return Reporter()


def tell(reporter: Reporter, **change: Any) -> Any:
    return reporter.post("customer-facts", {**FACT, **change})


def codes(answer: Any) -> dict[str, str]:
    return {problem["field"]: problem["code"] for problem in answer.json()["problems"]}


def test_a_fact_is_recorded_sealed_and_read_as_of_when_it_was_known(reporter: Reporter) -> None:
    answer = tell(reporter, known_at="2026-03-02T00:00:00Z")
    assert (answer.status_code, answer.json()) == (201, {"external_id": "months_at_phone", "state": "new"})
    row = CustomerFact.objects.get()
    assert (row.source, row.is_verified, row.confirmed_by) == (reporter.client.code, True, "carrier")
    read = {day: facts_as_of(customer_ids=[row.customer_id], as_of=datetime(2026, 3, day, 12, tzinfo=UTC))
            for day in (1, 2)}  # fmt: skip
    assert read[1] == {} and read[2][row.customer_id][0].value == 18


def test_a_repeat_is_known_another_value_conflicting_and_a_correction_says_when_it_was_known(
    reporter: Reporter,
) -> None:
    later = {"known_at": "2026-04-01T00:00:00Z"}
    told = [
        tell(reporter, **change)
        for change in (
            *({}, {}, {"value": 19}, {"is_verified": False}, {"value": 20, **later}),
            *({"value": 20, **later}, {"value": 21, **later}),
        )
    ]
    assert [answer.status_code for answer in told] == [201, 200, 409, 409, 201, 200, 409]
    assert told[2].json()["code"] == "external_id_used"
    assert CustomerFact.objects.count() == 2


def test_without_what_was_told_before_every_repeat_would_be_news(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fact_reports, "facts_told", lambda _keys, source: ())
    assert [tell(reporter).status_code for _ in range(2)] == [201, 201]


def test_a_batch_names_what_is_wrong_and_records_the_rest(reporter: Reporter) -> None:
    items: list[Any] = [
        FACT,
        {**FACT, "variable": "no_such"},
        {**FACT, "variable": "texts_index", "value": 0.5},
        {**FACT, "variable": "age_years", "value": 30},
        {**FACT, "value": -1},
        {**FACT, "value": "18"},
        {**FACT, "value": [18]},
        {**FACT, "customer": {"loan": {"product": "instalment", "external_id": "L-404"}}},
        {**FACT, "event_at": "2126-03-01T09:30:00Z"},
        {**FACT, "known_at": "2026-02-01T00:00:00Z"},
        {**FACT, "provenance": "HEARSAY"},
        {**FACT, "confirmed_by": reporter.client.code},
        {**FACT, "external_id": "F-1"},
        FACT,
        {**FACT, "value": 19},
        {**FACT, "variable": "income_monthly_minor", "value": 2**53},
    ]
    answer = reporter.post("customer-facts", {"items": items})
    assert answer.status_code == 207, answer.content
    found = [
        (one["state"], *((p["field"], p["code"]) for p in one.get("problems", ()))) for one in answer.json()["items"]
    ]
    assert found == [
        ("new",),
        ("rejected", ("variable", "unknown_variable")),
        ("rejected", ("variable", "alternative_variable")),
        ("rejected", ("variable", "not_a_fact")),
        ("rejected", ("value", "value_out_of_range")),
        ("rejected", ("value", "value_out_of_range")),
        ("rejected", ("value", "value_out_of_range")),
        ("rejected", ("customer", "not_found")),
        ("rejected", ("event_at", "known_before_it_happened")),
        ("rejected", ("known_at", "known_before_it_happened")),
        ("rejected", ("provenance", "out_of_range")),
        ("rejected", ("confirmed_by", "confirmed_by_itself")),
        ("rejected", ("external_id", "unknown_field")),
        ("known",),
        ("conflicting",),
        ("rejected", ("value", "value_out_of_range")),
    ]
    assert "18" not in str([one for one in answer.json()["items"] if one["state"] == "rejected"])
    assert CustomerFact.objects.count() == 1


def test_nobody_elses_customer_and_nobody_erased(reporter: Reporter) -> None:
    other = make.lender(scopes=("report",))[0]
    loan = loan_make("L-2")
    loan.application = Application.objects.create(
        client=other, customer=loan.customer, product=loan.product, external_id="A-2", created_at=NOW
    )
    loan.save()
    theirs = {"loan": {"product": "instalment", "external_id": "L-2"}}
    assert codes(tell(reporter, customer=theirs)) == {"customer": "not_found"}
    customer_create(identifiers={"national_id": "A123456789"}, at=NOW)
    assert codes(tell(reporter, customer={"national_id": "A123456789"})) == {"customer": "not_found"}
    own = loan_make("L-3")
    customer_erase(customer=own.customer, at=NOW, actor=ACTOR)
    erased = {"loan": {"product": "instalment", "external_id": "L-3"}}
    assert codes(tell(reporter, customer=erased)) == {"customer": "customer_erased"}
    assert not CustomerFact.objects.exists()


def test_values_are_of_the_variables_own_type(reporter: Reporter) -> None:
    told = [tell(reporter, value=value).status_code for value in (18.0, True, "18", None, 18)]
    assert told == [422, 422, 422, 422, 201]


def test_a_stored_value_that_does_not_open_is_not_taken_for_the_same(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(reporter)
    with monkeypatch.context() as moved:
        moved.setattr(customer_facts, "_context", lambda *_key: b"somebody else's row")
        assert tell(reporter).status_code == 409
    assert tell(reporter).status_code == 200


def test_any_field_of_any_type_is_taken_or_named(reporter: Reporter) -> None:
    item = {**FACT, "known_at": "2026-03-02T00:00:00Z"}
    asked = [_changed(item, place, value) for place in _places(item) for value in VALUES if value != "A" * 100_000]
    answer = reporter.post("customer-facts", asked)
    assert answer.status_code == 207, answer.content[:500]
    told = answer.json()["items"]
    assert all(one["state"] != "rejected" or one["problems"] for one in told) and len(told) == len(asked)


def test_no_body_is_answered_with_an_error_of_ours_or_leaves_anything(reporter: Reporter) -> None:
    for body in BODIES:
        buckets_clear()
        assert reporter.post("customer-facts", body).status_code in (207, 400, 413, 422), body[:40]
    assert not CustomerFact.objects.exists()
