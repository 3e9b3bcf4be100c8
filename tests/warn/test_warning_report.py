"""The report on warnings against a book small enough to count by hand."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from lending.models import LoanMonth
from monitoring.models import EarlyWarning, ReviewRun, TriggerReport
from monitoring.services.warning_outcomes import outcomes_read
from monitoring.services.warning_reports import warning_report
from tests.factories.monitoring import (
    BROKER_PATTERN,
    DAY,
    card,
    event,
    known,
    loans,
    month_add,
    months,
    post_loan_goes_live,
    reviewed,
)

pytestmark = pytest.mark.django_db
JUNE, JULY, AUGUST = date(2005, 6, 30), date(2005, 7, 31), date(2005, 8, 31)


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live(patterns=[BROKER_PATTERN])


@pytest.fixture
def book(tmp_path):
    """Late now and in August, newly late, late before, fine, fine; the first, the second and the last are bad."""
    found = loans(months(2, 2, 0, 0), months(2, 0, 0, 0), months(0, 1, 0, 0), months(0, 0), months(0, 0, 0, 0))
    path = tmp_path / "outcomes.csv"
    bad = [1, 1, 0, 0, 1]
    lines = [f"{loan.external_id},{default}" for loan, default in zip(found, bad, strict=True)]
    path.write_text("\n".join(["external_id,default", *lines, "unknown,", "L99999,1"]) + "\n")
    return found, path


def told(path, day=DAY):
    outcomes = outcomes_read(path)
    return warning_report(product=card(), day=day, outcomes=outcomes, defaulted_on=None, progress=lambda line: None)


def trigger(report, code):
    return next(found for found in report["triggers"] if found["code"] == code)


def test_every_figure_is_the_one_counted_by_hand(book):
    report = told(book[1])
    assert (report["accounts"], report["defaults"], report["outcome_unknown"], report["not_in_book"]) == (5, 3, 1, 1)
    assert (report["precision"], report["recall"], report["false_alarms_per_1000"]) == (1.0, 0.666667, 0.0)
    assert report["default_level"] == "YELLOW"
    everything = report["all"]
    assert (everything["fired"], everything["right"], everything["false"]) == (3, 2, 1)
    assert everything["false_alarms_per_1000"] == 200.0
    late, before = trigger(report, "LATE"), trigger(report, "LATE_BEFORE")
    assert (late["kind"], late["level"], late["fired"], late["right"], late["missed"]) == ("rule", "ORANGE", 2, 2, 1)
    assert (before["fired"], before["right"], before["false"]) == (2, 1, 1)


def test_lead_time_counts_from_the_first_review_on_which_it_fired(book):
    late = trigger(told(book[1]), "LATE")["lead_time"]
    assert late["by_days"] == [{"days": 31, "accounts": 1}, {"days": 61, "accounts": 1}]
    assert (late["counted"], late["never"], late["median_days"]) == (2, 1, 46.0)


def test_each_earlier_review_is_told_too_and_sees_no_later_month(book):
    report = told(book[1])
    assert [day["as_of"] for day in report["history"]] == ["2005-06-30", "2005-07-31", "2005-08-31", "2005-09-30"]
    assert [day["fired"] for day in report["history"]] == [0, 0, 1, 2]
    assert told(book[1], AUGUST)["history"] == report["history"][:3]


def test_what_becomes_known_later_does_not_move_an_earlier_day(book):
    found, path = book
    before = told(path, AUGUST)
    LoanMonth.objects.filter(loan=found[4], business_date=AUGUST).delete()
    month_add(found[4], AUGUST, 4, known_at=known(date(2005, 9, 2)))
    event(found[3], "loan_elsewhere", JULY, known_at=known(date(2005, 9, 2)))
    event(found[3], "transfer_out", date(2005, 8, 2), category="broker", known_at=known(date(2005, 9, 2)))
    after = told(path, AUGUST)
    assert after["triggers"] == before["triggers"] and after["levels"] == before["levels"]
    assert trigger(told(path), "DEBT_THEN_BROKER")["fired"] == 1


def test_a_pattern_is_a_trigger_with_a_lead_time_of_its_own(book):
    found, path = book
    event(found[4], "loan_elsewhere", date(2005, 7, 20))
    event(found[4], "transfer_out", date(2005, 7, 25), category="broker")
    hit = trigger(told(path), "DEBT_THEN_BROKER")
    assert (hit["kind"], hit["fired"], hit["recall"]) == ("pattern", 0, 0.0)  # seen in July, and nothing new since
    assert hit["lead_time"]["by_days"] == [{"days": 92, "accounts": 1}]


def test_an_account_that_no_review_can_judge_was_not_warned_of(book):
    found, path = book
    LoanMonth.objects.filter(loan=found[0]).delete()
    report = told(path)
    assert report["skipped"] == {"no_month": 1} and report["recall"] == 0.333333


def test_it_changes_neither_book_nor_warnings_and_real_reviews_change_nothing_in_it(book):
    before = told(book[1])
    reviewed(AUGUST)
    runs, warnings = ReviewRun.objects.count(), EarlyWarning.objects.count()
    after = told(book[1])
    assert after == before
    assert (ReviewRun.objects.count(), EarlyWarning.objects.count()) == (runs, warnings)


def test_the_command_writes_the_report_and_keeps_it_on_record(book, tmp_path):
    out = tmp_path / "out.json"
    call_command("warning_report", "--as-of", "2005-09-30", "--outcomes", str(book[1]), "--report", str(out))
    written = json.loads(out.read_text())
    stored = TriggerReport.objects.get()
    assert stored.document == written and written["precision"] == 1.0
    assert AuditEntry.objects.filter(kind="triggers.reported").count() == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("number,default\nL00000,1\n", "external_id"),
        ("external_id,default\nL00000,2\n", "0 or 1"),
        ("external_id,default\nL00000,1\nL00000,0\n", "once"),
        ("external_id,default\nX,1\n", "in the book"),
    ],
)
def test_a_file_that_says_no_outcomes_is_wrong_use(book, tmp_path, text, words):
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    with pytest.raises(CommandError, match=words) as refused:
        call_command("warning_report", "--as-of", "2005-09-30", "--outcomes", str(path))
    assert refused.value.returncode == 2


def test_the_file_may_date_each_default(book, tmp_path):
    found, _ = book
    path = tmp_path / "dated.csv"
    path.write_text(
        f"external_id,default,defaulted_on\n{found[0].external_id},1,2005-09-15\n{found[1].external_id},0,\n"
    )
    late = trigger(told(path), "LATE")["lead_time"]
    assert late["by_days"] == [{"days": 15, "accounts": 1}]
