"""Who stands beside a customer comes in by file and by API; their trouble and their accounts are then looked at."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lending.models import CustomerLink, CustomerStanding, Identifier, RiskEvent
from lending.services.book import links
from lending.services.customers import customer_create, customer_erase
from lending.vault import blind_index
from monitoring.diversion.model import Relation
from monitoring.models import EarlyWarning
from monitoring.services.diversion.streams import stream_read
from monitoring.services.trigger_events import trigger_events_raise
from riskengine.demo.loan_use import POLICY
from tests.book.factory import ACTOR, NOW, loan_make
from tests.book.importing import counts, imported, mapping_of
from tests.book.test_reports import Reporter
from tests.diversion import diversion_book as money
from tests.factories.monitoring import card, loans, months, post_loan_goes_live, reviewed, shipped_post_loan

pytestmark = pytest.mark.django_db
AT = datetime(2005, 9, 30, 12, tzinfo=UTC)
AS_OF = datetime(2005, 9, 30, 15, 59, 59, tzinfo=UTC)
COLUMNS = {
    "product": "=card", "loan": "no", "other_national_id": "guarantor", "kind": "relation", "since": "from",
    "until": "to",
}  # fmt: skip
ID = "A123456789"


def row(**more: str) -> dict[str, str]:
    return {"no": "L00000", "guarantor": ID, "relation": "guarantor", "from": "2005-01-01", "to": "", **more}


def person(number: str, customer: Any) -> None:
    """The customer of a loan is found by this national ID."""
    index = blind_index(Identifier.Kind.NATIONAL_ID, number)
    Identifier.objects.create(
        customer=customer, kind=Identifier.Kind.NATIONAL_ID, blind_index=index, sealed=b"x", created_at=AT
    )


def in_trouble(customer: Any) -> None:
    CustomerStanding.objects.create(
        customer=customer, product=card(), as_of=AT, known_at=AT, warning_level="RED", open_warnings=1, months_late=3
    )


def test_a_guarantor_in_trouble_is_a_warning_of_the_borrower_until_the_link_ends() -> None:
    post_loan_goes_live(rules=[_guarantor_rule()], parameters=[])
    borrower, guarantor = loans(months(0), months(0))
    person(ID, guarantor.customer)
    mapping = mapping_of("customer_links", COLUMNS)
    assert counts(imported(mapping, [row()], AT)) == {"new": 1}
    assert counts(imported(mapping, [row()], AT.replace(hour=13))) == {"known": 1}
    in_trouble(guarantor.customer)
    assert trigger_events_raise(product=card(), as_of=AS_OF, at=AS_OF)["guarantor_trouble"] == 1
    assert RiskEvent.objects.get(kind="guarantor_trouble").customer == borrower.customer
    reviewed()
    warning = EarlyWarning.objects.get()
    assert (warning.loan, warning.level) == (borrower, "YELLOW")
    RiskEvent.objects.all().delete()
    assert counts(imported(mapping, [row(to="2005-09-30")], AT.replace(hour=14))) == {"new": 1}
    assert trigger_events_raise(product=card(), as_of=AS_OF, at=AS_OF).get("guarantor_trouble", 0) == 0


def _guarantor_rule() -> dict[str, Any]:
    return next(rule for rule in shipped_post_loan()["rules"] if rule["code"] == "GUARANTOR_IN_TROUBLE")


def test_the_account_of_a_linked_customer_is_traced() -> None:
    borrower, friend = money.customer(), money.customer()
    own, theirs = money.account(borrower, "6222 1"), money.account(friend, "6222 2")
    loan = money.paid_out(borrower, own)
    money.line(own, 1, -600_000, counterparty_account="6222 9")
    loan_of_friend = loan_make("L-friend", friend, money.product())
    seen = stream_read(loan, POLICY, money.NOW)
    assert seen is not None and theirs.pk not in {one.id for one in seen.accounts}
    link = {
        "customer": {"loan": {"product": "instalment", "external_id": loan.external_id}},
        "other": {"loan": {"product": "instalment", "external_id": loan_of_friend.external_id}},
        "kind": "FAMILY", "since": "2026-01-01", "known_at": "2026-01-02T00:00:00Z",
    }  # fmt: skip
    answer = Reporter().post("customer-links", link)
    assert (answer.status_code, answer.json()) == (201, {"external_id": "FAMILY 2026-01-01", "state": "new"})
    seen = stream_read(loan, POLICY, money.NOW)
    assert seen is not None
    assert {one.id: one.relation for one in seen.accounts}[theirs.pk] is Relation.LINKED


def test_wrong_links_are_named() -> None:
    borrower, other = loans(months(0), months(0))
    person(ID, other.customer)
    person("B987654321", borrower.customer)
    rows = [
        row(no="L404"), row(guarantor="C000000000"), row(relation="boss"), row(to="2004-01-01"),
        row(guarantor="B987654321"), row(guarantor=""), row(relation="担保人"),
    ]  # fmt: skip
    done = imported(mapping_of("customer_links", COLUMNS), rows, AT)
    assert list(done.rejects.order_by("row").values_list("row", "field", "code")) == [
        (1, "loan", "not_found"),
        (2, "other_national_id", "not_found"),
        (3, "kind", "unknown_kind"),
        (4, "until", "days_out_of_order"),
        (5, "other", "links_to_itself"),
        (6, "other_loan / other_national_id", "one_of"),
    ]
    assert CustomerLink.objects.values_list("kind", "is_liable", "until").get() == ("GUARANTOR", True, None)


LINK = {
    "customer": {"loan": {"product": "instalment", "external_id": "L-1"}},
    "other": {"loan": {"product": "instalment", "external_id": "L-2"}}, "kind": "CO_BORROWER", "since": "2026-01-01",
}  # fmt: skip


def test_over_the_api_a_link_is_told_once_ended_and_told_again() -> None:
    loan_make("L-1"), loan_make("L-2")
    reporter = Reporter()
    ended = {**LINK, "until": "2026-06-30"}
    told = [reporter.post("customer-links", one).json()["state"] for one in (LINK, LINK, ended, ended, LINK)]
    assert told == ["new", "known", "new", "known", "new"]
    latest = CustomerLink.objects.order_by("-known_at").first()
    assert (CustomerLink.objects.count(), latest.until, latest.is_liable) == (3, None, True)  # type: ignore[union-attr]


def test_without_a_look_at_what_was_known_last_every_repeat_would_be_news(monkeypatch: pytest.MonkeyPatch) -> None:
    loan_make("L-1"), loan_make("L-2")
    monkeypatch.setattr(links, "_latest", lambda _items: {})
    reporter = Reporter()
    assert [reporter.post("customer-links", LINK).json()["state"] for _ in range(2)] == ["new", "new"]


def test_a_link_over_the_api_is_between_customers_whom_the_caller_may_report_on() -> None:
    erased = loan_make("L-2")
    loan_make("L-1")
    reporter = Reporter()
    customer_create(identifiers={"national_id": ID}, at=AT)  # of nobody's application
    answer = reporter.post("customer-links", {**LINK, "other": {"national_id": ID}})
    assert [(one["field"], one["code"]) for one in answer.json()["problems"]] == [("other", "not_found")]
    customer_erase(customer=erased.customer, at=NOW, actor=ACTOR)
    answer = reporter.post("customer-links", LINK)
    assert [(one["field"], one["code"]) for one in answer.json()["problems"]] == [("other", "customer_erased")]
    itself = reporter.post("customer-links", {**LINK, "other": LINK["customer"]})
    assert [one["code"] for one in itself.json()["problems"]] == ["links_to_itself"]
    assert not CustomerLink.objects.exists()
