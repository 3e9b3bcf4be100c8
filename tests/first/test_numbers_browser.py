"""Numbers of the first page clicked at a real screen, each opening a list of as many."""

import pytest
from playwright.sync_api import expect

from tests.first.world import full

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLICKED = [
    ("products", "td:nth-child(2)", "#list-count"),
    ("products", "td:nth-child(3)", ".list-owed"),
    ("warnings", "tr:last-child td:last-child", "#list-count"),
    ("health", "td:nth-child(3)", "#list-share"),
    ("rolls", "td:nth-child(2)", "#list-count"),
    ("map", "td:nth-child(3)", "#list-count"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_clicked_number_opens_a_list_that_says_the_same(walk_in, language):
    page, _person = walk_in("reviewer", language=language)
    full()
    for card, cell, place in CLICKED:
        page.goto("/admin/")
        section = page.locator(f"#card-{card}")
        if section.locator("details:not([open])").count():
            section.locator("summary").click()
        number = section.locator(f"tbody {cell} a").first
        words = number.inner_text()
        number.click()
        expect(page.locator(place).first).to_have_text(words)
        page.locator("tbody a").first.click()
        expect(page.locator("h1").first).to_be_visible()
    assert page.faults == []
