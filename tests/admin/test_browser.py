"""A maker and a checker at real screens: change a threshold, submit, be refused, approve, see it live."""

import pytest
from django.utils import timezone

from rules.models import RuleSetVersion
from rules.services.activations import activation_at
from rules.services.versions import version_draft
from tests.admin.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
    page.get_by_label("Largest amount").fill("4,000,000")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_text("Saved in this draft").wait_for()

    page.get_by_role("link", name="Submit for approval").click()
    assert page.get_by_text("Threshold “Largest amount” (largest_minor): 500,000 → 4,000,000").is_visible()
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
    assert other.get_by_text("Larger loans").is_visible()
    other.get_by_label("Your password").fill("not the password")
    other.get_by_role("button", name="Approve", exact=True).click()
    assert other.get_by_text("This is not your password.").is_visible()
    assert live_version(live) == live
    other.get_by_label("Your password").fill(PASSWORD)
    other.get_by_role("button", name="Approve", exact=True).click()
    other.get_by_text("the next decision follows it").wait_for()
    assert live_version(live) == draft
    assert other.faults == []


def test_a_condition_is_checked_while_it_is_typed(live, walk_in):
    page, maker = walk_in("maker")
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    page.goto(f"/admin/rules/rulesetversion/{draft.pk}/entry/rules/TOO_MUCH/")
    condition, findings = page.get_by_label("Condition", exact=True), page.locator("[data-findings]")
    findings.get_by_text("“Amount requested” is more than DEM 5,000.00").wait_for()

    condition.fill("amount_minr > largest_minor")
    findings.get_by_text("There is no variable or parameter “amount_minr”").wait_for()
    assert findings.locator(".rk-mark").inner_text() == "amount_minr"
    assert condition.get_attribute("aria-invalid") == "true"

    condition.fill("amount_minor >")
    findings.get_by_text("The expression ends too early").wait_for()

    condition.fill("")
    page.locator("[data-insert=age_years]").click()
    assert condition.input_value() == "age_years"
    condition.press_sequentially(" < 18")
    findings.locator(".rk-error").wait_for()  # a protected characteristic without a law that asks for it
    page.get_by_text("More: points, legal basis").click()
    page.get_by_label("Legal basis").fill("Civil Code, s. 2")
    findings.get_by_text("“Age” is less than 18 years").wait_for()
    assert page.get_by_text("Changed, not saved yet").is_visible()
    assert page.faults == []
    page.evaluate("document.querySelector('form[data-guard]').dataset.sent = 'yes'")


def test_the_problem_is_told_in_chinese(live, walk_in):
    page, maker = walk_in("maker", language="zh")
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    page.goto(f"/admin/rules/rulesetversion/{draft.pk}/entry/rules/TOO_MUCH/")
    page.locator("[data-findings]").get_by_text("「申请金额」大于").wait_for()
    page.get_by_label("条件", exact=True).fill("amount_minr > 1")
    page.locator("[data-findings]").get_by_text("没有名为“amount_minr”的变量或参数").wait_for()
    page.evaluate("document.querySelector('form[data-guard]').dataset.sent = 'yes'")


def test_a_threshold_is_changed_and_submitted_by_keyboard_alone(live, walk_in):
    page, maker = walk_in("maker")
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/?tab=parameters")
    focus(page, "#id_value-largest_minor")
    page.keyboard.press("Control+a")
    page.keyboard.type("450000")
    page.keyboard.press("Enter")
    page.get_by_text("Saved in this draft").wait_for()
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
        "rules",
        "derived",
        "patterns",
        "offer",
        "grades",
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
    assert page.faults == []


def test_our_pages_run_without_unsafe_eval(live, walk_in):
    page, _maker = walk_in("maker")
    policy = page.goto(f"/admin/rules/rulesetversion/{live.pk}/change/").headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe" not in scripts
