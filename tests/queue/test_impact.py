"""Impact: exact counts against deciding one by one, money before and after, the rules behind it, and its fragment."""

import json

import pytest

from rules.engine.document import document_read
from rules.engine.program import ScoreInput, compile_program
from rules.models import RuleSet
from rules.services.decisions import history
from rules.services.versions.impact import impact_evidence, impact_of
from rules.services.versions.life import version_draft
from scoring.services.catalogues.life import catalogue_live
from tests.admin.conftest import as_role
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.audit import user
from tests.factories.referrals import OFFERS

__all__ = ["as_role"]
AMOUNTS = [60_000 * number for number in range(1, 11)]


@pytest.fixture
def recorded(offers_live):
    """Ten decisions: five approved, three referred, two declined by the live policy."""
    lender = Lender()
    for amount in AMOUNTS:
        assert lender.post(make.body(variables={**make.VARIABLES, "amount_minor": amount})).status_code == 201


def changed(largest=500_000, large=300_000):
    document = json.loads(json.dumps(make.policy(**OFFERS, parameters={"largest_minor": largest})))
    document["rules"][-1]["when"] = f"amount_minor > {large}"
    return document


def test_an_unchanged_policy_changes_nothing(recorded):
    impact = impact_of(document_read(changed()), "instalment", "PRE_LOAN").impact
    assert (impact.rows, impact.changed, impact.offers_changed, impact.causes) == (10, 0, 0, {})
    assert impact.before == impact.after
    assert impact.before.outcomes == {"APPROVE": 5, "REFER": 3, "DECLINE": 2}


def test_a_higher_limit_swaps_in_and_a_lower_one_swaps_out(recorded):
    impact = impact_of(document_read(changed(largest=400_000, large=380_000)), "instalment", "PRE_LOAN").impact
    assert impact.transitions == {
        "APPROVE": {"APPROVE": 5}, "REFER": {"APPROVE": 1, "DECLINE": 2}, "DECLINE": {"DECLINE": 2},
    }  # fmt: skip
    assert (impact.changed, len(impact.new_approvals), len(impact.new_declines)) == (3, 1, 2)
    assert impact.new_approvals[0].rules == ["LARGE"]
    assert impact.causes == {"TOO_MUCH": 2, "FITS": 2, "LARGE": 1}
    assert impact.before.offered_minor == sum(AMOUNTS[:5])
    assert impact.after.offered_minor == sum(AMOUNTS[:6])
    assert impact.after.average_rate == pytest.approx(0.1)
    assert sum(segment.changed for segment in impact.segments["amount_minor"]) == 3


def test_columns_say_what_deciding_one_by_one_says(recorded):
    document = document_read(changed(largest=450_000, large=200_000))
    impact = impact_of(document, "instalment", "PRE_LOAN").impact
    program = compile_program(document, catalogue_live(), product="instalment", stage="PRE_LOAN")
    outcomes = {"APPROVE": 0, "REFER": 0, "DECLINE": 0}
    for row in history.history_frame("instalment", "PRE_LOAN").iter_rows(named=True):
        outcomes[program.evaluate(row, score=ScoreInput(row["pd"], row["score_points"])).outcome] += 1
    assert impact.after.outcomes == outcomes


def test_what_went_to_a_person_for_want_of_a_value_is_not_a_swap_in(offers_live):
    given = {name: value for name, value in make.VARIABLES.items() if name != "employment_since"}
    assert Lender().post(make.body(variables={**given, "amount_minor": 60_000})).json()["outcome"] == "REFER"
    impact = impact_of(document_read(changed(largest=900_000)), "instalment", "PRE_LOAN").impact
    assert (impact.changed, impact.after.outcomes["REFER"], impact.after.offered_minor) == (0, 1, 0)


@pytest.mark.parametrize(("stage", "none"), [("PRE_LOAN", "no_decisions"), ("POST_LOAN", "post_loan")])
def test_without_records_it_says_why(offers_live, stage, none):
    report = impact_of(document_read(changed()), "instalment", stage)
    assert (report.none, report.impact) == (none, None)


def test_the_evidence_keeps_counts_and_nobody(recorded):
    kept = impact_evidence(document_read(changed(largest=400_000)), "instalment", "PRE_LOAN")
    assert (kept["decisions"], kept["changed"], kept["last"]) == (10, 2, 1_000)
    assert "decision_id" not in json.dumps(kept) and "A-0" not in json.dumps(kept)


def fragment(client, document, query="", language="en"):
    draft = version_draft(rule_set=RuleSet.objects.get(), author=user(), at=make.now(), document=document)
    client.cookies["django_language"] = language
    page = client.get(f"/admin/rules/rulesetversion/{draft.pk}/change/").content.decode()
    address = f"/admin/rules/rulesetversion/{draft.pk}/impact/"
    assert f'data-fragment="{address}"' in page
    response = client.get(address + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_draft_shows_it_after_the_first_paint(recorded, as_role):
    client, _person = as_role("maker")
    shown = fragment(client, changed(largest=400_000, large=380_000))
    assert "<strong>3</strong> would come out otherwise" in shown
    assert "outcome unknown" in shown and "Large amount" in shown and "EUR 9,000.00" in shown
    assert shown.count("/admin/rules/decision/") == 3
    assert "<script" not in shown


def test_it_tells_the_empty_state_and_reads_in_chinese(offers_live, as_role):
    client, _person = as_role("checker")
    assert "No decisions recorded yet" in fragment(client, changed(largest=400_000))
    fragment(client, changed(largest=300_000), "?last=200", "zh-hans")
