"""Training runs of every kind: packed, made again byte for byte, and compared on the same folds."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from django.conf import settings

from scoring.catalogue import catalogue_read
from scoring.metrics import auc
from scoring.package import package_read
from scoring.training import compare
from scoring.training.compare import families_compare
from scoring.training.cross_validation import cross_validate
from scoring.training.families import FAMILIES, Family
from scoring.training.packing import package_retrain
from scoring.training.request import Request, request_prepare
from scoring.training.run import train
from tests.factories.families import NEW_KINDS, QUICK_PARAMETERS
from tests.factories.scoring import loan_table

DATA = Path(settings.BASE_DIR) / "data"


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_a_package_is_made_again_byte_for_byte_from_what_its_card_records(kind, monkeypatch):
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)
    catalogue = catalogue_read((DATA / "catalogue.json").read_bytes())
    german = DATA / "german.parquet"
    request = Request(
        data=german, target="bad", product="instalment", catalogue=catalogue, parameters=QUICK_PARAMETERS[kind]
    )
    run = train(request, model=kind, folds=2, is_packed=True, progress=lambda _line: None)
    model = package_read(run.package)
    assert model.card["kind"] == run.report["model"] == kind
    assert msgspec.to_builtins(QUICK_PARAMETERS[kind]) == model.card["parameters"] == run.report["parameters"]
    assert package_retrain(model, data=german, catalogue=catalogue) == run.package


@pytest.fixture
def prepared(tmp_path):
    loan_table(400).write_parquet(tmp_path / "loans.parquet")
    return request_prepare(Request(data=tmp_path / "loans.parquet", target="bad", monotone="none"))


@pytest.fixture
def quick_families(monkeypatch):
    """Every family with quick parameters instead of tuning."""

    def quick(name):
        def fit(frame, outcome, recipe):
            given = msgspec.structs.replace(recipe, parameters=QUICK_PARAMETERS[name])
            return FAMILIES[name].fit(frame, outcome, given)

        return Family(fit, FAMILIES[name].parameters)

    monkeypatch.setattr(compare, "FAMILIES", {name: quick(name) for name in FAMILIES})


def test_all_kinds_are_compared_on_the_same_folds_in_pairs_with_intervals(prepared, quick_families):
    found = families_compare(prepared, {}, folds=2, progress=lambda _line: None)
    assert list(found["models"]) == ["xgboost", "scorecard", "svm", "mlp"]
    assert len(found["pairs"]) == 6
    for pair in found["pairs"]:
        gained = found["models"][pair["second"]]["auc"] - found["models"][pair["first"]]["auc"]
        assert pair["difference"] == pytest.approx(gained, abs=1e-5)
        assert pair["low"] < pair["difference"] < pair["high"]
    assert "DeLong" in found["method"]


def test_what_was_validated_already_is_not_validated_again(prepared, quick_families):
    fit = compare.FAMILIES["svm"].fit
    known = cross_validate(prepared.frame, prepared.outcome, fit, prepared.recipe, folds=2, progress=lambda _line: None)
    said = []
    families_compare(prepared, {"svm": known}, folds=2, progress=said.append)
    assert sum(line.startswith("fold 1 of 2") for line in said) == 3


def test_each_row_s_fold_says_which_model_had_not_seen_it(prepared):
    fit = FAMILIES["scorecard"].fit
    found = cross_validate(prepared.frame, prepared.outcome, fit, prepared.recipe, folds=2, progress=lambda _line: None)
    assert sorted(np.unique(found.fold)) == [1, 2]
    aucs = [auc(prepared.outcome[found.fold == one], found.pds[found.fold == one]) for one in (1, 2)]
    assert aucs == [fold["auc"] for fold in found.folds]


def test_a_kind_that_holds_no_directions_promises_none(tmp_path, monkeypatch):
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)
    loan_table(300).write_parquet(tmp_path / "loans.parquet")
    request = Request(data=tmp_path / "loans.parquet", target="bad", parameters=QUICK_PARAMETERS["svm"])
    run = train(request, model="svm", folds=2, is_packed=True, progress=lambda _line: None)
    assert run.report["monotone"] == {}
    assert package_read(run.package).card["monotone"] == {}
