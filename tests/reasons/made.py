"""Models for tests of reasons: linear ones, whose truth is plain, and small ones trained on the shipped data."""

import json
from functools import cache

import msgspec
import numpy as np
import polars as pl

from scoring.catalogue import catalogue_read
from scoring.package import ScoringModel, package_read, package_write
from scoring.training.booster import BoosterParameters
from scoring.training.fitting import fit_xgboost
from scoring.training.request import Request, request_prepare
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

FEATURES = ("a", "b", "c", "d", "e", "f")
CODES = {name: name.upper() for name in FEATURES}
SMALL = BoosterParameters(rounds=60, learning_rate=0.12, max_depth=3)
CATALOGUE = catalogue_read(make.shipped("catalogue.json").encode())
FILES = {"instalment": ("german.parquet", "bad"), "card": ("taiwan_dev70.parquet", "default")}


def linear(weights=None):
    """Margins of a linear model, weight one each unless given."""
    factors = np.ones(len(FEATURES)) if weights is None else np.array(weights)
    return lambda matrix: matrix.astype(np.float64) @ factors


def reason_codes(product):
    """Reason code by variable."""
    return {name: variable.reason_code for name, variable in CATALOGUE.of_product(product).items()}


@cache
def package(product):
    """A package with a reference applicant, quickly trained, under the shipped model's card."""
    file, target = FILES[product]
    prepared = request_prepare(
        Request(data=make.DATA / file, target=target, product=product, catalogue=CATALOGUE, parameters=SMALL)
    )
    fitted = fit_xgboost(prepared.frame, prepared.outcome, prepared.recipe)
    card = package_read((make.DATA / f"models/{product}.package").read_bytes()).card
    return package_write(schema=fitted.model.schema, body=fitted.model.body, card=card, seed=42)


@cache
def model(product) -> ScoringModel:
    """That package, loaded."""
    return package_read(package(product))


def package_without_reference(product):
    """The same model as it was packed before there were reference applicants."""
    trained = model(product)
    reference = msgspec.structs.replace(trained.schema.reference, values={})
    schema = msgspec.structs.replace(trained.schema, reference=reference)
    return package_write(schema=schema, body=trained.body, card=trained.card, seed=42)


def applications(product, count, start=0):
    """Applications out of the shipped data, as requests give them."""
    frame = pl.read_parquet(make.DATA / FILES[product][0]).slice(start, count)
    asked = [item for item in CATALOGUE.of_product(product).values() if item.column]
    for row in frame.iter_rows(named=True):
        yield {
            item.name: round(row[item.column] * item.scale) if item.type == "integer" else row[item.column]
            for item in asked
            if row[item.column] is not None
        }


def goes_live(product="instalment", policy=None, package_bytes=None, catalogue=None):
    """A lender of a product whose catalogue, model and policy are live."""
    make.catalogue_goes_live(catalogue)
    make.model_goes_live(product, package_bytes or package(product))
    make.policy_goes_live(policy or json.loads(make.shipped(f"rule_sets/{product}-pre-loan.json")), code=product)
    return Lender()


def asks(lender, variables, product="instalment"):
    """The answer to one application."""
    answer = lender.post({**make.body(), "product": product, "variables": variables})
    assert answer.status_code == 201, answer.content
    return answer.json()
