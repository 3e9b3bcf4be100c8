"""A date column orders the rows: later periods are told from earlier ones alone, and no model reads the date."""

from datetime import date, timedelta

import msgspec
import numpy as np
import polars as pl
import pytest

from scoring.training.dates import days_of, days_required, with_ages
from scoring.training.errors import TrainingInputError
from scoring.training.fitting import fit_xgboost
from scoring.training.honesty import suspects_of
from scoring.training.out_of_time import out_of_time
from scoring.training.request import Request, request_prepare
from tests.factories.scoring import QUICK, loan_table

START = date(2020, 1, 1)


def _dated(path, rows=900):
    frame = loan_table(rows)
    days = [START + timedelta(days=place) for place in range(rows)]
    opened = [day - timedelta(days=100 + place % 50) for place, day in enumerate(days)]
    closed = [day + timedelta(days=30) for day in days]
    dated = frame.with_columns(applied=pl.Series(days), opened=pl.Series(opened), closed=pl.Series(closed))
    dated.sample(fraction=1.0, shuffle=True, seed=3).write_parquet(path)
    return Request(data=path, target="bad", date_column="applied", parameters=QUICK)


def test_it_tests_on_later_periods_than_it_learnt_from(tmp_path):
    prepared = request_prepare(_dated(tmp_path / "loans.parquet"))
    seen = []

    def fit(frame, outcome, recipe):
        seen.append(frame.height)
        return fit_xgboost(frame, outcome, recipe)

    found = out_of_time(prepared, fit, progress=lambda line: None)
    assert seen == [period["n_train"] for period in found["periods"]] == pytest.approx([540, 720], abs=3)
    for period in found["periods"]:
        assert period["train_until"] < period["test_from"] <= period["test_until"]
    assert found["auc"] == pytest.approx(np.mean([period["auc"] for period in found["periods"]]))
    assert found["calibration_tests"]["on"] == "out_of_time"
    assert found["rows_without_date"] == 0


def test_the_model_reads_ages_and_no_date(tmp_path):
    prepared = request_prepare(_dated(tmp_path / "loans.parquet"))
    read = {column.name for column in prepared.recipe.columns}
    assert "opened_days_before" in read
    # What was written after the decision is not turned into a feature.
    assert not read & {"applied", "opened", "closed", "closed_days_before"}
    assert any("closed: lies after applied" in note for note in prepared.notes)


def test_the_leak_check_takes_the_date_column_for_the_decision_whatever_its_name(tmp_path):
    request = _dated(tmp_path / "loans.parquet")
    pl.read_parquet(request.data).rename({"applied": "on"}).write_parquet(request.data)
    request = msgspec.structs.replace(request, date_column="on")
    found = {one.column: (one.kind, one.is_read) for one in suspects_of(request, request_prepare(request), {})}
    assert found == {"closed": ("timing", False)}


def test_without_a_date_column_there_is_nothing_out_of_time(tmp_path):
    loan_table(200).write_parquet(tmp_path / "plain.parquet")
    prepared = request_prepare(Request(data=tmp_path / "plain.parquet", target="bad", parameters=QUICK))
    assert out_of_time(prepared, fit_xgboost, progress=print) is None


@pytest.mark.parametrize(
    "values", [["2018-01-31", "2018-02-01"], ["Jan-2018", "Feb-2018"], [20180131, 20180201], [201801, 201802],
               ["31.01.2018", "01.02.2018"], ["2018-01-31 10:00:00", "2018-02-01 09:00:00"]]
)  # fmt: skip
def test_it_reads_dates_as_people_write_them(values):
    days = days_of(pl.Series("when", values), is_date=True)
    assert [day.month for day in days] == [1, 2]


def test_it_says_what_is_no_date():
    frame = pl.DataFrame({"purpose": ["car", "house"], "one": ["2018-01-01"] * 2})
    for name in ("absent", "purpose", "one"):
        with pytest.raises(TrainingInputError, match=name):
            days_required(frame, name)


def test_an_age_is_missing_where_the_date_is():
    frame = pl.DataFrame({"at": [date(2020, 1, 31), date(2020, 3, 1)], "opened": [date(2020, 1, 1), None]})
    aged, _ = with_ages(frame, frame["at"], "at")
    assert aged["opened_days_before"].to_list() == [30, None]
