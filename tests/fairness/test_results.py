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
from scoring.training.alternatives import alternatives_search
from scoring.training.alternatives_picture import search_svg
from scoring.training.fairness import fairness_measure, kept_fairness
from scoring.training.families import family_of
from scoring.training.request import Request, request_prepare
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


def test_training_through_the_catalogue_measures_what_is_kept_for_testing(table, tmp_path):
    document = catalogue_document()
    for one in document["variables"]:
        one["column"] = one["name"]
    kept = variable("sex", type="string", is_prohibited_basis=True, missing="skip", column="sex")
    catalogue = catalogue_read(msgspec.json.encode({**document, "variables": [*document["variables"], kept]}))
    request = Request(data=table, target="bad", product="instalment", catalogue=catalogue, parameters=QUICK)
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
