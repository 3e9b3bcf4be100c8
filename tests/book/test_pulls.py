"""Sources fetched from by schedule: when, once each, and what pages say of failures."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from lending.models import BookImport, BookPull, BookSource, Repayment
from lending.services.book_imports.errors import SourceUnavailable
from lending.services.book_imports.pulls import PullInvalid, next_time, pull_set, pull_states, pulls_ask
from lending.services.book_imports.running import import_run
from lending.services.book_imports.sources import source_save
from lending.tasks import book_pull_task
from tests.admin.conftest import member
from tests.book.factory import loan_make
from tests.book.importing import AT, REPAID, mapping_of
from tests.factories.audit import user

TEN = time(10, 0)


@pytest.fixture
def pull(monkeypatch: pytest.MonkeyPatch, db: None) -> BookPull:
    """Every two hours from ten o'clock, out of a source that answers with two payments and then with nothing."""
    loan_make()
    monkeypatch.setattr("lending.services.book_imports.staging.source_rows", _rows)
    with override_settings(BOOK_SOURCE_HOSTS="api.example"):
        source = source_save(
            name="core", kind="HTTP", address="https://api.example/payments", token="", query="", by=user(), at=AT
        )
    mapping = mapping_of("repayments", REPAID, watermark="no")
    return pull_set(
        mapping=mapping, source=source, every=2, unit="HOURS", at=TEN, zone="UTC", is_on=True, by=user(), now=AT
    )


def _rows(_source: BookSource, watermark: str) -> list[dict[str, Any]]:
    numbers = [one for one in ("1", "2") if one > watermark]
    return [{"contract": "L-1", "no": one, "day": "2026-03-01", "sum": "1.00"} for one in numbers]


def _fetched(at: datetime) -> list[BookImport]:
    return [import_run(book_import_id=number, now=lambda: at) for number in pulls_ask(at)]


@given(st.integers(1, 24), st.sampled_from(["HOURS", "DAYS"]), st.integers(0, 10_000), st.integers(0, 23))
def test_the_next_time_is_later_and_on_the_way_from_the_first(every: int, unit: str, minutes: int, hour: int) -> None:
    pull = BookPull(every=every, unit=unit, at=time(hour, 30), set_at=AT)
    after = AT + timedelta(minutes=minutes)
    found = next_time(pull, after)
    step = timedelta(hours=every) if unit == "HOURS" else timedelta(days=every)
    begun = datetime.combine(AT.date(), time(hour, 30), UTC)
    assert after < found
    assert (found - begun) % step == timedelta(0)
    assert found - step <= after or found == begun


@pytest.mark.parametrize(("month", "hours"), [(3, 23), (7, 24), (10, 25)])
def test_the_time_of_day_is_that_of_its_zone_when_the_clocks_change(month: int, hours: int) -> None:
    """Berlin: the last Sundays of March and October 2026 are the 29th and the 25th."""
    eve = datetime(2026, month, {3: 28, 7: 10, 10: 24}[month], 12, tzinfo=UTC)
    pull = BookPull(every=1, unit="DAYS", at=time(6, 0), set_at=datetime(2026, 1, 1, tzinfo=UTC), zone="Europe/Berlin")
    first = next_time(pull, eve - timedelta(days=1))
    second = next_time(pull, first)
    assert (second - first, second.astimezone(ZoneInfo(pull.zone)).hour) == (timedelta(hours=hours), 6)


def test_a_fetch_is_one_import_from_where_the_last_ended_and_none_is_asked_twice(pull: BookPull) -> None:
    assert pull.next_at == AT.replace(hour=14)
    assert pulls_ask(AT) == []
    at = pull.next_at
    (number,) = pulls_ask(at)
    assert pulls_ask(at + timedelta(hours=5)) == []  # it still runs
    done = import_run(book_import_id=number, now=lambda: at)
    assert (done.new, done.watermark_to, done.asked_by) == (2, "2", None)
    (again,) = _fetched(at + timedelta(hours=5))
    assert (again.watermark_from, again.rows, Repayment.objects.count()) == ("2", 0, 2)
    pull.refresh_from_db()
    assert pull.next_at == at + timedelta(hours=6)  # times that were missed are not made up for


def test_failures_in_a_row_are_a_warning_until_one_goes_well(pull: BookPull, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_source: BookSource, _watermark: str) -> list[dict[str, Any]]:
        raise SourceUnavailable("The source does not answer.", reason="http")

    client = Client()
    client.force_login(member("administrator"), backend=project.AUTHENTICATION_BACKENDS[-1])
    monkeypatch.setattr("lending.services.book_imports.staging.source_rows", refuse)
    at = pull.next_at
    for count in (1, 2, 3):
        _fetched(at)
        (state,) = pull_states(at)
        assert (state.fails, state.is_troubled) == (count, count == 3)
        at += timedelta(hours=2)
    assert "failed 3 times in a row" in client.get("/admin/lending/bookimport/").content.decode()
    assert "rk-hit" in client.get("/admin/lending/booksource/").content.decode()
    monkeypatch.setattr("lending.services.book_imports.staging.source_rows", _rows)
    _fetched(at)
    assert [state.fails for state in pull_states(at)] == [0]


def test_one_that_does_not_begin_is_late_and_one_switched_off_is_neither(pull: BookPull) -> None:
    assert [state.is_late for state in pull_states(pull.next_at + timedelta(hours=1))] == [True]
    BookPull.objects.update(is_on=False)
    assert pulls_ask(pull.next_at + timedelta(days=9)) == []
    assert [state.is_troubled for state in pull_states(pull.next_at + timedelta(hours=1))] == [False]


def test_beat_asks_for_what_is_due(pull: BookPull) -> None:
    BookPull.objects.update(next_at=AT - timedelta(days=1))
    book_pull_task()
    assert BookImport.objects.count() == 1
    pull.refresh_from_db()
    assert pull.next_at > datetime.now(UTC)


def test_without_a_column_that_only_grows_or_too_seldom_it_is_refused(pull: BookPull) -> None:
    told = {"source": pull.source, "unit": "DAYS", "at": TEN, "zone": "UTC", "is_on": True, "by": user(), "now": AT}
    whole = mapping_of("repayments", REPAID)
    with pytest.raises(PullInvalid):
        pull_set(mapping=whole, every=1, **told)
    with pytest.raises(PullInvalid):
        pull_set(mapping=mapping_of("repayments", REPAID, watermark="day"), every=32, **told)
    with pytest.raises(PullInvalid):
        pull_set(mapping=mapping_of("repayments", REPAID, watermark="no"), every=1, **(told | {"zone": "Nowhere"}))


def test_the_page_of_a_mapping_sets_it(pull: BookPull) -> None:
    BookPull.objects.all().delete()
    mapping = mapping_of("repayments", REPAID, watermark="day")
    path, client = f"/admin/lending/bookmapping/{mapping.pk}/", Client()
    told = {"source": pull.source_id, "every": 3, "unit": "DAYS", "at": "04:15", "zone": "Asia/Shanghai", "is_on": "on"}
    client.force_login(member("maker"), backend=project.AUTHENTICATION_BACKENDS[-1])
    assert client.post(f"{path}pull/", told).status_code == 403
    client.force_login(member("administrator"), backend=project.AUTHENTICATION_BACKENDS[-1])
    assert "Fetch by itself" in client.get(f"{path}change/").content.decode()
    client.post(f"{path}pull/", told)
    shown = client.get(f"{path}change/").content.decode()
    assert "every 3 days from 04:15 (Asia/Shanghai)" in shown
    made = BookPull.objects.get()
    assert (made.every, made.is_on, made.next_at.time()) == (3, True, time(20, 15))
    assert "selected>Asia/Shanghai" in shown and f"{made.next_at + timedelta(hours=8):%Y-%m-%d} 04:15" in shown
    assert json.dumps(mapping.document)
