"""A maker and a checker at real screens: change a threshold, submit, be refused, approve, see it live."""

import re

import pytest
from django.utils import timezone

from rules.models import RuleSetVersion
from rules.services.versions.activations import activation_at
from rules.services.versions.life import version_draft
from tests.admin.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


VALUE = '[data-grid=parameters] .tabulator-cell[data-row="0"][data-column="1"]'


def is_saved(page):
    """Wait until the editor has sent what was typed."""
    page.locator("[data-save=unsaved], [data-save=saving]").wait_for()
    page.locator("[data-save=saved]").wait_for()


def live_version(version):
    return activation_at(rule_set=version.rule_set, at=timezone.now()).version


def focus(page, selector, limit=150):
    """Reach an element by the Tab key alone."""
    for _step in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_a_threshold_goes_live_through_two_people(live, walk_in):
    page, _maker = walk_in("maker")
    page.goto(f"/admin/rules/ruleset/{live.rule_set_id}/change/")
    page.get_by_role("button", name="New draft from the live version").click()
    cell = page.locator(VALUE)
    cell.dblclick()
    page.get_by_role("textbox", name="Value").fill("4,000,000")
    page.keyboard.press("Enter")
    is_saved(page)
    assert cell.inner_text() == "4,000,000"

    page.get_by_role("link", name="Submit for approval").click()
    page.get_by_text(re.compile("Threshold “Largest amount”.*: 500,000 → 4,000,000")).wait_for()
    page.get_by_label("What changes and why").fill("Larger loans")
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_text("Sent for approval").wait_for()
    assert page.get_by_role("link", name="Approve or reject").count() == 0
    draft = RuleSetVersion.objects.get(number=2)
    assert page.goto(f"/admin/rules/rulesetversion/{draft.pk}/approve/").status == 403
    page.faults.clear()
    assert live_version(live) == live

    other, _checker = walk_in("checker")
    other.get_by_role("link", name="Look at it").click()
    other.get_by_role("link", name="Approve or reject").click()
    other.get_by_text("Larger loans").wait_for()
    other.get_by_label("Your password").fill("not the password")
    other.get_by_role("button", name="Approve", exact=True).click()
    other.get_by_text("This is not your password.").wait_for()
    assert live_version(live) == live
    other.get_by_label("Your password").fill(PASSWORD)
    other.get_by_role("button", name="Approve", exact=True).click()
    other.get_by_text("the next decision follows it").wait_for()
    assert live_version(live) == draft
    assert other.faults == []


def test_a_threshold_is_changed_and_submitted_by_keyboard_alone(live, walk_in):
    page, maker = walk_in("maker")
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/?tab=parameters")
    page.locator(VALUE).wait_for()
    focus(page, VALUE)
    page.keyboard.type("450000")
    page.keyboard.press("Enter")
    is_saved(page)
    page.keyboard.press("Escape")  # Escape and then Tab leaves the grid
    focus(page, "a[href$='/submit/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submit/")
    focus(page, "#id_note")
    page.keyboard.type("Lower")
    focus(page, "form:not(.rk-languages) button.rk-primary")
    page.keyboard.press("Enter")
    page.get_by_text("Sent for approval").wait_for()
    draft.refresh_from_db()
    assert (draft.state, draft.document["parameters"][0]["value"]) == ("SUBMITTED", 450_000)


def test_discarding_a_draft_asks_first(live, walk_in):
    page, maker = walk_in("maker")
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/")
    page.get_by_role("button", name="Discard draft").click()
    page.get_by_role("button", name="Cancel").click()
    draft.refresh_from_db()
    assert draft.state == "DRAFT"
    page.get_by_role("button", name="Discard draft").click()
    page.get_by_role("button", name="Yes, go on").click()
    page.get_by_text("Version 2 is retired.").wait_for()
    draft.refresh_from_db()
    assert draft.state == "RETIRED"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_tab_fits_the_screen_without_a_fault(live, walk_in, language):
    page, maker = walk_in("maker", language=language)
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    tabs = (
        "overview",
        "parameters",
        "derived",
        "rules",
        "tables",
        "scorecard",
        "patterns",
        "offer",
        "cases",
        "checks",
        "compare",
        "history",
    )
    addresses = [f"/admin/rules/rulesetversion/{draft.pk}/change/?tab={tab}" for tab in tabs]
    addresses += [f"/admin/rules/rulesetversion/{draft.pk}/submit/", "/admin/rules/ruleset/", "/admin/"]
    for address in addresses:
        response = page.goto(address)
        assert response.status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, address
        ends = page.eval_on_selector_all(".rk-tab", "tabs => tabs.map(tab => tab.getBoundingClientRect().right)")
        assert max(ends, default=0) <= 1280 - 24, address
    assert page.faults == []


def test_our_pages_run_without_unsafe_eval(live, walk_in):
    page, _maker = walk_in("maker")
    policy = page.goto(f"/admin/rules/rulesetversion/{live.pk}/change/").headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe" not in scripts
