"""A model proposed from matured synthetic outcomes: measured out of time, gated, and never live by itself."""

import ast
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from audit.models import Approval
from monitoring.drift_tasks import retraining_task
from monitoring.models import RetrainingProposal
from monitoring.services import retraining
from scoring.models import ModelPackage
from scoring.training.scorecard import ScorecardParameters
from tests.drift.synthetic import NOW, POLICY, Synthetic

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 10, 31)
ASKING = msgspec.structs.replace(
    POLICY, has_retraining=True, retraining_outcomes_least=400, retraining_bads_least=30, retraining_model="scorecard"
)


def propose(lent):
    return retraining.retraining_propose(
        product=lent.product, until=UNTIL, at=NOW, progress=lambda line: None, parameters=ScorecardParameters()
    )


def matured(lent, *, leak=False):
    """Two months of synthetic loans, paid as the values say; a leak writes the outcome into a variable."""
    for day, seed in ((date(2025, 11, 10), 21), (date(2026, 2, 10), 22)):
        table = lent.decide(day, 320, seed=seed, change=lambda frame: _leaked(frame) if leak else frame)
        lent.pay_out(table, day, bads=table["bad"].to_list())


def _leaked(frame):
    return frame.with_columns(noise=frame["bad"] * 1.0 + np.arange(frame.height) * 1e-6)


def test_matured_outcomes_propose_a_candidate_with_evidence_and_no_way_leads_on_from_there():
    lent = Synthetic(ASKING)
    matured(lent)
    proposal = propose(lent)
    assert proposal.state == "PROPOSED", (proposal.error_code, proposal.error_text)
    model = proposal.package
    assert model.state == "CANDIDATE" and model.approval is None
    assert model.card["definition"]["days_past_due"] == 90 and model.card["selection"]["is_accepted_only"] is True
    assert model.card["training_data"]["file"] == "instalment-matured-2026-10-31.parquet"
    assert set(model.card["drift_bins"]["variables"]) <= {"late", "income", "purpose", "savings", "noise"}
    evidence = proposal.evidence
    assert evidence["test_from"] == "2026-02-10" and evidence["rows"] == 320 and evidence["proposed"]["auc"] > 0.6
    assert evidence["is_comparable"] is False  # this product has no champion
    # Officers' outcomes stand beside what was learnt: here nobody has closed a case.
    assert evidence["labels"]["cases"] == 0 and set(evidence["labels"]["agreement"].values()) == {0}
    assert propose(lent) == proposal and ModelPackage.objects.count() == 2
    assert set(ModelPackage.objects.values_list("state", flat=True)) == {"CANDIDATE"}
    assert not Approval.objects.filter(object_type="model_package").exists()
    for state in ("CHALLENGER", "CHAMPION"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModelPackage.objects.filter(pk=model.pk).update(state=state)


@pytest.mark.parametrize("file", ["services/retraining.py", "services/retraining_evidence.py", "drift_tasks.py"])
def test_its_code_names_no_service_that_gives_a_role(file):
    tree = ast.parse((Path(settings.BASE_DIR) / "monitoring" / file).read_text())
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not named & {"model_submit", "model_approve", "approval_request", "approval_approve", "CHAMPION"}


def test_a_leak_in_the_recorded_values_is_refused_and_said():
    lent = Synthetic(ASKING)
    matured(lent, leak=True)
    proposal = propose(lent)
    assert (proposal.state, proposal.error_code) == ("REFUSED", "model_leak_suspected")
    assert "noise" in proposal.error_text and ModelPackage.objects.count() == 1


def test_too_few_matured_outcomes_are_said():
    lent = Synthetic(ASKING)
    day = date(2026, 2, 10)
    lent.pay_out(lent.decide(day, 50, seed=3), day, bads=[False] * 50)
    proposal = propose(lent)
    assert (proposal.state, proposal.outcomes, proposal.bads) == ("NOT_ENOUGH_DATA", 50, 0)
    assert proposal.evidence["outcomes_least"] == 400


def test_nothing_is_proposed_unless_the_policy_asks_for_it():
    lent = Synthetic(POLICY)
    retraining_task(as_of="2026-11-02")
    assert retraining.retraining_due(lent.product, date(2026, 11, 2)) is None
    assert not RetrainingProposal.objects.exists()


def test_the_task_asks_once_in_the_months_of_the_policy():
    Synthetic(ASKING)
    for as_of in ("2026-08-02", "2026-08-03", "2026-10-30", "2026-11-02"):
        retraining_task(as_of=as_of)
    found = RetrainingProposal.objects.order_by("until").values_list("until", "state")
    assert list(found) == [(date(2026, 7, 31), "NOT_ENOUGH_DATA"), (UNTIL, "NOT_ENOUGH_DATA")]
