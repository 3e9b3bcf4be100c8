"""Every recorded REFER opens a case in the decision's own transaction; nothing else does."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from rules.models import Decision, Referral
from rules.services.decisions import store as decision_store
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.triggers import unguarded

OLD = import_module("rules.migrations.0006_referral_guards").OPEN_OLD


def test_a_refer_opens_a_case_with_the_amount_asked_for(referrer):
    referral = referrer(amount_minor=350_000)
    assert (referral.state, referral.amount_minor, referral.claimed_by) == ("OPEN", 350_000, None)
    assert referral.opened_at == referral.decision.decided_at


@pytest.mark.parametrize(("amount", "outcome"), [(200_000, "APPROVE"), (900_000, "DECLINE")])
def test_what_is_decided_opens_none(offers_live, amount, outcome):
    answer = Lender().post(make.body(variables={**make.VARIABLES, "amount_minor": amount}))
    assert answer.json()["outcome"] == outcome
    assert not Referral.objects.exists()


def test_a_decision_still_takes_three_round_trips(referrer, monkeypatch):
    sent = []
    work = decision_store.DecisionTransaction
    for name in ("execute", "commit_with"):
        original = getattr(work, name)
        monkeypatch.setattr(
            work, name, lambda *a, _original=original, _name=name, **k: (sent.append(_name), _original(*a, **k))[1]
        )
    referrer()
    assert sent == ["execute", "execute", "commit_with"]


def test_a_repeat_opens_no_second_case(referrer):
    referrer()
    asked = make.body(variables={**make.VARIABLES, "amount_minor": 350_000})
    for _ in range(3):
        referrer.lender.post(asked, key="once")
    assert Referral.objects.count() == 2


@pytest.mark.parametrize(
    ("opened", "zone", "due"),
    [
        ("2026-11-20T15:00+00:00", "Europe/Berlin", "2026-11-24T23:00+00:00"),  # Friday: the weekend does not count
        ("2026-11-22T15:00+00:00", "Europe/Berlin", "2026-11-24T23:00+00:00"),  # Sunday
        ("2026-11-19T23:30+00:00", "Asia/Shanghai", "2026-11-24T16:00+00:00"),  # already Friday there
        ("2026-11-23T09:00+00:00", "UTC", "2026-11-26T00:00+00:00"),
    ],
)
def test_it_is_due_at_the_end_of_the_second_working_day_where_it_is_lent(db, opened, zone, due):
    with connection.cursor() as cursor:
        cursor.execute("SELECT referral_due(%s, %s, 2)", [opened, zone])
        assert cursor.fetchone()[0] == datetime.fromisoformat(due).astimezone(UTC)


def test_an_old_refer_gets_its_case_when_the_queue_is_introduced(referrer):
    referral = referrer()
    Lender().post(make.body(variables={**make.VARIABLES, "amount_minor": 200_000}))
    with unguarded("rules_referral") as cursor:
        cursor.execute("DELETE FROM rules_referral")
    with connection.cursor() as cursor:
        cursor.execute(OLD)
    opened = Referral.objects.get()
    assert (opened.decision_id, opened.amount_minor, opened.opened_at) == (
        referral.decision_id, None, referral.decision.decided_at,
    )  # fmt: skip
    assert opened.due_at == referral.due_at


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM rules_referral",
        "UPDATE rules_referral SET due_at = due_at + interval '1 day'",
        "UPDATE rules_referral SET amount_minor = 1",
        "UPDATE rules_referral SET state = 'CLAIMED'",
        "UPDATE rules_referral SET state = 'DECIDED', claimed_by_id = 1, claimed_at = now()",
    ],
)
def test_no_path_around_the_services_changes_a_case(referrer, change):
    referrer()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_case_is_opened_for_a_referral_only(offers_live):
    Lender().post(make.body(variables={**make.VARIABLES, "amount_minor": 200_000}))
    decision = Decision.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            decision=decision, product=decision.product, opened_at=decision.decided_at, due_at=make.now()
        )
