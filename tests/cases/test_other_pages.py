"""The pages of cases without a warning: each kind shows what it is about and offers what makes sense there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from monitoring.models import WarningCase, WarningSnooze
from monitoring.services.cases.closing import closing_hash
from tests.admin.conftest import PASSWORD
from tests.cases.factory import checker, officer
from tests.cases.matters import drift, modeller, override, payout

pytestmark = pytest.mark.django_db
QUEUE = "/admin/monitoring/warningcase/"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.IS_OTP_REQUIRED = False


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def page(client, case, language="en"):
    shown = client.get(f"{QUEUE}{case.pk}/change/", headers={"accept-language": language})
    assert shown.status_code == 200
    return shown.content.decode()


def did(client, case, operation, **fields):
    client.post(f"{QUEUE}{case.pk}/work/", {"operation": operation, **fields})
    return WarningCase.objects.get(pk=case.pk)


def test_the_queue_shows_every_kind_and_narrows_to_one():
    loan_case, customer_case, product_case = payout(), override(), drift()
    client = signed_in(officer())
    names = [loan_case.loan.external_id, str(customer_case.customer), "Drift of scores"]
    for about, wanted in (("all", names), ("loan", names[:1]), ("customer", names[1:2]), ("product", names[2:])):
        shown = client.get(QUEUE, {"about": about, "show": "open"}).content.decode()
        assert [name for name in names if name in shown] == wanted
    assert "Next case" in client.get(QUEUE, {"about": "loan"}).content.decode()
    assert "Next case" not in client.get(QUEUE, {"about": "product"}).content.decode()
    assert product_case.get_topic_display() in signed_in(modeller()).get(QUEUE).content.decode()


def test_a_modeller_is_shown_and_given_models_and_rules():
    payout(level="RED"), drift("BLUE")
    client = signed_in(modeller())
    assert "Payout without approval" not in client.get(QUEUE).content.decode()
    client.post(QUEUE + "next/", {"about": "product"})
    assert WarningCase.objects.get(state="CLAIMED").topic == "SCORES"
    assert client.post(QUEUE + "next/", {"about": "loan"}).status_code == 302
    assert WarningCase.objects.filter(state="CLAIMED").count() == 1


@pytest.mark.parametrize(
    ("make", "has", "has_not"),
    [
        (payout, ["Paid out", "Loan", "Customer"], ["Expected loss", "Proposed measures", "Days past due"]),
        (override, ["Customer", "Recent events"], ["<dt>Loan", "Paid out", "Proposed measures"]),
        (drift, ["<dt>Product"], ["<dt>Loan", "<dt>Customer", "Paid out", "Recent events", "Proposed measures"]),
    ],
)
def test_each_kind_shows_its_own_facts_and_no_others(make, has, has_not):
    case = make()
    client = signed_in(modeller() if make is drift else officer())
    shown = page(client, case)
    assert [words for words in has if words not in shown] == [] and [words for words in has_not if words in shown] == []
    assert page(client, case, "zh-hans")
    case = did(client, case, "claim")
    assert case.state == "CLAIMED" and 'value="snooze"' in page(client, case)
    assert "True trouble" not in page(client, case)


@pytest.mark.parametrize("make", [payout, override, drift])
def test_each_kind_is_snoozed_by_the_button_and_named_where_a_checker_decides(make):
    case, client = make(), signed_in(modeller() if make is drift else officer())
    did(client, case, "claim")
    until = f"{timezone.now() + timedelta(days=9):%Y-%m-%d}"
    assert did(client, case, "snooze", until=until, reason="Waits for the branch").state == "CLAIMED"
    snooze = WarningSnooze.objects.get()
    pages = ["/admin/monitoring/warningsnooze/", f"/admin/monitoring/warningsnooze/{snooze.pk}/change/"]
    shown = [client.get(address).content.decode() for address in pages]
    assert all(str(case.get_topic_display()) in each for each in shown)
    assert "Waits for the branch" in shown[1] and "Waits for the branch" in page(client, case)


def test_accepting_an_unapproved_payout_waits_for_a_checker():
    case, client = payout(), signed_in(officer())
    did(client, case, "claim")
    case = did(client, case, "close", outcome="ACCEPTED", note="The branch had it approved on paper")
    assert case.state == "CLOSING"
    second = checker()
    second.set_password(PASSWORD)
    second.save()
    other = signed_in(second)
    assert "To close it as: Accepted as it is" in page(other, case)
    word = {"content_hash": closing_hash(case), "decision": "approve", "password": PASSWORD}
    other.post(f"{QUEUE}{case.pk}/closing/", word)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("CLOSED", "ACCEPTED")
    assert page(other, case)


def test_another_kind_of_officer_may_look_and_not_work():
    case, client = drift(), signed_in(officer())
    assert "Take this case" not in page(client, case)
    assert did(client, case, "claim").state == "OPEN"
