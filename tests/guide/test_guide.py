"""The guide for compliance staff, walked at real screens from the demo: every step of docs/guide.md in its order.

`make screenshots` runs the same and writes the guide's pictures.
"""

import pytest
from django.test import Client
from playwright.sync_api import expect

from rules.models import RuleSetVersion
from tests.editor.test_grids import PASTE
from tests.guide.screens import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VALUE = 1
GRID = "[data-grid=parameters]"
MATRIX = '[data-grid="tables/0/rows"]'


def decide(demo, key):
    """The answer to the example of the product, asked anew."""
    headers = {"Authorization": f"Api-Key {demo['api_key']}"}
    client = Client(headers=headers)
    example = client.get("/api/v1/products/instalment/schema").json()["example"]
    sent = {"Idempotency-Key": key}
    return client.post("/api/v1/decisions", example, content_type="application/json", headers=sent).json()


def is_saved(page):
    page.locator("[data-save=unsaved], [data-save=saving]").wait_for()
    page.locator("[data-save=saved]").wait_for()


def open_tab(page, name):
    page.locator(f"#re-tab-{name}").click()
    page.locator(f".re-panel[data-tab={name}]").wait_for()


def test_a_threshold_is_changed_and_goes_live_with_a_rule_and_a_table(demo, sign_in):
    before = decide(demo, "guide-1")
    maker = sign_in("maker")
    draft = make_draft(maker)
    change_threshold(maker)
    add_rule(maker, draft)
    paste_rows(maker, draft)
    break_and_mend(maker, draft)
    try_it(maker)
    submit(maker)
    approve(sign_in("checker"), draft)
    after = decide(demo, "guide-2")
    assert (before["outcome"], after["outcome"]) == ("APPROVE", "REFER")
    auditor = sign_in("auditor")
    auditor.goto("/admin/rules/decision/")
    auditor.locator("#result_list tbody a[href*='/decision/']").first.click()
    auditor.get_by_text("PD_ABOVE_REFER").first.wait_for(state="attached")
    picture(auditor, "decision", lambda: None)


def make_draft(page):
    page.goto("/admin/rules/ruleset/")
    page.get_by_role("link", name="Instalment loan, before payout").first.click()
    page.get_by_role("button", name="New draft from the live version").click()
    page.locator("#re-tab-parameters, .rk-tab").first.wait_for()
    return RuleSetVersion.objects.filter(state=RuleSetVersion.State.DRAFT).latest("pk")


def change_threshold(page):
    page.locator(".rk-tab", has_text="Parameters").click()
    row = page.locator(f"{GRID} .tabulator-cell", has_text="PD above which a person decides").get_attribute("data-row")
    cell = page.locator(f'{GRID} .tabulator-cell[data-row="{row}"][data-column="{VALUE}"]')
    cell.click()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    is_saved(page)
    expect(cell).to_have_text("10%")
    cell.click()
    picture(page, "threshold", lambda: page.locator(f'{GRID} [data-row="{row}"][data-column="{VALUE}"]').click())


def add_rule(page, draft):
    open_tab(page, "rules")
    page.get_by_role("button", name="Add a rule").click()
    builder = page.locator(".re-builder")
    builder.get_by_title("Add a condition", exact=True).first.wait_for()
    page.get_by_label("Code", exact=True).fill("LARGE_AND_LONG_OR_CAR")
    page.get_by_label("Name in English").fill("Large, and long or for a car")
    page.get_by_label("Name in Chinese").fill("金额较大且期限长或购车")
    page.get_by_label("Condition as text", exact=True).last.fill("amount_minor > 600000")
    expect(builder.get_by_label("Value", exact=True)).to_have_value("6000.00")
    builder.get_by_title("Add a group of conditions").first.click()
    inner = builder.locator(".re-group .re-group")
    choose(page, inner.get_by_role("combobox", name="Variable"), "term of the loan")
    inner.get_by_title("Comparison").select_option(">=")
    inner.get_by_label("Value", exact=True).fill("36")
    inner.get_by_title("How the conditions of this group are joined").select_option("or")
    inner.get_by_title("Add a condition", exact=True).click()
    second = inner.locator(".re-rule").nth(1)
    choose(page, second.get_by_role("combobox", name="Variable"), "purpose")
    second.get_by_title("Comparison").select_option("in")
    second.get_by_label("Add a value …").select_option("A40")
    second.get_by_label("Add a value …").select_option("A41")
    page.locator(".re-then").get_by_label("Outcome").select_option("REFER")
    page.locator(".re-then").get_by_label("Reason").select_option("AMOUNT_REQUESTED")
    is_saved(page)
    rules = RuleSetVersion.objects.get(pk=draft.pk).document["rules"]
    assert rules[-1]["when"] == 'amount_minor > 600000 and (duration_months >= 36 or purpose in ["A40", "A41"])'
    place = len(rules) - 1
    picture(page, "rule", lambda: show_rule(page, place))


def choose(page, box, typed):
    box.click()
    box.fill(typed)
    page.keyboard.press("Enter")


def show_rule(page, place):
    page.locator(".re-rules-body").focus()
    page.keyboard.press("End")
    page.locator(f"#re-rule-{place}").click()
    page.locator(".re-rule-panel .re-builder").wait_for()
    page.locator(".re-rule-panel").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.re-rule-panel').scrollIntoView()")


def paste_rows(page, draft):
    open_tab(page, "tables")
    cell = page.locator(f'{MATRIX} .tabulator-cell[data-row="0"][data-column="1"]')
    cell.click()
    page.evaluate(PASTE, '<= 700000\t"LOW"\n> 700000\t"MEDIUM"\n')
    is_saved(page)
    rows = RuleSetVersion.objects.get(pk=draft.pk).document["tables"][0]["rows"]
    assert [row["when"][1] for row in rows[:2]] == ["<= 700000", "> 700000"]
    picture(page, "table", lambda: page.locator(MATRIX).scroll_into_view_if_needed())


def break_and_mend(page, draft):
    open_tab(page, "rules")
    place = len(RuleSetVersion.objects.get(pk=draft.pk).document["rules"]) - 1
    show_rule(page, place)
    text = page.get_by_label("Condition as text", exact=True).last
    whole = text.input_value()
    text.fill(whole.replace("600000 and", "600000 adn"))
    page.locator(".re-rule-panel [role=alert], .re-rule-panel .rk-error").first.wait_for()
    picture(page, "mistake", lambda: show_rule(page, place))
    page.get_by_label("Condition as text", exact=True).last.fill(whole)
    page.locator("[data-save=saved]").wait_for()


def try_it(page):
    open_tab(page, "rules")
    page.locator(".re-bar .rk-right button").click()
    page.locator(".re-try [data-outcome]").first.wait_for()
    picture(page, "try", lambda: page.locator(".re-bar .rk-right button").click())


def submit(page):
    page.get_by_role("link", name="Submit for approval").click()
    page.get_by_label("What changes and why").fill("More files for a person: losses above 10 % rose")
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_text("Sent for approval").wait_for()


def approve(page, draft):
    page.locator(f'a.rk-button[href*="/rulesetversion/{draft.pk}/"]').first.click()
    page.get_by_role("link", name="Approve or reject").click()
    picture(page, "approve", lambda: None)
    page.get_by_label("Your password").fill(page.password)
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("the next decision follows it").wait_for()
    draft.refresh_from_db()
    assert draft.state == RuleSetVersion.State.APPROVED
