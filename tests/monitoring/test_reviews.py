"""A review: what it finds, that it accounts for every loan, and that doing it again changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from lending.models import CustomerStanding, Loan
from monitoring.models import EarlyWarning, ReviewChunk, ReviewResult, ReviewRun
from monitoring.services import chunk_steps
from monitoring.services import chunks as chunks_module
from monitoring.services.chunks import MOST_ATTEMPTS, chunk_review
from monitoring.services.result_portraits import portrait_open
from monitoring.services.reviews import review_as_of
from monitoring.services.runs import run_end, run_open
from tests.factories.monitoring import (
    AT,
    BROKER_PATTERN,
    DAY,
    MONTH_ENDS,
    POLICY,
    card,
    event,
    known,
    loans,
    many_loans,
    month_add,
    months,
    post_loan_goes_live,
    reviewed,
    rows_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live()


def level_of(run, loan):
    return ReviewResult.objects.get(run=run, loan=loan).level


def test_it_judges_every_loan_by_its_latest_months():
    late, before, fine = loans(months(2, 0), months(0, 1), months(0, 0))
    run = reviewed()
    assert [level_of(run, loan) for loan in (late, before, fine)] == ["ORANGE", "BLUE", "NONE"]
    assert (run.state, run.due_count, run.done_count) == ("COMPLETE", 3, 3)


def test_the_worst_rule_wins_and_reasons_come_worst_first():
    (loan,) = loans(months(4, 1))
    reviewed()
    warning = EarlyWarning.objects.get(loan=loan)
    assert warning.level == "RED"
    assert [reason["code"] for reason in warning.reasons] == [
        "EW_THREE_MONTHS_LATE",
        "EW_TWO_MONTHS_LATE",
        "EW_REPEATEDLY_LATE",
    ]
    assert all(reason["en"] and reason["zh"] for reason in warning.reasons)


def test_every_loan_due_is_done_or_skipped_with_a_cause():
    kept, _none, stale, erased, closed, unborn = loans(
        months(0), [], months(0, first=3), months(0), months(0), months(0)
    )
    month_add(stale, date(2005, 4, 30), 0)
    stale.months.exclude(business_date=date(2005, 4, 30)).delete()
    erased.customer.wrapped_key, erased.customer.erased_at = None, AT
    erased.customer.save()
    Loan.objects.filter(pk=closed.pk).update(closed_on=DAY)
    Loan.objects.filter(pk=unborn.pk).update(opened_on=DAY + timedelta(days=1))
    run = reviewed()
    assert (run.due_count, run.done_count, run.skipped_count, run.failed_count) == (4, 1, 3, 0)
    assert run.chunks.get().skips == {"erased": 1, "no_month": 1, "stale": 1}
    assert run.results.get().loan == kept


def test_a_loan_whose_customers_key_does_not_open_is_skipped_and_the_others_are_done():
    broken, kept = loans(months(2), months(0))
    wrapped = bytes(broken.customer.wrapped_key)
    broken.customer.wrapped_key = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    broken.customer.save()
    run = reviewed()
    assert (run.state, run.done_count, run.skipped_count, run.failed_count) == ("COMPLETE", 1, 1, 0)
    assert run.chunks.get().skips == {"key_broken": 1}
    assert run.results.get().loan == kept


def test_a_review_that_does_not_account_for_all_cannot_end():
    run = ReviewRun.objects.create(
        product=card(), as_of=AT, bundle_hash="0" * 64, bundle={}, started_at=AT, due_count=2, done_count=1
    )
    run.state = ReviewRun.State.COMPLETE
    with pytest.raises(IntegrityError, match="review_run_accounts_for_all"), transaction.atomic():
        run.save()


def test_the_same_review_again_changes_nothing():
    many_loans(60)
    first = reviewed(chunk_loans=7)
    rows, warnings = rows_of(first), list(EarlyWarning.objects.order_by("id").values())
    again = reviewed(chunk_loans=13)
    assert again == first
    assert rows_of(again) == rows
    assert list(EarlyWarning.objects.order_by("id").values()) == warnings
    assert CustomerStanding.objects.count() == len(rows)


@pytest.mark.parametrize("chunk_loans", [1, 7, 1_000])
def test_the_cut_into_chunks_changes_no_row(chunk_loans):
    many_loans(30)
    expected = rows_of(reviewed(chunk_loans=11))
    ReviewRun.objects.all().update(bundle_hash="0" * 64)  # as if with another bundle
    assert rows_of(reviewed(chunk_loans=chunk_loans)) == expected


def test_a_month_known_later_does_not_leak_in():
    (loan,) = loans(months(0, 0, first=1))
    month_add(loan, MONTH_ENDS[0], 4, known_at=known(date(2005, 10, 2)))
    assert level_of(reviewed(), loan) == "NONE"
    assert level_of(reviewed(date(2005, 10, 2)), loan) == "RED"


def test_the_day_ends_where_the_product_is_lent():
    assert review_as_of(DAY, card()) == datetime(2005, 9, 30, 15, 59, 59, 999_999, tzinfo=UTC)
    last, late = loans(months(0, 0, first=1), months(0, 0, first=1))
    month_add(last, MONTH_ENDS[0], 4, known_at=datetime(2005, 9, 30, 15, 59, 59, tzinfo=UTC))
    month_add(late, MONTH_ENDS[0], 4, known_at=datetime(2005, 9, 30, 16, tzinfo=UTC))
    run = reviewed()
    assert (level_of(run, last), level_of(run, late)) == ("RED", "NONE")


def test_a_missing_month_stays_unknown_and_shifts_nothing():
    (loan,) = loans(months(0))
    month_add(loan, MONTH_ENDS[2], 3)
    result = ReviewResult.objects.get(run=reviewed(), loan=loan)
    portrait = portrait_open(result)
    assert portrait["payment_status_m1"] is None
    assert portrait["payment_status_m2"] == 3
    assert result.unknown_codes == ["LATE_BEFORE"]


def test_what_cannot_be_told_is_at_least_a_blue_warning_where_the_rule_says_refer():
    (loan,) = loans(months(0))
    post_loan_goes_live(rules=[{**rule, "on_unknown": "refer"} for rule in POLICY["rules"]])
    assert level_of(reviewed(), loan) == "BLUE"
    assert EarlyWarning.objects.get().reasons[0]["code"] == "REQUIRED_INFORMATION_MISSING"


def test_the_portrait_is_sealed_and_holds_no_prohibited_basis():
    (loan,) = loans(months(2))
    result = ReviewResult.objects.get(run=reviewed(), loan=loan)
    portrait = portrait_open(result)
    assert portrait["credit_limit_minor"] == 50_000_00
    assert portrait["_latest_month"] == "2005-09-30"
    assert {"sex", "marriage", "age_years"}.isdisjoint(portrait)
    assert b"credit_limit" not in bytes(result.portrait)
    loan.customer.wrapped_key, loan.customer.erased_at = None, AT
    loan.customer.save()
    assert portrait_open(ReviewResult.objects.select_related("loan__customer").get()) is None


def test_standings_say_what_the_review_found():
    late, fine = loans(months(3), months(0))
    run = reviewed()
    standing = CustomerStanding.objects.get(customer=late.customer)
    assert (standing.warning_level, standing.open_warnings, standing.months_late) == ("ORANGE", 1, 3)
    assert standing.as_of == run.as_of
    assert run.started_at <= standing.known_at <= run.ended_at
    assert CustomerStanding.objects.get(customer=fine.customer).warning_level == "NONE"


def test_start_and_end_are_in_the_audit_log():
    loans(months(0))
    run = reviewed()
    entries = AuditEntry.objects.filter(object_type="review_run", object_id=str(run.pk)).order_by("id")
    assert [entry.kind for entry in entries] == ["review.started", "review.ended"]
    assert entries[1].payload["due"] == entries[1].payload["done"] == 1


class TestFailures:
    @pytest.fixture
    def broken(self, monkeypatch):
        def broken(*_args, **_options):
            raise RuntimeError("a name: 张三")

        monkeypatch.setattr(chunk_steps, "findings_of", broken)
        return monkeypatch

    def test_a_chunk_that_keeps_failing_is_given_up_and_the_review_says_so(self, broken):
        many_loans(20)
        run = reviewed(chunk_loans=10)
        assert (run.state, run.failed_count, run.due_count) == ("INCOMPLETE", 20, 20)
        chunk = run.chunks.first()
        assert (chunk.state, chunk.attempts, chunk.last_error) == ("FAILED", MOST_ATTEMPTS, "RuntimeError")

    def test_the_next_review_takes_up_what_failed(self, broken):
        many_loans(20)
        run = reviewed(chunk_loans=10)
        broken.undo()
        again = reviewed()
        assert again == run
        assert (again.state, again.failed_count) == ("COMPLETE", 0)

    def test_what_a_failing_chunk_wrote_is_rolled_back(self, monkeypatch):
        loans(months(4))
        monkeypatch.setattr(chunks_module, "_mark_done", lambda *_: 1 / 0)
        run = reviewed()
        assert run.state == "INCOMPLETE"
        assert not ReviewResult.objects.exists()
        assert not EarlyWarning.objects.exists()

    def test_more_results_than_loans_due_is_a_failure(self):
        loans(months(0), months(0))
        run = run_open(product=card(), as_of=review_as_of(DAY, card()), at=AT)
        ReviewChunk.objects.update(due_count=1)
        assert not chunk_review(chunk_id=run.chunks.get().pk, at=AT)
        assert run.chunks.get().last_error == "review_chunk_miscounted"

    def test_a_finished_chunk_is_not_reviewed_again(self):
        loans(months(4))
        run = reviewed()
        assert not chunk_review(chunk_id=run.chunks.get().pk, at=AT)
        assert EarlyWarning.objects.get().hit_count == 1

    def test_a_review_with_waiting_chunks_does_not_end(self):
        loans(months(0))
        run = run_open(product=card(), as_of=review_as_of(DAY, card()), at=AT)
        assert not run_end(run_id=run.pk, at=AT)

    def test_a_loan_closed_since_the_start_is_accounted_for(self):
        _kept, closed = loans(months(0), months(0))
        run = run_open(product=card(), as_of=review_as_of(DAY, card()), at=AT)
        Loan.objects.filter(pk=closed.pk).update(closed_on=DAY)
        run = reviewed()
        assert run.chunks.get().skips == {"no_longer_due": 1}
        assert run.state == "COMPLETE"


class TestPatterns:
    @pytest.fixture(autouse=True)
    def live(self):
        post_loan_goes_live(patterns=[BROKER_PATTERN])

    @staticmethod
    def debt_then_broker(loan, borrowed, moved, **fields):
        event(loan, "loan_elsewhere", borrowed)
        return event(loan, "transfer_out", moved, category="broker", **fields)

    def test_a_hit_raises_a_warning_with_its_reason_and_events(self):
        hit, other = loans(months(0), months(0))
        moved = self.debt_then_broker(hit, date(2005, 9, 5), date(2005, 9, 20))
        run = reviewed()
        assert (level_of(run, hit), level_of(run, other)) == ("RED", "NONE")
        found = ReviewResult.objects.get(run=run, loan=hit).pattern_hits
        assert [(entry["code"], entry["facts"][-1]) for entry in found] == [("DEBT_THEN_BROKER", moved.pk)]
        assert EarlyWarning.objects.get().reasons[0]["code"] == "EW_LOAN_THEN_BROKER"

    def test_an_event_known_later_does_not_leak_in(self):
        (loan,) = loans(months(0))
        self.debt_then_broker(loan, date(2005, 9, 5), date(2005, 9, 20), known_at=known(date(2005, 10, 2)))
        assert level_of(reviewed(), loan) == "NONE"
        assert level_of(reviewed(date(2005, 10, 2)), loan) == "RED"

    def test_a_hit_is_found_once_and_again_only_with_something_new(self):
        (loan,) = loans(months(0))
        self.debt_then_broker(loan, date(2005, 9, 5), date(2005, 9, 20))
        assert level_of(reviewed(), loan) == "RED"
        assert level_of(reviewed(date(2005, 10, 1)), loan) == "NONE"
        event(loan, "transfer_out", date(2005, 10, 2), category="shop")
        assert level_of(reviewed(date(2005, 10, 2)), loan) == "NONE"
        event(loan, "transfer_out", date(2005, 10, 3), category="broker")
        assert level_of(reviewed(date(2005, 10, 3)), loan) == "NONE"  # the debt is 28 days back
        event(loan, "loan_elsewhere", date(2005, 10, 1), known_at=known(date(2005, 10, 4)))
        assert level_of(reviewed(date(2005, 10, 4)), loan) == "RED"

    def test_patterns_that_cannot_be_told_are_a_warning(self, monkeypatch):
        from monitoring import events
        from rules.engine.patterns import PatternFailed

        def failing(*_args, **_options):
            raise PatternFailed("broken")

        (loan,) = loans(months(0))
        self.debt_then_broker(loan, date(2005, 9, 5), date(2005, 9, 20))
        monkeypatch.setattr(events.PatternProgram, "match", failing)
        assert level_of(reviewed(), loan) == "BLUE"
        assert EarlyWarning.objects.get().reasons[0]["code"] == "PATTERN_ENGINE_FAILED"
