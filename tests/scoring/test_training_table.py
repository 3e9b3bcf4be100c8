"""Any table becomes honest columns: types, targets, identifiers, missing values."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from scoring.training.columns import columns_plan
from scoring.training.errors import TrainingInputError
from scoring.training.table import table_read, target_read


def _plan(drop=(), **columns):
    frame = pl.DataFrame({**columns, "bad": [0, 1] * 20})
    return columns_plan(frame, target="bad", drop=drop)


def _kinds(plan):
    return {column.name: column.kind for column in plan.columns}


def test_it_reads_numbers_text_and_missing_words_from_csv(tmp_path):
    path = tmp_path / "loans.csv"
    path.write_text("income,city,share,bad\n1200,Ulm,0.5,yes\nNA,?,n/a,no\n 900 ,Bonn, 0.25,no\n")
    frame = table_read(path)
    assert frame["income"].to_list() == [1200, None, 900]
    assert frame["city"].to_list() == ["Ulm", None, "Bonn"]
    assert frame["share"].to_list() == [0.5, None, 0.25]


@pytest.mark.parametrize("content", ["", "a,b\n"])
def test_it_refuses_an_empty_table(tmp_path, content):
    path = tmp_path / "empty.csv"
    path.write_text(content)
    with pytest.raises(TrainingInputError):
        table_read(path)


def test_it_refuses_a_file_that_is_no_table(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"no")
    for name in ("x.parquet", "absent.csv"):
        with pytest.raises(TrainingInputError, match="cannot be read"):
            table_read(tmp_path / name)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1, 1], [0, 1, 1]),
        ([False, True, None], [0, 1, np.nan]),
        (["no", "yes", "no"], [0, 1, 0]),
        (["good", "bad", "good"], [0, 1, 0]),
        ([1.0, 0.0, 1.0], [1, 0, 1]),
        (["Fully Paid", "Late", "Late"], [0, 1, 1]),
        (["x", "z", "x"], [0, 1, 0]),
        ([2, 1, 2, 2], [0, 1, 0, 0]),
        ([1, 2, 1], [0, 1, 0]),
        ([1.0, 2.0, 1.0], [0, 1, 0]),
    ],
)
def test_it_knows_which_value_is_bad(values, expected):
    outcome, note = target_read(pl.Series("bad", values))
    assert np.array_equal(outcome, expected, equal_nan=True)
    assert "bad" in note


@pytest.mark.parametrize("values", [[0, 0], [0, 1, 2], [None, None]])
def test_it_refuses_a_target_that_is_not_binary(values):
    with pytest.raises(TrainingInputError, match="two values"):
        target_read(pl.Series("bad", values))


def test_it_drops_identifiers_and_says_so():
    chance = np.random.default_rng(1)
    plan = _plan(
        ID=chance.permutation(40),
        loan_id=(chance.permutation(40) + 1) * 1_000_003,
        name=[f"person {number}" for number in range(40)],
        counted=[number * 7 for number in range(40)],
        income=chance.lognormal(8, 1, 40),
        amount=(chance.permutation(40) * 977 + 13).tolist(),
    )
    assert _kinds(plan) == {"income": "number", "amount": "number"}
    assert sum("identifier" in note for note in plan.notes) == 4


def test_it_drops_constants_and_dates_and_what_it_is_asked_to():
    plan = _plan(
        drop=["sex"],
        sex=[1, 2] * 20,
        always=["A"] * 40,
        empty=[None] * 40,
        opened=[date(2020, 1, 1 + number % 20) for number in range(40)],
        purpose=["car", None] * 20,
        owner=[True, False] * 20,
    )
    assert _kinds(plan) == {"purpose": "category", "owner": "number"}
    assert len(plan.notes) == 4


def test_it_refuses_to_drop_a_column_that_is_not_there():
    with pytest.raises(TrainingInputError, match="SEX"):
        _plan(drop=["SEX"], sex=[1, 2] * 20)


def test_it_refuses_a_table_with_nothing_to_learn_from():
    with pytest.raises(TrainingInputError, match="No column"):
        _plan(always=[1] * 40)
