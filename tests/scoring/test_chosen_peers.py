"""Peers choose their setting on their training rows; the figure of one that peeks stands beside it."""

import pytest

from benchmarks.model_quality import chosen

LUCKY = [(0.70, 0.82), (0.70, 0.80)]
SOUND = [(0.75, 0.78), (0.75, 0.79)]


def test_a_peer_is_told_by_the_setting_that_its_inner_folds_prefer():
    assert chosen([LUCKY, SOUND])["auc"] == pytest.approx(0.785)


def test_a_peer_that_peeks_is_told_by_the_setting_that_the_rows_left_out_prefer():
    assert chosen([LUCKY, SOUND])["by_answer"] == pytest.approx(0.81)


def test_a_peer_chooses_anew_in_each_split():
    turned = [(0.80, 0.70), (0.60, 0.90)]
    assert chosen([turned, SOUND])["auc"] == pytest.approx((0.70 + 0.79) / 2)
