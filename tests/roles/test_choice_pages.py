"""The choice of the model is shown in words, edited on the overview of a draft, and told on the decision's page."""

import json

import pytest

from rules.diff.documents import document_diff
from rules.models import Decision, RuleSetVersion
from rules.services.versions.life import version_draft
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.roles.making import NO_HISTORY, body, models_live, policy


@pytest.fixture
def page(db, as_role):
    """A maker's browser on a draft, as the page's address."""
    make.catalogue_goes_live()
    live = make.policy_goes_live(make.policy())
    client, person = as_role("maker")
    draft = version_draft(rule_set=live.rule_set, author=person, at=make.now(), document=live.document)
    return client, draft, f"/admin/rules/rulesetversion/{draft.pk}/"


def test_a_maker_sets_the_condition_and_takes_it_back(page):
    client, draft, address = page
    assert "main model scores everybody" in client.get(f"{address}change/").text
    for when, kept in ((NO_HISTORY, [{"purpose": "THIN_FILE", "when": NO_HISTORY}]), ("", [])):
        draft.refresh_from_db()
        sent = {"when": when, "expected_hash": draft.content_hash}
        assert client.post(f"{address}score_with/", sent).status_code == 302
        assert RuleSetVersion.objects.get(pk=draft.pk).document.get("score_with", []) == kept
    assert "A30" not in client.get(f"{address}change/").text


def test_what_changed_is_said_in_both_languages():
    (added,) = document_diff(make.policy(), policy())
    assert added.en == f"Scored by the model for customers without credit history added: {NO_HISTORY}"
    assert "无信用记录客户评分" in added.zh
    (changed,) = document_diff(policy(), policy('credit_history = "A31"'))
    assert "A30" in changed.en and "A31" in changed.en


def test_the_decision_says_which_model_scored(db, as_role):
    make.catalogue_goes_live()
    models_live("THIN_FILE")
    make.policy_goes_live(policy())
    Lender().post(body(credit_history="A30"))
    decision = Decision.objects.get()
    assert json.loads(bytes(decision.document))["scored_by"] == "THIN_FILE"
    client, _ = as_role("auditor")
    shown = client.get(f"/admin/rules/decision/{decision.pk}/change/").text
    assert "Scored by the model for customers without credit history." in shown
