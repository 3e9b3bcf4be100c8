"""The report on seeded cases: rates, intervals and precision; the shipped policy reaches what is wanted on a sample."""

import msgspec
import pytest

from benchmarks.diversion_injections import injected
from benchmarks.diversion_streams import generated_streams
from monitoring.diversion.measuring import FALSE_POSITIVES_MOST, RECALL_WANTED, measured, precision_at, wilson
from riskengine.demo.loan_use import POLICY


def test_the_shipped_policy_finds_what_was_injected() -> None:
    figures = measured(injected(generated_streams(240, seed=11), seed=11), POLICY)
    assert figures["false_positives"]["share"] <= FALSE_POSITIVES_MOST
    for pattern, wanted in RECALL_WANTED.items():
        assert figures["recall"][pattern]["share"] >= wanted, pattern  # 20 cases each: the report has the rest


def test_a_policy_that_never_looks_at_own_money_suspects_honest_investors() -> None:
    """The twin: the harmless half is hard enough to be seen."""
    strict = msgspec.structs.replace(POLICY, own_money_share=None)
    figures = measured(injected(generated_streams(240, seed=11), seed=11), strict)
    assert figures["false_positives"]["share"] > FALSE_POSITIVES_MOST


def test_a_policy_that_prohibits_nothing_finds_nothing() -> None:
    """The twin: it is the policy that finds, not the injector's mark."""
    blind = msgspec.structs.replace(POLICY, prohibited=(), circular_share=1.0, off_purpose_share=1.0)
    figures = measured(injected(generated_streams(60, seed=11), seed=11), blind)
    assert figures["recall"]["all"]["suspected"] == 0
    assert not figures["is_reached"]


def test_precision_follows_from_both_rates_and_the_prevalence() -> None:
    assert precision_at(0.01, 0.95, 0.02) == pytest.approx(0.0095 / (0.0095 + 0.0198))
    assert precision_at(0.05, 1.0, 0.0) == 1.0
    assert precision_at(0.05, 0.0, 0.0) is None
    assert precision_at(0.05, None, 0.0) is None


def test_an_interval_holds_the_share_and_never_leaves_zero_to_one() -> None:
    assert wilson(0, 300) == pytest.approx((0.0, 0.01264), abs=1e-5)
    assert wilson(300, 300)[1] == 1.0
