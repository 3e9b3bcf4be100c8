"""Addresses that nobody's page makes: refused or not found, never an error of ours."""

import re

import pytest
from django.conf import settings
from django.contrib import admin

from riskengine import nul
from tests.admin.conftest import BASE, draft_of
from tests.factories.audit import user

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


ENDLESS = "9" * 5_000


def test_an_endless_number_is_no_error_of_any_page(live, as_role):
    """Of every page that the admin registers: in its address, its parameters and its forms."""
    client, _ = as_role("auditor")
    pages = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    assert len(pages) > 50
    for page in pages:
        for address in (f"{ENDLESS}/change/", f"{ENDLESS}/history/", f"{ENDLESS}/"):
            assert client.get(page + address).status_code in (301, 302, 403, 404), page
        for asked in (f"?p={ENDLESS}", f"?id={ENDLESS}", f"?q={ENDLESS}"):
            assert client.get(page + asked).status_code in (400, 403), page
    superuser = user(is_staff=True, is_superuser=True)
    client.force_login(superuser, backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert client.post("/admin/monitoring/healthrecipient/", {"end": ENDLESS}).status_code == 400


def test_the_twin_a_page_of_its_own_fails_on_one(live, as_role, monkeypatch):
    monkeypatch.setattr(nul, "_ENDLESS", re.compile("no number is endless"))
    client, _ = as_role("auditor")
    client.raise_request_exception = False
    assert client.get(f"/admin/monitoring/healthcode/{ENDLESS}/change/").status_code == 500


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
