"""Bounds of a person's decision: what was asked, what the offer table gives, and reasons that are true."""

import pytest

from rules.services.referrals.case import case_open
from rules.services.referrals.errors import ProposalInvalid
from rules.services.referrals.proposals import proposal_checked
from tests.factories.referrals import approval, decline


def problems(case, proposal):
    with pytest.raises(ProposalInvalid) as found:
        proposal_checked(case, proposal)
    return {(problem["field"], problem["code"]) for problem in found.value.facts["problems"]}


def test_the_offer_table_of_the_version_bounds_the_terms(referrer):
    case = case_open(referrer(amount_minor=450_000, duration_months=36))
    assert (case.offer.amount_offered_minor, case.offer.annual_rate, case.offer.term_months) == (400_000, 0.1, 24)
    checked = proposal_checked(case, approval(amount_minor=400_000, term_months=24, annual_rate=0.01))
    assert (checked.annual_rate, checked.is_counter_offer) == (0.1, True)
    assert [reason["code"] for reason in checked.reasons] == ["COUNTER_OFFER_AMOUNT", "COUNTER_OFFER_TERM"]
    assert problems(case, approval(amount_minor=400_001, term_months=25)) == {
        ("amount", "out_of_range"), ("term_months", "out_of_range"),
    }  # fmt: skip


def test_where_the_table_gives_nothing_the_terms_are_the_persons_and_two_must_agree(referrer):
    case = case_open(referrer(telephone="A191"))
    assert case.offer is None
    checked = proposal_checked(case, approval(annual_rate=0.2))
    assert (checked.is_beyond_table, checked.annual_rate, checked.weight_minor) == (True, 0.2, 350_000)
    assert problems(case, approval()) == {("annual_rate", "out_of_range")}
    assert problems(case, approval(amount_minor=350_001, annual_rate=0.2)) == {("amount", "out_of_range")}


def test_a_decline_needs_a_specific_reason_that_is_true(referrer):
    case = case_open(referrer())
    assert case.reasons[0].code == "AMOUNT_REQUESTED"
    assert "AMOUNT_ABOVE_MAXIMUM" in case.untrue
    for reasons, code in (
        ([], "missing"),
        (["PERSON_REVIEW"], "not_specific"),
        (["DECLINED_AFTER_CHECKS"], "not_specific"),
        (["MODEL_RISK"], "not_specific"),
        (["COUNTER_OFFER_AMOUNT"], "not_specific"),
        (["AMOUNT_ABOVE_MAXIMUM"], "untrue"),
        (["NO_GUARANTOR", "SAVINGS_LOW", "CREDIT_RECORD", "LOAN_PURPOSE", "AMOUNT_REQUESTED"], "too_many"),
    ):
        assert problems(case, decline(reasons=reasons)) == {("reasons", code)}, reasons
    told = proposal_checked(case, decline("AMOUNT_REQUESTED", "SAVINGS_LOW"))
    assert [reason["code"] for reason in told.reasons] == ["AMOUNT_REQUESTED", "SAVINGS_LOW"]
    assert all(reason["zh"] and reason["en"] for reason in told.reasons)
    assert told.weight_minor == 350_000


def test_every_problem_is_told_at_once(referrer):
    case = case_open(referrer())
    assert problems(case, approval(amount_minor=None, term_months=None, note="short")) == {
        ("note", "length"), ("amount", "out_of_range"), ("term_months", "out_of_range"),
    }  # fmt: skip
    assert problems(case, decline(outcome="", note="x" * 20)) == {("outcome", "missing")}
