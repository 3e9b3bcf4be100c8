"""Reports made to break the reader: no 5xx, every refusal a problem, nothing half-written."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from lending.models import AccountTransaction, BankAccount, Instalment, Loan, Repayment, RiskEvent
from riskengine.api.throttling import buckets_clear
from tests.book.factory import loan_make
from tests.book.importing import counts, imported, mapping_of
from tests.book.test_reports import EVENT, MOVED, REPAYMENT, Reporter

pytestmark = pytest.mark.django_db
LOAN = {
    "decision_id": "3f1c7a52-8a54-4f0b-9a53-1c2b3d4e5f60", "external_id": "L-9", "amount_minor": 1000,
    "opened_on": "2026-01-01", "known_at": "2026-01-02T00:00:00Z", "purpose": "education", "annual_rate": 0.1,
    "term_months": 2, "region": "R", "branch": "B", "disbursed_minor": 1000,
    "instalments": [{"number": 1, "due_on": "2026-02-01", "principal_minor": 1000}],
}  # fmt: skip
FULL = {
    "repayments": {**REPAYMENT, "event_at": "2026-03-01T09:30:00Z", "known_at": "2026-03-02T09:30:00Z"},
    "events": {**EVENT, "known_at": "2026-03-02T09:30:00Z", "amount_minor": 5, "category": "x"},
    "transactions": {
        **MOVED, "known_at": "2026-03-02T09:30:00Z", "balance_after_minor": 5, "category": "salary", "text": "x",
        "merchant_category": "5411", "counterparty": "x", "counterparty_account": "x", "loan": REPAYMENT["loan"],
    },
    "loans": LOAN,
    "loan-months": {
        "loan": REPAYMENT["loan"], "business_date": "2026-03-31", "payment_status": 1, "billed_minor": 1,
        "paid_minor": 1, "known_at": "2026-04-01T09:30:00Z",
    },
}  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 2**63, -(2**63) - 1, 10**300, 1e308, -0.0, 0.5, "", " ", "\u200f", "A" * 81, "A" * 100_000,
    "１２３", "2026-13-01", "0001-01-01", "9999-12-31", "2026-03-01T09:30:00", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00", "2999-01-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T09:30:00+99:99", "=1+1",
    "%s%n", "<script>", "'; --", [], [[]], {}, {"": {}}, {"product": "instalment"}, {"product": 1, "external_id": []},
    {"national_id": "\ufeff"}, {"application": "x", "national_id": "y"}, [{"due_on": "2026-01-01"}] * 3,
]  # fmt: skip
BODIES = [
    b"", b"null", b"[]", b"[null]", b"[[[]]]", b'{"items": []}', b'{"items": {}}', b"\xff\xfe", b"[" * 100_000, b"NaN",
    b'{"a":' * 50_000, b'{"external_id": "a", "external_id": "b"}', b'{"amount_minor": NaN}', b'"\\ud800"',
    b'{"amount_minor": ' + b"9" * 5_000 + b"}", b'{"amount_minor": 1e999}', b'{"external_id": "\\u0000"}',
    b"[" + b"0," * 10_000 + b"0]", b'[{"external_id": "x"}' + b',{"external_id": "x"}' * 10_000 + b"]",
]  # fmt: skip
WRITTEN = (AccountTransaction, BankAccount, Instalment, Loan, Repayment, RiskEvent)


@pytest.fixture
def reporter() -> Reporter:
    loan_make()
    return Reporter()


def _places(item: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for name in item if isinstance(item, dict) else range(len(item)):
        yield (*path, name)
        if isinstance(item[name], dict | list):
            yield from _places(item[name], (*path, name))


def _changed(item: Any, path: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(item)
    within = made
    for name in path[:-1]:
        within = within[name]
    within[path[-1]] = value
    return made


def _rows() -> list[int]:
    return [model.objects.count() for model in WRITTEN]


@pytest.mark.parametrize("path", FULL)
def test_any_field_of_any_type_is_taken_or_named(reporter: Reporter, path: str) -> None:
    item = FULL[path]
    asked = [_changed(item, place, value) for place in _places(item) for value in VALUES if value != "A" * 100_000]
    asked += [_changed(item, (next(iter(item)),), "A" * 100_000)]
    for start in range(0, len(asked), 90):
        buckets_clear()
        batch = asked[start : start + 90]
        answer = reporter.post(path, batch)
        assert answer.status_code in (200, 207), (answer.status_code, answer.content[:500])
        told = answer.json()["items"]
        assert len(told) == len(batch)
        for given, one in zip(batch, told, strict=True):
            assert one["state"] != "rejected" or one["problems"], given


@pytest.mark.parametrize("path", FULL)
def test_no_body_is_answered_with_an_error_of_ours_or_leaves_anything(reporter: Reporter, path: str) -> None:
    before = _rows()
    for body in BODIES:
        buckets_clear()
        answer = reporter.post(path, body)
        assert answer.status_code in (207, 400, 413, 422), (body[:40], answer.status_code)
        if answer.status_code != 207:
            assert answer["Content-Type"] == "application/problem+json", body[:40]
    assert _rows() == before


@pytest.mark.parametrize("path", ["repayments", "events", "transactions"])
def test_a_fact_is_known_when_it_happened_or_later_and_not_after_now(reporter: Reporter, path: str) -> None:
    wrong = [
        {**FULL[path], "known_at": "2999-01-01T00:00:00Z"},
        {**FULL[path], "event_at": "2026-04-01T00:00:00Z", "known_at": "2026-03-01T00:00:00Z"},
        {**FULL[path], "known_at": "2026-03-01T09:30:00"},
    ]
    before = _rows()
    for item in wrong:
        assert reporter.post(path, item).status_code == 422, item
    assert _rows() == before


def test_whoever_may_only_read_reports_nothing(reporter: Reporter) -> None:
    other = Reporter("read", "decide")
    assert {other.post(path, item).status_code for path, item in FULL.items()} == {403}
    assert {reporter.post(path, json.dumps(item).encode()).status_code for path, item in FULL.items()} <= {201, 422}


@pytest.mark.parametrize("kind", ["diversion_confirmed", "diversion_suspected"])
def test_no_file_says_that_a_diversion_is_confirmed(kind: str) -> None:
    loan_make()
    columns = {"product": "=instalment", "loan": "contract", "external_id": "no", "kind": "kind", "event_at": "at"}
    row = {"contract": "L-1", "no": "E-1", "kind": kind, "at": "2026-03-01T09:30:00Z"}
    done = imported(mapping_of("risk_events", columns), [row])
    assert counts(done) == {"rejected": 1}
    assert not RiskEvent.objects.exists()
