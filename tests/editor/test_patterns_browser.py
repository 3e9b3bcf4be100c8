"""Patterns at a real screen: events in time, what must not follow, and the sentence they make."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rules.models import RuleSetVersion
from rules.services.versions.life import version_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_pattern_of_three_events_is_made_and_told_in_a_sentence(live, walk_in):
    page, maker = walk_in("maker")
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/?tab=patterns")
    page.get_by_role("button", name="Add a pattern").click()
    steps = page.locator(".re-step")
    expect(steps).to_have_count(2)
    steps.nth(1).get_by_label("Kind of event").select_option("instalment_paid")
    steps.nth(1).get_by_text("must not happen before the next event").click()
    page.get_by_role("button", name="Add an event").click()
    steps.nth(2).get_by_label("Kind of event").select_option("cash_out")
    steps.nth(2).get_by_role("button", name="Same phone as event ①").click()
    expect(steps.nth(2).locator(".re-rule")).to_have_count(1)
    steps.nth(2).get_by_title("Add a condition", exact=True).click()
    row = steps.nth(2).locator(".re-rule").nth(1)
    box = row.get_by_role("combobox", name="Variable")
    box.click()
    box.fill("amount")
    page.keyboard.press("Enter")
    row.get_by_title("Comparison").select_option(">=")
    row.get_by_label("Value", exact=True).fill("1000")
    page.get_by_label("All within").fill("14")
    sentence = page.locator(".re-sentence")
    expect(sentence).to_contain_text(
        "Within 14 days: an application ①; without an instalment paid ② in between; then a cash withdrawal ③ "
        "with the same phone as ① and amount at least EUR 1,000.00."
    )
    expect(sentence).to_contain_text("其间没有还款 ②")
    page.locator("[data-save=saved]").wait_for()
    (pattern,) = RuleSetVersion.objects.get(pk=draft.pk).document["patterns"]
    assert pattern["within"] == "P14D"
    assert [(step["event"], step["is_absent"]) for step in pattern["steps"]] == [
        ("application", False),
        ("instalment_paid", True),
        ("cash_out", False),
    ]
    assert pattern["steps"][2]["where"] == "c.phone_key = a.phone_key and c.amount_minor >= 100000"
    assert page.faults == []
