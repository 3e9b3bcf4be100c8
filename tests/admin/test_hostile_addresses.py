"""Addresses that nobody's page makes: refused or not found, never an error of ours."""

import pytest

from tests.admin.conftest import BASE, draft_of

LISTS = "/admin/lending/listentry/"
REFERRALS = "/admin/rules/referral/"


@pytest.mark.parametrize(
    "address",
    [
        f"{LISTS}?source=%00",
        f"{LISTS}?kind=a%00b",
        f"{REFERRALS}?product=%00",
        "/admin/rules/decision/?outcome=%00",
        "/admin/rules/decision/?%00=1",
    ],
)
def test_a_nul_among_the_parameters_is_refused(live, as_role, address):
    client, _ = as_role("reviewer")
    assert client.get(address).status_code == 400


def test_a_nul_in_a_search_of_the_editor_or_a_form_is_refused(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    assert client.get(f"{BASE}/{draft.pk}/try/decisions/?q=%00").status_code == 400
    client, _ = as_role("reviewer")
    assert client.post(f"{REFERRALS}next/", {"product": "\x00"}).status_code == 400


@pytest.mark.parametrize("page", [LISTS, REFERRALS, "/admin/scoring/cataloguedraft/", "/admin/rules/ruleset/"])
@pytest.mark.parametrize("number", ["abc", "-1", "9" * 30])
def test_what_is_no_number_of_an_object_is_not_found(live, as_role, page, number):
    client, _ = as_role("maker")
    assert client.get(f"{page}{number}/change/").status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "lending/listentry",
        "monitoring/diversionfinding",
        "monitoring/earlywarning",
        "monitoring/reviewrun",
        "rules/decision",
        "rules/emergencystop",
        "rules/referral",
        "rules/ruleset",
        "rules/rulesetversion",
        "scoring/cataloguedraft",
        "scoring/modelpackage",
    ],
)
def test_what_is_no_number_is_never_an_error_of_ours(live, as_role, page):
    client, _ = as_role("auditor")
    for address in ("abc/change", "1/stop/change", "1.5/change", "a_2Fb/change", "²/change", "1/stop"):
        assert client.get(f"/admin/{page}/{address}/").status_code in (301, 302, 403, 404), address
