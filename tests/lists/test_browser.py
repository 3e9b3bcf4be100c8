"""The pages of lists and of the catalogue's draft in a real browser: keyboard, strict policy, both languages."""

import os

import pytest

from lending.models import ListEntry
from tests.admin.conftest import walk_in
from tests.decisions.conftest import forget
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.lists.factory import effective, proposed

__all__ = ["forget", "walk_in"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = (
    "dimension,value,kind,reason,source,start,expiry\n"
    "phone,13800000001,BLACK,Used in a fraud,Police,,2030-01-31\nname,Nobody,BLACK,x,y,,\n"
)
SHOTS = os.environ.get("LISTS_SHOTS", "")


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_maker_imports_a_file_and_writes_a_velocity_variable(walk_in, tmp_path, language):
    make.catalogue_goes_live()
    make.policy_goes_live()
    Lender().post(make.body(1))
    effective("13800000009"), effective("Examples Ltd", dimension="employer", kind="GREY")
    page, _person = walk_in("maker", language)
    page.goto("/admin/lending/listentry/")
    shot(page, f"list_{language}")
    page.goto("/admin/lending/listentry/add/")
    shot(page, f"add_{language}")
    page.goto("/admin/lending/listentry/import/")
    file = tmp_path / "entries.csv"
    file.write_text(ROWS)
    page.set_input_files("input[type=file]", str(file))
    page.locator("main form button.rk-primary").click()
    page.locator(".rk-tiles").wait_for()
    shot(page, f"preview_{language}")
    page.locator(".rk-actions button.rk-primary").click()
    page.locator(".rk-messages").wait_for()
    assert ListEntry.objects.filter(state="PROPOSED").count() == 1
    page.goto(f"/admin/lending/listentry/{ListEntry.objects.latest('pk').pk}/change/")
    shot(page, f"entry_{language}")
    page.goto("/admin/scoring/cataloguedraft/")
    page.locator(".rk-actions button.rk-primary").click()
    page.locator("h1 .rk-badge").wait_for()
    shot(page, f"draft_{language}")
    page.locator(".rk-actions a.rk-primary").click()
    page.fill("input[name=name]", "phone_applications_1d")
    page.fill("input[name=en]", "Applications with this phone in a day")
    page.fill("input[name=zh]", "一天内同一电话申请次数")
    page.fill("input[name=window_days]", "1")
    page.check("input[name=products]")
    page.locator("button[value=try]").focus()
    page.keyboard.press("Enter")
    page.locator("p.rk-words[role=status]").wait_for()
    shot(page, f"variable_{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.faults == []


def test_a_checker_decides_on_what_is_ticked(walk_in):
    proposed("13800000001")
    page, _person = walk_in("checker")
    page.goto("/admin/lending/listentry/?state=waiting")
    page.check("input[name=entry]")
    page.locator("form[action$='approve/'] button.rk-primary").click()
    page.fill("input[name=password]", "a long password for tests 1")
    shot(page, "approve_en")
    page.locator("button[value=approve]").click()
    page.locator(".rk-messages").wait_for()
    assert ListEntry.objects.get().state == "EFFECTIVE" and page.faults == []
