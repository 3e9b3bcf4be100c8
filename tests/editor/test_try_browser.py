"""Trying a draft at a real screen: the outcome follows a threshold at once, beside what is live, on every tab."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rules.models import RuleSetVersion
from rules.services.versions.life import version_draft
from tests.factories.api_fixtures import Lender
from tests.factories.decisions import body as application

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drawer(live, walk_in):
    """page, draft = drawer(): the parameters of a draft with the drawer open."""

    def open_drawer(language="en"):
        page, maker = walk_in("maker", language=language)
        draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
        page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/?tab=rules")
        page.get_by_role("button", name="Try it" if language == "en" else "试算").click()
        page.locator("[data-outcome]").first.wait_for()
        return page, draft

    return open_drawer


def outcomes(page):
    return page.locator(".re-try [data-outcome]")


def test_a_value_changes_the_outcome_and_its_distance(drawer):
    page, draft = drawer()
    before = RuleSetVersion.objects.get(pk=draft.pk).content_hash
    amount = page.locator(".re-try [data-value=amount_minor] input")
    amount.fill("6000")
    expect(outcomes(page).first).to_have_attribute("data-outcome", "DECLINE")
    expect(outcomes(page).nth(1)).to_have_attribute("data-outcome", "DECLINE")
    rule = page.locator(".re-try [data-rule=TOO_MUCH]")
    expect(rule).to_contain_text("+DEM 1,000.00")
    expect(rule.locator("svg rect")).to_have_count(1)
    page.get_by_text("1 changed").click()
    expect(outcomes(page).first).to_have_attribute("data-outcome", "APPROVE")
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == before
    assert page.faults == []


def test_a_condition_changes_the_draft_beside_the_live_version(drawer):
    page, _draft = drawer()
    page.locator("#re-rule-0").click()
    page.get_by_label("Condition as text", exact=True).last.fill("amount_minor > 1")
    expect(outcomes(page).first).to_have_attribute("data-outcome", "DECLINE")
    expect(outcomes(page).nth(1)).to_have_attribute("data-outcome", "APPROVE")
    page.get_by_text("The draft decides otherwise than the live version.").wait_for()
    page.get_by_role("link", name="Patterns").click()
    expect(page.locator("#re-try")).to_be_visible()
    expect(outcomes(page).first).to_have_attribute("data-outcome", "DECLINE")
    assert page.faults == []


def test_a_broken_draft_says_so_and_the_live_version_still_decides(drawer):
    page, _draft = drawer()
    page.locator("#re-rule-0").click()
    page.get_by_label("Condition as text", exact=True).last.fill("amount_minor >")
    page.locator(".re-try").get_by_text("decides nothing until they are corrected").wait_for()
    expect(outcomes(page)).to_have_count(1)


def test_a_past_decision_is_found_and_tried(live, drawer):
    made = Lender().post(application()).json()
    page, _draft = drawer()
    page.get_by_label("Application", exact=True).select_option("decision")
    page.locator(".re-try-decisions button").first.click()
    page.get_by_text("Decided then: approve").wait_for()
    assert made["outcome"] == "APPROVE"


def test_a_value_no_application_may_have_is_told_at_its_field(drawer):
    page, _draft = drawer()
    page.locator(".re-try [data-value=amount_minor] input").fill("1")
    field = page.locator(".re-try [data-value=amount_minor]")
    expect(field).to_contain_text("This is outside the range an application may have.")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_the_screen_and_closes_by_keyboard(drawer, language):
    page, _draft = drawer(language)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.locator(".re-try-source select").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#re-try")).to_be_hidden()
    assert page.faults == []
