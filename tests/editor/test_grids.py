"""The editor in a real browser: pasted blocks, undo, rows by keyboard, and two people at one draft."""

import copy

import pytest
from django.utils import timezone

from rules.models import RuleSetVersion
from rules.services.versions.life import version_edit
from tests.admin.conftest import BASE, draft_of, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
}"""
LABEL, VALUE, LOWEST, HIGHEST = 0, 1, 3, 4


@pytest.fixture
def opened(live, walk_in):
    """(page, draft): the parameters of a draft in its editor."""
    page, maker = walk_in("maker")
    draft = draft_of(live, maker)
    page.goto(f"{BASE}/{draft.pk}/change/?tab=parameters")
    cell(page, 0, VALUE).wait_for()
    return page, draft


def cell(page, row, column):
    return page.locator(f'[data-grid=parameters] .tabulator-cell[data-row="{row}"][data-column="{column}"]')


def is_saved(page):
    page.locator("[data-save=unsaved], [data-save=saving]").wait_for()
    page.locator("[data-save=saved]").wait_for()


def parameters(draft):
    return RuleSetVersion.objects.get(pk=draft.pk).document["parameters"]


def test_a_block_of_a_spreadsheet_is_pasted_with_new_rows_and_taken_back_at_once(opened):
    page, draft = opened
    cell(page, 0, LABEL).click()
    page.evaluate(PASTE, "Greatest amount\t400,000.00\nLongest term\t48\n")
    is_saved(page)
    assert [(entry["en"], entry["value"]) for entry in parameters(draft)] == [
        ("Greatest amount", 400_000),
        ("Longest term", 48),
    ]
    page.keyboard.press("Control+z")
    is_saved(page)
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == draft.content_hash
    page.keyboard.press("Control+y")
    is_saved(page)
    assert len(parameters(draft)) == 2
    assert page.faults == []


def test_what_cannot_be_read_stays_where_it_was_typed_and_is_told(opened):
    page, draft = opened
    cell(page, 0, VALUE).click()
    page.keyboard.type("many")
    assert page.get_by_role("alert").get_by_text("Write a number").is_visible()
    page.keyboard.press("Enter")
    wrong = cell(page, 0, VALUE)
    assert (wrong.inner_text(), wrong.get_attribute("aria-invalid")) == ("many", "true")
    assert page.locator("[data-save=refused]").is_visible()
    wrong.click()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("400000")
    page.keyboard.press("Enter")
    is_saved(page)
    assert cell(page, 0, VALUE).get_attribute("aria-invalid") is None
    assert parameters(draft)[0]["value"] == 400_000


def test_a_problem_the_server_finds_is_told_in_the_cell(opened):
    page, _draft = opened
    cell(page, 0, LOWEST).click()
    page.keyboard.type("1000000000")
    page.keyboard.press("Enter")
    page.locator(".re-error").first.wait_for()
    assert page.locator(".rk-tab", has_text="Checks").locator(".rk-bad").is_visible()


def test_rows_are_added_moved_and_removed_by_keyboard(opened):
    page, draft = opened
    cell(page, 0, VALUE).click()
    page.keyboard.press("Control+Enter")
    cell(page, 1, VALUE).wait_for()
    page.keyboard.type("A label")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowUp")
    is_saved(page)
    assert [entry["name"] for entry in parameters(draft)] == ["parameter", "largest_minor"]
    page.keyboard.press("Control+Delete")
    is_saved(page)
    assert [entry["name"] for entry in parameters(draft)] == ["largest_minor"]
    assert page.faults == []


def changed_by_another(draft, **changes):
    theirs = copy.deepcopy(RuleSetVersion.objects.get(pk=draft.pk).document)
    theirs["parameters"][0].update(changes)
    other = member("maker")
    version_edit(version=draft, document=theirs, editor=other, at=timezone.now(), expected_hash=draft.content_hash)
    return other


def type_value(page, value):
    cell(page, 0, VALUE).click()
    page.keyboard.type(value)
    page.keyboard.press("Enter")


def test_two_editors_of_one_entry_are_told_of_each_other_and_mine_can_be_made_again(opened):
    page, draft = opened
    other = changed_by_another(draft, value=300_000)
    type_value(page, "400000")
    told = page.get_by_role("alertdialog")
    told.get_by_text(other.get_full_name()).wait_for()
    assert "Both of you changed:" in told.inner_text() and "largest_minor" in told.inner_text()
    page.get_by_role("button", name="make my changes again").click()
    page.locator("[data-save=saved]").wait_for()
    assert parameters(draft)[0]["value"] == 400_000


def test_the_others_version_can_be_taken_and_mine_is_one_undo_away(opened):
    page, draft = opened
    changed_by_another(draft, value=300_000)
    type_value(page, "400000")
    page.get_by_role("button", name="Take theirs").click()
    page.locator("[data-save=saved]").wait_for()
    assert cell(page, 0, VALUE).inner_text() == "300,000"
    page.keyboard.press("Control+z")
    is_saved(page)
    assert parameters(draft)[0]["value"] == 400_000


def test_what_could_not_be_sent_outlives_the_page(opened):
    page, draft = opened
    page.route("**/document/", lambda route: route.abort())
    page.faults.clear()
    type_value(page, "400000")
    page.locator("[data-save=offline]").wait_for()
    page.unroute("**/document/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    is_saved(page)
    assert parameters(draft)[0]["value"] == 400_000
