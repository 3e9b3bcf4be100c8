"""The reference applicant: the median of those a model would approve, frozen into its package."""

import msgspec
import polars as pl
import pytest

from scoring.package import BrokenPackageError, package_read, package_write
from scoring.package.schema import Feature
from scoring.training.packing import package_retrain
from scoring.training.reference import median_applicant, with_reference
from scoring.training.request import Request, request_prepare
from tests.factories import decisions as make
from tests.factories.scoring import card, loan_table, scoring_model
from tests.reasons import made

FRAME = loan_table()


def test_it_is_the_lower_median_of_numbers_and_the_commonest_of_codes():
    features = [Feature("n", "number", None), Feature("c", "category", None, codes={"x": 0.0, "y": 0.0})]
    frame = pl.DataFrame({"n": [1, 2, 3, 40], "c": ["y", "x", "y", None]})
    assert median_applicant(features, frame) == {"n": 2, "c": "y"}


def test_whole_numbers_too_large_for_json_are_doubles():
    frame = pl.DataFrame({"n": [10**18, 10**18 + 1, 2**53 - 1]})
    values = median_applicant([Feature("n", "number", None)], frame)
    assert values == {"n": 1e18}
    assert isinstance(values["n"], float)


def test_what_most_applicants_miss_the_reference_misses_too():
    features = [Feature("n", "number", None), Feature("gone", "number", None)]
    frame = pl.DataFrame({"n": [1.0, None, None, float("nan")]})
    assert median_applicant(features, frame) == {"n": None, "gone": None}


def test_it_is_nearly_the_safest_half_and_no_applicant_s_record():
    model = scoring_model()
    values = model.schema.reference.values
    assert sorted(values) == sorted(model.features)
    assert FRAME.filter(model.predict_pd(FRAME) <= model.score(values).pd).height < FRAME.height / 2
    assert values not in FRAME.select(model.features).to_dicts()


def test_a_cut_off_says_whom_the_model_would_approve():
    strict = with_reference(scoring_model(), FRAME, cut_off=0.2)
    assert strict.schema.reference.label_en.endswith("of at most 20.00%")
    approved = FRAME.filter(strict.predict_pd(FRAME) <= 0.2)
    assert strict.schema.reference.values["income"] == approved["income"].quantile(0.5, interpolation="lower")
    nobody = with_reference(scoring_model(), FRAME, cut_off=1e-9)
    assert nobody.schema.reference == scoring_model().schema.reference


def test_a_reference_of_other_variables_is_refused():
    model = scoring_model()
    broken = msgspec.structs.replace(model.schema.reference, values={"late": 1})
    schema = msgspec.structs.replace(model.schema, reference=broken)
    with pytest.raises(BrokenPackageError, match="reference applicant"):
        package_write(schema=schema, body=model.body, card=card(), seed=42)


def test_a_model_without_one_keeps_its_bytes_and_finds_no_reasons_by_replacement():
    model = scoring_model()
    schema = msgspec.structs.replace(model.schema, reference=msgspec.structs.replace(model.schema.reference, values={}))
    assert "values" not in msgspec.to_builtins(schema)["reference"]
    old = package_read(package_write(schema=schema, body=model.body, card=card(), seed=42))
    assert old.replacement({}, {"late": "LATE"}) is None


def test_a_stated_cut_off_is_on_the_card_and_the_same_package_is_made_again_from_it():
    prepared = request_prepare(
        Request(
            data=make.DATA / "german.parquet",
            target="bad",
            product="instalment",
            catalogue=made.CATALOGUE,
            parameters=made.SMALL,
        )
    )
    trained = with_reference(made.model("instalment"), prepared.frame, cut_off=0.38)
    card = {**trained.card, "approved_below_pd": 0.38, "parameters": msgspec.to_builtins(made.SMALL)}
    package = package_write(schema=trained.schema, body=trained.body, card=card, seed=42)
    again = package_retrain(package_read(package), data=make.DATA / "german.parquet", catalogue=made.CATALOGUE)
    assert again == package
    # The twin: without the record the reference would be another.
    del card["approved_below_pd"]
    unstated = package_read(package_write(schema=trained.schema, body=trained.body, card=card, seed=42))
    other = package_retrain(unstated, data=make.DATA / "german.parquet", catalogue=made.CATALOGUE)
    assert package_read(other).schema.reference != trained.schema.reference
