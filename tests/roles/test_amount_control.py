"""The amount control: three inputs, a risk level, a cap that an offer table reads; recorded and replayed."""

from datetime import timedelta
from functools import lru_cache

import msgspec
import numpy as np
import polars as pl
import pytest

from audit.services.governed import governed_approve, governed_draft, governed_submit
from rules.services.bundles.loading import bundles_forget
from rules.services.decisions.replay import decisions_replay
from scoring.amount_control import AmountControl, Level, control_faults, risk_cap_minor, risk_level
from scoring.catalogue import catalogue_read
from scoring.package import BrokenPackageError, package_read, package_write
from scoring.package.amount_control import indices_of
from scoring.package.bodies import body_kind
from scoring.package.encoding import encode_frame
from scoring.training.amount_control import amount_control_family, inputs_of
from scoring.training.errors import TrainingInputError
from scoring.training.fitting import Recipe
from scoring.training.mlp import MlpParameters
from scoring.training.request import Request, request_prepare
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.roles.making import PACKAGE, body, documents, models_live

CONTROL = AmountControl(
    [
        Level(0.1, 1_000_000),
        Level(0.2, 500_000),
        Level(0.35, 300_000),
        Level(0.5, 200_000, 0.5),
        Level(1.0, 100_000, 0.25),
    ]
)
QUICK = MlpParameters(networks=2, units=4, steps=60, decay=0.3)


@lru_cache
def fitted():
    """The control of the shipped table, with a small network."""
    catalogue = catalogue_read(make.shipped("catalogue.json").encode())
    request = Request(data=make.DATA / "german.parquet", target="bad", product="instalment", catalogue=catalogue)
    prepared = request_prepare(request)
    inputs = inputs_of(catalogue, "instalment", prepared.frame.columns, "amount_minor")
    recipe = msgspec.structs.replace(prepared.recipe, parameters=QUICK)
    assert isinstance(recipe, Recipe)
    return prepared, amount_control_family(inputs)(prepared.frame, prepared.outcome, recipe).model


@lru_cache
def package():
    _, model = fitted()
    card = {**package_read(PACKAGE.read_bytes()).card, "kind": "amount_control", "purpose": "AMOUNT_CONTROL",
            "features": [{"name": name, "kind": "number", "direction": "none"} for name in model.features]}  # fmt: skip
    return package_write(schema=model.schema, body=model.body, card=card, seed=1)


def policy():
    """Approves what fits and caps the offer by the control."""
    offer = {
        "tables": [
            {
                "name": "offers",
                "hit_policy": "F",
                "inputs": [{"expression": "amount_minor"}],
                "outputs": [
                    {"name": name, "type": "number"} for name in ("amount_cap_minor", "annual_rate", "term_cap_months")
                ],
                "rows": [{"when": ["-"], "then": ["min(900000, risk_cap_minor)", "0.1", "60"]}],
            }
        ],
        "offer": {"table": "offers", "amount_variable": "amount_minor", "term_variable": "duration_months",
                  "amount_reason": "COUNTER_OFFER_AMOUNT", "term_reason": "COUNTER_OFFER_TERM"},
    }  # fmt: skip
    return make.policy(**offer)


def control_live():
    maker, checker = make.staff()
    at = make.now() - timedelta(days=1)
    draft = governed_draft(
        kind="amount_control", name="instalment", document=msgspec.to_builtins(CONTROL), author=maker, at=at,
        valid_from=at.date(),
    )  # fmt: skip
    governed_submit(governed=draft, maker=maker, at=at)
    governed_approve(governed=draft, checker=checker, content_hash=draft.content_hash, at=at)


@pytest.fixture
def live(db):
    make.catalogue_goes_live()
    models_live()
    make.model_goes_live("instalment", package())
    control_live()
    make.policy_goes_live(policy())
    return Lender()


def test_the_offer_is_capped_by_the_risk_level(live):
    _, model = fitted()
    answers = {}
    for history in ("A34", "A30"):
        changed = {"credit_history": history, "amount_minor": 480_000}
        answers[history] = live.post(body(**changed)).json()
        level = risk_level(CONTROL, model.score({**make.VARIABLES, **changed}).pd)
        assert answers[history]["offer"]["amount_offered_minor"] == min(
            480_000, risk_cap_minor(CONTROL, level, 480_000)
        )
    assert [document["bundle"]["others"][0][0] for document in documents()] == ["AMOUNT_CONTROL"] * 2
    assert "scored_by" not in documents()[0]


def test_what_it_said_is_replayed_from_the_record(live):
    live.post(body(credit_history="A30"))
    bundles_forget()
    report = decisions_replay()
    assert (report.same, report.failures) == (1, [])


def test_without_a_policy_in_force_the_cap_is_unknown_and_a_person_decides(db):
    make.catalogue_goes_live()
    models_live()
    make.model_goes_live("instalment", package())
    make.policy_goes_live(policy())
    assert Lender().post(body()).json()["outcome"] == "REFER"
    assert decisions_replay().same == 1


def test_one_row_scores_as_among_many_and_contributions_add_up():
    prepared, model = fitted()
    few = prepared.frame.head(40)
    alone = [model.score(row).pd for row in few.iter_rows(named=True)]
    assert np.array_equal(model.predict_pd(few), alone)
    margins = model.margin_frame(few)
    assert np.allclose(model.explain(few).sum(axis=1) + model.base, margins, atol=1e-3)


def test_the_indices_are_shares_and_the_amount_index_rises_with_the_amount():
    prepared, model = fitted()
    read = body_kind("amount_control").read(model.body, model.schema.features)
    indices = read.indices(encode_frame(model.schema.features, prepared.frame))
    assert indices.shape == (prepared.frame.height, 3)
    assert indices.min() >= 0 and indices.max() <= 1
    order = prepared.frame["amount_minor"].arg_sort().to_numpy()
    assert (np.diff(indices[order, 2]) >= 0).all()


def test_an_unknown_amount_counts_as_the_middle_one():
    nothing = np.array([0.0], dtype=np.float32)
    assert indices_of(nothing, nothing, np.array([np.nan], dtype=np.float32), [1.0, 2.0]).tolist() == [[0.5, 0.5, 0.5]]


def test_a_body_with_a_part_cut_off_is_refused():
    _, model = fitted()
    with pytest.raises(BrokenPackageError):
        body_kind("amount_control").read(model.body[:-9], model.schema.features)
    with pytest.raises(BrokenPackageError):
        body_kind("amount_control").read(model.body, model.schema.features[:-1])


@pytest.mark.parametrize(
    ("levels", "fault"),
    [
        (CONTROL.levels[:4], "level_count"),
        ([*CONTROL.levels[:4], Level(0.9, 1)], "last_level_open"),
        ([CONTROL.levels[1], CONTROL.levels[0], *CONTROL.levels[2:]], "levels_not_rising"),
        ([Level(0.1, 10), *CONTROL.levels[1:]], "caps_rising"),
    ],
)
def test_a_table_of_levels_must_be_sound(levels, fault):
    assert control_faults(CONTROL) == []
    assert fault in control_faults(AmountControl(list(levels)))


def test_levels_and_caps_are_what_the_table_says():
    assert [risk_level(CONTROL, pd) for pd in (0.05, 0.1, 0.100000001, 0.5, 0.99)] == [1, 1, 2, 4, 5]
    assert [risk_cap_minor(CONTROL, level, 480_001) for level in (1, 4, 5)] == [480_001, 200_000, 100_000]
    assert risk_cap_minor(CONTROL, 4, 100_001) == 50_000


def test_a_table_without_the_inputs_is_refused():
    catalogue = catalogue_read(make.shipped("catalogue.json").encode())
    with pytest.raises(TrainingInputError):
        inputs_of(catalogue, "instalment", ["amount_minor", "savings_status"], "amount_minor")


def test_rows_are_chosen_by_plain_equalities():
    from scoring.training.rows import rows_where

    frame = pl.DataFrame({"a": ["x", "y", None, "x"], "n": [1, 2, 1, 2]})
    assert rows_where(frame, "a = x|y and n = 2")["a"].to_list() == ["y", "x"]
    assert rows_where(frame, "").height == 4
    for wrong in ("b = 1", "n = many", "a", "a = z"):
        with pytest.raises(TrainingInputError):
            rows_where(frame, wrong)
