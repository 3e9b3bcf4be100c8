"""What a trace means under the policy: thresholds at their edges, purposes, habits, assumptions."""

import msgspec
import pytest

from lending.transaction_categories import lexicon_default
from monitoring.diversion.model import Account, Relation, Stream, Transaction
from monitoring.diversion.policy import LoanUsePolicy, PolicyProblem, ProhibitedUse, Text, Use, policy_problems
from monitoring.diversion.pools import Method
from monitoring.diversion.verdict import Cause, State, Verdict, judge
from tests.diversion.diversion_streams import LOAN, POLICY, line, moved, stream


def verdict(found: Stream, **changes: object) -> Verdict:
    return judge(found, msgspec.structs.replace(POLICY, **changes))[1]


def to_broker(amount: int, day: float = 3, number: int = 2) -> Transaction:
    return line(number, day, -amount, counterparty="中信证券")


@pytest.mark.parametrize(("amount", "state"), [(9_999, State.CONSISTENT), (10_000, State.SUSPECTED)])
def test_suspicion_begins_at_the_share_itself(amount: int, state: State) -> None:
    assert verdict(stream(to_broker(amount))).state is state


def test_split_payments_are_added_up() -> None:
    found = verdict(stream(*(to_broker(2_000, day, 2 + day) for day in range(1, 7))))
    assert found.prohibited == {"securities": 12_000}
    assert found.state is State.SUSPECTED


def test_refinancing_is_allowed_where_it_is_declared_and_a_house_never() -> None:
    lender, house = line(2, 1, -60_000, text="loan repayment"), line(2, 1, -60_000, text="购房首付")
    assert verdict(stream(lender, purpose="refinance")).state is State.CONSISTENT
    assert verdict(stream(lender, purpose="education")).state is State.SUSPECTED
    assert verdict(stream(house, purpose="refinance")).state is State.SUSPECTED


def test_what_fits_the_purpose_is_consistent_and_what_does_not_is_counted_apart() -> None:
    school, car = line(2, 1, -90_000, text="tuition"), line(2, 1, -90_000, counterparty="Car dealer")
    assert verdict(stream(school)).causes == ()
    assert verdict(stream(car)).causes == (Cause.OFF_PURPOSE,)
    assert verdict(stream(car, purpose="consumption")).state is State.CONSISTENT


def test_living_costs_speak_against_no_purpose() -> None:
    assert verdict(stream(line(2, 1, -95_000, text="rent"))).off_purpose_minor == 0


def test_cash_and_unknown_payees_cannot_be_told() -> None:
    found = verdict(stream(line(2, 1, -30_000, text="ATM"), line(3, 1, -30_000, counterparty="李四")))
    assert (found.state, found.untraceable_share, found.diverted_share) == (State.UNTRACEABLE, 0.6, 0.0)


def test_a_habit_older_than_the_loan_is_not_held_against_the_borrower() -> None:
    before = [line(10 + month, -30.0 * month, -8_000, text="fund subscription") for month in (1, 2, 3)]
    after = [line(20 + month, 29.0 * month, -8_000, text="fund subscription") for month in (1, 2, 3)]
    accounts = (Account(1, Relation.OWN, "k", 24_000),)
    against = (*POLICY.prohibited, ProhibitedUse(Use.WEALTH_PRODUCTS, Text("Rule", "规则")))
    statements = stream(*before, *after, accounts=accounts)
    usual = verdict(statements, prohibited=against)
    assert usual.state is State.CONSISTENT
    assert usual.habitual["wealth_products"] > 0
    assert verdict(statements, prohibited=against, habit_days=0).state is State.SUSPECTED


def test_a_round_trip_is_suspected_from_its_own_share_on() -> None:
    def trip(amount: int) -> Stream:
        return stream(*moved(2, 1, amount, to=3), *moved(4, 2, amount, account=3, to=1))

    assert verdict(trip(29_999)).state is State.CONSISTENT
    assert verdict(trip(30_000)).causes == (Cause.CIRCULAR,)


def test_an_unknown_opening_balance_is_said_and_can_make_all_untraceable() -> None:
    found = stream(to_broker(50_000), accounts=(Account(1, Relation.OWN, "k"),))
    assert verdict(found).causes == (Cause.PROHIBITED_USE, Cause.OPENING_ASSUMED)
    strict = verdict(found, unknown_opening="untraceable")
    assert (strict.state, strict.diverted_minor, strict.untraceable_minor) == (State.UNTRACEABLE, 0, 50_000)


def test_money_above_the_threshold_that_reached_the_borrower_is_named() -> None:
    cited = {"payee_controlled_citation": Text("Rule 2", "规则二")}
    assert verdict(stream(), payee_controlled_from_minor=LOAN, **cited).causes == ()
    above = verdict(stream(), payee_controlled_from_minor=LOAN - 1, **cited)
    assert (above.state, above.causes) == (State.CONSISTENT, (Cause.PAYEE_NOT_CONTROLLED,))


def test_a_purpose_that_the_policy_does_not_know_is_said() -> None:
    assert verdict(stream(purpose="")).causes == (Cause.PURPOSE_UNKNOWN,)


def test_no_verdict_ever_confirms() -> None:
    for method in Method:
        assert verdict(stream(to_broker(LOAN)), method=method).state is State.SUSPECTED


def test_uses_of_the_policy_are_the_classes_of_transfers() -> None:
    incoming = {"salary", "income", "cash_deposit"}
    assert {*lexicon_default().by_code, "repayment", "overdraft", "unknown"} - incoming == set(Use)


def test_a_policy_tells_all_that_is_wrong_with_it() -> None:
    assert policy_problems(POLICY) == []
    broken = LoanUsePolicy(
        prohibited=(ProhibitedUse(Use.CASH, Text("", "")),) * 2,
        purposes=(*POLICY.purposes[:1], *POLICY.purposes[:1]),
        suspicion_share=0.0,
        payee_controlled_from_minor=1,
    )
    assert set(policy_problems(broken)) == set(PolicyProblem) - {PolicyProblem.LABEL_MISSING}
