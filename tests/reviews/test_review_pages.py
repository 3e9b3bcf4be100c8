"""The pages of a review: every count of the proof leads to its loans, and two reviews stand beside each other."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from lending.models import Loan
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.factories.monitoring import DAY, known, loans, many_loans, month_add, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=31)


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live()


@pytest.fixture
def reader(client):
    found = user(is_staff=True)
    found.groups.add(roles_ensure()["auditor"])
    client.force_login(found)
    return client


def page(reader, name, run, **query):
    response = reader.get(reverse(f"admin:monitoring_reviewrun_{name}", args=[run.pk]), query)
    assert response.status_code == 200
    return response


def numbers(response):
    return [row["number"] for row in response.context["rows"]]


def test_every_count_of_the_proof_leads_to_as_many_loans(reader):
    many_loans(60)
    run = reviewed(chunk_loans=25)
    shown = page(reader, "change", run)
    assert f"{run.done_count:,}".encode() in shown.content
    assert len(numbers(page(reader, "loans", run))) == run.done_count
    assert len(numbers(page(reader, "loans", run, show="skipped"))) == run.skipped_count > 0
    skips = {cause: count for cause, _words, count in shown.context["proof"]["skips"]}
    for cause, count in skips.items():
        assert len(numbers(page(reader, "loans", run, show="skipped", cause=cause))) == count
    for row in shown.context["levels"]:
        assert len(numbers(page(reader, "loans", run, level=row["level"]))) == row["count"]


def test_what_waits_and_what_failed_is_named(reader, monkeypatch):
    many_loans(10)
    monkeypatch.setattr("monitoring.services.chunk_steps.findings_of", lambda *_: 1 / 0)
    run = reviewed()
    assert len(numbers(page(reader, "loans", run, show="failed"))) == run.failed_count == 10
    assert numbers(page(reader, "loans", run, show="waiting")) == []


def test_two_reviews_are_compared_by_level(reader):
    worse, same, gone = loans(months(0), months(2), months(0))
    first = reviewed()
    month_add(worse, NEXT - timedelta(days=1), 4, known_at=known(NEXT - timedelta(days=1)))
    month_add(same, NEXT - timedelta(days=1), 2, known_at=known(NEXT - timedelta(days=1)))
    Loan.objects.filter(pk=gone.pk).update(closed_on=NEXT)
    second = reviewed(NEXT)
    for run in (first, second):  # whichever it is opened from
        shown = page(reader, "compare", run)
        table = {row["name"]: [cell["count"] for cell in row["cells"]] for row in shown.context["rows"]}
        assert sum(map(sum, table.values())) == 3
    cell = page(reader, "compare", second, **{"with": first.pk, "by": "level", "was": "NONE", "now": "RED"})
    assert numbers(cell) == [worse.external_id]
    assert numbers(page(reader, "compare", second, **{"with": first.pk, "was": "NONE", "now": ""})) == [
        gone.external_id
    ]


@pytest.mark.parametrize("by", ["level", "grade", "pd", "nonsense"])
def test_the_file_says_what_the_page_says(reader, by):
    many_loans(30)
    reviewed()
    run = reviewed(DAY + timedelta(days=1))
    shown = page(reader, "compare", run, by=by)
    lines = list(csv.reader(io.StringIO(page(reader, "compare", run, by=by, format="csv").content.decode("utf-8-sig"))))
    assert [line[1:] for line in lines[1:]] == [
        [str(cell["count"]) for cell in row["cells"]] for row in shown.context["rows"]
    ]


def test_alone_it_says_that_there_is_nothing_to_compare_with(reader):
    loans(months(0))
    assert b"no other review" in page(reader, "compare", reviewed()).content


def test_a_wrong_number_is_no_page(reader):
    assert reader.get(reverse("admin:monitoring_reviewrun_compare", args=[10**6])).status_code == 404
