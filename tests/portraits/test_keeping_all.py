"""Portraits of everybody: one broken key stops nobody, a month is kept once, what cannot be used is named."""

import json
from datetime import timedelta
from io import StringIO

import msgspec
import pytest
from celery import current_app
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from lending.vault import VaultError, key_unwrap, seal
from rules import tasks
from rules.services.portraits import customers as customer_portraits
from rules.services.portraits.customers import portraits_keep
from scoring.models import PortraitSnapshot
from scoring.portraits.portrait import portrait_bytes, portrait_in_schema
from scoring.services.portraits.making import portrait_of, portraits_of
from scoring.services.portraits.snapshots import portrait_hash, snapshot_verify
from tests.factories.triggers import unguarded
from tests.portraits import world
from tests.portraits.world import ACTOR, DAY, NOW, START

pytestmark = pytest.mark.django_db
AS_OF = START + 200 * DAY


@pytest.fixture
def three(db):
    world.catalogue_live()
    world.policy_live()
    made = [world.customer() for _ in range(3)]
    for one in made:
        world.month(world.loan(one), 2025, 2)
        world.facts(one, world.fact("months_at_address", 471, 30))
    return made


def broken_key(customer):
    wrapped = bytes(customer.wrapped_key)
    customer.wrapped_key = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    customer.save()


def broken_fact(customer):
    with unguarded("lending_customerfact") as cursor:
        cursor.execute(
            "UPDATE lending_customerfact SET sealed = %s WHERE customer_id = %s",
            [seal(b"0" * 32, b"1", b""), customer.pk],
        )


@pytest.mark.parametrize("breaks", [broken_key, broken_fact])
def test_what_does_not_open_stops_nobody_else_and_is_named(three, breaks):
    breaks(three[1])
    out = StringIO()
    call_command("portraits", as_of=AS_OF.date(), save=True, stdout=out)
    report = json.loads(out.getvalue())
    assert (report["customers"], report["kept"], report["key_broken"]) == (2, 2, [three[1].pk])
    assert set(PortraitSnapshot.objects.values_list("customer_id", flat=True)) == {three[0].pk, three[2].pk}


def test_asked_for_alone_it_is_an_error(three):
    broken_key(three[1])
    with pytest.raises(VaultError):
        portraits_of([one.pk for one in three], AS_OF, read_at=NOW)
    with pytest.raises(VaultError):
        portrait_of(three[1], AS_OF, read_at=NOW)


def test_a_month_is_kept_batch_by_batch_and_once(three, monkeypatch):
    sent = []
    monkeypatch.setattr(customer_portraits, "BATCH", 2)
    monkeypatch.setattr(tasks.portraits_month_task, "delay", lambda *args: sent.append(args))
    broken_key(three[0])
    tasks.portraits_month_task("2025-07-31")
    for place in range(2):
        tasks.portraits_month_task(*sent[place])
    assert sent == [("2025-07-31", three[1].pk), ("2025-07-31", three[2].pk)]
    assert json.loads(json.dumps(sent[0])) == list(sent[0])  # a date and an id: nothing about anybody
    assert PortraitSnapshot.objects.count() == 2
    world.policy_live({**world.POLICY, "p1": 0.9})
    tasks.portraits_month_task("2025-07-31")
    assert PortraitSnapshot.objects.count() == 2, "made with another policy it would be another portrait"


def test_without_the_look_at_what_is_there_another_policy_would_add_a_second_portrait(three):
    keep = {"after": 0, "at": NOW, "actor": ACTOR}
    assert portraits_keep(as_of=AS_OF, **keep).kept == 3
    world.policy_live({**world.POLICY, "p1": 0.9})
    assert portraits_keep(as_of=AS_OF, **keep).kept == 0
    numbers = [one.pk for one in three]
    assert customer_portraits.portraits_save(numbers, AS_OF, at=NOW, actor=ACTOR) == 3


def test_the_month_is_the_last_one_that_is_over(three, monkeypatch):
    monkeypatch.setattr(tasks.portraits_month_task, "delay", lambda *_: None)
    tasks.portraits_month_task()
    first = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    assert {one.as_of for one in PortraitSnapshot.objects.all()} == {first}


def test_without_a_catalogue_the_task_says_so_and_sends_nothing_on(monkeypatch, caplog):
    world.customer()
    monkeypatch.setattr(tasks.portraits_month_task, "delay", lambda *_: pytest.fail("nothing to hand on"))
    tasks.portraits_month_task("2025-07-31")
    assert "portraits_not_kept" in caplog.text


def test_beat_knows_a_task_that_exists():
    entry = settings.CELERY_BEAT_SCHEDULE["rules-portraits-month"]
    assert entry["task"] in current_app.tasks


def test_a_value_the_catalogue_does_not_allow_is_named_without_its_value(three):
    world.facts(three[0], world.fact("months_at_address", -5, 60, source="registry"))
    portrait = portrait_of(three[0], AS_OF, read_at=NOW)
    stability = next(
        one for one in portrait.dimensions if any(item.variable == "months_at_address" for item in one.unusable)
    )
    assert [(item.variable, item.source) for item in stability.unusable] == [("months_at_address", "registry")]
    assert "months_at_address" in stability.absent and "months_at_address" not in portrait.values()
    assert b"-5" not in portrait_bytes(portrait)


def test_once_corrected_it_is_no_longer_named(three):
    world.facts(three[0], world.fact("months_at_address", -5, 60), world.fact("months_at_address", 12, 60, known=61))
    portrait = portrait_of(three[0], AS_OF, read_at=NOW)
    assert portrait.values()["months_at_address"] == 12
    assert not any(one.unusable for one in portrait.dimensions)
    assert b"unusable" not in portrait_bytes(portrait)


def test_a_portrait_kept_before_such_were_named_still_comes_out_the_same(three):
    world.facts(three[0], world.fact("months_at_address", -5, 60))
    key = key_unwrap(three[0].wrapped_key)
    portrait = portrait_of(three[0], AS_OF, read_at=NOW)
    old = portrait_in_schema(portrait, 1)
    assert b"unusable" not in portrait_bytes(old) and msgspec.json.decode(portrait_bytes(old))["schema"] == 1
    customer_portraits.portraits_save([three[0].pk], AS_OF, at=NOW, actor=ACTOR)
    snapshot = PortraitSnapshot.objects.get()
    with unguarded("scoring_portraitsnapshot") as cursor:
        cursor.execute("UPDATE scoring_portraitsnapshot SET content_hash = %s", [portrait_hash(old, key)])
    snapshot.refresh_from_db()
    assert snapshot_verify(snapshot) == "same"
    world.facts(three[0], world.fact("months_at_phone", 3, 60))
    assert snapshot_verify(snapshot) == "differs"


def test_the_report_of_segments_refuses_in_words(three, tmp_path):
    out = tmp_path / "out.json"
    asked = {"product": "card", "as_of": AS_OF.date(), "report": out}
    with pytest.raises(CommandError, match="two segments of at least 20"):
        call_command("segment_report", **asked, stdout=StringIO())
    with pytest.raises(CommandError, match="must lie after"):
        call_command("segment_report", **asked, later=AS_OF.date() - timedelta(days=1), stdout=StringIO())
    with pytest.raises(CommandError, match="no product boat"):
        call_command("segment_report", **{**asked, "product": "boat"}, stdout=StringIO())
    assert not out.exists()
