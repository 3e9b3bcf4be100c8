"""A session that ends while somebody edits: it is said as it is, and what was typed is sent after signing in again."""

import pytest
from django.contrib.sessions.models import Session

from tests.admin.conftest import PASSWORD
from tests.editor.test_grids import cell, opened, parameters, type_value

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_being_signed_out_is_told_and_loses_nothing(opened):
    page, draft = opened
    Session.objects.all().delete()
    type_value(page, "450000")
    page.get_by_text("You are signed out – sign in again in another tab; your input is kept").wait_for()
    assert parameters(draft)[0]["value"] != 450_000

    other = page.context.new_page()
    other.goto("/admin/login/?next=/admin/")
    other.fill("input[name=username]", draft.author.username)
    other.fill("input[name=password]", PASSWORD)
    other.keyboard.press("Enter")
    other.locator(".rk-sidebar").wait_for()

    page.locator("[data-save=saved]").wait_for()
    assert parameters(draft)[0]["value"] == 450_000
    assert cell(page, 0, 1).inner_text() == "450,000"
