"""Drift reports on synthetic decisions: one per period, frozen references, alerts that merge."""

from datetime import UTC, date, datetime

import msgspec
import numpy as np
import polars as pl
import pytest
from django.db import IntegrityError, transaction

from lending.models import LoanMonth
from monitoring.models import DriftFigure, DriftReference, DriftReport, WarningCase
from monitoring.services.drift_reports import NoDriftPolicy, drift_report, period_ended
from scoring.services.catalogues.life import catalogue_live
from tests.drift.synthetic import DAY, NOW, POLICY, Synthetic
from tests.factories.scoring import product

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = date(2026, 9, 15), date(2026, 10, 15)


def poorer(frame):
    return frame.with_columns(income=pl.col("income") * 0.5)


def states(report, measure):
    return dict(report.figures.filter(measure=measure).values_list("subject", "state"))


@pytest.fixture
def lent():
    return Synthetic()


@pytest.mark.parametrize(
    ("as_of", "unit", "since", "until"),
    [
        ("2026-11-02", "month", "2026-10-01", "2026-10-31"),
        ("2026-10-31", "month", "2026-10-01", "2026-10-31"),
        ("2026-10-30", "month", "2026-09-01", "2026-09-30"),
        ("2026-01-05", "month", "2025-12-01", "2025-12-31"),
        ("2026-11-22", "week", "2026-11-16", "2026-11-22"),
        ("2026-11-21", "week", "2026-11-09", "2026-11-15"),
    ],
)
def test_a_report_is_of_the_last_period_that_had_ended(as_of, unit, since, until):
    found = period_ended(date.fromisoformat(as_of), unit)
    assert (found.since, found.until) == (date.fromisoformat(since), date.fromisoformat(until))


def test_applicants_like_those_of_training_are_stable_and_raise_nothing(lent):
    lent.decide(SEPTEMBER, 120, seed=2)
    lent.decide(OCTOBER, 700, seed=3)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    assert report.state == "STABLE" and report.level == "NONE"
    assert set(states(report, "CSI")) == {"late", "income", "purpose", "savings", "noise"}
    assert states(report, "HIT_RATE") == {"OFTEN": "STABLE"}
    assert not WarningCase.objects.exists()


def test_poorer_applicants_drift_and_raise_one_alert_that_the_next_period_merges_into(lent):
    lent.decide(SEPTEMBER, 700, seed=2, change=poorer)
    lent.decide(OCTOBER, 700, seed=3, change=poorer, often=0.5)
    first = drift_report(product=lent.product, as_of=date(2026, 10, 2), at=NOW)
    assert first.state == "DRIFTING" and states(first, "PSI") == {"": "DRIFTING"}
    assert states(first, "CSI")["income"] == "DRIFTING" and states(first, "CSI")["noise"] == "STABLE"
    scores = WarningCase.objects.get(topic="SCORES")
    assert (scores.product, scores.about_loan, scores.about_customer, scores.hits) == (lent.product, None, None, 1)
    assert scores.causes[0]["code"] == "DRIFT_PSI" and scores.causes[0]["zh"]
    assert not WarningCase.objects.filter(topic="HIT_RATE").exists()
    second = drift_report(product=lent.product, as_of=DAY, at=NOW)
    assert states(second, "HIT_RATE") == {"OFTEN": "DRIFTING"}
    scores.refresh_from_db()
    assert (scores.hits, scores.facts["report"]) == (2, second.pk)
    assert scores.facts["model"] == second.model_hash and second.model_hash in scores.key
    hits = WarningCase.objects.get(topic="HIT_RATE")
    assert (hits.hits, hits.facts["rule"]) == (1, "OFTEN")
    assert hits.causes[0]["en"].startswith("Rule hits more or less often: Often (")
    assert hits.causes[0]["zh"].startswith("规则命中率发生变化：常见（")


def test_a_case_names_variables_by_their_labels_in_both_languages(lent):
    lent.decide(SEPTEMBER, 700, seed=2, change=poorer)
    drift_report(product=lent.product, as_of=date(2026, 10, 2), at=NOW)
    income = catalogue_live().of_product(lent.product.code)["income"]
    causes = WarningCase.objects.get(topic="VARIABLES").causes
    assert any(one["en"].startswith(f"Variable is distributed otherwise: {income.en} (CSI") for one in causes)
    assert any(one["zh"].startswith(f"变量分布发生变化：{income.zh}（CSI") for one in causes)
    assert income.en != "income" != income.zh


def test_asking_again_gives_the_same_report_and_no_second_hit(lent):
    lent.decide(OCTOBER, 400, seed=3, change=poorer)
    first = drift_report(product=lent.product, as_of=DAY, at=NOW)
    assert drift_report(product=lent.product, as_of=date(2026, 11, 20), at=NOW) == first
    assert DriftReport.objects.count() == 1 and WarningCase.objects.get(topic="SCORES").hits == 1


def test_few_decisions_are_not_enough_data_and_raise_nothing(lent):
    lent.decide(OCTOBER, 20, seed=3, change=poorer)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    assert report.state == "NOT_ENOUGH_DATA" and set(report.figures.values_list("state", flat=True)) == {
        "NOT_ENOUGH_DATA"
    }
    assert not WarningCase.objects.exists()


def test_a_period_without_decisions_is_not_enough_data(lent):
    assert drift_report(product=lent.product, as_of=DAY, at=NOW).state == "NOT_ENOUGH_DATA"


def test_a_measure_that_does_not_alert_is_reported_and_raises_nothing():
    quiet = msgspec.structs.replace(POLICY, has_score_alerts=False, has_variable_alerts=False)
    lent = Synthetic(quiet)
    lent.decide(OCTOBER, 400, seed=3, change=poorer)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    assert report.state == "DRIFTING" and report.level == "NONE"
    assert not WarningCase.objects.exists()


def test_an_old_package_gets_its_bins_from_its_first_decisions_frozen_on_first_use():
    lent = Synthetic(is_old_package=True)
    lent.decide(date(2026, 8, 5), 99, seed=2)
    lent.decide(OCTOBER, 200, seed=3, change=poorer)
    early = drift_report(product=lent.product, as_of=date(2026, 10, 1), at=NOW)
    assert "no_model_reference" in early.notes or early.decisions == 0
    lent.decide(SEPTEMBER, 300, seed=4)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    frozen = DriftReference.objects.get(subject="MODEL")
    assert (frozen.cases, frozen.since, frozen.until) == (100, date(2026, 8, 5), SEPTEMBER)
    assert states(report, "CSI")["income"] == "DRIFTING" and "reference_is_first_decisions" in report.notes
    lent.decide(date(2026, 11, 9), 200, seed=8, change=poorer)
    drift_report(product=lent.product, as_of=date(2026, 12, 1), at=NOW)
    assert DriftReference.objects.get(subject="MODEL") == frozen


def test_matured_outcomes_are_held_against_pds_and_younger_ones_are_not(lent):
    day = date(2026, 4, 10)
    decided = lent.decide(day, 500, seed=4)
    true = np.random.default_rng(1).random(500) < decided["pd"].to_numpy()
    lent.pay_out(decided, day, bads=true)
    young = lent.decide(date(2026, 8, 10), 100, seed=5)
    lent.pay_out(young, date(2026, 8, 10), bads=[True] * 100, months=2)
    lent.decide(OCTOBER, 100, seed=6)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    assert report.matured == 500
    assert states(report, "SLOPE") == {"": "STABLE"} and states(report, "IN_THE_LARGE") == {"": "STABLE"}
    assert DriftFigure.objects.filter(measure="GRADE").count() == 10


def test_outcomes_worse_than_promised_raise_an_alert(lent):
    day = date(2026, 4, 10)
    decided = lent.decide(day, 400, seed=4)
    lent.pay_out(decided, day, bads=np.random.default_rng(1).random(400) < 0.7)
    lent.decide(OCTOBER, 100, seed=6)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    assert states(report, "IN_THE_LARGE") == {"": "DRIFTING"}
    assert WarningCase.objects.get(topic="CALIBRATION").level == "ORANGE"


def test_what_became_known_after_the_period_does_not_count(lent):
    day = date(2026, 4, 10)
    lent.pay_out(lent.decide(day, 200, seed=4), day, bads=[False] * 200)
    lent.decide(OCTOBER, 100, seed=6)
    LoanMonth.objects.filter(business_date=date(2026, 10, 31)).delete()
    LoanMonth.objects.filter(business_date=date(2026, 9, 30)).update(known_at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    assert drift_report(product=lent.product, as_of=DAY, at=NOW).matured == 0


def test_a_report_its_figures_and_references_never_change(lent):
    lent.decide(SEPTEMBER, 120, seed=2)
    lent.decide(OCTOBER, 120, seed=3)
    drift_report(product=lent.product, as_of=DAY, at=NOW)
    for model in (DriftReport, DriftFigure, DriftReference):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(id=model.objects.first().pk + 1_000)


def test_without_a_policy_there_is_no_report():
    with pytest.raises(NoDriftPolicy):
        drift_report(product=product(), as_of=DAY, at=NOW)
