"""`manage.py reasons_report`: true reasons pass, untrue ones do not."""

import json

import pytest
from django.core.management import CommandError, call_command

from rules.engine.document import document_read
from rules.engine.program import ScoreInput
from rules.services.reasons import truth as rule_truth
from rules.services.reasons.truth import RuleChecker
from scoring.reasons import ModelReason
from scoring.replacement import Replacement
from tests.factories import decisions as make
from tests.reasons import made

pytestmark = pytest.mark.django_db  # asked for the live catalogue; none is live, so the shipped one is read


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "instalment.package"
    path.write_bytes(made.package("instalment"))
    return path


def _run(package, tmp_path, *more):
    report = tmp_path / "report.json"
    arguments = ["--package", str(package), "--data", str(make.DATA / "german.parquet"), "--report", str(report), *more]
    try:
        call_command("reasons_report", *arguments)
        status = 0
    except SystemExit as ended:
        status = ended.code
    return status, json.loads(report.read_text())


def test_reasons_of_a_model_and_of_its_policy_are_true_in_99_of_100_declines(package, tmp_path):
    status, report = _run(package, tmp_path, "--rows", "400")
    assert status == 0
    assert (report["rows"], report["rows_of_data"], report["rows_made"]) == (400, 400, 0)
    assert min(report[name] for name in ("lowers", "stands_out", "closes_half", "all_three")) >= 0.99
    assert report["rules"]["share"] == 1
    assert report["rules"]["reasons"] > 50


def test_too_few_declines_are_filled_up_with_made_ones_and_it_says_so(package, tmp_path):
    status, report = _run(package, tmp_path, "--rows", "300", "--cut-off", "0.6")
    assert status == 0
    assert report["cut_off_pd"] == 0.6
    assert report["rows_made"] == 300 - report["rows_of_data"] > 0


def test_reasons_that_are_not_true_fail(package, tmp_path, monkeypatch):
    """The twin: a model that names what is safest about an applicant."""

    def lie(_model, values, _codes):
        return Replacement([ModelReason("TELEPHONE_NOT_REGISTERED", ["telephone"], 1.0)], 1.0, 1.0, 0.0)

    monkeypatch.setattr("scoring.package.ScoringModel.replacement", lie)
    status, report = _run(package, tmp_path, "--rows", "60")
    assert status == 1
    assert report["all_three"] < 0.5


def test_wrong_use_is_told_apart_from_findings(package, tmp_path):
    for wrong in (["--rows", "0"], ["--cut-off", "1.5"], ["--cut-off", "0.999"]):
        with pytest.raises(CommandError) as refused:
            _run(package, tmp_path, *wrong)
        assert refused.value.returncode == 2


def _policy():
    return document_read(make.shipped("rule_sets/instalment-pre-loan.json").encode())


def _applications(count=150):
    model = made.model("instalment")
    for values in made.applications("instalment", count):
        score = model.score(values)
        yield values, ScoreInput(score.pd, score.points)


def test_a_rule_that_is_named_and_did_not_decide_is_seen(monkeypatch):
    """The twin: reasons of rules that asked for something milder are no reasons of the outcome."""
    told = rule_truth.reasons_of_outcome

    def too_many(evaluation, outcome):
        reasons, is_score_cause = told(evaluation, outcome)
        return [*reasons, "POLICY_MET"], is_score_cause

    checker = RuleChecker(_policy(), made.CATALOGUE, "instalment")
    assert checker.check(_applications()).share == 1
    monkeypatch.setattr(rule_truth.RuleChecker, "_rules_behind", lambda *_: {"PURPOSE_NOT_LENT"})
    monkeypatch.setattr(rule_truth, "reasons_of_outcome", too_many)
    truths = checker.check(_applications())
    assert truths.share < 0.5
    assert truths.failures
