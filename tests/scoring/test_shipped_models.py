"""The models that ship: what they state, what they may not read, and that they can be made again."""

from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

from scoring.catalogue import catalogue_read
from scoring.package import package_read
from scoring.services.catalogues.life import forbidden_features
from scoring.training.packing import package_retrain
from scoring.training.product import product_table
from scoring.training.sweep import monotonicity_violations

DATA = Path(settings.BASE_DIR) / "data"
FILES = {"instalment": ("german.parquet", "bad"), "card": ("taiwan_dev70.parquet", "default")}


@pytest.fixture(scope="module")
def catalogue():
    return catalogue_read((DATA / "catalogue.json").read_bytes())


def _package(product: str) -> bytes:
    return (DATA / "models" / f"{product}.package").read_bytes()


@pytest.mark.parametrize("product", FILES)
def test_it_reads_only_catalogued_variables_and_no_prohibited_basis(product, catalogue):
    card = package_read(_package(product)).card
    assert card["product"] == product
    assert forbidden_features(card, catalogue) == []


@pytest.mark.parametrize("product", FILES)
def test_it_keeps_the_catalogue_s_directions(product, catalogue):
    model = package_read(_package(product))
    file, target = FILES[product]
    frame = product_table(pl.read_parquet(DATA / file), catalogue, product, target=target).frame
    stated = {v.name: v.direction for v in catalogue.of_product(product).values() if v.direction != "none"}
    held = {feature["name"]: feature["direction"] for feature in model.card["features"]}
    assert {name: held[name] for name in stated if name in held} == {
        name: direction for name, direction in stated.items() if name in held
    }
    assert monotonicity_violations(model, frame) == 0


def test_the_instalment_model_says_that_its_horizon_is_unknown_and_its_sample_30_percent_bad():
    card = package_read(_package("instalment")).card
    assert card["pd_horizon_months"] is None
    assert "unknown" in card["pd_horizon"]["en"]
    assert card["sample_bad_rate"] == 0.3
    assert card["metrics"]["auc"] >= 0.785


def test_the_card_model_says_next_month_and_reaches_its_measures():
    card = package_read(_package("card")).card
    assert card["pd_horizon_months"] == 1
    assert card["sample_odds"] == pytest.approx(3.5, abs=0.1)
    assert card["metrics"]["auc"] >= 0.778
    assert card["metrics"]["ece"] <= 0.02
    assert card["monotonicity_violations"] == 0


@pytest.mark.parametrize("product", FILES)
def test_it_is_made_again_byte_for_byte_from_what_its_card_records(product, catalogue):
    package = _package(product)
    again = package_retrain(package_read(package), data=DATA / FILES[product][0], catalogue=catalogue)
    assert again == package


@pytest.mark.parametrize("product", FILES)
def test_one_application_scores_as_the_portfolio_does(product, catalogue):
    model = package_read(_package(product))
    file, target = FILES[product]
    frame = product_table(pl.read_parquet(DATA / file), catalogue, product, target=target).frame.head(500)
    assert model.predict_pd(frame).tolist() == [model.score(row).pd for row in frame.to_dicts()]
