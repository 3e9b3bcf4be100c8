"""Rules at a real screen: a nested condition by mouse and by keyboard, beside its text, each following the other."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rules.models import RuleSetVersion
from rules.services.versions.life import version_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rules_tab(live, walk_in):
    """page, draft = rules_tab(): the rules of a draft on the screen, in English unless told otherwise."""

    def open_tab(language="en"):
        page, maker = walk_in("maker", language=language)
        draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
        page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/?tab=rules")
        page.locator("#re-rule-0").wait_for()
        return page, draft

    return open_tab


def text_of(page):
    return page.get_by_label("Condition as text", exact=True).last


def saved_rules(page, draft):
    page.locator("[data-save=saved]").wait_for()
    return RuleSetVersion.objects.get(pk=draft.pk).document["rules"]


def choose_field(page, box, typed):
    box.click()
    box.fill(typed)
    page.keyboard.press("Enter")


def test_a_nested_condition_is_built_with_the_mouse(rules_tab):
    page, draft = rules_tab()
    page.locator("#re-rule-0").click()
    builder = page.locator(".re-builder")
    expect(builder.get_by_role("combobox", name="Variable").first).to_have_value("Amount requested")

    builder.get_by_title("Add a group of conditions").first.click()
    inner = builder.locator(".re-group .re-group")
    choose_field(page, inner.get_by_role("combobox", name="Variable"), "term of the loan")
    inner.get_by_title("Comparison").select_option("between")
    expect(page.get_by_text("A condition is not complete yet")).to_be_visible()
    inner.get_by_label("From", exact=True).fill("12")
    inner.get_by_label("To", exact=True).fill("24")
    inner.get_by_title("How the conditions of this group are joined").select_option("or")
    inner.get_by_title("Add a condition", exact=True).click()
    second = inner.locator(".re-rule").nth(1)
    choose_field(page, second.get_by_role("combobox", name="Variable"), "purpose")
    second.get_by_title("Comparison").select_option("in")
    second.get_by_label("Add a value …").select_option("A40")
    second.get_by_label("Add a value …").select_option("A41")

    wanted = 'amount_minor > largest_minor and (duration_months between 12 and 24 or purpose in ["A40", "A41"])'
    expect(text_of(page)).to_have_value(wanted)
    page.locator(".rk-words").get_by_text("“Term of the loan” is between 12 months and 24 months").wait_for()
    assert saved_rules(page, draft)[0]["when"] == wanted
    assert page.faults == []


def test_a_condition_is_built_by_keyboard_alone(rules_tab):
    page, draft = rules_tab()
    page.locator(".re-rules-body").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#re-rule-0[aria-selected=true]").wait_for()
    page.locator(".re-builder .re-rule").wait_for()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Variable"
    page.keyboard.type("term")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the comparison
    page.keyboard.type("is at least")
    page.keyboard.press("Tab")  # value or variable
    page.keyboard.press("Tab")
    page.keyboard.type("36")
    expect(text_of(page)).to_have_value("duration_months >= 36")
    assert saved_rules(page, draft)[0]["when"] == "duration_months >= 36"
    assert page.faults == []


def test_money_is_typed_in_its_own_unit_and_written_exactly(rules_tab):
    page, _draft = rules_tab()
    page.locator("#re-rule-0").click()
    text_of(page).fill("amount_minor > 1")
    value = page.locator(".re-builder").get_by_label("Value", exact=True)
    expect(value).to_have_value("0.01")
    value.fill("1234.35")
    expect(text_of(page)).to_have_value("amount_minor > 123435")
    text_of(page).fill("pd > 0.38")
    expect(value).to_have_value("38")
    value.fill("29")
    expect(text_of(page)).to_have_value("pd > 0.29")


def test_the_builder_follows_the_text_and_keeps_the_last_condition_while_it_is_broken(rules_tab):
    page, _draft = rules_tab()
    page.locator("#re-rule-0").click()
    text_of(page).fill('purpose = "A47" and not(is defined(age_years))')
    rows = page.locator(".re-builder .re-rule")
    expect(rows).to_have_count(2)
    expect(rows.nth(1).get_by_title("Comparison")).to_have_value("null")

    text_of(page).fill('purpose = "A47" and')
    page.get_by_text("The expression ends too early").wait_for()
    page.get_by_text("The builder keeps the last condition that could be read").wait_for()
    expect(rows).to_have_count(2)
    expect(text_of(page)).to_have_attribute("aria-invalid", "true")

    text_of(page).fill("amount_minor * 2 > 5 and purposee = 1")
    page.get_by_text("Did you mean “purpose”?").first.wait_for()
    expect(page.locator(".re-squiggle", has_text="purposee")).to_have_count(1)
    expect(rows.first.get_by_label("Formula as text")).to_have_value("amount_minor * 2 > 5")


def test_the_problem_is_told_in_chinese(rules_tab):
    page, _draft = rules_tab("zh")
    page.locator("#re-rule-0").click()
    page.get_by_label("条件文本", exact=True).last.fill("amount_minor >")
    page.get_by_text("表达式没有写完").wait_for()
    page.get_by_text("编辑器保留最后一次可读取的条件").wait_for()


def test_rules_are_added_copied_moved_switched_and_removed_by_keyboard(rules_tab):
    page, draft = rules_tab()
    page.locator(".re-rules-body").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+d")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Space")
    rules = saved_rules(page, draft)
    assert [(rule["code"], rule["enabled"]) for rule in rules] == [
        ("TOO_MUCH", True),
        ("FITS", True),
        ("TOO_MUCH_2", False),
    ]
    page.keyboard.press("Control+Delete")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#re-rule-1 .rk-code")).to_have_text("NEW_RULE")
    assert [rule["code"] for rule in saved_rules(page, draft)] == ["TOO_MUCH", "NEW_RULE", "FITS"]


def test_five_hundred_rules_are_a_few_rows_on_the_screen(live, walk_in):
    page, maker = walk_in("maker")
    draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), based_on=live)
    rule = draft.document["rules"][0]
    more = [{**rule, "code": f"R{number}"} for number in range(498)]
    RuleSetVersion.objects.filter(pk=draft.pk).update(
        document={**draft.document, "rules": [*draft.document["rules"], *more]}
    )
    page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/?tab=rules")
    page.locator("#re-rule-0").wait_for()
    assert page.locator(".re-rules-space .re-rules-row").count() < 40
    page.locator(".re-rules-body").focus()
    page.keyboard.press("End")
    page.locator("#re-rule-499[aria-selected=true]").wait_for()
    assert page.locator(".re-rules-space .re-rules-row").count() < 40
