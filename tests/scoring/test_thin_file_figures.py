"""Figures of thin files need enough thin rows, enough thick ones, and splits that can be made."""

import polars as pl
import pytest

from scoring.training.errors import TrainingInputError
from scoring.training.request import Request
from scoring.training.thin_files import thin_files
from tests.factories.scoring import loan_table


@pytest.fixture(scope="module")
def request_(tmp_path_factory):
    path = tmp_path_factory.mktemp("thin") / "loans.parquet"
    frame = loan_table(300)
    frame.with_columns(history=pl.Series(["none"] * 300)).write_parquet(path)
    return Request(data=path, target="bad")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("0 thick rows", {}),
        ("2 to 20 folds", {"folds": 1}),
        ("1 to 100 splits", {"seeds": 0}),
        ("There is no model forest", {"main": "forest"}),
    ],
)
def test_what_can_tell_nothing_is_refused_in_words(request_, words, options):
    asked = {"main": "scorecard", "scorecard": "scorecard", "folds": 2, "seeds": 1, **options}
    with pytest.raises(TrainingInputError, match=words):
        thin_files(request_, "history = none", progress=lambda line: None, **asked)
