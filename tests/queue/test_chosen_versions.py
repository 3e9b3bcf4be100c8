"""Deciding with a chosen version: pinned in a dry run, and replayed from the record with a diff and a verdict."""

import json

import pytest
from django.core.management import CommandError, call_command

from lending.services.customers import customer_erase
from rules.models import Decision, RuleSet, RuleSetVersion
from rules.services.decisions import deciding
from rules.services.decisions.document import document_open
from rules.services.decisions.replay_against import NotReadable, decision_against
from rules.services.versions.life import version_draft
from tests.admin.conftest import as_role
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.audit import user

__all__ = ["as_role"]
PATH = "/api/v1/decisions?dry_run=true&rule_set_version="


@pytest.fixture
def draft(lender) -> RuleSetVersion:
    """A draft that declines what the live version approves."""
    document = make.policy(parameters={"largest_minor": 20_000})
    return version_draft(rule_set=RuleSet.objects.get(), author=user(), at=make.now(), document=document)


@pytest.mark.parametrize("field", ["pk", "content_hash"])
def test_a_dry_run_decides_with_the_draft_it_names_and_says_so(draft, field):
    caller = Lender(scopes=("decide", "dry_run", "as_of"))
    told = caller.post(make.body(), key=None, path=f"{PATH}{getattr(draft, field)}")
    assert (told.status_code, told.json()["outcome"]) == (200, "DECLINE")
    assert told.json()["rule_set_version"] == {
        "id": draft.pk, "number": 2, "content_hash": draft.content_hash, "state": "DRAFT",
    }  # fmt: skip
    live = caller.post(make.body(), key=None, path="/api/v1/decisions?dry_run=true").json()
    assert (live["outcome"], live["rule_set_version"]["number"]) == ("APPROVE", 1)
    assert not Decision.objects.exists()


def test_choosing_a_version_needs_both_scopes_and_a_dry_run(draft):
    for scopes in (("decide", "dry_run"), ("decide", "as_of")):
        answer = Lender(scopes=scopes).post(make.body(), path=f"{PATH}{draft.pk}")
        assert answer.status_code == 403
    answer = Lender(scopes=("decide", "dry_run", "as_of")).post(
        make.body(), path=f"/api/v1/decisions?rule_set_version={draft.pk}"
    )
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "needs_dry_run")
    assert not Decision.objects.exists()


@pytest.mark.parametrize("wrong", ["999999", "no-such", "0" * 64, "１"])
def test_an_unknown_version_is_refused(draft, wrong):
    answer = Lender(scopes=("decide", "dry_run", "as_of")).post(make.body(), path=f"{PATH}{wrong}")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_version")


def made(lender):
    return Decision.objects.get(pk=lender.post(make.body()).json()["id"])


def test_a_replay_against_a_version_names_what_would_differ(lender, draft):
    diff = decision_against(made(lender), draft)
    assert {change.part: (change.before, change.after) for change in diff.changes} == {
        "outcome": ("APPROVE", "DECLINE"), "reasons": ([], ["AMOUNT_ABOVE_MAXIMUM"]),
    }  # fmt: skip
    assert {(rule.code, rule.before, rule.after) for rule in diff.rules} == {
        ("TOO_MUCH", "false", "true"), ("FITS", "true", "false"),
    }  # fmt: skip
    assert (diff.is_deterministic, diff.recorded, diff.is_clean) == (True, "same", False)


def test_against_its_own_version_nothing_differs(lender):
    decision = made(lender)
    own = RuleSetVersion.objects.get(pk=document_open(bytes(decision.document)).bundle.rule_set_version_id)
    assert decision_against(decision, own).is_clean


def test_an_engine_that_is_not_deterministic_is_found(lender, draft, monkeypatch):
    """The twin: two ways of deciding give two records."""
    decision, turns = made(lender), iter(range(100))
    monkeypatch.setattr(deciding, "_told", lambda *_: [f"TURN_{next(turns)}"])
    diff = decision_against(decision, draft)
    assert (diff.is_deterministic, diff.recorded) == (False, "failed")


def test_an_erased_customer_cannot_be_replayed(lender, draft):
    decision = made(lender)
    customer_erase(customer=decision.application.customer, at=make.now(), actor="system:tests")
    with pytest.raises(NotReadable):
        decision_against(Decision.objects.get(), draft)


def test_the_command_prints_writes_and_exits_by_what_it_found(lender, draft, tmp_path, capsys):
    decision, report = made(lender), tmp_path / "diff.json"
    for version in ("2", draft.content_hash):
        with pytest.raises(SystemExit) as ended:
            call_command("replay", str(decision.pk), "--version", version, "--report", str(report))
        assert ended.value.code == 1
    assert 'outcome: "APPROVE" -> "DECLINE"' in capsys.readouterr().out
    assert json.loads(report.read_text())["is_deterministic"] is True
    call_command("replay", str(decision.pk), "--version", "1")
    assert "nothing would differ" in capsys.readouterr().out


def test_the_decisions_page_tells_it_in_words(lender, draft, as_role):
    decision = made(lender)
    client, _person = as_role("auditor")
    page = client.get(f"/admin/rules/decision/{decision.pk}/change/", {"against": draft.pk}).content.decode()
    assert "Rules that would answer otherwise" in page and "did not hold → held" in page
    assert "The amount is above the most we lend for this product." in page
    assert "Decided twice, it gave the same bytes." in page
    assert "Refused" in client.get(f"/admin/rules/decision/{decision.pk}/change/?against=999").content.decode()


@pytest.mark.parametrize("wrong", [["--all", "--version", "1"], ["--version", "1"]])
def test_wrong_use_of_the_command_is_2(lender, wrong):
    decision = made(lender)
    with pytest.raises(CommandError) as error:
        call_command("replay", *wrong)
    assert error.value.returncode == 2
    with pytest.raises(CommandError) as error:
        call_command("replay", str(decision.pk), "--version", "99")
    assert error.value.returncode == 2
