"""One application and a portfolio get the same score; contributions add up; odd values have a defined one."""

import os
import threading

import numpy as np
import polars as pl
import pytest

from scoring.package import ModelInputError
from tests.factories.scoring import loan_table, scoring_model

ROW = {"late": 2, "income": 3000.0, "purpose": "car", "savings": 500, "noise": 0.5}


def test_it_scores_a_row_as_its_batch_bit_for_bit():
    frame = loan_table(800, seed=11).with_columns(
        pl.when(pl.col("late") == 3).then(None).otherwise(pl.col("late")).alias("late"),
        pl.when(pl.col("income") > 5_000).then(pl.lit("unheard of")).otherwise(pl.col("purpose")).alias("purpose"),
    )
    batch = scoring_model().predict_pd(frame)
    single = [scoring_model().score(row).pd for row in frame.to_dicts()]
    assert batch.tolist() == single


def test_its_contributions_and_base_add_up_to_the_margin():
    model = scoring_model()
    for row in loan_table(300, seed=12).to_dicts():
        total = model.base + sum(contribution.value for contribution in model.contributions(row))
        assert total == pytest.approx(model.score(row).margin, abs=1e-4)
    assert [contribution.variable for contribution in model.contributions(ROW)] == model.features


def test_its_contributions_of_many_rows_are_those_of_each():
    frame = loan_table(50, seed=13)
    many = scoring_model().explain(frame)
    each = [[part.value for part in scoring_model().contributions(row)] for row in frame.to_dicts()]
    assert np.array_equal(many, np.array(each))


def test_its_pd_is_the_logistic_of_its_margin_and_its_points_fall_with_it():
    model = scoring_model()
    score, worse = model.score(ROW), model.score({**ROW, "late": 5})
    assert score.pd == pytest.approx(1 / (1 + np.exp(-score.margin)), abs=1e-9)
    assert worse.pd > score.pd
    assert worse.points < score.points == model.points(score.pd)


def test_a_missing_value_counts_as_the_median_where_training_had_none():
    model = scoring_model()
    median = next(feature.missing for feature in model.schema.features if feature.name == "income")
    without = {name: value for name, value in ROW.items() if name != "income"}
    assert model.score(without) == model.score({**ROW, "income": None}) == model.score({**ROW, "income": median})
    assert model.score({**ROW, "income": float("nan")}) == model.score({**ROW, "income": float("-inf")})


def test_a_missing_value_has_a_branch_where_training_had_some():
    assert next(feature.missing for feature in scoring_model().schema.features if feature.name == "savings") is None
    assert 0 < scoring_model().score({**ROW, "savings": None}).pd < 1


def test_a_code_never_seen_counts_as_the_average_code():
    feature = next(feature for feature in scoring_model().schema.features if feature.name == "purpose")
    assert feature.other == 0.0
    pds = {code: scoring_model().score({**ROW, "purpose": code}).pd for code in ("car", "travel", "yacht")}
    assert pds["car"] <= pds["yacht"] <= pds["travel"]


@pytest.mark.parametrize("change", [{"late": "2"}, {"purpose": 3}, {"purpose": True}, {"income": [1]}])
def test_it_refuses_a_value_of_another_type(change):
    with pytest.raises(ModelInputError):
        scoring_model().score({**ROW, **change})


def test_a_frame_of_another_type_is_refused_too():
    with pytest.raises(ModelInputError):
        scoring_model().predict_pd(pl.DataFrame({**ROW, "late": "2"}))
    with pytest.raises(ModelInputError):
        scoring_model().predict_pd(pl.DataFrame({**ROW, "purpose": 3}))


def test_an_empty_frame_and_absent_columns_have_scores():
    assert scoring_model().predict_pd(loan_table(5).head(0)).shape == (0,)
    assert scoring_model().predict_pd(pl.DataFrame({"late": [2]})).tolist() == [scoring_model().score({"late": 2}).pd]


def test_it_scores_in_a_forked_child_after_scoring_in_the_parent():
    model = scoring_model()
    expected = model.score(ROW).pd
    model.raw_margins(np.zeros((5_000, len(model.features)), dtype=np.float32))
    model.contributions(ROW)
    child = os.fork()
    if child == 0:
        same = model.score(ROW).pd == expected and len(model.contributions(ROW)) == len(model.features)
        os._exit(0 if same else 1)
    waiter = threading.Timer(20, os.kill, (child, 9))
    waiter.start()
    _, status = os.waitpid(child, 0)
    waiter.cancel()
    assert os.waitstatus_to_exitcode(status) == 0


def test_many_threads_get_the_scores_and_contributions_of_one():
    model, rows = scoring_model(), loan_table(200, seed=14).to_dicts()
    expected = [(model.score(row), model.contributions(row)) for row in rows]
    answers: dict[int, list] = {}

    def work(number: int) -> None:
        answers[number] = [(model.score(row), model.contributions(row)) for row in rows]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers[number] == expected for number in range(8))
