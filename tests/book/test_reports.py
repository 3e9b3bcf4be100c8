"""What lending systems report after payout: once each, singly and in batches, what is wrong named, no 5xx."""

import json
from typing import Any

import pytest
from django.test import Client

from audit.models import ApiClient
from lending.models import AccountTransaction, BankAccount, Loan, Repayment, RiskEvent
from lending.services.customers import customer_erase
from riskengine.api.authentication import KEYS
from riskengine.api.throttling import buckets_clear
from tests.book.factory import ACTOR, NOW, loan_make
from tests.factories.decisions import lender

pytestmark = pytest.mark.django_db
NAME = {"product": "instalment", "external_id": "L-1"}
REPAYMENT = {"loan": NAME, "external_id": "P-1", "paid_on": "2026-03-01", "amount_minor": 104_500}
EVENT = {"external_id": "E-1", "kind": "contact_lost", "loan": NAME, "event_at": "2026-03-01T09:30:00Z"}
ACCOUNT = {"external_id": "ACC-1", "customer": {"loan": NAME}, "currency": "CNY", "number": "6222 0001"}
MOVED = {"account": ACCOUNT, "external_id": "T-1", "event_at": "2026-03-01T09:30:00+08:00", "amount_minor": -500}


class Reporter:
    """A lending system with the scope to report."""

    def __init__(self, *scopes: str) -> None:
        KEYS.clear()
        buckets_clear()
        self.client, self._authorization = lender(scopes=scopes or ("report",))

    def post(self, path: str, body: object) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": self._authorization}
        http = Client(raise_request_exception=False)
        return http.post(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


@pytest.fixture
def reporter() -> Reporter:
    return Reporter()


@pytest.fixture
def loan() -> Loan:
    return loan_make()


def _codes(answer: Any) -> dict[str, str]:
    return {problem["field"]: problem["code"] for problem in answer.json()["problems"]}


@pytest.mark.parametrize(
    ("path", "item", "model"),
    [("repayments", REPAYMENT, Repayment), ("events", EVENT, RiskEvent), ("transactions", MOVED, AccountTransaction)],
)
def test_one_item_is_recorded_once(reporter: Reporter, loan: Loan, path: str, item: dict, model: Any) -> None:
    first, again = reporter.post(path, item), reporter.post(path, item)
    changed = reporter.post(path, {**item, "amount_minor": 777})
    assert (first.status_code, first.json()) == (201, {"external_id": item["external_id"], "state": "new"})
    assert (again.status_code, again.json()["state"]) == (200, "known")
    assert (changed.status_code, changed.json()["code"]) == (409, "external_id_used")
    assert model.objects.count() == 1


def test_a_batch_names_what_is_wrong_and_writes_the_rest(reporter: Reporter, loan: Loan) -> None:
    items: list[Any] = [
        REPAYMENT,
        {**REPAYMENT, "external_id": "P-2", "amount_minor": "12"},
        {**REPAYMENT, "external_id": "P-3", "loan": {**NAME, "external_id": "L-404"}},
        REPAYMENT,
        {**REPAYMENT, "amount_minor": 5},
        {**REPAYMENT, "external_id": "P-4", "known_at": "2026-02-01T00:00:00Z"},
        [],
        {**REPAYMENT, "external_id": "P-5"},
    ]
    answer = reporter.post("repayments", {"items": items})
    assert answer.status_code == 207
    body = answer.json()
    assert body["counts"] == {"new": 2, "known": 1, "conflicting": 1, "rejected": 4}
    states = [item["state"] for item in body["items"]]
    assert states == ["new", "rejected", "rejected", "known", "conflicting", "rejected", "rejected", "new"]
    assert [
        (item["problems"][0]["field"], item["problems"][0]["code"]) for item in body["items"] if "problems" in item
    ] == [
        ("amount_minor", "wrong_type"),
        ("loan", "not_found"),
        ("known_at", "known_before_it_happened"),
        ("item", "wrong_type"),
    ]
    assert reporter.post("repayments", [REPAYMENT]).status_code == 200


def test_a_whole_batch_of_transactions_describes_its_account_once(reporter: Reporter, loan: Loan) -> None:
    items = [
        {**MOVED, "external_id": f"T-{number}", "account": ACCOUNT if number < 3 else "ACC-1"} for number in range(9)
    ]
    answer = reporter.post("transactions", items)
    assert (answer.status_code, answer.json()["counts"]["new"]) == (200, 9)
    assert BankAccount.objects.get().customer_id == loan.customer_id


def test_a_wrong_transaction_leaves_no_account_behind(reporter: Reporter, loan: Loan) -> None:
    answer = reporter.post("transactions", {**MOVED, "known_at": "2026-02-01T00:00:00Z"})
    assert (answer.status_code, _codes(answer)) == (422, {"known_at": "known_before_it_happened"})
    assert not BankAccount.objects.exists()


def test_a_payment_of_a_day_to_come_is_refused(reporter: Reporter, loan: Loan) -> None:
    told = {"event_at": "2026-03-01T00:00:00Z", "known_at": "2026-03-01T16:00:00Z"}
    tomorrow = {**REPAYMENT, **told, "paid_on": "2026-03-03"}
    assert _codes(reporter.post("repayments", tomorrow)) == {"paid_on": "known_before_it_happened"}
    # At four in the afternoon UTC it is the next day where the loan is lent.
    assert reporter.post("repayments", {**tomorrow, "paid_on": "2026-03-02"}).status_code == 201


def test_every_wrong_field_is_named(reporter: Reporter, loan: Loan) -> None:
    wrong = {"loan": {"product": "instalment"}, "paid_on": "2026-02-30", "known_at": "2026-03-02T00:00:00", "more": 1}
    assert _codes(reporter.post("repayments", wrong)) == {
        "loan.external_id": "missing",
        "external_id": "missing",
        "paid_on": "wrong_type",
        "known_at": "naive_datetime",
        "amount_minor": "missing",
        "more": "unknown_field",
    }


@pytest.mark.parametrize("kind", ["diversion_confirmed", "application", "nonsense"])
def test_what_only_we_say_is_not_reported(reporter: Reporter, loan: Loan, kind: str) -> None:
    assert _codes(reporter.post("events", {**EVENT, "kind": kind})) == {"kind": "out_of_range"}


def test_an_event_is_of_somebody_and_of_one(reporter: Reporter, loan: Loan) -> None:
    other = loan_make("L-2")
    assert other.customer_id != loan.customer_id
    bare = {name: value for name, value in EVENT.items() if name != "loan"}
    assert _codes(reporter.post("events", bare)) == {"customer": "missing"}
    assert _codes(reporter.post("events", {**bare, "customer": {}})) == {"customer": "one_of"}
    mixed = {**EVENT, "customer": {"loan": {**NAME, "external_id": "L-2"}}}
    assert _codes(reporter.post("events", mixed)) == {"customer": "another_customer"}


def test_another_lenders_loan_is_not_there(reporter: Reporter, loan: Loan) -> None:
    from lending.models import Application

    owner = ApiClient.objects.create(code="owner", name="owner")
    loan.application = Application.objects.create(
        client=owner, external_id="A-1", product=loan.product, customer=loan.customer, created_at=NOW
    )
    loan.save()
    assert _codes(reporter.post("repayments", REPAYMENT)) == {"loan": "not_found"}
    assert _codes(reporter.post("transactions", MOVED)) == {"account.customer": "not_found"}
    named = {**EVENT, "customer": {"application": "A-1"}}
    assert _codes(reporter.post("events", named)) == {"loan": "not_found", "customer": "not_found"}


def test_nothing_is_added_to_an_erased_customers_account(reporter: Reporter, loan: Loan) -> None:
    assert reporter.post("transactions", MOVED).status_code == 201
    customer_erase(customer=loan.customer, at=NOW, actor=ACTOR)
    again = {**MOVED, "external_id": "T-2"}
    assert _codes(reporter.post("transactions", again)) == {"account.customer": "customer_erased"}
    assert _codes(reporter.post("transactions", {**again, "account": "ACC-1"})) == {"account": "customer_erased"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"3", 422),
        (b'{"items": {}}', 422),
        (b'{"items": [], "x": 1}', 422),
        (json.dumps([{}] * 1001).encode(), 422),
        (json.dumps([{"external_id": "\u0000"}]).encode(), 400),
        (json.dumps({**REPAYMENT, "amount_minor": 10**30}).encode(), 422),
        (json.dumps({**REPAYMENT, "paid_on": "9999-12-31"}).encode(), 422),
        (json.dumps({**REPAYMENT, "event_at": "0001-01-01T00:00:00+23:00"}).encode(), 422),
    ],
)
def test_hostile_bodies_are_refused_with_a_code(reporter: Reporter, loan: Loan, body: bytes, status: int) -> None:
    answer = reporter.post("repayments", body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_key_without_the_scope_reports_nothing(loan: Loan) -> None:
    reporter = Reporter("decide", "read")
    assert {reporter.post(path, {}).status_code for path in ("loans", "repayments", "transactions", "events")} == {403}
