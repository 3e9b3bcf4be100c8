"""A measurement is kept as JSON, asked for at another cut-off later, and made for the card at training."""

import msgspec
import numpy as np
import polars as pl
import pytest

from scoring.catalogue import catalogue_read
from scoring.fairness.measure import cut_off_of_share, groupings_of
from scoring.fairness.protected import attribute_read
from scoring.fairness.ratios import Thresholds
from scoring.fairness.result import result_at, result_json, result_read
from scoring.prior import pds_at_odds
from scoring.training.alternatives import alternatives_search
from scoring.training.alternatives_picture import search_svg
from scoring.training.fairness import fairness_measure, kept_fairness
from scoring.training.families import family_of
from scoring.training.request import Request, request_prepare
from scoring.training.run import train
from scoring.training.statement import NOT_STATED, Text
from tests.factories.scoring import QUICK, catalogue_document, loan_table, variable


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Loans whose `late` depends on a sex that no model reads."""
    frame = loan_table()
    sexes = np.where(np.random.default_rng(1).random(frame.height) < 0.1 + 0.16 * frame["late"].to_numpy(), "m", "f")
    path = tmp_path_factory.mktemp("fair") / "loans.parquet"
    frame.with_columns(pl.Series("sex", sexes)).write_parquet(path)
    return path


@pytest.fixture(scope="module")
def prepared(table):
    return request_prepare(Request(data=table, target="bad", drop=["sex"], monotone="none", parameters=QUICK))


@pytest.fixture(scope="module")
def result(prepared):
    pds = 1 / (1 + np.exp(3.0 - prepared.frame["late"].to_numpy()))
    return pds, fairness_measure(
        frame=prepared.frame,
        columns=prepared.recipe.columns,
        pds=pds,
        good=prepared.outcome == 0,
        groupings=groupings_of([attribute_read("sex")], prepared.source),
        source="loans.parquet",
        cut_off=0.3,
    )


def test_a_result_survives_its_way_through_json(result):
    _, measured = result
    data = msgspec.json.decode(msgspec.json.encode(result_json(measured)))
    again = result_read(data)
    assert again.state == measured.state == "flag"
    assert result_json(again) == data
    assert result_read({"nothing": 1}) is None


def test_another_cut_off_gives_what_measuring_there_would(result, prepared):
    pds, measured = result
    at = result_at(measured, 0.6, Thresholds())
    women = (prepared.source["sex"] == "f").to_numpy()
    counts = {group.label: group.approved for group in at.attributes[0].verdict.groups}
    assert counts == {"f": int((pds[women] <= 0.6).sum()), "m": int((pds[~women] <= 0.6).sum())}
    assert (at.cut_off, at.cut_off_source) == (0.6, "live")
    assert at.approve_share == pytest.approx((pds <= 0.6).mean(), abs=1e-6)
    assert result_at(measured, None, Thresholds(ratio_least=0.01)).state == "pass"


def test_what_predicts_the_attribute_is_named(result):
    measured = result[1].attributes[0]
    assert measured.proxies[0].variable == "late"
    assert measured.proxies[0].auc > 0.64 > measured.proxies[-1].auc
    assert measured.joint_auc >= measured.proxies[0].auc - 0.05
    assert not measured.is_read


def test_a_share_is_approved_as_asked():
    pds = np.arange(1, 101) / 200
    assert (pds <= cut_off_of_share(pds, 0.37)).sum() == 37


def _keeping_sex():
    document = catalogue_document()
    for one in document["variables"]:
        one["column"] = one["name"]
    kept = variable("sex", type="string", is_prohibited_basis=True, missing="skip", column="sex")
    return catalogue_read(msgspec.json.encode({**document, "variables": [*document["variables"], kept]}))


def test_training_through_the_catalogue_measures_what_is_kept_for_testing(table):
    request = Request(data=table, target="bad", product="instalment", catalogue=_keeping_sex(), parameters=QUICK)
    prepared = request_prepare(request)
    assert "sex" not in prepared.frame.columns
    found = kept_fairness(request, prepared, prepared.outcome * 0.4 + 0.1)
    assert [one.verdict.attribute for one in found.attributes] == ["sex"]
    assert found.cut_off_source == "good_share"
    assert kept_fairness(Request(data=table, target="bad"), prepared, prepared.outcome) is None


def test_the_search_finds_what_leaving_out_a_proxy_gains_and_costs(prepared):
    grouping = groupings_of([attribute_read("sex")], prepared.source)[0]
    search = alternatives_search(
        prepared,
        family_of("xgboost"),
        grouping,
        approve_share=0.6,
        parameters=QUICK,
        folds=2,
        most=2,
        progress=lambda _line: None,
    )
    as_it_is, without_late = search.tried[0], search.tried[1]
    assert without_late.dropped == ["late"]
    assert without_late.ratio > as_it_is.ratio
    assert without_late.auc_change < 0
    assert without_late.words in search_svg(search)


def test_low_cut_offs_are_told_apart_and_results_of_whole_percents_stay_readable(result, prepared):
    _, measured = result
    pds = np.linspace(0.0005, 0.05, prepared.frame.height)
    low = fairness_measure(
        frame=prepared.frame,
        columns=prepared.recipe.columns,
        pds=pds,
        good=prepared.outcome == 0,
        groupings=groupings_of([attribute_read("sex")], prepared.source),
        source="loans.parquet",
    )
    at = result_at(low, 0.014, Thresholds())
    assert at.cut_off == 0.014
    assert at.approve_share == pytest.approx((pds <= 0.014).mean(), abs=1e-6)
    curves = [
        msgspec.structs.replace(one, approved=[0, 1, *[2] * 97], good_approved=None)
        for one in measured.attributes[0].curves
    ]
    earlier = msgspec.structs.replace(
        measured, attributes=[msgspec.structs.replace(measured.attributes[0], curves=curves)]
    )
    at = result_at(earlier, 0.014, Thresholds())
    assert at.cut_off == 0.01
    assert {group.approved for group in at.attributes[0].verdict.groups} == {0}


def test_fairness_is_kept_at_the_odds_that_the_model_speaks_at(table, monkeypatch):
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)
    stated = msgspec.structs.replace(NOT_STATED, population_odds=30.0, population_source=Text("the book", "贷款簿"))
    request = Request(data=table, target="bad", product="instalment", catalogue=_keeping_sex(), parameters=QUICK)
    run = train(request, folds=2, statement=stated, is_packed=True, progress=lambda line: None)
    prior = run.report["prior_correction"]
    spoken = pds_at_odds(run.validation.pds, prior["sample_odds"], prior["population_odds"])
    kept = result_read(run.report["fairness"])
    people = sum(group.count for group in result_at(kept, 0.05, Thresholds()).attributes[0].verdict.groups)
    assert people == spoken.size
    assert result_at(kept, 0.05, Thresholds()).approve_share == pytest.approx((spoken <= 0.05).mean(), abs=1e-6)
