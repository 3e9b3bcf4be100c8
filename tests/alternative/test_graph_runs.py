"""Graph features of the book's customers: recorded of those the gate opens, from what was known then, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from lending.models import Customer, CustomerFact, CustomerLink, CustomerStanding, LoanChange
from lending.services.book.accounts import transactions_record
from lending.services.consents import consent_grant, consent_withdraw
from lending.services.customer_facts import facts_as_of
from lending.services.customers import customer_create
from scoring.models import GraphRun
from scoring.services.alternative import graph_runs
from scoring.services.alternative.graph_reading import bads_as_of, graph_read
from scoring.services.alternative.graph_runs import EVERY, graph_features_run
from scoring.services.alternative.opening import closed_for_recording_of
from scoring.services.portraits.making import portraits_of
from tests.alternative.governing import forbidden, governed, piloted, reviewed
from tests.book.factory import account_make, customer_make, loan_make, moved
from tests.factories.audit import user
from tests.factories.decisions import catalogue_goes_live, product

pytestmark = pytest.mark.django_db
AT = datetime.now(UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"
BAD = {"days_past_due": 90, "window_months": 12, "horizon_months": 12, "text": {"en": "90 days", "zh": "90 天"}}


@pytest.fixture(autouse=True)
def open_sources(db: None) -> None:
    product()
    catalogue_goes_live()
    for source in ("transfer_data", "social_data"):
        reviewed(source)
        piloted(source)
    governed("bad_definition", "instalment", BAD)


def consented(customer: Customer, *scopes: str) -> Customer:
    for scope in scopes or ("transfer_data", "social_data"):
        consent_grant(customer=customer, scope=scope, granted_at=AT, evidence="form", at=AT, actor="system:demo")
    return customer


def person(phone: str) -> Customer:
    return customer_create(identifiers={"phone": phone}, at=AT - timedelta(days=1))


def pay(one: Customer, other: Customer, number: str, on: int = 200, told_by: str = "sender") -> None:
    """A transfer from one to the other, told by the sender's bank, the receiver's, or both."""
    accounts = [account_make(who, f"ACC-{who.pk}", f"6222 {who.pk:04d}") for who in (one, other)]
    told = {"sender": accounts[:1], "receiver": accounts[1:], "both": accounts}[told_by]
    items = [
        moved(
            account, f"{number}-{account.pk}", -500 if account is accounts[0] else 500, on=on,
            counterparty_account=f"6222 {(other if account is accounts[0] else one).pk:04d}",
        )
        for account in told
    ]  # fmt: skip
    transactions_record(items=items, source="core", at=AT, actor="system:test")


def late(customer: Customer, dpd: int, known_at: datetime) -> None:
    CustomerStanding.objects.create(customer=customer, product=product(), as_of=known_at, known_at=known_at, dpd=dpd)


def told(customer: Customer, as_of: datetime | None = None) -> dict[str, Any]:
    found = facts_as_of(customer_ids=[customer.pk], as_of=as_of or datetime.now(UTC))
    return {fact.variable: fact.value for fact in found.get(customer.pk, [])}


def run(at: datetime | None = None) -> list[GraphRun]:
    return graph_features_run(now=lambda: at or datetime.now(UTC))


def test_transfers_and_shared_phones_become_facts_of_who_consents_and_of_nobody_else() -> None:
    anna, ben, carl = consented(person("13800000001")), person("13800000001"), person("13800000003")
    pay(anna, ben, "T1")
    pay(ben, carl, "T2")
    late(carl, 95, AT - timedelta(hours=1))
    runs = run()
    values = told(anna)
    assert (values["transfer_out"], values["transfer_in"], values["transfer_component_size"]) == (1, 0, 3)
    assert (values["transfer_component_bads"], values["transfer_bad_out"]) == (1, 0)
    assert values["transfer_bad_rank_against"] > 0
    assert (values["phone_shared"], values["link_component_size"], values["link_component_bads"]) == (1, 2, 0)
    assert {row.customer_id for row in CustomerFact.objects.all()} == {anna.pk}
    assert set(CustomerFact.objects.values_list("provenance", flat=True)) == {"DERIVED"}
    by_source = {one.source: one for one in runs}
    assert (by_source["transfer_data"].parties, by_source["transfer_data"].bads) == (3, 1)
    assert by_source["transfer_data"].links == {"transfer": 2}
    assert all((one.due, one.looked_at, one.recorded) == (1, 1, 1) and one.ended_at for one in runs)


def test_twin_without_the_gate_whoever_consents_would_be_recorded_where_the_law_forbids_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forbidden("social_data", "FR")  # and nobody knows where she lives
    anna = consented(person("13800000001"))
    closed = {one.source: one.closed for one in run()}
    assert closed == {"transfer_data": {}, "social_data": {"region_unknown": 1}}
    assert "phone_shared" not in told(anna) and "transfer_out" in told(anna)
    monkeypatch.setattr(graph_runs, "closed_for_recording_of", lambda _source, people, _at: dict.fromkeys(people))
    run(datetime.now(UTC) + EVERY)
    assert "phone_shared" in told(anna, datetime.now(UTC) + 2 * EVERY)


def test_a_later_default_changes_nothing_of_before() -> None:
    anna, ben = consented(person("13800000001")), person("13800000001")
    late(ben, 89, AT - timedelta(hours=1))
    run()
    before, then = told(anna), datetime.now(UTC)
    first = bads_as_of(then)
    assert before["phone_bad_shared"] == before["link_component_bads"] == before["link_bad_rank_either"] == 0
    late(ben, 120, then + timedelta(seconds=1))
    assert bads_as_of(then) == first == frozenset()
    assert told(anna, then) == before
    run(then + EVERY)
    assert told(anna, then) == before
    after = told(anna, then + 2 * EVERY)
    assert after["phone_bad_shared"] == after["link_component_bads"] == 1 and after["link_bad_rank_either"] > 0.5


def test_twin_read_without_the_instant_the_later_default_would_have_been_seen() -> None:
    ben = person("13800000001")
    late(ben, 120, AT + timedelta(days=30))
    assert bads_as_of(AT) == frozenset() and bads_as_of(AT + timedelta(days=31)) == {ben.pk}


def test_what_became_known_later_links_nobody_before() -> None:
    anna, ben = person("13800000001"), person("13800000002")
    pay(anna, ben, "T1", on=200)
    CustomerLink.objects.create(
        customer=anna, other=ben, kind="GUARANTOR", since=AT.date(), known_at=AT, source="core"
    )  # fmt: skip
    early = datetime(2026, 7, 1, tzinfo=UTC)  # the transfer is of day 200
    for source, kind in (("transfer_data", "transfer"), ("social_data", "guarantor")):
        links = [graph_read(source, customer_ids=[anna.pk, ben.pk], as_of=at).links for at in (early, AT)]
        found = [next(one for one in several if one.kind == kind) for several in links]
        assert [len(one.source) for one in found] == [0, 1]
    guarantor = found[1]
    assert (guarantor.source.tolist(), guarantor.target.tolist()) == ([1], [0])  # ben stands surety for anna


@pytest.mark.parametrize("told_by", ["sender", "receiver", "both"])
def test_a_transfer_told_by_both_banks_is_one(told_by: str) -> None:
    anna, ben = person("13800000001"), person("13800000002")
    pay(anna, ben, "T1", told_by=told_by)
    graph = graph_read("transfer_data", customer_ids=[], as_of=AT)
    (links,) = graph.links
    assert (graph.parties, links.source.tolist(), links.target.tolist()) == ([anna.pk, ben.pk], [0], [1])
    assert links.weight.tolist() == [1.0]


def test_a_link_that_ended_and_a_phone_of_a_whole_village_link_nobody() -> None:
    crowd = [person("13800000009") for _ in range(51)]
    ended = {"customer": crowd[0], "other": crowd[1], "kind": "FAMILY", "since": AT.date() - timedelta(days=9),
             "source": "core"}  # fmt: skip
    CustomerLink.objects.create(**ended, known_at=AT - timedelta(days=9))
    CustomerLink.objects.create(**ended, known_at=AT - timedelta(days=2), until=AT.date() - timedelta(days=2))
    assert all(len(one.source) == 0 for one in graph_read("social_data", customer_ids=[], as_of=AT).links)


def test_a_loan_written_off_makes_bad_unless_it_was_opened_again() -> None:
    loans = [loan_make(f"L-{number}", customer_make()) for number in (1, 2)]
    change = {"changed_on": AT.date(), "recorded_at": AT, "source": "core"}
    for loan in loans:
        LoanChange.objects.create(
            loan=loan, external_id="1", kind="CLOSED", cause="WRITTEN_OFF", known_at=AT - timedelta(days=3), **change
        )
    LoanChange.objects.create(
        loan=loans[1], external_id="2", kind="REOPENED", known_at=AT - timedelta(days=2), **change
    )
    assert bads_as_of(AT) == {loans[0].customer_id}
    assert bads_as_of(AT - timedelta(days=2, hours=12)) == {loan.customer_id for loan in loans}
    assert bads_as_of(AT - timedelta(days=4)) == frozenset()


def test_withdrawn_consent_makes_what_was_recorded_unreadable() -> None:
    anna = consented(person("13800000001"))
    run()
    now = datetime.now(UTC)
    portrait = portraits_of([anna.pk], now)[anna.pk]
    social = next(one for one in portrait.dimensions if one.code == "social")
    assert "phone_shared" in social.closed  # no application of hers is in the pilot
    consent_withdraw(customer=anna, scope="social_data", withdrawn_at=now, at=now, actor="system:demo")
    assert closed_for_recording_of("social_data", [anna.pk], now)[anna.pk] == "no_consent"
    runs = {one.source: one for one in run(now + EVERY)}
    assert (runs["social_data"].due, runs["transfer_data"].due) == (0, 1)


def test_it_runs_once_a_week_only_in_a_pilot_and_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [consented(person(f"1380000000{number}"), "transfer_data") for number in range(5)]
    monkeypatch.setattr(graph_runs, "BATCH", 2)
    kept, calls = graph_runs._batch_record, []

    def dies(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the worker died")
        kept(*args)

    monkeypatch.setattr(graph_runs, "_batch_record", dies)
    with pytest.raises(RuntimeError):
        run()
    half = GraphRun.objects.get(source="transfer_data")
    assert (half.looked_at, half.recorded, half.ended_at) == (2, 2, None)
    calls.extend([()] * 9)
    done = next(one for one in run() if one.source == "transfer_data")
    assert (done.pk, done.looked_at, done.recorded) == (half.pk, 5, 5) and done.ended_at
    facts = CustomerFact.objects.filter(variable="transfer_out")
    assert sorted(facts.values_list("customer", flat=True)) == [one.pk for one in people]
    assert set(facts.values_list("event_at", flat=True)) == {half.as_of}
    assert run() == [] and GraphRun.objects.count() == 2
    kept(done.pk, "transfer_data", [people[0].pk], {people[0].pk: {"transfer_out": 9}}, datetime.now(UTC))
    assert facts.count() == 5  # a second worker at the same batch adds nothing


def test_without_review_and_pilot_no_graph_is_made() -> None:
    consented(person("13800000001"))
    GraphRun.objects.all().delete()
    for live in ("transfer_data", "social_data"):
        piloted(live, ends_on=(AT.date()).isoformat())
    assert graph_features_run(now=lambda: AT + timedelta(days=2)) == []
    assert not GraphRun.objects.exists() and not CustomerFact.objects.exists()


def test_the_command_works_at_once_and_says_for_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    consented(person("13800000001"))
    run()
    call_command("graph_features")
    told = capsys.readouterr().out
    assert "transfer_data: 1 customers, links transfer 0, 0 known bad; recorded for 1 of 1 who consent" in told
    assert GraphRun.objects.count() == 4


def test_the_page_says_of_how_many_and_why_not_of_others(client: Client, settings: Any) -> None:
    settings.IS_OTP_REQUIRED = False
    client.force_login(user(is_staff=True, permissions=("scoring.view_valuereport",)), backend=BACKEND)
    page = client.get("/admin/scoring/valuereport/").content.decode()
    assert page.count("not worked out yet") == 2
    forbidden("social_data", "FR")
    consented(person("13800000001"))
    run()
    half = GraphRun.objects.get(source="transfer_data")
    page = client.get("/admin/scoring/valuereport/").content.decode()
    assert "done in" in page and "1 person" in page and "Nobody knows where the applicant lives" in page
    GraphRun.objects.filter(pk=half.pk).update(ended_at=None, due=9, looked_at=4)
    assert "begun: 4 of 9 people" in client.get("/admin/scoring/valuereport/").content.decode()
