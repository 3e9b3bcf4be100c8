"""PDs move to the population's odds only where those are stated; applicants without an outcome stay an assumption."""

import json

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.package import package_read
from scoring.prior import pds_at_odds, population_weights, prior_offset
from scoring.training.errors import TrainingInputError
from scoring.training.prior import prior_apply
from scoring.training.request import Request
from scoring.training.run import train
from scoring.training.statement import NOT_STATED, Statement, Text, statement_read
from tests.factories.scoring import QUICK, loan_table, scoring_model

SOURCE = Text("the book of 2025", "2025年贷款簿")
ODDS = st.floats(0.1, 500.0)


@given(pd=st.floats(0.001, 0.999), sample=ODDS, population=ODDS)
def test_the_odds_of_a_pd_move_by_the_offset_and_back(pd, sample, population):
    moved = float(pds_at_odds(pd, sample, population))
    logit = np.log(moved / (1 - moved)) - np.log(pd / (1 - pd))
    assert logit == pytest.approx(prior_offset(sample, population), abs=1e-6)
    assert float(pds_at_odds(moved, population, sample)) == pytest.approx(pd)


def test_a_sample_weighted_to_the_population_has_its_bad_rate():
    outcome = np.array([1.0] * 30 + [0.0] * 70)
    assert np.average(outcome, weights=population_weights(outcome, 19.0)) == pytest.approx(0.05)


@pytest.mark.parametrize("odds", [0.0, -1.0, float("inf")])
def test_odds_that_are_none_are_refused(odds):
    with pytest.raises(ValueError):
        prior_offset(1.0, odds)


def test_a_corrected_model_keeps_order_and_contributions():
    model, frame = scoring_model(), loan_table(50)
    moved = prior_apply(model, -1.5)
    assert moved.margin_frame(frame) == pytest.approx(model.margin_frame(frame) - 1.5)
    assert (moved.explain(frame) == model.explain(frame)).all()


@pytest.fixture(scope="module")
def undecided(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "loans.parquet"
    frame = loan_table(500)
    declined = loan_table(80, seed=9).with_columns(bad=pl.lit(None, dtype=frame["bad"].dtype))
    pl.concat([frame, declined]).write_parquet(path)
    return Request(data=path, target="bad", parameters=QUICK)


@pytest.fixture(scope="module")
def run(undecided):
    stated = msgspec.structs.replace(NOT_STATED, population_odds=19.0, population_source=SOURCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scoring.training.negative_control.SHUFFLES", 2)
        return train(undecided, folds=2, statement=stated, is_packed=True, progress=lambda line: None)


def test_the_report_shows_both_odds(run):
    prior = run.report["prior_correction"]
    assert prior["sample_odds"] == pytest.approx(run.report["sample_odds"], abs=1e-5)
    assert prior["at_sample_odds"]["mean_pd"] == pytest.approx(run.report["bad_rate"], abs=0.04)
    assert prior["at_population_odds"]["bad_rate"] == pytest.approx(0.05)
    assert prior["at_population_odds"]["mean_pd"] == pytest.approx(0.05, abs=0.02)


def test_the_package_scores_at_the_population_s_odds_and_says_so(run):
    model = package_read(run.package)
    prior, frame = model.card["prior_correction"], loan_table(200)
    assert prior["source"] == {"en": SOURCE.en, "zh": SOURCE.zh}
    assert model.margin_frame(frame) == pytest.approx(run.fitted.model.margin_frame(frame) + prior["offset"])
    assert prior["offset"] < 0


def test_rows_without_an_outcome_are_a_labelled_sensitivity_and_train_nothing(run):
    rejects = run.report["reject_inference"]
    assert (run.report["n"], rejects["rows"]) == (500, 80)
    assert "not a metric" in rejects["label"]
    assert not {"auc", "gini", "ks", "ece", "brier"} & set(json.dumps(rejects).split('"'))
    rates = [one["assumed_bad_rate"] for one in rejects["assumptions"]]
    moved = [one["mean_pd_known_after"] for one in rejects["assumptions"]]
    assert rates == sorted(rates)
    assert rates[0] < rates[-1]
    assert moved[0] < moved[-1]
    assert run.report["selection"]["is_accepted_only"]


def test_nothing_is_corrected_or_assumed_unless_it_is_stated(tmp_path, monkeypatch):
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)
    loan_table(300).write_parquet(tmp_path / "t.parquet")
    request = Request(data=tmp_path / "t.parquet", target="bad", parameters=QUICK)
    report = train(request, folds=2, progress=lambda line: None).report
    assert report["prior_correction"] is None
    assert report["reject_inference"] is None


def test_a_statement_gives_odds_and_their_source_together_and_no_governed_definition(tmp_path):
    whole = msgspec.to_builtins(NOT_STATED)
    definition = {"product": "x", "number": 1, "content_hash": "0", "days_past_due": 90, "window_months": 6,
                  "horizon_months": 6}  # fmt: skip
    for change in ({"population_odds": 19.0}, {"population_odds": -1.0, "population_source": {"en": "a", "zh": "b"}},
                   {"definition": definition}):  # fmt: skip
        (tmp_path / "s.json").write_text(json.dumps(whole | change))
        with pytest.raises(TrainingInputError):
            statement_read(tmp_path / "s.json")
    (tmp_path / "s.json").write_text(json.dumps(whole))
    assert isinstance(statement_read(tmp_path / "s.json"), Statement)
