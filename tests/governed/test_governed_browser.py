"""In a real browser: a row is added without inline scripts, and the document holds it."""

import pytest

from audit.models import GovernedDocument
from tests.governed.kinds import CODE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_row_is_added_and_saved(walk_in):
    page, _person = walk_in("maker")
    page.goto(f"/admin/audit/governeddocument/add/?kind={CODE}")
    for name, value in {"note__en": "Weak", "note__zh": "淡", "share": "50"}.items():
        page.fill(f"[name={name}]", value)
    page.click("[data-add-row]")
    page.fill("[name=tiers-2-grade]", "C")
    page.fill("[name=tiers-2-cups]", "7")
    page.click(".rk-save-bar .rk-primary")
    page.wait_for_url("**/change/")
    assert page.faults == []
    assert GovernedDocument.objects.get().document["tiers"] == [{"grade": "C", "cups": 7, "strength": None}]
