"""The pages of rule sets and versions: who may do what, and that nothing is half-saved."""

import pytest
from django.utils import timezone

from rules.models import RuleSetVersion
from rules.services.versions import version_edit
from tests.admin.conftest import BASE, changed_draft, draft_of, member, submitted

pytestmark = pytest.mark.django_db
TABS = (
    "overview",
    "parameters",
    "rules",
    "derived",
    "patterns",
    "offer",
    "grades",
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
        "save/parameters/",
        "save/note/",
        "operate/",
        "entry/rules/TOO_MUCH/",
        "entry/rules/",
    ],
)
def test_only_makers_change_drafts(live, as_role, role, action):
    draft = draft_of(live, member("maker"))
    client, _person = as_role(role)
    response = client.post(f"{BASE}/{draft.pk}/{action}", {"expected_hash": draft.content_hash})
    assert response.status_code == 403
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == draft.content_hash


def test_a_threshold_is_saved_as_typed(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker, "４００,０００")
    assert draft.document["parameters"][0]["value"] == 400_000


@pytest.mark.parametrize(
    ("typed", "told"),
    [("100000000", "Must lie between"), ("many", "Write a number"), ("", "required"), ("400000.5", "whole number")],
)
def test_a_wrong_value_is_told_beside_it_and_nothing_is_saved(live, as_role, typed, told):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    data = {"expected_hash": draft.content_hash, "value-largest_minor": typed}
    response = client.post(f"{BASE}/{draft.pk}/save/parameters/", data)
    assert response.status_code == 200
    assert told in response.context["rows"][0]["field"].errors.as_text()
    assert typed.encode() in response.content
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == draft.content_hash


def test_a_form_opened_before_another_saved_is_refused_in_words(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker)
    data = {"expected_hash": live.content_hash, "value-largest_minor": "300,000"}
    response = client.post(f"{BASE}/{draft.pk}/save/parameters/", data, follow=True)
    assert any("Somebody saved this version after you opened it" in text for text in texts(response))
    assert RuleSetVersion.objects.get(pk=draft.pk).document["parameters"][0]["value"] == 4_000_000


def rule_form(**changes):
    return {
        "code": "TOO_MUCH", "label_en": "Too much", "label_zh": "过多", "when": "amount_minor > 1", "outcome": "REFER",
        "reason": "AMOUNT_ABOVE_MAXIMUM", "on_unknown": "ignore", "enabled": "on", "points": "", "legal_basis": "",
    } | changes  # fmt: skip


def test_a_rule_is_changed_whole(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    client.post(f"{BASE}/{draft.pk}/entry/rules/TOO_MUCH/", rule_form(expected_hash=draft.content_hash))
    rule = RuleSetVersion.objects.get(pk=draft.pk).document["rules"][0]
    assert (rule["label_en"], rule["when"], rule["then"]["outcome"]) == ("Too much", "amount_minor > 1", "REFER")
    assert (rule["on_unknown"], rule["enabled"]) == ("ignore", True)


def test_a_rule_is_added_at_the_end_and_its_code_is_its_own(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    twice = client.post(f"{BASE}/{draft.pk}/entry/rules/", rule_form(expected_hash=draft.content_hash))
    assert "Another entry has this name already" in twice.content.decode()
    client.post(f"{BASE}/{draft.pk}/entry/rules/", rule_form(expected_hash=draft.content_hash, code="NEW"))
    assert [rule["code"] for rule in RuleSetVersion.objects.get(pk=draft.pk).document["rules"]] == [
        "TOO_MUCH",
        "FITS",
        "NEW",
    ]


def test_an_unfinished_condition_is_kept_with_a_warning(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    form = rule_form(expected_hash=draft.content_hash, when="amount_minor >")
    response = client.post(f"{BASE}/{draft.pk}/entry/rules/TOO_MUCH/", form, follow=True)
    assert any("must be mended before it can be submitted" in text for text in texts(response))
    checks = client.get(f"{BASE}/{draft.pk}/change/?tab=checks").content.decode()
    assert "The expression ends too early" in checks
    assert any("1 problem that must" in text for text in texts(response))
    assert f"{BASE}/{draft.pk}/entry/rules/TOO_MUCH/" in checks


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("down", [("FITS", True), ("TOO_MUCH", True)]),
        ("up", [("TOO_MUCH", True), ("FITS", True)]),
        ("off", [("TOO_MUCH", False), ("FITS", True)]),
        ("remove", [("FITS", True)]),
    ],
)
def test_small_changes_of_a_rule(live, as_role, operation, expected):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    data = {"expected_hash": draft.content_hash, "section": "rules", "key": "TOO_MUCH", "operation": operation}
    client.post(f"{BASE}/{draft.pk}/operate/", data)
    rules = RuleSetVersion.objects.get(pk=draft.pk).document["rules"]
    assert [(rule["code"], rule["enabled"]) for rule in rules] == expected


def test_each_change_can_be_taken_back(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker)
    data = {"expected_hash": draft.content_hash, "section": "parameters", "key": "largest_minor", "operation": "revert"}
    client.post(f"{BASE}/{draft.pk}/operate/", data)
    assert RuleSetVersion.objects.get(pk=draft.pk).content_hash == live.content_hash


def test_grades_are_typed_in_percent(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    data = {
        "expected_hash": draft.content_hash,
        "grade": ["A", "B", ""],
        "max_pd_percent": ["6.5", "100", ""],
        "en": ["Low", "High", ""],
        "zh": ["低", "高", ""],
    }
    client.post(f"{BASE}/{draft.pk}/save/grades/", data)
    grades = RuleSetVersion.objects.get(pk=draft.pk).document["grades"]
    assert [(grade["grade"], grade["max_pd"]) for grade in grades] == [("A", 0.065), ("B", 1.0)]


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


def test_a_condition_is_answered_with_problems_and_places(live, as_role):
    client, maker = as_role("maker")
    draft = draft_of(live, maker)
    data = {"section": "rules", "key": "TOO_MUCH", "text": "amount_minr > 1"}
    answer = client.post(f"{BASE}/{draft.pk}/condition/text/", data).json()
    (problem,) = answer["problems"]
    assert (problem["code"], problem["start"], problem["end"]) == ("unknown_name_nearest", 0, 11)
    assert answer["words"] == ""
    data["text"] = "x" * 5_000
    assert client.post(f"{BASE}/{draft.pk}/condition/text/", data).json()["problems"]


def test_nothing_is_changed_by_following_a_link(live, as_role):
    version = submitted(live, member("maker"))
    client, _maker = as_role("maker")
    for action in ("draft/", "withdraw/", "retire/", "operate/", "save/note/"):
        assert client.get(f"{BASE}/{version.pk}/{action}").status_code == 403
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
