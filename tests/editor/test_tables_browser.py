"""Tables, scorecards, the offer, cases and workbooks at a real screen."""

from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from rules.models import RuleSetVersion
from rules.services.versions.life import version_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONEY = "DEM minor units"
TABLES = [
    {
        "name": "limit",
        "en": "Limit by purpose",
        "zh": "按用途的限额",
        "inputs": [{"expression": "purpose", "en": "Purpose"}, {"expression": "amount_minor", "en": "Amount"}],
        "outputs": [{"name": "most", "unit": MONEY, "en": "Most"}],
        "rows": [{"when": ['"A43"', "-"], "then": ["500000"]}],
    },
    {
        "name": "offers",
        "en": "Offers",
        "zh": "报价",
        "inputs": [{"expression": "amount_minor"}],
        "outputs": [
            {"name": "amount_cap_minor", "unit": MONEY, "en": "Most lent"},
            {"name": "annual_rate", "unit": "share", "en": "Rate"},
            {"name": "term_cap_months", "unit": "months", "en": "Term"},
        ],
        "rows": [{"when": ["-"], "then": ["1000000", "0.124", "48"]}],
    },
]
SCORECARD = {
    "name": "standing",
    "en": "Standing",
    "zh": "资信",
    "initial_points": 10,
    "characteristics": [
        {
            "name": "amount",
            "en": "Amount",
            "expression": "amount_minor",
            "bins": [{"when": "< 100000", "points": 20}, {"when": ">= 100000", "points": 5}],
            "missing_points": 0,
        }
    ],
}
CASE = {"name": "small", "inputs": {"amount_minor": 10_000}, "expect": {"outcome": "DECLINE"}}


@pytest.fixture
def tab(live, walk_in):
    """page, draft = tab("tables"): that tab of a draft with tables, a scorecard, an offer and a case."""

    def open_tab(name, language="en"):
        page, maker = walk_in("maker", language=language)
        offer = {"table": "offers", "amount_variable": "amount_minor", "term_variable": "duration_months"}
        more = {"tables": TABLES, "scorecards": [SCORECARD], "offer": offer, "cases": [CASE]}
        document = {**live.document, **more}
        draft = version_draft(rule_set=live.rule_set, author=maker, at=timezone.now(), document=document)
        page.goto(f"/admin/rules/rulesetversion/{draft.pk}/change/?tab={name}")
        page.locator(f"[data-tab={name}]").wait_for()
        return page, draft

    return open_tab


def cell(page, grid, row, column):
    return page.locator(f'[data-grid="{grid}"] .tabulator-cell[data-row="{row}"][data-column="{column}"]')


def paste(page, target, text):
    """Paste as a spreadsheet's block into the cell where one is."""
    target.click()
    target.evaluate(
        """(cell, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def saved(page, draft):
    page.locator("[data-save=saved]").wait_for()
    return RuleSetVersion.objects.get(pk=draft.pk).document


def test_a_block_from_a_spreadsheet_becomes_rows_with_a_problem_in_its_cell(tab):
    page, draft = tab("tables")
    rows = "tables/0/rows"
    block = 'A43\t> 1000\t5,000.00\n"A40", "A41"\t>> 7\t12\nA42\t-\tmin(amount_minor, 7)'
    paste(page, cell(page, rows, 0, 0), block)
    expect(cell(page, rows, 1, 1)).to_have_attribute("aria-invalid", "true")
    expect(cell(page, rows, 2, 2)).to_contain_text("min(amount_minor, 7)")
    assert cell(page, rows, 1, 1).get_attribute("title")
    assert [(row["when"], row["then"]) for row in saved(page, draft)["tables"][0]["rows"]] == [
        (['"A43"', "> 1000"], ["500000"]),
        (['"A40", "A41"', ">> 7"], ["12"]),
        (['"A42"', "-"], ["min(amount_minor, 7)"]),
    ]
    assert page.faults == []


def test_columns_are_added_moved_and_deleted_with_their_cells(tab):
    page, draft = tab("tables")
    page.locator("details.re-columns").evaluate("columns => { columns.open = true; }")
    page.get_by_role("button", name="Add a column to test").click()
    page.get_by_role("button", name="Add a column to give").click()
    page.get_by_label("Move this column left").nth(1).click()
    table = saved(page, draft)["tables"][0]
    assert [entry["expression"] for entry in table["inputs"]][:2] == ["amount_minor", "purpose"]
    assert table["rows"][0]["when"] == ["-", '"A43"', "-"] and table["rows"][0]["then"] == ["500000", ""]
    page.get_by_label("Delete this column with its cells").nth(2).click()
    page.get_by_label("Where several rows hold").select_option("U")
    page.get_by_text("At most one row may hold").wait_for()
    table = saved(page, draft)["tables"][0]
    assert (len(table["inputs"]), len(table["rows"][0]["when"]), table["hit_policy"]) == (2, 2, "U")
    assert page.faults == []


def test_a_table_is_written_by_keyboard_alone(tab):
    page, draft = tab("tables")
    cell(page, "tables/0/rows", 0, 2).click()
    page.keyboard.press("Control+Enter")
    cell(page, "tables/0/rows", 1, 0).wait_for()
    page.keyboard.type("A40")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("DEM 70")
    page.keyboard.press("Enter")
    rows = saved(page, draft)["tables"][0]["rows"]
    assert [row["then"] for row in rows] == [["500000"], ["7000"]]
    assert page.faults == []


def test_the_points_of_a_bin_change_the_range_of_the_total(tab):
    page, draft = tab("scorecard")
    expect(page.locator("[data-total]")).to_have_text("Total: 10 to 30 points")
    cell(page, "scorecards/0/characteristics/0/bins", 0, 1).click()
    page.keyboard.type("35.5")
    page.keyboard.press("Enter")
    expect(page.locator("[data-total]")).to_have_text("Total: 10 to 45.5 points")
    page.get_by_label("Points where it is missing").fill("")
    expect(page.locator("[data-total]")).to_contain_text("unknown where")
    [part] = saved(page, draft)["scorecards"][0]["characteristics"]
    assert (part["bins"][0]["points"], part["missing_points"]) == (35.5, None)
    assert page.faults == []


def test_a_legal_cap_is_added_in_percent_and_a_rate_changed(tab):
    page, draft = tab("offer")
    expect(cell(page, "tables/1/rows", 0, 1)).to_have_text("10,000.00")
    cell(page, "tables/1/rows", 0, 2).click()
    page.keyboard.type("13.1")
    page.keyboard.press("Enter")
    expect(cell(page, "tables/1/rows", 0, 2)).to_have_text("13.1%")
    page.get_by_role("button", name="Add a legal cap").click()
    cell(page, "offer/caps", 0, 1).click()
    page.keyboard.type("24 %")
    page.keyboard.press("Enter")
    expect(cell(page, "offer/caps", 0, 1)).to_contain_text("24%")
    document = saved(page, draft)
    assert document["tables"][1]["rows"][0]["then"] == ["1000000", "0.131", "48"]
    assert [(cap["of"], cap["maximum"]) for cap in document["offer"]["caps"]] == [("annual_rate", 0.24)]
    assert page.faults == []


def test_cases_run_as_they_stand_and_a_result_is_taken_as_expected(tab):
    page, draft = tab("cases")
    expect(page.locator("[data-verdict]")).to_have_text("0 of 1 pass")
    expect(cell(page, "cases", 0, 1)).to_contain_text("fail")
    page.get_by_role("button", name="Expect this from now on").first.click()
    expect(page.locator("[data-verdict]")).to_have_text("1 of 1 pass")
    page.get_by_role("button", name="Add boundary cases").click()
    page.get_by_text("cases added").wait_for()
    cases = saved(page, draft)["cases"]
    assert len(cases) > 1 and cases[1]["origin"] == "boundary"
    assert page.faults == []


def test_a_value_of_a_case_is_set_and_left_missing(tab):
    page, draft = tab("cases")
    page.locator("[data-case]").get_by_label("Amount requested", exact=True).fill("123.45")
    combo = page.get_by_role("combobox", name="Set another variable")
    combo.click()
    combo.fill("term of the loan")
    page.keyboard.press("Enter")
    page.get_by_label("Term of the loan", exact=True).fill("24")
    assert saved(page, draft)["cases"][0]["inputs"] == {"amount_minor": 12345, "duration_months": 24}
    page.get_by_role("button", name="Leave Term of the loan missing").click()
    page.get_by_label("Term of the loan", exact=True).wait_for(state="detached")
    assert saved(page, draft)["cases"][0]["inputs"] == {"amount_minor": 12345}


def test_a_workbook_with_one_changed_threshold_shows_one_changed_cell(tab):
    page, draft = tab("parameters")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export Excel").click()
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    book["Parameters"]["D2"] = 432100
    file = BytesIO()
    book.save(file)
    page.get_by_role("link", name="Import Excel").click()
    page.set_input_files("#excel-file", {"name": "draft.xlsx", "mimeType": "", "buffer": file.getvalue()})
    page.get_by_role("button", name="Read the workbook").click()
    rows = page.locator("#excel-changes tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Parameters!D2")
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == draft.content_hash
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_text("1 change of the workbook was saved").wait_for()
    assert RuleSetVersion.objects.get(pk=draft.pk).document["parameters"][0]["value"] == 432100


def test_the_tabs_speak_chinese(tab):
    page, _draft = tab("tables", language="zh")
    page.get_by_text("取第一个各单元格均成立的行").wait_for()
    for name, words in (("评分卡", "总分：10 至 30 分"), ("报价", "法定上限"), ("案例", "1 个中 0 个通过")):
        page.locator(".rk-tabs").get_by_text(name).click()
        page.get_by_text(words).first.wait_for()
    assert page.faults == []
