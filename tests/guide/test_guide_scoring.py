"""The guide's sections on portraits, models, letters, alternative data and what follows the payout, at real screens."""

import pytest
from playwright.sync_api import expect

from lending.models import Loan
from rules.models import Decision
from scoring.models import ModelPackage
from tests.guide.after_the_loan import walk_after_the_loan
from tests.guide.screens import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_officer_reads_portrait_model_letter_and_sources_and_works_after_the_payout(sign_in):
    page = sign_in("checker")
    read_portrait(page)
    read_model(page)
    read_letter(page)
    page.goto("/admin/scoring/valuereport/")
    page.get_by_text("Off: no ethics review is in force").first.wait_for()
    picture(page, "alternative", lambda: None, height=460)
    walk_after_the_loan(sign_in)


def read_portrait(page):
    customer = Loan.objects.order_by("pk")[1].customer_id
    page.goto(f"/admin/lending/customer/{customer}/change/")
    page.get_by_role("link", name="Variables, quality and risk coefficient").click()
    page.locator(".pt-gauge").wait_for()
    page.get_by_label("As of the end of").fill("2005-09-30")
    page.get_by_label("Beside the end of").fill("2005-06-30")
    page.get_by_role("button", name="Show").click()
    page.locator(".pt-then").wait_for()
    picture(page, "portrait", lambda: page.locator(".pt-then").wait_for())


def read_model(page):
    model = ModelPackage.objects.get(state=ModelPackage.State.CHAMPION, product__code="instalment", purpose="MAIN")
    page.goto(f"/admin/scoring/modelpackage/{model.pk}/approval/")
    expect(page.locator("#fairness .rk-badge").first).to_have_text("no flag")
    picture(page, "model", lambda: None)
    picture(page, "fairness", lambda: show_fairness(page), height=760)


def show_fairness(page):
    page.locator("#fairness details").first.evaluate("part => part.open = true")
    page.locator("#fairness").evaluate("card => card.scrollIntoView()")


def read_letter(page):
    declined = Decision.objects.filter(outcome="DECLINE").order_by("decided_at").first()
    page.goto(f"/admin/rules/decision/{declined.pk}/change/")
    page.get_by_role("link", name="Letter to the applicant").click()
    page.get_by_role("heading", name="Principal reasons").wait_for()
    picture(page, "letter", lambda: None)
