"""Zh, its weights and its threshold."""

from datetime import date

import numpy as np
import pytest

from monitoring.regions.beats import beats
from monitoring.regions.combined import combined, history, weighting
from monitoring.regions.fluctuation import Limits, Month
from monitoring.regions.months import month_add

FIRST = date(2023, 1, 1)
ONES = (1.0, 1.0, 1.0)
STATED = (0.2, 0.3, 0.5)


def a_book(months, *, leads, seed=1):
    """Surges of applications that lead missed due dates by a month where `leads`, else only noise."""
    random = np.random.default_rng(seed)
    asked, missed = [1000.0], [0.03]
    for _ in range(1, months):
        surge = max(asked[-1] / np.mean(asked[-7:-1] or asked) - 1.0, 0.0)
        change = 0.01 * surge - 0.3 * (missed[-1] - 0.03) if leads else 0.0
        missed.append(missed[-1] + change if leads else 0.03 * (1.0 + 0.1 * random.standard_normal()))
        asked.append(1000.0 * (1.5 if random.random() < 0.3 else 1.0))
    return {
        month_add(FIRST, place): Month(
            applications=round(asked[place]),
            contracts=500,
            rated=500,
            rated_minor=1_000_000,
            rate_amount=120_000.0 * (1.0 + 0.01 * random.random()),
            customers_due=100_000,
            customers_missed=round(100_000 * missed[place]),
        )
        for place in range(months)
    }


def fitted(books, **more):
    last = max(max(months) for months in books.values())
    settings = {"amplify": ONES, "limits": Limits(), "stated": STATED, "least": 24, "level": 0.05}
    return weighting(books, last, **{**settings, **more})


def test_weights_are_fitted_where_surges_lead_defaults():
    found = fitted({"a": a_book(36, leads=True), "b": a_book(36, leads=True, seed=2)})
    assert (found.basis, found.why) == ("FITTED", "")
    assert found.weights[0] > 0.0
    assert all(weight >= 0.0 for weight in found.weights)
    assert found.verdict.skill > 0.2


@pytest.mark.parametrize("seed", range(1, 9))
def test_noise_is_not_fitted_but_described(seed):
    found = fitted({"a": a_book(36, leads=False, seed=seed), "b": a_book(36, leads=False, seed=seed + 100)})
    # What falls after it rose is no lead of ours: pure noise returns to its mean.
    assert (found.basis, found.why, found.weights) == ("DESCRIPTIVE", "NOT_BETTER", STATED)


def test_a_test_without_its_level_would_take_luck_for_skill():
    """The twin: with any p-value good enough, some noise passes that the test refuses."""
    books = [{"a": a_book(36, leads=False, seed=seed)} for seed in range(40)]
    lucky = [fitted(book, level=1.0).basis for book in books]
    strict = [fitted(book).basis for book in books]
    assert lucky.count("FITTED") > strict.count("FITTED")


def test_twenty_three_months_are_too_few_to_fit():
    # Three months pass before a fluctuation has a value, and the last one has no next month yet.
    assert fitted({"a": a_book(27, leads=True)}).why == "FEW_MONTHS"
    assert fitted({"a": a_book(28, leads=True)}).months == 24


def test_products_are_pooled_but_months_are_counted_once():
    found = fitted({"a": a_book(36, leads=True), "b": a_book(36, leads=True, seed=2)})
    assert (found.months, found.cases) == (32, 64)


def test_nothing_after_the_day_is_used():
    months = a_book(36, leads=True)
    until = month_add(FIRST, 30)
    early = {month: row for month, row in months.items() if month <= until}
    settings = (ONES, Limits(), STATED, 24, 0.05)
    assert weighting({"a": months}, until, *settings) == weighting({"a": early}, until, *settings)


def judged(months, month, **more):
    settings = {"amplify": ONES, "limits": Limits(), "weights": STATED, "percentile": 0.8, "least": 24}
    return combined(months, month, **{**settings, **more})


def test_zh_is_the_weighted_sum_of_what_rose():
    months = a_book(36, leads=True)
    last = max(months)
    found = judged(months, last)
    assert found.zh == pytest.approx(sum(found.parts))
    assert all(part >= 0.0 for part in found.parts)


def test_zh_equal_to_dr_counts_as_risky():
    months = {
        month_add(FIRST, place): row for place, row in enumerate([next(iter(a_book(1, leads=True).values()))] * 36)
    }
    found = judged(months, max(months))
    assert (found.zh, found.threshold, found.state) == (0.0, 0.0, "RISKY")


def test_dr_comes_from_earlier_months_only():
    months = a_book(36, leads=True)
    last = max(months)
    past = [value for _, value in history(months, month_add(last, -1), ONES, Limits(), STATED) if value is not None]
    found = judged(months, last)
    assert found.threshold == pytest.approx(np.quantile(past, 0.8))
    assert found.threshold_months == len(past)


def test_a_product_without_enough_past_has_no_dr_and_is_not_assessed():
    months = a_book(27, leads=True)
    found = judged(months, max(months))
    assert (found.state, found.threshold) == ("NOT_ASSESSED", None)
    assert found.zh is not None


def test_an_unknown_part_makes_zh_unknown_and_never_zero():
    months = a_book(36, leads=True)
    last = max(months)
    months[last] = Month(applications=1000, contracts=0, customers_due=100_000, customers_missed=3_000)
    found = judged(months, last)
    assert (found.state, found.zh, found.parts[1]) == ("NOT_ASSESSED", None, None)


def test_a_forecast_is_judged_by_groups_not_by_cases():
    gains = [1.0] * 50 + [-1.0] * 4
    groups = ["one"] * 50 + ["two", "three", "four", "five"]
    verdict = beats([1.0 - gain / 2 for gain in gains], [1.0] * 54, groups, 0.05)
    assert verdict.skill > 0.0
    assert not verdict.is_better


def test_four_groups_tell_nothing():
    assert beats([0.1] * 4, [1.0] * 4, [1, 2, 3, 4], 0.05).p_value is None
