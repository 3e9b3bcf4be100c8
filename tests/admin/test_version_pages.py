"""The pages of rule sets and versions: who may do what, and that nothing is half-saved."""

import pytest
from django.utils import timezone

from rules.models import RuleSetVersion
from rules.services.versions.life import version_edit
from tests.admin.conftest import BASE, changed_draft, draft_of, member, save, submitted

pytestmark = pytest.mark.django_db
TABS = (
    "overview",
    "parameters",
    "derived",
    "rules",
    "tables",
    "scorecard",
    "patterns",
    "offer",
    "cases",
    "checks",
    "compare",
    "history",
)


def texts(response):
    return [str(message) for message in response.context["messages"]] if response.context else []


@pytest.mark.parametrize("tab", TABS)
def test_everybody_with_policy_to_read_opens_every_tab(live, as_role, tab):
    client, _person = as_role("auditor")
    response = client.get(f"{BASE}/{live.pk}/change/?tab={tab}")
    assert response.status_code == 200
    assert b"Save in the draft" not in response.content


def test_an_administrator_has_no_hand_in_rules(live, as_role):
    client, _person = as_role("administrator")
    for address in (
        "/admin/rules/ruleset/",
        f"{BASE}/{live.pk}/change/",
        f"/admin/rules/ruleset/{live.rule_set_id}/change/",
    ):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("role", ["checker", "auditor", "reviewer", "modeller"])
@pytest.mark.parametrize(
    "action",
    [
        "draft/",
        "submit/",
        "withdraw/",
        "note/",
        "operate/",
        "document/",
    ],
)
def test_only_makers_change_drafts(live, as_role, role, action):
    draft = draft_of(live, member("maker"))
    client, _person = as_role(role)
    response = client.post(f"{BASE}/{draft.pk}/{action}", {"expected_hash": draft.content_hash})
    assert response.status_code == 403
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == draft.content_hash


def test_a_problem_names_its_place_and_leads_to_the_tab_that_mends_it(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    draft.document["rules"][0]["when"] = "amount_minor >"
    save(client, draft, draft.document, draft.content_hash)
    checks = client.get(f"{BASE}/{draft.pk}/change/?tab=checks").content.decode()
    assert "The expression ends too early" in checks
    assert f"{BASE}/{draft.pk}/change/?tab=rules" in checks


def test_each_change_can_be_taken_back(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker)
    data = {"expected_hash": draft.content_hash, "section": "parameters", "key": "largest_minor", "operation": "revert"}
    client.post(f"{BASE}/{draft.pk}/operate/", data)
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == live.content_hash


def test_a_case_that_comes_out_otherwise_is_accepted_in_sight_of_the_checker(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    document = draft.document | {
        "cases": [{"name": "small", "inputs": {"amount_minor": 10_000}, "expect": {"outcome": "DECLINE"}}]
    }
    draft = version_edit(
        version=draft, document=document, editor=maker, at=timezone.now(), expected_hash=draft.content_hash
    )
    for tab in ("checks", "overview"):
        assert b"does not come out as expected" in client.get(f"{BASE}/{draft.pk}/change/?tab={tab}").content
    assert b"No problem" not in client.get(f"{BASE}/{draft.pk}/change/").content
    data = {"expected_hash": draft.content_hash, "section": "cases", "key": "small", "operation": "accept"}
    client.post(f"{BASE}/{draft.pk}/operate/", data)
    assert RuleSetVersion.objects.get(pk=draft.pk).document["cases"][0]["expect"]["outcome"] == "APPROVE"


def test_nothing_is_changed_by_following_a_link(live, as_role):
    version = submitted(live, member("maker"))
    client, _maker = as_role("maker")
    before = RuleSetVersion.objects.count()
    for action in ("draft/", "withdraw/", "retire/", "operate/", "note/"):
        assert client.get(f"{BASE}/{version.pk}/{action}").status_code in (302, 403)
    version.refresh_from_db()
    assert (RuleSetVersion.objects.count(), version.state) == (before, RuleSetVersion.State.SUBMITTED)
    assert client.post(f"{BASE}/{version.pk}/change/", {"state": "APPROVED"}).status_code == 405


def test_comparing_names_the_version_compared_with(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker)
    page = client.get(f"{BASE}/{draft.pk}/change/?tab=compare&with=1").content.decode()
    assert "From version 1 to version 2" in page
    assert "500,000 → 4,000,000" in page


def test_the_start_page_offers_only_what_the_role_may_see(live, as_role):
    submitted(live, member("maker"))
    client, _person = as_role("checker")
    page = client.get("/admin/").content.decode()
    assert "Look at it" in page and "Latest decisions" in page
    client, _person = as_role("administrator")
    page = client.get("/admin/").content.decode()
    assert "Latest decisions" not in page and "/admin/audit/user/" in page


def test_the_language_switches_and_comes_back_to_the_page(live, as_role):
    client, _person = as_role("auditor")
    address = f"{BASE}/{live.pk}/change/?tab=rules"
    response = client.post("/i18n/setlang/", {"language": "zh-hans", "next": address})
    assert response.url == address
    page = client.get(address).content.decode()
    assert "规则" in page and '<html lang="zh-hans">' in page
