"""Whoever decides about a model sees what its checks found, and why a suspect may stay."""

import numpy as np
import pytest
from django.urls import reverse

from scoring.calibration_tests import calibration_tests
from scoring.grade_scale import GradeScale
from scoring.training.grading import Grading
from tests.factories.audit import user
from tests.factories.scoring import candidate, product

pytestmark = pytest.mark.django_db
CHANCE = np.random.default_rng(2)
PD = CHANCE.uniform(0.05, 0.5, 600)
PERIOD = {"train_until": "2025-06-30", "test_from": "2025-07-01", "test_until": "2025-12-31", "n_train": 900,
          "n_test": 600, "bad_rate": 0.2, "auc": 0.7, "ece": 0.02}  # fmt: skip
SUSPECT = {"column": "bureau_points", "kind": "power", "why": "alone", "figure": 0.93, "is_read": True,
           "waived_because": "known on the day of application"}  # fmt: skip
CHECKS = {
    "leak_check": {"suspects": [SUSPECT]},
    "negative_control": {"auc": 0.5031, "standard_error": 0.005, "shuffles": 20, "rows": 2000, "is_passed": True},
    "calibration_tests": calibration_tests((CHANCE.random(600) < PD).astype(float), PD, on="out_of_fold"),
    "screening": [{"column": "late", "iv": 0.66, "iv_by_chance": 0.01, "gain": 0.3, "svm_weight": 0.28,
                   "svm_selected": 1.0}],
    "definition": {"product": "instalment", "number": 3, "content_hash": "ab" * 32, "days_past_due": 90,
                   "window_months": 12, "horizon_months": 12},
    "selection": {"is_accepted_only": True, "en": "accepted only", "zh": "仅获批"},
    "prior_correction": {"sample_odds": 2.33, "population_odds": 19.0, "offset": -2.1, "formula": "x",
                         "source": {"en": "the book of 2025", "zh": "2025年"}},
}  # fmt: skip


@pytest.fixture
def page(client):
    reader = user(is_staff=True, permissions=("scoring.view_modelpackage",))
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")

    def read(**stated):
        model = candidate(product(), **stated)
        answer = client.get(reverse("admin:scoring_modelpackage_change", args=[model.pk]))
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_a_suspect_is_shown_with_the_reason_it_was_waived_for(page):
    text = page(**CHECKS)
    for words in ("bureau_points", "alone ranks with AUC 0.930", "known on the day of application", "0.5031"):
        assert words in text


def test_calibration_screening_and_meaning_are_shown(page):
    text = page(**CHECKS)
    for words in ("Slope (1 is true)", "as said", "L1 SVM weight", "+0.280", "ab" * 32, "90 days past due",
                  "accepted only", "19.00 good to one bad", "the book of 2025"):  # fmt: skip
        assert words in text


def test_calibration_is_shown_by_the_policy_s_grades_and_by_bands_where_there_were_none(page):
    grading = Grading(GradeScale("instalment-pre-loan", 4, "cd" * 32, (("A", 0.2), ("B", 1.0))))
    outcome = (CHANCE.random(600) < PD).astype(float)
    later = {"auc": 0.7, "ece": 0.02, "periods": [PERIOD], "rows_without_date": 0,
             "calibration_tests": grading.tests(outcome, PD, on="out_of_time")}  # fmt: skip
    text = page(**CHECKS | {"out_of_time": later})
    for words in ("the grades of instalment-pre-loan, version 4", "ten bands of the PD", "out of time",
                  "Told from rows until 2025-06-30: 2025-07-01 to 2025-12-31, 600 cases"):  # fmt: skip
        assert words in text


def test_the_bands_of_an_older_card_are_not_taken_for_grades(page):
    tests = CHECKS["calibration_tests"]
    older = {**tests, "grades": [{"grade": one["band"], **one} for one in tests["bands"]]}
    del older["bands"]
    text = page(**CHECKS | {"calibration_tests": older})
    assert "ten bands of the PD" in text
    assert "as said" in text


def test_no_suspect_and_no_governed_definition_are_said(page):
    text = page(**CHECKS | {"leak_check": {"suspects": []}, "definition": None, "prior_correction": None})
    assert "No variable is under suspicion." in text
    assert "none: the target is what the sample calls bad" in text
    assert "Odds its PDs stand at" not in text


def test_an_older_model_is_said_to_be_without_checks(page):
    assert "This model was made before there were such checks." in page()
