"""What a case's loan owes follows the reviews; what it owed when the case was opened stays known."""

import pytest
from django.test import Client

from lending.models import LoanMonth
from monitoring.services.cases.closing import case_close
from tests.cases.factory import LATER, MONTHS, mine, policy_live, raised
from tests.factories.monitoring import month_add, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def live(ladder):
    policy_live(loss_given_default=0.5)


def billed(case, minor, month=1, status=4):
    """The loan is seen again, owing so much by its latest bill."""
    day = MONTHS[month]
    month_add(case.warning.loan, day, status)
    LoanMonth.objects.filter(loan=case.warning.loan, business_date=day).update(billed_minor=minor)
    reviewed(day)
    case.refresh_from_db()
    return case


def test_what_is_owed_is_of_the_latest_review_and_what_was_owed_first_is_kept():
    (case,) = raised(4)
    assert (case.exposure_minor, case.opened_minor) == (1_000_00, None)
    billed(case, 400_00)
    assert (case.exposure_minor, case.opened_minor) == (400_00, 1_000_00)
    billed(case, 700_00, month=2)
    assert (case.exposure_minor, case.opened_minor) == (700_00, 1_000_00)


def test_a_case_in_work_follows_too_and_its_page_shows_both(settings):
    settings.IS_OTP_REQUIRED = False
    case, person = mine(4)
    billed(case, 400_00)
    assert case.state == "CLAIMED"
    client = Client()
    client.force_login(person)
    shown = client.get(f"/admin/monitoring/warningcase/{case.pk}/change/").content.decode()
    assert "400.00" in shown and "1,000.00" in shown and "when it was opened" in shown


def test_a_closed_case_stays_as_it_was_closed():
    case, person = mine(4)
    case_close(case=case, person=person, outcome="TRUE_TROUBLE", note="Spoke with the customer.", at=LATER)
    assert billed(case, 400_00).exposure_minor == 1_000_00
