"""What the starter policies do on the shipped data is sensible, and is what the documentation says."""

from functools import lru_cache
from pathlib import Path

import pytest

from benchmarks.policy_outcomes import POLICIES, outcomes

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "data.md"
found = lru_cache(outcomes)


@pytest.mark.parametrize("policy", ["instalment-pre-loan", "card-pre-loan"])
def test_most_are_decided_by_the_machine_and_the_bad_rate_rises_with_the_outcome(policy):
    approve, refer, decline = found(policy)["outcomes"].values()
    assert 0.50 <= approve["share"] <= 0.65
    assert 0.20 <= refer["share"] <= 0.35
    assert approve["bad_rate"] < refer["bad_rate"] < decline["bad_rate"]


def test_early_warnings_are_right_every_second_time_and_find_half_of_the_defaulters():
    levels = found("card-post-loan")["outcomes"]
    rates = [level["bad_rate"] for level in levels.values()]
    assert rates == sorted(rates)
    assert levels["YELLOW"]["at_least_precision"] >= 0.5 and levels["YELLOW"]["at_least_recall"] >= 0.5
    assert levels["RED"]["at_least_precision"] >= 0.7


@pytest.mark.parametrize("policy", POLICIES)
def test_the_documentation_states_these_figures(policy):
    text = DOCUMENT.read_text()
    for level, row in found(policy)["outcomes"].items():
        stated = f"| {level} | {row['share']:.1%} | {row['bad_rate']:.1%} |".replace("%", " %")
        assert stated in text
