"""Reviews and warnings in the admin: proof, reasons in both languages, trace, and closing with a note."""

from datetime import date

import pytest
from django.urls import reverse

from monitoring.models import EarlyWarning, ReviewRun
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.factories.monitoring import (
    BROKER_PATTERN,
    event,
    loans,
    months,
    post_loan_goes_live,
    reviewed,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/earlywarning/"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.IS_OTP_REQUIRED = False


@pytest.fixture
def book():
    post_loan_goes_live(patterns=[BROKER_PATTERN])
    late, broker, fine = loans(months(2, 1), months(0, 0), months(0, 0))
    event(broker, "loan_elsewhere", date(2005, 9, 5))
    event(broker, "transfer_out", date(2005, 9, 20), category="broker")
    reviewed()
    return late, broker, fine


def staff(role):
    found = user(is_staff=True)
    found.groups.add(roles_ensure()[role])
    return found


@pytest.fixture
def seen(client, book):
    def seen(path, role="reviewer", language="en", expect=200):
        client.force_login(staff(role))
        response = client.get(path, headers={"accept-language": language})
        assert response.status_code == expect, path
        return response.content.decode()

    return seen


def page_of(loan):
    return reverse("admin:monitoring_earlywarning_change", args=[EarlyWarning.objects.get(loan=loan).pk])


def test_the_list_shows_open_warnings_with_level_and_reason(seen, book):
    text = seen(LIST)
    assert book[0].external_id in text
    assert "The account is two months late." in text
    assert book[2].external_id not in text
    assert "该账户" in seen(LIST, language="zh-hans") or "逾期" in seen(LIST, language="zh-hans")


def test_the_list_hides_closed_ones_unless_asked(seen):
    EarlyWarning.objects.all().update(state="CLOSED")
    assert "two months late" not in seen(LIST)
    assert "two months late" in seen(LIST + "?state=CLOSED")
    assert "two months late" in seen(LIST + "?state=all")


def test_the_page_says_why_with_value_and_threshold(seen, book):
    text = seen(page_of(book[0]))
    for part in ("two months late", "Late before", "Months late", "≥ 2", "2005-09-30"):
        assert part in text
    assert reverse("admin:lending_loan_change", args=[book[0].pk]) in text
    assert reverse("admin:lending_customer_change", args=[book[0].customer_id]) in text


def test_the_page_names_the_events_of_a_pattern(seen, book):
    text = seen(page_of(book[1]))
    assert "New debt, then a transfer to a broker" in text
    assert "New loan elsewhere" in text
    assert "broker" in text
    assert "新增负债后向证券转账" in seen(page_of(book[1]), language="zh-hans")


def test_the_page_of_an_erased_customer_says_so(seen, book):
    customer = book[0].customer
    customer.wrapped_key, customer.erased_at = None, EarlyWarning.objects.first().raised_at
    customer.save()
    assert "are erased" in seen(page_of(book[0]))


def test_its_case_is_a_link_and_closing_happens_there(client, seen, book):
    warning = EarlyWarning.objects.get(loan=book[0])
    case = reverse("admin:monitoring_warningcase_change", args=[warning.case.pk])
    text = seen(page_of(book[0]))
    assert case in text
    assert "Close this warning" not in text
    assert client.post(page_of(book[0]), {"note": "Spoke with the customer."}).url == case
    assert EarlyWarning.objects.get(loan=book[0]).state == "OPEN"


@pytest.mark.parametrize("role", ["maker", "checker", "auditor", "modeller"])
def test_others_look_and_cannot_close(client, book, role):
    client.force_login(staff(role))
    assert client.post(page_of(book[0]), {"note": "Looks fine to me"}).status_code == 403
    assert EarlyWarning.objects.get(loan=book[0]).state == "OPEN"


def test_who_may_not_view_does_not(seen, book):
    seen(page_of(book[0]), role="administrator", expect=403)
    seen(LIST, role="administrator", expect=403)


def test_the_page_of_a_review_proves_that_every_loan_is_accounted_for(seen):
    run = ReviewRun.objects.get()
    text = seen(reverse("admin:monitoring_reviewrun_change", args=[run.pk]))
    assert "Every loan due is accounted for" in text
    assert "2005-09-30" in text
    run.results.first().delete()
    text = seen(reverse("admin:monitoring_reviewrun_change", args=[run.pk]))
    assert "The counts do not add up" in text


def test_the_list_of_reviews(seen):
    text = seen("/admin/monitoring/reviewrun/")
    assert "2005-09-30" in text
    assert "Complete" in text
