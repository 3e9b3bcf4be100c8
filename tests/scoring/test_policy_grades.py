"""Calibration is tested by the grades that the live policy gives, and by bands, so called, where none is live."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.services.grade_scales import grades_live
from scoring.calibration_tests import binomial_rows
from scoring.grade_scale import GradeScale
from scoring.prior import pds_at_odds
from scoring.services.policy_grades import policy_grades
from scoring.training.errors import TrainingInputError
from scoring.training.grading import BANDS, Grading
from scoring.training.prior import Prior
from scoring.training.request import Request
from scoring.training.run import train
from scoring.training.summary import summary_lines
from tests.factories import decisions as make
from tests.factories.scoring import QUICK, loan_table

GRADED = {**make.SMALL_POLICY, "grades": [{"grade": "A", "max_pd": 0.25}, {"grade": "B", "max_pd": 1}]}
SCALE = GradeScale("instalment-pre-loan", 1, "ab" * 32, (("A", 0.1), ("B", 0.25), ("C", 1.0)))


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=50))
def test_a_pd_has_the_first_grade_that_reaches_it(pds):
    wanted = [next(name for name, most in SCALE.grades if pd <= most) for pd in pds]
    assert SCALE.grades_of(pds) == wanted


def test_rows_are_tested_by_grade_and_a_grade_is_that_of_the_pd_the_policy_reads():
    chance = np.random.default_rng(4)
    pds = chance.uniform(0.02, 0.9, 2_000)
    outcome = (chance.random(2_000) < pds).astype(float)
    plain = Grading(SCALE).tests(outcome, pds, on="out_of_fold")
    by, rows = binomial_rows(plain)
    assert (by, [row["grade"] for row in rows]) == ("grade", ["A", "B", "C"])
    assert "bands" not in plain
    assert {row["state"] for row in rows} == {"no_breach"}
    prior = Prior(sample_odds=1.0, population_odds=9.0, offset=-2.197, source={})
    moved = Grading(SCALE, prior).tests(outcome, pds, on="out_of_fold")
    read = pds_at_odds(pds, 1.0, 9.0)
    assert moved["grades"][0]["cases"] == int((read <= 0.1).sum()) > rows[0]["cases"]
    assert {row["state"] for row in moved["grades"]} == {"no_breach"}  # a PD is still held against the sample


def test_without_a_scale_bands_are_called_bands():
    pds = np.linspace(0.05, 0.5, 400)
    found = BANDS.tests((np.arange(400) % 4 == 0).astype(float), pds, on="out_of_fold")
    assert "grades" not in found
    by, rows = binomial_rows(found)
    assert (by, rows[0]["band"], len(rows)) == ("band", "01", 10)


@pytest.mark.django_db
def test_the_scale_is_the_live_rule_set_s_and_none_where_it_has_none():
    make.catalogue_goes_live()
    make.product()
    assert policy_grades("instalment") is None
    make.policy_goes_live()
    assert grades_live("instalment", is_post_loan=False) is None
    version = make.policy_goes_live(GRADED)
    found = policy_grades("instalment")
    assert found.grades == (("A", 0.25), ("B", 1.0))
    assert (found.rule_set, found.content_hash) == (version.rule_set.code, version.content_hash)
    assert policy_grades("instalment", "POST_LOAN") is None
    assert policy_grades("instalment", "AMOUNT_CONTROL") is None


def test_a_training_tests_by_grade_out_of_fold_and_out_of_time(tmp_path, monkeypatch):
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)
    frame = loan_table(900)
    days = [date(2024, 1, 1) + timedelta(days=place) for place in range(900)]
    frame.with_columns(applied=pl.Series(days)).write_parquet(tmp_path / "loans.parquet")
    request = Request(
        data=tmp_path / "loans.parquet", target="bad", date_column="applied", parameters=QUICK, scale=SCALE
    )
    report = train(request, folds=2, progress=lambda line: None).report
    for tests, on in ((report["calibration_tests"], "out_of_fold"),
                      (report["out_of_time"]["calibration_tests"], "out_of_time")):  # fmt: skip
        assert tests["on"] == on
        assert {row["grade"] for row in tests["grades"]} <= {"A", "B", "C"}
        assert tests["scale"]["rule_set"] == "instalment-pre-loan"
    lines = "\n".join(summary_lines(report))
    assert "(grades of instalment-pre-loan, version 1)" in lines
    assert "calibration out of time" in lines


def test_one_pd_for_everybody_is_refused_in_words():
    with pytest.raises(TrainingInputError, match="No column tells bad cases from good ones"):
        BANDS.tests(np.array([0.0, 1.0]), np.array([0.3, 0.3]), on="out_of_fold")
