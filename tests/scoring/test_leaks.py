"""Variables that know the outcome are named, strong honest ones are not, and nothing registers past a suspicion."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from django.conf import settings

from scoring.training.columns import columns_plan
from scoring.training.errors import TrainingInputError
from scoring.training.leaks import leak_check
from scoring.training.suspects import Suspect, leaks_standing, leaks_waive
from scoring.training.table import table_read, target_read
from tests.factories.scoring import loan_table

FRAME = loan_table()
BAD = FRAME["bad"].to_numpy()
CHANCE = np.random.default_rng(11)
DATA = settings.BASE_DIR / "data"


def _check(frame, target="bad", **options):
    outcome, _ = target_read(frame[target])
    columns = columns_plan(frame, target=target).columns
    return {one.column: one for one in leak_check(frame.drop(target), outcome, columns, seed=42, **options)}


def _flipped(share):
    return np.where(CHANCE.random(len(BAD)) < share, 1 - BAD, BAD)


@pytest.mark.parametrize(("file", "target"), [("german.parquet", "bad"), ("taiwan_dev70.parquet", "default")])
def test_strong_honest_variables_are_not_suspected(file, target):
    assert _check(table_read(DATA / file), target) == {}


def test_a_plain_table_has_no_suspects():
    assert _check(FRAME) == {}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("near_copy", BAD * 3 + 1),
        ("near_copy", ["overdue" if bad else "fine" for bad in BAD]),
        ("near_copy", [f"{'x' if bad else 'y'}{place % 7}" for place, bad in enumerate(BAD)]),
        ("near_copy", _flipped(0.04)),
        ("power", BAD * 2.0 + CHANCE.normal(size=len(BAD))),
        ("beyond_the_rest", _flipped(0.12)),
        ("settles", np.where((BAD == 1) & (CHANCE.random(len(BAD)) < 0.2), 500.0, 0.0)),
        ("missingness", [1.0 if known else None for known in _flipped(0.2)]),
    ],
    ids=["copy", "words", "code", "four in a hundred wrong", "noisy", "an eighth wrong", "recovered", "there or not"],
)
def test_a_variable_that_knows_the_outcome_is_named(kind, values):
    found = _check(FRAME.with_columns(leak=pl.Series(values)))
    assert found.keys() == {"leak"}
    assert found["leak"].kind == kind
    assert found["leak"].is_read


def test_two_that_know_it_do_not_hide_each_other():
    found = _check(FRAME.with_columns(one=pl.Series(_flipped(0.14)), two=pl.Series(_flipped(0.14))))
    assert found.keys() == {"one", "two"}


def test_a_name_of_what_follows_the_outcome_counts_only_beside_power():
    told = BAD * 0.7 + CHANCE.normal(size=len(BAD))
    named = FRAME.with_columns(recoveries=pl.Series(told), collection_fee=pl.Series(CHANCE.random(len(BAD))))
    assert {name: one.kind for name, one in _check(named).items()} == {"recoveries": "name"}
    assert _check(named.rename({"recoveries": "balance"})) == {}


def test_an_identifier_in_the_order_of_the_outcome_is_named_though_it_is_not_read():
    found = _check(FRAME.sort("bad").with_row_index("contract_id"))
    assert (found["contract_id"].kind, found["contract_id"].is_read) == ("order", False)
    assert _check(FRAME.with_row_index("contract_id")) == {}


def test_dates_after_the_decision_are_named():
    applied = [dt.date(2024, 1, 1) + dt.timedelta(days=int(day)) for day in CHANCE.integers(0, 300, len(BAD))]
    born = [day - dt.timedelta(days=9_000) for day in applied]
    later = [int((day + dt.timedelta(days=40)).strftime("%Y%m%d")) for day in applied]
    frame = FRAME.with_columns(application_date=pl.Series(applied), birth=pl.Series(born), last_date=pl.Series(later))
    found = _check(frame)
    assert {name: (one.kind, one.is_read) for name, one in found.items()} == {"last_date": ("timing", False)}
    assert "application_date" in found["last_date"].why
    renamed = frame.rename({"application_date": "on"})
    assert _check(renamed) == {}
    assert _check(renamed, decided_on="on").keys() == {"last_date"}


def test_a_waiver_needs_a_reason_and_a_suspect():
    suspects = [Suspect("score", "power", "why", 0.93), Suspect("row_id", "order", "why", 0.99, is_read=False)]
    assert leaks_standing(suspects) == suspects[:1]
    waived = leaks_waive(suspects, {"score": "the bureau's score on the day of the application"})
    assert leaks_standing(waived) == []
    with pytest.raises(TrainingInputError, match="say why") as refused:
        leaks_waive(suspects, {"score": " ", "income": "no reason"})
    assert len(refused.value.facts["problems"]) == 2


def test_values_that_are_no_numbers_and_columns_of_any_type_are_lived_with():
    income = FRAME["income"].to_numpy().copy()
    income[:5], income[5:9] = np.inf, np.nan
    odd = FRAME.with_columns(
        income=pl.Series(income),
        nothing=pl.lit(None, dtype=pl.Float64),
        lists=pl.Series([[1]] * len(BAD)),
        at=pl.Series([dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * len(BAD)),
        is_known=pl.Series(CHANCE.random(len(BAD)) < 0.5),
    )
    assert _check(odd) == {}
