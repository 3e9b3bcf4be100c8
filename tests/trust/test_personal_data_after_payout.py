"""Canaries go through imports, reports, shares, disputes and notes; then rows, logs, tasks, answers are searched."""

import json
import logging
import re
from typing import Any

import pytest
from celery.signals import before_task_publish
from django.test import Client
from django.utils import timezone

from lending.models import Customer
from lending.services.book_imports.rejects import rejects_csv
from lending.services.customers import identifiers_add
from monitoring.models import HealthDispute, HealthShare
from monitoring.services.cases.work import case_claim, case_note
from monitoring.services.health.disputes import dispute_answer
from tests.book.factory import loan_make
from tests.book.importing import counts, imported, mapping_of
from tests.book.test_reports import NAME, Reporter
from tests.cases.factory import LATER, ladder_live, officer, raised
from tests.decisions.test_canaries import Lines, dump
from tests.health import mailbox, world
from tests.trust.soak_file import IS_SOAK, campaign_of

pytestmark = pytest.mark.django_db
CANARY = "KANARI"
PEOPLE = 25 if IS_SOAK else 5  # of eight values each
KINDS = ("national_id", "name", "phone", "address", "email", "employer", "bank_card")
ASK = {"recipient": "bank", "purpose": "credit_application"}


class Search:
    """Everything that was said outside the sealed columns, to be searched at the end."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.tasks: list[str] = []
        self.logs = Lines()
        self.planted: set[str] = set()

    def plant(self, *parts: object) -> str:
        value = CANARY + "".join(str(part) for part in parts) + "0000001"
        self.planted.add(value)
        return value

    def answered(self, answer: Any) -> Any:
        self.told.append(b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode())
        return answer

    def published(self, body: Any = None, headers: Any = None, **_: Any) -> None:
        self.tasks.append(f"{body} {headers}")

    def hits(self) -> dict[str, list[str]]:
        hexed = CANARY.encode().hex()
        rows = [f"{table}: {text[:300]}" for table, text in dump() if _has(text) or hexed in text]
        named = {"rows": rows, "logs": self.logs.lines, "tasks": self.tasks, "answers": self.told}
        return {name: [text for text in texts if name == "rows" or _has(text)] for name, texts in named.items()}


@pytest.fixture
def search():
    found = Search()
    logging.getLogger().addHandler(found.logs)
    before_task_publish.connect(found.published, weak=False)
    yield found
    before_task_publish.disconnect(found.published)
    logging.getLogger().removeHandler(found.logs)


def _system() -> tuple[Reporter, Customer]:
    """A lending system with a loan, and a recipient to show to."""
    reporter, loan = Reporter(), loan_make()
    world.applicant(loan.customer, reporter.client)
    world.recipient()
    return reporter, loan.customer


def _has(text: str) -> bool:
    return CANARY.lower() in text.lower()


@pytest.mark.soak
def test_no_canary_of_the_flows_after_payout_leaves_the_sealed_columns(search, settings, record_property):
    settings.HOLDER_CHANNEL = "tests.health.mailbox.Mailbox"
    mailbox.MESSAGES.clear()
    campaign = campaign_of("personal data after payout")
    campaign.planned = PEOPLE * 8
    _notes(search)
    reporter, customer = _system()
    _files(search)
    for number in range(PEOPLE):
        _reports(search, reporter, number)
    _shares(search, reporter, customer)
    campaign.injected = len(search.planted)
    hits = search.hits()
    campaign.more |= {name: len(found) for name, found in hits.items()}
    record_property("campaign", campaign.figures())
    print(campaign.told(), "log lines", len(search.logs.lines))
    assert {name: found[:3] for name, found in hits.items()} == {"rows": [], "logs": [], "tasks": [], "answers": []}
    assert any(CANARY in message["address"] for message in mailbox.MESSAGES), "the holder was reached where they are"


def test_the_twin_a_canary_in_the_open_is_found(search):
    word = search.plant("open")
    search.told.append(word)
    search.published(body=[word])
    logging.getLogger("lending").warning("said %s", word)
    world.recipient(code=word[:40])
    assert all(search.hits().values())


def _files(search: Search) -> None:
    """Files of people and of transactions, every other row wrong somewhere."""
    people = [{kind: search.plant(kind, number) for kind in KINDS} for number in range(PEOPLE)]
    people[0]["national_id"] = ""
    customers = imported(mapping_of("customers", {kind: kind for kind in KINDS}), people)
    assert counts(customers)["new"] == PEOPLE - 1
    moved = [
        {
            "who": f"ACC-{number}", "no": f"F-{number}",
            "day": "2026-03-01" if number % 2 else search.plant("day", number), "sum": "12.00",
            "own": search.plant("own", number), "payee": search.plant("payee", number),
            "to": search.plant("to", number), "text": search.plant("text", number), "contract": "L-1",
        }
        for number in range(PEOPLE)
    ]  # fmt: skip
    columns = {
        "account": "who", "external_id": "no", "event_at": "day", "amount_minor": "sum", "currency": "=CNY",
        "product": "=instalment", "loan": "contract", "account_number": "own", "counterparty": "payee",
        "counterparty_account": "to", "text": "text",
    }  # fmt: skip
    transactions = imported(mapping_of("transactions", columns), moved)
    for ended in (customers, transactions):
        assert counts(ended).get("rejected"), counts(ended)
        search.told.append(b"".join(rejects_csv(ended)).decode())


def _reports(search: Search, reporter: Reporter, number: int) -> None:
    """Transactions and events, right and wrong."""
    account = {"external_id": f"R-{number}", "customer": {"loan": NAME}, "currency": "CNY"}
    right = {
        "account": {**account, "number": search.plant("number", number)},
        "external_id": f"T-{number}",
        "event_at": "2026-03-01T09:30:00+08:00",
        "amount_minor": -500,
        "counterparty": search.plant("counterparty", number),
        "text": search.plant("memo", number),
    }
    assert search.answered(reporter.post("transactions", right)).status_code == 201
    wrong = [
        {**right, "amount_minor": search.plant("amount", number)},
        {**right, "event_at": search.plant("at", number)},
        {**right, "account": {**right["account"], "currency": search.plant("ccy", number)}},
        {**right, "amount_minor": -7, "text": search.plant("memo too", number)},
    ]
    for body in wrong:
        assert 400 <= search.answered(reporter.post("transactions", body)).status_code < 500
    who = {"external_id": f"E-{number}", "kind": "contact_lost", "event_at": "2026-03-01T09:30:00Z"}
    asked = {**who, "customer": {"national_id": search.plant("id", number)}}
    assert search.answered(reporter.post("events", asked)).status_code == 422
    search.answered(reporter.post("repayments", json.dumps(right).encode()[:-7]))
    search.answered(reporter.post("loans", {**right, "decision_id": search.plant("decision", number)}))


def _shares(search: Search, reporter: Reporter, customer: Customer) -> None:
    """A holder who is asked, shares, disputes and appeals; and bodies that do not fit."""
    identifiers_add(customer=customer, identifiers={"phone": search.plant("holder")}, at=timezone.now())
    asked = "customers/A-1/health-shares"
    assert search.answered(reporter.post(asked, ASK)).status_code == 202
    for body in (
        {**ASK, "recipient": search.plant("who")},
        {**ASK, "purpose": search.plant("why")},
        {search.plant("f"): 1},
    ):
        # A name of a field the caller made up is told back to them, and to nobody else.
        answer = reporter.post(asked, body).content.decode()
        search.told.append(re.sub(rf'"field": ?"{CANARY}f\d*"', "", answer))
    browser, path = Client(), mailbox.path_received()
    browser.post(path)
    search.answered(browser.post("/health/mine", {"do": "share", **ASK}))
    assert HealthShare.objects.count() == 1
    for kind, field in (("DISPUTE", "said"), ("APPEAL", "pleaded")):
        words = {"do": "object", "kind": kind, "subject": "RISK", "text": search.plant(field)}
        assert browser.post("/health/mine", words).status_code == 302
    for dispute in HealthDispute.objects.all():
        text = search.plant("answer", dispute.pk)
        dispute_answer(dispute=dispute, outcome="REFUSED", text=text, by=world.officer(), at=timezone.now())
    secret = {"secret": search.plant("secret"), "kind": "DISPUTE", "subject": "RISK", "text": search.plant("said too")}
    search.answered(reporter.post("health-codes/disputes", secret))
    search.answered(
        reporter.post("health-codes/verify", {"code": search.plant("code"), "access_code": search.plant("a")})
    )


def _notes(search: Search) -> None:
    """What an officer writes about a case."""
    ladder_live()
    (case,) = raised(4)
    person = officer()
    case_claim(case=case, person=person, at=LATER)
    case_note(case=case, person=person, note=search.plant("note"), at=LATER)
