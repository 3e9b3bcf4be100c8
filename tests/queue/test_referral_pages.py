"""The queue and the case in the admin, as reviewers meet them."""

import pytest

from rules.models import Referral, ReviewAuthority
from tests.admin.conftest import PASSWORD, as_role, member
from tests.factories import decisions as make
from tests.factories.referrals import NOTE, authorised

__all__ = ["as_role"]
QUEUE = "/admin/rules/referral/"


def work(client, referral, operation, **data):
    return client.post(f"{QUEUE}{referral.pk}/work/", {"operation": operation, **data}, follow=True)


def words(response):
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_queue_says_so(offers_live, as_role):
    client, _person = as_role("reviewer")
    assert "No case is free" in words(client.get(QUEUE))
    assert "the queue is empty" in words(client.post(f"{QUEUE}next/", follow=True))
    for shown in ("mine", "second", "overdue", "open", "decided"):
        assert "rk-empty" in words(client.get(QUEUE, {"show": shown}))


def test_the_queue_names_reason_amount_and_age(referrer, as_role):
    referrer()
    client, _person = as_role("reviewer")
    page = words(client.get(QUEUE))
    assert "The amount you asked for weighed against the loan." in page
    assert "EUR 3,500.00" in page and "under an hour" in page


def test_next_gives_a_case_with_its_evidence_and_a_form(referrer, as_role):
    referrer()
    client, person = as_role("reviewer")
    page = words(client.post(f"{QUEUE}next/", follow=True))
    assert Referral.objects.get().claimed_by == person
    assert "Large amount" in page and "Your decision" in page and "EUR 3,500.00" in page


def test_a_decision_within_the_authority_shows_on_the_decisions_page(referrer, as_role):
    referral = referrer()
    client, person = as_role("reviewer")
    authorised(person, 1_000_000)
    work(client, referral, "claim")
    page = words(work(client, referral, "decide", outcome="APPROVE", amount="3,000.00", term_months="12", note=NOTE))
    assert "Decided by a person" in page and "EUR 3,000.00" in page and "counter-offer" in page
    shown = words(client.get(f"/admin/rules/decision/{referral.decision_id}/change/"))
    assert "Decided by a person" in shown and NOTE in shown


def test_mistakes_are_told_at_their_fields(referrer, as_role):
    referral = referrer()
    client, _person = as_role("reviewer")
    work(client, referral, "claim")
    page = words(work(client, referral, "decide", outcome="APPROVE", amount="99,000.00", term_months="12", note="ok"))
    assert "at most the limit shown" in page and "Say in 10 to 4,000 characters" in page
    page = words(work(client, referral, "decide", outcome="DECLINE", note=NOTE))
    assert "at least one specific reason" in page
    assert "Choose to approve or to decline" in words(work(client, referral, "decide", note=NOTE))


def test_above_the_authority_a_second_person_confirms(referrer, as_role, client):
    referral = referrer()
    client, _person = as_role("reviewer")
    work(client, referral, "claim")
    page = words(work(client, referral, "decide", outcome="DECLINE", reasons=["AMOUNT_REQUESTED"], note=NOTE))
    assert "Waits for a second person" in page
    second = authorised(member("reviewer"), 1_000_000)
    client.force_login(second)
    page = words(client.get(f"{QUEUE}{referral.pk}/change/"))
    assert "Confirm" in page and NOTE in page
    step = Referral.objects.get().steps.latest("pk").pk
    page = words(work(client, referral, "confirm", step=step))
    assert "Confirmed by" in page and "Told to the applicant" in page


def test_only_reviewers_work(referrer, as_role):
    referral = referrer()
    client, _person = as_role("maker")
    assert client.get(QUEUE).status_code == 200
    assert client.post(f"{QUEUE}next/").status_code == 403
    assert work(client, referral, "claim").status_code == 403


def test_an_authority_takes_two_persons(offers_live, as_role):
    client, _person = as_role("administrator")
    reviewer = member("reviewer")
    data = {"product": make.product().pk, "user": reviewer.pk, "amount": "5,000.00", "comment": "Trained in May."}
    page = words(client.post("/admin/rules/reviewauthority/add/", data, follow=True))
    assert "It counts once a checker approves it" in page
    asked = ReviewAuthority.objects.get()
    assert (asked.maximum_minor, asked.approval) == (500_000, None)
    checker = member("checker")
    client.force_login(checker)
    here = f"/admin/rules/reviewauthority/{asked.pk}/change/"
    page = client.get(here)
    form = {"decision": "approve", "password": PASSWORD, "content_hash": page.context["form"]["content_hash"].value()}
    assert "it counts from now on" in words(client.post(here, form, follow=True))
    assert "Counts" in words(client.get("/admin/rules/reviewauthority/"))
    client.force_login(member("administrator"))
    client.post(f"/admin/rules/reviewauthority/{asked.pk}/end/")
    assert ReviewAuthority.objects.get().ended_at is not None


@pytest.mark.parametrize("shown", ["free", "mine", "open"])
def test_it_reads_in_chinese(referrer, as_role, shown):
    referral = referrer()
    client, _person = as_role("reviewer")
    client.cookies["django_language"] = "zh-hans"
    words(client.get(QUEUE, {"show": shown}))
    work(client, referral, "claim")
    words(client.get(f"{QUEUE}{referral.pk}/change/"))
