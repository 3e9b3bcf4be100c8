"""Reasons found by replacement are claims that hold: one by one, and together."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.replacement import reasons_by_replacement
from scoring.truth import truth_of
from tests.reasons.made import CODES, FEATURES, linear

REFERENCE = np.zeros(len(FEATURES), dtype=np.float32)
ROWS = st.lists(st.floats(-3, 3, width=32), min_size=len(FEATURES), max_size=len(FEATURES))


def _found(row, weights=None, codes=CODES):
    margins = linear(weights)
    given_row = np.array(row, dtype=np.float32)
    return reasons_by_replacement(given_row, REFERENCE, features=FEATURES, reason_codes=codes, margins=margins)


def test_it_names_the_four_that_close_most_of_the_gap_strongest_first():
    found = _found([1, 5, 2, 4, 3, -9])
    assert [reason.code for reason in found.reasons] == ["B", "D", "E", "C"]
    assert (found.gap, found.closed) == (6, 14)


def test_it_measures_variables_of_one_reason_together():
    found = _found([3, 3, 5, 0, 0, 0], codes={**CODES, "a": "AB", "b": "AB"})
    assert [(reason.code, reason.variables, reason.excess) for reason in found.reasons] == [
        ("AB", ["a", "b"], 6), ("C", ["c"], 5),
    ]  # fmt: skip


def test_it_never_names_what_would_raise_the_risk_or_has_no_reason():
    found = _found([2, -2, 4, 0, 0, 0], codes={**CODES, "c": ""})
    assert [reason.code for reason in found.reasons] == ["A"]


def test_it_names_nothing_where_nothing_is_worse_than_the_reference():
    assert _found([-1] * 6).reasons == []


def test_two_that_only_count_together_are_found_as_the_pair_that_closes_the_gap():
    """Where a and b each mask the other, greed by the strongest alone would stop short."""

    def margins(matrix):
        a, b, c, d = matrix[:, 0], matrix[:, 1], matrix[:, 2], matrix[:, 3]
        return np.maximum(a, b) * 4.0 + 0.5 * a + 0.4 * b + 0.6 * c + 0.1 * d

    row = np.array([1, 1, 1, 1, 0, 0], dtype=np.float32)
    found = reasons_by_replacement(row, REFERENCE, features=FEATURES, reason_codes=CODES, margins=margins)
    assert {"A", "B"} <= {reason.code for reason in found.reasons}
    assert found.closed >= found.gap / 2


def test_the_strongest_alone_is_always_among_them():
    def margins(matrix):
        return np.maximum(matrix[:, 0], 0.9 * (matrix[:, 1] + matrix[:, 2])) + 0.05 * matrix[:, 3]

    row = np.array([3, 1, 0.5, 1, 0, 0], dtype=np.float32)
    found = reasons_by_replacement(row, REFERENCE, features=FEATURES, reason_codes=CODES, margins=margins)
    assert found.reasons[0].code == "A"


@given(ROWS)
def test_what_is_named_is_true_and_a_liar_is_seen(row):
    margins = linear()
    given_row = np.array(row, dtype=np.float32)
    found = _found(row)
    assume(found.reasons and found.gap > 0 and len(set(row)) == len(row))
    truth = truth_of(
        given_row, REFERENCE, named=[reason.code for reason in found.reasons], features=FEATURES, reason_codes=CODES,
        margins=margins,
    )  # fmt: skip
    assert truth.lowers
    assert truth.stands_out
    assert truth.closes_half
    safest = CODES[FEATURES[int(np.argmin(given_row))]]
    if given_row.min() <= 0:
        lie = truth_of(given_row, REFERENCE, named=[safest], features=FEATURES, reason_codes=CODES, margins=margins)
        assert not lie.lowers


@pytest.mark.parametrize("named", [[], ["A"]])
def test_too_few_reasons_do_not_close_half_the_gap(named):
    row = np.array([0.5, 2, 2, 2, 2, 2], dtype=np.float32)
    truth = truth_of(row, REFERENCE, named=named, features=FEATURES, reason_codes=CODES, margins=linear())
    assert not truth.closes_half
