"""Pages: a loan's history and why, roll rates and vintages with their files, pauses and upgrades by two people."""

from datetime import date

import pytest
from django.conf import settings as project
from django.test import Client

from monitoring.models import CategoryUpgrade, LoanPause
from tests.admin.conftest import PASSWORD, member
from tests.delinquency.world import cured, loan, looked, pays, settings_in_force
from tests.factories.monitoring import card, loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies(db) -> None:
    settings_in_force()


def staff(role: str) -> Client:
    client = Client()
    client.force_login(member(role), backend=project.AUTHENTICATION_BACKENDS[-1])
    return client


def page(client, path: str) -> str:
    answer = client.get(f"/admin/monitoring/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_loans_page_says_days_category_why_and_what_is_unpaid() -> None:
    one = loan()
    looked(date(2024, 6, 1), one)
    pays(one, date(2024, 6, 2), 4 * 1_000_00)
    looked(date(2024, 6, 3), one)
    shown = page(staff("auditor"), f"delinquencystate/loan/{one.pk}/")
    for words in ("Substandard", "a payment alone raises no category", "too few instalments", "not due", "supports"):
        assert words.lower() in shown.lower()
    empty = loan(instalments=0)
    assert "No review has looked" in page(staff("auditor"), f"delinquencystate/loan/{empty.pk}/")


def test_roll_rates_and_vintages_stand_empty_and_full() -> None:
    client = staff("auditor")
    for path in ("delinquencystate/roll-rates/", "delinquencystate/vintages/", "delinquencystate/roll-rates/loans/"):
        page(client, path)
    card()
    settings_in_force("card")
    post_loan_goes_live()
    loans(months(0, 2), months(0, 0))
    reviewed(day=date(2005, 8, 31))
    reviewed()
    assert "source=M2&amp;target=M0" in page(client, "delinquencystate/roll-rates/?product=card")
    assert "L00000" in page(client, "delinquencystate/roll-rates/loans/?product=card&source=M2&target=M0")
    assert "<polyline" in page(client, "delinquencystate/vintages/?product=card&dpd=31")
    assert "M2,1" in page(client, "delinquencystate/roll-rates/?product=card&format=csv")
    assert "2005-01,2" in page(client, "delinquencystate/vintages/?product=card&dpd=31&format=csv")


def _decide(client, path: str, content_hash: str) -> None:
    client.post(path, {"decision": "approve", "content_hash": content_hash, "password": PASSWORD, "comment": "read"})


def test_a_maker_asks_and_a_checker_approves_an_upgrade() -> None:
    _one, upgrade = cured()
    path = f"/admin/monitoring/categoryupgrade/{upgrade.pk}/change/"
    maker, checker = staff("maker"), staff("checker")
    assert checker.post(path, {"step": "ask"}).status_code == 403
    assert "the cure is met" in maker.get(path).content.decode()
    # Asked today, nothing was paid since: the system says so.
    maker.post(path, {"step": "ask", "comment": "stable income"})
    upgrade.refresh_from_db()
    assert upgrade.state == CategoryUpgrade.State.PROPOSED


def test_a_maker_asks_and_a_checker_approves_a_pause() -> None:
    one = loan()
    maker, checker = staff("maker"), staff("checker")
    maker.post(
        "/admin/monitoring/loanpause/add/",
        {
            "loan": one.external_id,
            "kind": "PAUSE",
            "first_on": "2024-02-20",
            "last_on": "2024-02-29",
            "reason": "flood",
        },
    )
    pause = LoanPause.objects.get()
    path = f"/admin/monitoring/loanpause/{pause.pk}/change/"
    assert maker.post(path, {"decision": "approve"}).status_code == 403
    waiting = checker.get("/admin/audit/approval/").content.decode()
    assert f"Pause of {one.external_id}" in waiting
    listed = maker.get("/admin/monitoring/loanpause/").content.decode()
    assert "Waiting" in listed and "/delinquencystate/roll-rates/" in listed
    _decide(checker, path, pause.content_hash)
    pause.refresh_from_db()
    assert pause.approval is not None
    maker.post(path, {"step": "cut"})
    assert checker.post(path, {"step": "cut"}).status_code == 403


def test_a_pause_that_ends_before_it_begins_is_named_beside_its_last_day_and_nothing_typed_is_lost() -> None:
    one = loan()
    typed = {"loan": one.external_id, "kind": "PAUSE", "first_on": "2024-02-20", "last_on": "2024-02-01"}
    page = staff("maker").post("/admin/monitoring/loanpause/add/", {**typed, "reason": "flood"}).content.decode()
    assert "It would end before it begins." in page and "flood" in page and "2024-02-01" in page
    assert not LoanPause.objects.exists()
