"""What a model's page draws: kept in the card when it is made, true to its rows, and said to be absent where it is."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.metrics import auc, ks
from scoring.services.rule_side import RuleSide, rule_side, rule_side_register
from scoring.training.pictures import contributions_summary, pictures_card, roc_points, score_distribution
from tests.factories.scoring import candidate, loan_outcome, loan_table, scoring_model

BASE = "/admin/scoring/modelpackage"


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 20)), min_size=4, max_size=200))
def test_the_roc_rises_from_nothing_to_all_and_its_area_is_the_auc(rows):
    outcome = np.array([0.0, 1.0, *(float(bad) for bad, _place in rows)])
    pds = np.array([0.3, 0.3, *(place / 21 for _bad, place in rows)])
    points = np.array(roc_points(outcome, pds)["points"])
    assert points[0].tolist() == [0.0, 0.0]
    assert points[-1].tolist() == [1.0, 1.0]
    assert (np.diff(points, axis=0) >= 0).all()
    assert len(points) <= 102
    area = float(np.sum(np.diff(points[:, 0]) * (points[1:, 1] + points[:-1, 1]) / 2))
    assert area == pytest.approx(auc(outcome, pds), abs=0.02)


def test_the_pictures_count_every_row_and_name_every_variable():
    frame, model = loan_table(), scoring_model()
    outcome, pds = loan_outcome(frame), model.predict_pd(frame)
    card = pictures_card(model, frame, outcome, pds)
    scores = card["score_distribution"]
    assert sum(scores["bads"]) == outcome.sum()
    assert sum(scores["goods"]) + sum(scores["bads"]) == frame.height
    variables = card["contributions_summary"]["variables"]
    assert {row["name"] for row in variables} == set(model.features)
    assert all(row["size"] == pytest.approx(row["raises"] + row["lowers"], abs=2e-6) for row in variables)
    assert [row["size"] for row in variables] == sorted((row["size"] for row in variables), reverse=True)


def test_ks_read_off_the_picture_is_that_of_the_rows():
    frame, model = loan_table(), scoring_model()
    outcome, pds = loan_outcome(frame), model.predict_pd(frame)
    points = np.array([model.points(pd) for pd in pds.tolist()])
    found = score_distribution(outcome, points)
    goods, bads = (np.cumsum(found[name]) / np.sum(found[name]) for name in ("goods", "bads"))
    assert float(np.max(np.abs(goods - bads))) == pytest.approx(ks(outcome, pds), abs=0.05)
    assert contributions_summary(model, frame)["rows"] <= 1_000


@pytest.fixture
def pictured(lent):
    frame, model = loan_table(), scoring_model()
    pds = model.predict_pd(frame)
    low, high = float(np.median(pds)), float(pds.max())
    bins = {"score": {"kind": "number", "counts": [600, 600, 0], "edges": [low]}, "variables": {}}
    pictures = pictures_card(model, frame, loan_outcome(frame), pds)
    card = {**pictures, "drift_bins": bins, "owner": "Risk", "next_validation_on": "2020-01-31"}
    return candidate(lent, **card), low, high


def test_the_page_draws_what_the_card_kept_and_marks_an_overdue_validation(pictured, as_role):
    model, low, high = pictured
    before = rule_side()
    months = {date(2026, 1, 1): [low / 2, high] * 60, date(2026, 2, 1): [high] * 120, date(2026, 3, 1): [low]}
    rule_side_register(RuleSide(scores=lambda _product, _hash: months))
    try:
        client, _person = as_role("auditor")
        page = client.get(f"{BASE}/{model.pk}/change/").content.decode()
    finally:
        rule_side_register(before)
    for words in ("ROC", "Scores by outcome", "Lift", "What moves the PD", "Stability", "2026-02", "moved", "overdue"):
        assert words in page
    assert page.count("<svg viewBox") >= 7
    assert "Not recorded" not in page
    assert "not enough data" in page
    assert "overdue" in client.get(f"{BASE}/").content.decode()


def test_an_older_card_says_that_nothing_was_recorded(lent, as_role):
    model = candidate(lent)
    client, _person = as_role("auditor")
    page = client.get(f"{BASE}/{model.pk}/change/").content.decode()
    assert page.count("Not recorded") == 5
    assert "overdue" not in page


def test_two_models_stand_beside_each_other(pictured, as_role):
    model, _low, _high = pictured
    client, _person = as_role("modeller")
    assert "no other model" in client.get(f"{BASE}/{model.pk}/compare/").content.decode()
    features = [{"name": "late", "kind": "number", "direction": "none"}]
    other = candidate(model.product, 8, features=features, metrics={"auc": 0.5})
    page = client.get(f"{BASE}/{model.pk}/compare/?with={other.pk}").content.decode()
    for words in ("+0.2500", "Rank correlation", "income", "1,000 golden rows", "Not recorded"):
        assert words in page
    assert client.get(f"{BASE}/{model.pk}/compare/?with=nothing").status_code == 200
