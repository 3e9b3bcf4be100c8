"""The figures of triggers and the thresholds that fit officers, counted by hand and held to their meaning."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.triggers.capacity import capacity_threshold
from monitoring.triggers.measures import figures, first_dates, lead_time, wilson


def flags(text):
    return np.array([letter == "1" for letter in text])


def test_figures_are_those_counted_by_hand():
    found = figures(flags("1110000000"), flags("1100000001"))
    assert (found["fired"], found["right"], found["false"], found["missed"]) == (3, 2, 1, 1)
    assert found["precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["recall"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["false_alarms_per_1000"] == 100.0


def test_what_is_undefined_is_null_and_never_nought():
    nothing = figures(flags("0000"), flags("0000"))
    assert nothing["precision"] is None and nothing["recall"] is None
    assert nothing["precision_interval"] is None and nothing["false_alarms_per_1000"] == 0.0


def test_the_interval_is_wilsons():
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)  # Newcombe, Statistics in Medicine 17, 1998
    assert wilson(0, 0) is None


@given(st.integers(0, 500).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))))
def test_an_interval_holds_its_share(pair):
    interval = wilson(*pair)
    assert interval is None if pair[1] == 0 else 0 <= interval[0] <= pair[0] / pair[1] <= interval[1] <= 1


def test_lead_time_runs_from_the_first_review_that_saw_it():
    days = {date(2005, 8, 31): flags("1000"), date(2005, 9, 30): flags("1101")}
    first = first_dates(days, 4)
    assert first == [date(2005, 8, 31), date(2005, 9, 30), None, date(2005, 9, 30)]
    found = lead_time(first[:3], [date(2005, 10, 31)] * 3)
    assert (found["counted"], found["never"], found["median_days"]) == (2, 1, 46.0)
    assert found["by_days"] == [{"days": 31, "accounts": 1}, {"days": 61, "accounts": 1}]


def test_seen_on_the_day_of_default_is_not_in_time():
    assert lead_time([date(2005, 10, 31)], [date(2005, 10, 31)])["never"] == 1


def test_a_capacity_is_filled_and_a_tie_across_its_edge_stays_out():
    assert capacity_threshold([0.9, 0.8, 0.5, 0.5, 0.5, 0.1], 4) == 0.8


def test_where_all_fit_all_are_warned_of_and_where_none_fits_none():
    assert capacity_threshold([0.2, 0.3, math.nan], 2) == 0.0
    assert capacity_threshold([0.2, 0.3], 0) is None
    for wrong, most in (([1.2], 1), ([0.2], -1)):
        with pytest.raises(ValueError, match=r"not negative|between"):
            capacity_threshold(wrong, most)


@given(st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), max_size=60), st.integers(0, 40))
def test_no_capacity_is_ever_passed_and_no_lower_threshold_would_fit(pds, most):
    found = capacity_threshold(pds, most)
    reached = 0 if found is None else sum(pd >= found for pd in pds)
    assert reached <= most
    lower = max((pd for pd in pds if found is None or pd < found), default=None)
    assert lower is None or sum(pd >= lower for pd in pds) > most
