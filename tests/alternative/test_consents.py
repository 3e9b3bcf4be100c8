"""A consent opens a source from its grant to its end, is reported by a lending system, and leaves its trace."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEntry
from lending.models import Consent, ConsentScope
from lending.services.consents import (
    ConsentEvidenceError,
    ConsentKnownError,
    ConsentScopeUnknownError,
    ConsentTimesError,
    NoLiveConsentError,
    consent_grant,
    consent_is_live,
    consent_withdraw,
    consents_live_of,
)
from lending.services.customers import CustomerErasedError, customer_create, customer_erase
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
PATH = "/api/v1/consents"
SCOPE = "text_data"
GRANT = {
    "action": "grant",
    "scope": SCOPE,
    "applicant": {"national_id": "110101199003078515"},
    "at": "2026-03-02T09:30:00Z",
    "evidence": "form-7/1",
}


def person():
    return customer_create(identifiers={"national_id": "110101199003078515"}, at=AT - DAY)


def granted(customer, **change):
    values = {"scope": SCOPE, "granted_at": AT, "evidence": "form-7/1", "at": AT, "actor": "system:demo"}
    return consent_grant(customer=customer, **values | change)


def withdrawn(customer, at):
    return consent_withdraw(customer=customer, scope=SCOPE, withdrawn_at=at, at=at, actor="system:demo")


def test_it_is_live_from_its_grant_until_it_is_withdrawn():
    customer = person()
    granted(customer)
    withdrawn(customer, AT + 2 * DAY)
    live = [consent_is_live(customer, SCOPE, AT + days * DAY) for days in (-1, 0, 1, 2, 3)]
    assert live == [False, True, True, False, False]


def test_it_expires():
    customer = person()
    granted(customer, expires_at=AT + DAY)
    assert consent_is_live(customer, SCOPE, AT)
    assert not consent_is_live(customer, SCOPE, AT + DAY)


def test_one_told_later_was_not_known_before():
    customer = person()
    granted(customer, at=AT + 3 * DAY)
    assert not consent_is_live(customer, SCOPE, AT + DAY)
    assert consent_is_live(customer, SCOPE, AT + 3 * DAY)


def test_it_opens_its_own_scope_and_its_own_customer_alone():
    customer, other = person(), customer_create(identifiers={"phone": "13800000001"}, at=AT)
    granted(customer)
    assert not any(consent_is_live(customer, scope, AT) for scope in ConsentScope.values if scope != SCOPE)
    assert consents_live_of([customer.pk, other.pk], AT) == {customer.pk: {SCOPE}}


def test_a_grant_repeated_after_its_withdrawal_stays_withdrawn():
    customer = person()
    granted(customer)
    withdrawn(customer, AT + DAY)
    granted(customer, at=AT + 2 * DAY)
    assert not consent_is_live(customer, SCOPE, AT + 2 * DAY)
    granted(customer, granted_at=AT + 2 * DAY, at=AT + 2 * DAY)
    assert consent_is_live(customer, SCOPE, AT + 2 * DAY)


def test_a_grant_told_after_the_withdrawal_that_followed_it_is_withdrawn_too():
    customer = person()
    granted(customer)
    withdrawn(customer, AT + 2 * DAY)
    late = granted(customer, granted_at=AT + DAY, at=AT + 3 * DAY)
    assert late.withdrawn_at == AT + 2 * DAY
    assert not consent_is_live(customer, SCOPE, AT + 3 * DAY)
    over = granted(customer, granted_at=AT - 2 * DAY, expires_at=AT - DAY, at=AT + 3 * DAY)
    assert over.withdrawn_at is None  # it had ended by itself before


@pytest.mark.parametrize("change", [{"expires_at": AT + DAY}, {"evidence": "form-8/2"}])
def test_the_same_grant_with_another_end_or_evidence_is_refused_and_not_passed_over(change):
    customer = person()
    granted(customer)
    with pytest.raises(ConsentKnownError):
        granted(customer, **change)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"scope": "everything"}, ConsentScopeUnknownError),
        ({"granted_at": AT + DAY}, ConsentTimesError),
        ({"expires_at": AT}, ConsentTimesError),
        ({"evidence": ""}, ConsentEvidenceError),
        ({"evidence": "signed by 张三"}, ConsentEvidenceError),
    ],
)
def test_a_wrong_grant_is_refused(change, error):
    with pytest.raises(error):
        granted(person(), **change)


def test_nothing_is_withdrawn_that_is_not_live_and_nobody_erased_consents():
    customer = person()
    with pytest.raises(NoLiveConsentError):
        withdrawn(customer, AT)
    with pytest.raises(CustomerErasedError):
        granted(customer_erase(customer=customer, at=AT, actor="system:demo"))


@pytest.mark.parametrize("column", ["granted_at", "scope", "expires_at", "withdrawn_at"])
def test_sql_changes_nothing_of_it_but_its_one_end(column):
    customer = person()
    granted(customer)
    withdrawn(customer, AT + DAY)
    value = {"scope": "'social_data'", "withdrawn_at": "null"}.get(column, "now()")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE lending_consent SET {column} = {value}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM lending_consent")


def post(lender, **change):
    return lender.post(GRANT | change, key=None, path=PATH)


def test_a_lending_system_grants_and_withdraws_for_a_person_not_yet_known(lender):
    answer = post(lender)
    assert (answer.status_code, answer.json()["is_live"]) == (201, True)
    assert post(lender).json() == answer.json()
    assert Consent.objects.count() == 1
    end = {"action": "withdraw", "evidence": None, "at": "2026-03-03T09:30:00+01:00"}
    ended = post(lender, **end)
    assert (ended.status_code, ended.json()["is_live"]) == (200, False)
    assert ended.json()["consents"][0]["withdrawn_at"] == "2026-03-03T08:30:00.000000Z"
    assert post(lender, **end).json() == ended.json()


def test_an_application_number_names_the_applicant(lender):
    body = make.body()
    assert lender.post(body).status_code == 201
    answer = post(lender, applicant=None, external_id=body["external_id"])
    assert answer.status_code == 201
    other = Lender(code="another")
    missing = other.post(GRANT | {"applicant": None, "external_id": body["external_id"]}, key=None, path=PATH)
    assert (missing.status_code, missing.json()["code"]) == (404, "application_not_found")


def test_a_lending_system_withdraws_only_what_was_given_through_it(lender):
    post(lender)
    other = Lender(code="another")
    answer = other.post(GRANT | {"action": "withdraw", "evidence": None}, key=None, path=PATH)
    assert (answer.status_code, answer.json()["code"]) == (404, "consent_not_found")


WRONG = {
    "scope unknown": ({"scope": "all"}, "scope", "out_of_range"),
    "scope of another type": ({"scope": []}, "scope", "wrong_type"),
    "action missing": ({"action": None}, "action", "missing"),
    "naive time": ({"at": "2026-03-02T09:30:00"}, "at", "naive_datetime"),
    "no time": ({"at": "2026-13-02T09:30:00Z"}, "at", "wrong_type"),
    "evidence missing": ({"evidence": None}, "evidence", "missing"),
    "evidence with a name": ({"evidence": "张三"}, "evidence", "out_of_range"),
    "nobody named": ({"applicant": None}, "applicant", "one_of_two"),
    "both named": ({"external_id": "A-1"}, "applicant", "one_of_two"),
    "more of the person": ({"applicant": {"national_id": "1", "name": "x"}}, "applicant.name", "unknown_field"),
    "unknown field": ({"extra": 1}, "extra", "unknown_field"),
    "expiry of a withdrawal": (
        {"action": "withdraw", "evidence": None, "expires_at": "2027-01-01T00:00:00Z"},
        "expires_at",
        "only_of_a_grant",
    ),
}


@pytest.mark.parametrize(("change", "field", "code"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_field_is_named_in_a_problem_document(lender, change, field, code):
    answer = post(lender, **change)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (field, code) in {(item["field"], item["code"]) for item in answer.json()["problems"]}
    assert not Consent.objects.exists()


def test_malformed_json_is_refused_and_a_key_without_the_scope_too(lender):
    twice = lender.post(b'{"action": "grant", "action": "grant"}', key=None, path=PATH)
    assert (twice.status_code, twice.json()["code"]) == (400, "malformed_json")
    reader = Lender(code="reader", scopes=("read",))
    assert reader.post(GRANT, key=None, path=PATH).json()["code"] == "scope_missing"


def test_the_log_names_the_scope_and_the_reference_and_nobody(lender):
    post(lender)
    entry = AuditEntry.objects.get(kind="consent.granted")
    assert entry.actor == f"client:{lender.client.code}"
    assert entry.payload["scope"] == SCOPE
    assert "110101199003078515" not in str(entry.payload)
