"""The index of drift over time on the first page: its lines, limits, way to the reports, file, and empty states."""

import csv
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.admin.dashboard.cards import View
from monitoring.admin.dashboard.charts import lines_chart
from monitoring.admin.dashboard.drift import drift_card
from monitoring.models import DriftFigure, DriftReport
from monitoring.services.portfolio.reading import Shown, runs_latest
from riskengine.roles import roles_ensure
from tests.drift.synthetic import NOW
from tests.factories.audit import user
from tests.factories.monitoring import card, loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
MONTHS = [(date(2026, 8, 1), date(2026, 8, 31)), (date(2026, 9, 1), date(2026, 9, 30))]


@pytest.fixture
def book():
    post_loan_goes_live()
    loans(months(0))
    reviewed()


def report(month, *values, policy="a", state="STABLE"):
    """A report of one month with a PSI for (stage, value)s."""
    since, until = MONTHS[month]
    counts = {"decisions": 900, "matured": 0, "created_at": NOW, "level": "NONE"}
    made = DriftReport.objects.create(
        product=card(), since=since, until=until, policy_hash=policy * 64, state=state, **counts
    )
    for stage, value in values:
        DriftFigure.objects.create(
            report=made, stage=stage, measure="PSI", value=value, cases=900, reference_cases=900, state=state
        )
    return made


def shown(product=None):
    of = Shown(product=product)
    return drift_card(View(of, runs_latest(of), ""))


def test_each_product_and_stage_has_a_line_whose_points_open_their_reports(book):
    first = report(0, ("PRE_LOAN", 0.05), ("POST_LOAN", 0.3))
    second = report(1, ("PRE_LOAN", 0.12))
    found = shown()
    before, after = found.picture["lines"]
    assert "decisions" in before["name"] and "reviews" in after["name"]
    assert [mark["url"].split("/")[-3] for mark in before["marks"]] == [str(first.pk), str(second.pk)]
    assert before["last"] == "0.12" and before["url"].endswith(f"/{second.pk}/change/")
    assert after["last"] == "0.30" and after["url"].endswith(f"/{first.pk}/change/")  # September has none
    assert [limit["text"] for limit in found.picture["thresholds"]] == ["0.10", "0.25"]


def test_the_last_word_on_a_period_counts(book):
    report(0, ("PRE_LOAN", 0.05))
    report(0, ("PRE_LOAN", 0.2), policy="b")
    (line,) = shown().picture["lines"]
    assert line["last"] == "0.20" and len(line["marks"]) == 1


def test_a_report_that_could_judge_no_scores_stands_in_the_table_alone(book):
    report(0, state="NOT_ENOUGH_DATA")
    found = shown()
    assert found.picture == {} and [cell.text for cell in found.rows[0]][-2:] == ["–", "Not enough data"]


def test_it_takes_as_many_queries_for_many_reports_as_for_one(book):
    report(0, ("PRE_LOAN", 0.05))
    with CaptureQueriesContext(connection) as few:
        shown()
    report(1, ("PRE_LOAN", 0.05), ("POST_LOAN", 0.05))
    with CaptureQueriesContext(connection) as many:
        shown()
    assert len(many) == len(few)


def test_the_limits_lie_within_the_scale():
    chart = lines_chart(["a", "b"], [("x", [0.01, None])], limits=(0.25, 0.1), text=lambda value: f"{value:.2f}")
    assert [limit["text"] for limit in chart["thresholds"]] == ["0.10", "0.25"]
    assert all(0 < limit["y"] < chart["height"] for limit in chart["thresholds"])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_first_page_shows_it_and_its_file(book, client, settings, language):
    settings.IS_OTP_REQUIRED = False
    person = user(is_staff=True)
    person.groups.add(roles_ensure()["reviewer"])
    client.force_login(person)
    empty = client.get("/admin/", headers={"accept-language": language}).content.decode()
    assert 'id="card-drift"' in empty and "stroke-dasharray" not in empty
    found = report(0, ("PRE_LOAN", 0.123))
    page = client.get("/admin/", headers={"accept-language": language}).content.decode()
    own = page.split('id="card-drift"')[1]
    assert "stroke-dasharray" in own and f"/driftreport/{found.pk}/change/" in own and "0.123" in own
    file = client.get("/admin/monitoring/portfoliofigure/drift.csv", headers={"accept-language": language})
    rows = list(csv.reader(file.content.decode("utf-8-sig").splitlines()))
    assert rows[1][3] == "0.123" and len(rows[0]) == len(rows[1]) == 5
