"""Every line that a training writes has words in Chinese, and so have the reasons why one comes to nothing."""

import re

import polars as pl
import pytest
from django.utils.translation import override

from scoring.admin.training_errors import training_error
from scoring.admin.training_words import line_words, note_words
from scoring.models import TrainingJob
from scoring.training.errors import TrainingInputError
from scoring.training.request import Request, request_prepare
from scoring.training.run import train
from tests.factories.scoring import QUICK, loan_table

CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Applications with dates, an identifier, a constant, and a column that knows the outcome."""
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)
    frame = loan_table(400)
    days = pl.date_range(pl.date(2023, 1, 1), pl.date(2024, 2, 4), "1d", eager=True)
    frame = frame.with_row_index("ID").with_columns(
        applied=days, same=pl.lit(1), told=pl.col("bad"), born=days.dt.offset_by("-30y"), late=pl.col("late").cast(str)
    )
    path = tmp_path / "loans.parquet"
    frame.with_columns(late=pl.when(pl.int_range(400) == 3).then(pl.lit("many")).otherwise("late")).write_parquet(path)
    return path


def test_every_line_of_a_training_is_told_in_chinese(table):
    lines = []
    request = Request(data=table, target="bad", date_column="applied", drop=["noise"], parameters=QUICK)
    train(request, folds=2, is_packed=True, progress=lines.append)
    lines += [
        "compare: mlp",
        "mlp over xgboost: +0.0100 (-0.0100 to +0.0300)",
        "loading the package in a process of its own",
    ]
    assert len(lines) > 12
    with override("zh-hans"):
        english = [line for line in lines if not CHINESE.search(line_words(line))]
        assert english == []
        assert CHINESE.search(note_words("ID dropped: every value is distinct, as in an identifier"))
    assert line_words("something new") == "something new"


@pytest.mark.parametrize(
    "asked",
    [
        {"target": "absent"},
        {"target": "bad", "drop": ["bad"]},
        {"target": "bad", "drop": ["absent"]},
        {"target": "purpose"},
        {"target": "bad", "where": "purpose"},
        {"target": "bad", "where": "purpose = boat"},
        {"target": "bad", "where": "income = much"},
        {"target": "bad", "where": "ID = 1|2|3"},
        {"target": "bad", "date_column": "absent"},
        {"target": "bad", "date_column": "purpose"},
    ],
)
def test_why_nothing_was_trained_is_told_in_chinese(table, asked):
    with pytest.raises(TrainingInputError) as refused:
        request_prepare(Request(data=table, **asked))
    with override("zh-hans"):
        assert CHINESE.search(training_error(TrainingJob(error_code="x", error_text=refused.value.message)))
