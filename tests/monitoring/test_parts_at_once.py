"""Parts of a review at once in one process: the same findings, failures that reach the caller, nothing left open."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from lending.models import CustomerStanding, Loan
from monitoring.models import EarlyWarning, HealthCode, ReviewRun
from monitoring.services import reviews as reviews_module
from monitoring.services.at_once import each_done
from tests.factories.monitoring import many_loans, post_loan_goes_live, reviewed, rows_of

Rows = list[tuple[object, ...]]


def backends() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def are_closed(before: int) -> bool:
    """Whether no more are open than before: PostgreSQL takes a moment to end one."""
    until = time.monotonic() + 10
    while backends() > before and time.monotonic() < until:
        time.sleep(0.02)
    return backends() <= before


def told() -> list[Rows]:
    """What a review tells others, by customer or loan."""
    warnings = EarlyWarning.objects.order_by("loan").values_list("loan", "level", "hit_count")
    standings = CustomerStanding.objects.order_by("customer").values_list("customer", "warning_level", "open_warnings")
    codes = HealthCode.objects.filter(is_current=True).order_by("customer").values_list("customer", "colour", "reasons")
    return [list(warnings), list(standings), list(codes)]


def shared_customers() -> None:
    """Loans of which every fifth belongs to the customer of a loan in another part."""
    loans = many_loans(60)
    for loan, other in zip(loans[::5], reversed(loans[1::5]), strict=True):
        Loan.objects.filter(pk=loan.pk).update(customer=other.customer_id)


@pytest.mark.django_db(transaction=True)
def test_parts_at_once_find_what_one_after_another_find() -> None:
    post_loan_goes_live()
    shared_customers()
    before = backends()
    at_once = reviewed(chunk_loans=7, at_once=3)
    found, rest = rows_of(at_once), told()
    assert (at_once.state, at_once.chunks.filter(attempts=1).count()) == ("COMPLETE", 9)
    assert are_closed(before)
    for model in (HealthCode, EarlyWarning, CustomerStanding):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER")
    ReviewRun.objects.update(bundle_hash="0" * 64)
    assert rows_of(reviewed(chunk_loans=7, at_once=1)) == found
    assert told() == rest


@pytest.mark.django_db(transaction=True)
def test_progress_is_told_by_one_thread_at_a_time_until_all_is_accounted_for() -> None:
    post_loan_goes_live()
    many_loans(40)
    inside, seen = threading.Lock(), []

    def progress(_run: ReviewRun, accounted: int) -> None:
        assert inside.acquire(blocking=False)
        time.sleep(0.01)
        seen.append(accounted)
        inside.release()

    run = reviewed(chunk_loans=5, at_once=4, progress=progress)
    assert (run.state, seen) == ("COMPLETE", [5, 10, 15, 20, 25, 30, 35, 40])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_one_of_them_raises_reaches_the_caller_and_ends_the_others(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    post_loan_goes_live()
    many_loans(40)
    begun, review = [], reviews_module.chunk_review

    def breaks(*, chunk_id: int, **given: object) -> bool:
        begun.append(chunk_id)
        if len(begun) == 3:
            raise error
        return review(chunk_id=chunk_id, **given)  # type: ignore[arg-type]

    before = backends()
    with monkeypatch.context() as broken:
        broken.setattr(reviews_module, "chunk_review", breaks)
        with pytest.raises(error):
            reviewed(chunk_loans=5, at_once=2)
    assert len(begun) <= 4
    assert are_closed(before)
    assert ReviewRun.objects.get().state == "RUNNING"
    assert reviewed(at_once=2).state == "COMPLETE"


def threads_of(do: Callable[[Callable[[int], None]], None]) -> set[int]:
    names = set()

    def work(_item: int) -> None:
        time.sleep(0.01)
        names.add(threading.get_ident())

    do(work)
    return names


@pytest.mark.django_db
def test_inside_a_transaction_one_comes_after_another_on_its_connection() -> None:
    assert threads_of(lambda work: each_done(range(9), work, 3)) == {threading.get_ident()}


@pytest.mark.django_db(transaction=True)
def test_outside_each_of_several_has_its_thread_and_one_item_has_the_callers() -> None:
    assert len(threads_of(lambda work: each_done(range(9), work, 3))) == 3
    assert threads_of(lambda work: each_done([1], work, 3)) == {threading.get_ident()}
    assert threads_of(lambda work: each_done([], work, 3)) == set()
