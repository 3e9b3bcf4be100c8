"""A night raises what is new: what earlier nights told of is not handed over again, and the events are the same."""

import random
from datetime import date, timedelta

import pytest

from lending.models import RiskEvent
from monitoring.services import trigger_events
from monitoring.services.trigger_events import trigger_events_raise
from tests.factories.monitoring import AT, card, loans, months
from tests.warn.test_trigger_events import AS_OF, due, linked, moved, paid, standing

pytestmark = pytest.mark.django_db
NIGHTS = 4
TOLD = ("customer_id", "loan_id", "kind", "event_at", "known_at", "external_id", "amount_minor")


def a_book(seed):
    """Schedules paid, short or not at all, money from lenders, and a guarantor in trouble."""
    chance = random.Random(seed)
    held = loans(*[months(0)] * 6)
    for loan in held:
        for number in (1, 2):
            due(loan, number, date(2005, 7 + number, chance.randint(1, 28)))
        for number in range(chance.randint(0, 4)):
            day = date(2005, 9, chance.randint(1, 30))
            paid(loan, f"P{loan.pk}/{number}", day, chance.choice([400, 1_000]))
            moved(loan, 5_000, chance.choice(["other_lender", "salary"]), day, f"T{number}")
    linked(held[0], held[1], "GUARANTOR", is_liable=True)
    standing(held[1], "ORANGE")


def nights(monkeypatch):
    """What each night handed over, and the events of all."""
    handed = []
    record = trigger_events.events_record

    def seen(*, items, **call):
        handed.append(len(items))
        return record(items=items, **call)

    monkeypatch.setattr(trigger_events, "events_record", seen)
    by_night = []
    for back in reversed(range(NIGHTS)):
        trigger_events_raise(product=card(), as_of=AS_OF - timedelta(days=3 * back), at=AT)
        by_night.append(list(handed))
        handed.clear()
    monkeypatch.setattr(trigger_events, "events_record", record)
    return by_night, list(RiskEvent.objects.order_by("external_id").values_list(*TOLD))


def without_looking(monkeypatch):
    """As if nothing had been told of: everything within reach is handed over each night."""
    for name in ("_LENDER_INFLOWS", "_PAID"):
        cut, number = getattr(trigger_events, name), "t.id" if name == "_LENDER_INFLOWS" else "r.id"
        told = trigger_events._TOLD_OF.format(number)
        assert told in cut
        monkeypatch.setattr(trigger_events, name, cut.replace(told, "false"))
    monkeypatch.setattr(trigger_events, "_untold", list)


@pytest.mark.parametrize("seed", range(3))
def test_the_events_are_those_of_a_run_that_hands_over_everything_every_night(seed, monkeypatch):
    a_book(seed)
    by_night, events = nights(monkeypatch)
    RiskEvent.objects.all().delete()
    with monkeypatch.context() as patch:
        without_looking(patch)
        of_all, same = nights(patch)
    assert events == same and len(events) > 5
    assert sum(map(sum, by_night)) == len(events) < sum(map(sum, of_all))


def test_a_night_without_news_hands_over_nothing(monkeypatch):
    a_book(1)
    trigger_events_raise(product=card(), as_of=AS_OF, at=AT)
    handed = []
    record = trigger_events.events_record
    monkeypatch.setattr(
        trigger_events, "events_record", lambda *, items, **call: handed.extend(items) or record(items=items, **call)
    )
    assert not any(trigger_events_raise(product=card(), as_of=AS_OF, at=AT).values())
    assert handed == []


def test_what_is_handed_over_at_once_is_bounded(monkeypatch):
    a_book(2)
    monkeypatch.setattr(trigger_events, "_BATCH", 2)
    by_night, events = nights(monkeypatch)
    assert max(map(max, filter(None, by_night))) <= 2
    assert sum(map(sum, by_night)) == len(events)
