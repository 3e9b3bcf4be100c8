"""Officers' outcomes as labels: counted by trigger, beside later defaults, handed out on record, and never a target."""

import csv
from datetime import timedelta

import hypothesis
import polars as pl
import pytest
from django.utils import timezone
from hypothesis import strategies as st

from audit.models import AuditEntry
from monitoring.services import warning_labels
from monitoring.services.cases.closing import case_close, closing_decide, closing_hash
from monitoring.services.cases.labels import case_labels
from monitoring.services.cases.work import case_claim
from monitoring.services.warning_labels import SHOWN, labels_beside, labels_figures
from monitoring.services.warning_outcomes import outcomes_read
from monitoring.services.warning_reports import warning_report, warning_report_store
from monitoring.triggers.labels import agreement, labels_measured, triggers_measured
from monitoring.triggers.measures import wilson
from riskengine.roles import roles_ensure
from tests.cases.factory import LATER, checker, ladder_live, officer, raised, seen_again
from tests.factories.audit import user
from tests.factories.monitoring import (
    AT,
    BROKER_PATTERN,
    DAY,
    card,
    event,
    loans,
    months,
    post_loan_goes_live,
    reviewed,
)

PAGE = "/admin/monitoring/triggerreport/"
FILE = f"{PAGE}labels/card.csv"
DAYS = timedelta(days=1)
ROWS = st.tuples(st.integers(1, 6), st.sampled_from([True, False, None]), st.sampled_from("ABC"))


def closed(case, outcome, at=LATER):
    person = officer()
    case = case_claim(case=case, person=person, at=at)
    case = case_close(case=case, person=person, outcome=outcome, note="Spoke with them.", at=at)
    if case.state == "CLOSING":
        closing_decide(case=case, checker=checker(), content_hash=closing_hash(case), is_approved=True, at=at)


@pytest.fixture
def worked(db):
    """Five yellow, one of them still open, and a red one; what officers said of the five closed ones."""
    ladder_live()
    cases = raised(2, 2, 2, 2, 2, 4)
    for case, outcome in zip(cases, ("TRUE_TROUBLE", "CURED", "FALSE_ALARM", "DUPLICATE"), strict=False):
        closed(case, outcome)
    closed(cases[5], "FALSE_ALARM")
    return cases


@pytest.fixture
def seen(client, settings, monkeypatch):
    """The page as of today, of a book of 2005."""
    settings.IS_OTP_REQUIRED = False
    monkeypatch.setattr(warning_labels, "SHOWN", timedelta(days=36_500))

    def seen(path=PAGE, role="maker", language="en", method="get"):
        person = user(is_staff=True)
        person.groups.add(roles_ensure()[role])
        client.force_login(person)
        return getattr(client, method)(path, headers={"accept-language": language})

    return seen


def outcomes_file(tmp_path, cases, bad):
    path = tmp_path / "outcomes.csv"
    lines = [f"{case.warning.loan.external_id},{one}" for case, one in zip(cases, bad, strict=True)]
    path.write_text("\n".join(["external_id,default", *lines]) + "\n")
    return outcomes_read(path)


@pytest.mark.django_db
def test_each_trigger_is_counted_over_the_closed_cases_that_it_spoke_in(worked):
    found = labels_figures(card(), LATER)
    assert (found["cases"], found["right"], found["false"], found["duplicates"]) == (5, 2, 2, 1)
    yellow, red = found["triggers"]["Y"], found["triggers"]["R"]
    assert (yellow["cases"], yellow["right"], yellow["false"], yellow["precision"]) == (4, 2, 1, 0.666667)
    assert yellow["precision_interval"] == pytest.approx(wilson(2, 3), abs=1e-6)
    assert (red["right"], red["false"], red["precision"]) == (0, 1, 0.0)
    assert labels_figures(card(), LATER - DAYS)["cases"] == 0


@pytest.mark.django_db
def test_a_pattern_counts_as_a_rule_does_and_a_review_after_the_closing_does_not():
    post_loan_goes_live(patterns=[BROKER_PATTERN])
    (loan,) = loans(months(2))
    event(loan, "loan_elsewhere", DAY - 10 * DAYS)
    event(loan, "transfer_out", DAY - 5 * DAYS, category="broker")
    reviewed()
    case = loan.early_warnings.get().case
    closed(case, "TRUE_TROUBLE", at=LATER)
    assert set(labels_figures(card(), LATER)["triggers"]) == {"LATE", "DEBT_THEN_BROKER"}
    assert set(labels_figures(card(), LATER - DAYS)["triggers"]) == set()


@pytest.mark.django_db
def test_the_page_reads_two_results_a_case_however_many_reviews_there_were_and_its_own_product_alone():
    """The review that raised the warning, and the last that hit: what hit only in between is not read."""
    ladder_live()
    (case,) = raised(1)
    for place, status in enumerate((3, 2), start=1):
        seen_again(case, status, place)
    closed(case, "TRUE_TROUBLE")
    assert set(labels_figures(card(), LATER)["triggers"]) == {"B", "Y"}
    assert case_labels(LATER, product="loan").is_empty()


@pytest.mark.django_db
def test_the_page_counts_the_closings_of_two_years(worked):
    assert labels_figures(card(), LATER + SHOWN - DAYS)["cases"] == 5
    assert labels_figures(card(), LATER + SHOWN + DAYS)["cases"] == 0
    assert case_labels(LATER + SHOWN + DAYS).height == 5  # the file and the reports leave none out


@pytest.mark.django_db
def test_the_report_states_them_beside_its_defaults_and_how_the_two_agree(worked, tmp_path):
    outcomes = outcomes_file(tmp_path, worked, (1, 0, 1, 1, 0, 0))
    told = warning_report(product=card(), day=DAY, outcomes=outcomes, defaulted_on=None, progress=lambda line: None)
    labels = told["labels"]
    assert (labels["right"], labels["false"], labels["triggers"]["Y"]["false"]) == (2, 2, 1)
    assert labels["agreement"] == {
        "trouble_default": 1,
        "trouble_no_default": 1,
        "false_default": 1,
        "false_no_default": 1,
    }
    assert told["precision"] == 0.5  # by default, whatever officers said


@pytest.mark.django_db
def test_what_was_closed_after_the_outcomes_or_warned_after_the_day_is_not_in_the_report(worked):
    bad = pl.DataFrame({"loan_id": [worked[0].warning.loan_id], "bad": [True]})
    asked = {"warned_by": AT, "known_by": LATER}
    assert labels_beside(card(), bad, **asked)["cases"] == 5
    assert labels_beside(card(), bad, **{**asked, "known_by": LATER - DAYS})["cases"] == 0
    assert labels_beside(card(), bad, **{**asked, "warned_by": AT - 40 * DAYS})["cases"] == 0


@pytest.mark.django_db
def test_the_page_shows_them_without_a_report_and_beside_one_and_says_what_was_selected(worked, seen, tmp_path):
    page = seen().content.decode()
    assert "Worked cases only" in page and "66.7%" in page and "Default, by later outcome" in page
    outcomes = outcomes_file(tmp_path, worked, (1, 0, 1, 1, 0, 0))
    told = warning_report(product=card(), day=DAY, outcomes=outcomes, defaulted_on=None, progress=lambda line: None)
    warning_report_store(product=card(), report=told, at=AT)
    page = seen().content.decode()
    assert "66.7%" in page and "60.0%" in page and "trouble and default 1" in page
    chinese = seen(language="zh-hans").content.decode()
    assert "人员认定结果" in chinese and "Worked cases only" not in chinese


@pytest.mark.django_db
def test_before_the_first_closing_it_says_so(seen):
    card()
    assert "What officers found" not in seen().content.decode()
    assert "No case of Card was closed in the last two years" in seen(f"{PAGE}?product=card").content.decode()


@pytest.mark.django_db
def test_the_file_names_loans_and_triggers_and_is_on_record(worked, seen):
    answer = seen(FILE, method="post")
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [(row["outcome"], row["is_trouble"]) for row in rows] == [
        ("TRUE_TROUBLE", "1"),
        ("CURED", "1"),
        ("FALSE_ALARM", "0"),
        ("DUPLICATE", ""),
        ("FALSE_ALARM", "0"),
    ]
    assert rows[0]["loan"] == worked[0].warning.loan.external_id and rows[0]["triggers"] == "Y"
    entry = AuditEntry.objects.get(kind="labels.exported")
    assert entry.payload == {"product": "card", "cases": 5} and entry.actor.startswith("user:")


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [("maker", 200), ("modeller", 200), ("reviewer", 403), ("auditor", 403)])
def test_only_who_writes_policy_or_trains_takes_the_file(worked, seen, role, status):
    assert seen(FILE, role=role, method="post").status_code == status
    assert AuditEntry.objects.filter(kind="labels.exported").count() == (status == 200)
    assert ("Labels as CSV" in seen(role=role).content.decode()) is (status == 200)


@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.too_slow])
@hypothesis.given(st.lists(ROWS, max_size=12))
def test_figures_are_those_of_counting_by_hand(rows):
    now = timezone.now()
    labels = pl.DataFrame(
        {
            "case_id": list(range(len(rows))),
            "loan_id": [loan for loan, _, _ in rows],
            "is_trouble": [trouble for _, trouble, _ in rows],
            "closed_at": [now + place * DAYS for place in range(len(rows))],
        },
        schema_overrides={"is_trouble": pl.Boolean, "case_id": pl.Int64, "loan_id": pl.Int64},
    )
    spoke = labels.select("case_id", pl.Series("code", [code for *_, code in rows], dtype=pl.String))
    by_code = triggers_measured(labels, pl.concat([spoke, spoke]))
    for code in "ABC":
        own = [trouble for _, trouble, one in rows if one == code]
        assert (code in by_code) == bool(own)
        if own:
            found = by_code[code]
            assert (found["cases"], found["right"], found["false"]) == (len(own), own.count(True), own.count(False))
    assert labels_measured(labels)["duplicates"] == sum(trouble is None for _, trouble, _ in rows)
    last = {loan: trouble for loan, trouble, _ in rows if trouble is not None}
    cells = agreement(labels, pl.DataFrame({"loan_id": [1, 2, 3], "bad": [1, 0, 1]}))
    assert sum(cells.values()) == sum(loan in last for loan in (1, 2, 3))
    assert cells["trouble_default"] == sum(last.get(loan) is True for loan in (1, 3))
