"""A payment that comes before its loan is fetched again until it is there, for some days, and counts once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client, override_settings

from lending.models import BookImport, BookSource, Repayment
from lending.services.book_imports import watermarks
from lending.services.book_imports.running import import_run
from lending.services.book_imports.sources import source_save
from lending.services.book_imports.staging import import_ask
from tests.admin.conftest import member
from tests.book.factory import loan_make
from tests.book.importing import AT, REPAID, mapping_of
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAYMENTS = [("1", "L-1"), ("2", "L-1"), ("3", "L-2"), ("4", "L-1"), ("10", "L-1")]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Fetch on a day what the source holds; L-2 is not in the book yet."""
    loan_make("L-1")
    held = list(PAYMENTS)

    def rows(_source: BookSource, mark: str) -> list[dict[str, Any]]:
        found = [one for one in held if int(one[0]) > int(mark or 0)]
        return [{"contract": loan, "no": no, "day": "2026-03-01", "sum": "1.00"} for no, loan in found]

    monkeypatch.setattr("lending.services.book_imports.staging.source_rows", rows)
    monkeypatch.setattr("lending.services.book_imports.staging.PART_ROWS", 2)
    with override_settings(BOOK_SOURCE_HOSTS="api.example"):
        address = "https://api.example/payments"
        source = source_save(name="core", kind="HTTP", address=address, token="", query="", by=user(), at=AT)
    mapping = mapping_of("repayments", REPAID, watermark="no")

    def fetch(at: datetime, *more: tuple[str, str]) -> BookImport:
        held.extend(more)
        row = import_ask(mapping=mapping, at=at, by=None, source=source)
        return import_run(book_import_id=row.pk, now=lambda: at)

    return fetch


def test_a_payment_before_its_loan_lands_once_the_loan_is_there(fetched: Any) -> None:
    first = fetched(AT)
    assert (first.new, first.rejected, first.waiting, first.watermark_to) == (4, 1, 1, "10")
    again = fetched(AT + DAY, ("11", "L-1"))
    assert (int(again.watermark_from or 0) < 3, again.new, again.waiting) == (True, 1, 1)
    loan_make("L-2")
    landed = fetched(AT + 2 * DAY)
    assert (landed.new, landed.waiting, landed.watermark_to) == (1, 0, "11")
    assert fetched(AT + 3 * DAY).watermark_from == "11"
    assert Repayment.objects.count() == 6


def test_what_never_comes_is_given_up_after_the_time_and_younger_rows_go_on_waiting(fetched: Any) -> None:
    fetched(AT)
    for day in range(1, 5):
        fetched(AT + day * DAY)
    fetched(AT + 5 * DAY, ("12", "L-3"))
    late = fetched(AT + watermarks.WAITS + DAY)
    assert (late.watermark_from, late.waiting) == ("10", 1)
    last = fetched(AT + watermarks.WAITS + 7 * DAY)
    assert (last.watermark_from, last.waiting) == ("12", 0)


def test_a_fetch_that_comes_seldom_reads_it_once_more(fetched: Any) -> None:
    fetched(AT)
    assert fetched(AT + 31 * DAY).waiting == 1
    assert fetched(AT + 62 * DAY).watermark_from == "10"


def test_the_twin_that_waits_for_nothing_loses_the_payment(fetched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watermarks, "WAITING", "")
    monkeypatch.setattr("lending.services.book_imports.parts.WAITING", "")
    fetched(AT)
    loan_make("L-2")
    assert fetched(AT + DAY).rows == 0


def test_the_page_of_the_import_says_how_many_wait(fetched: Any) -> None:
    row = fetched(AT)
    client = Client()
    client.force_login(member("administrator"), backend=project.AUTHENTICATION_BACKENDS[-1])
    assert "Of these waiting" in client.get(f"/admin/lending/bookimport/{row.pk}/change/").content.decode()
