"""What own money could have paid, what was usual before, and what is a repayment: not held against a borrower."""

from dataclasses import replace

import msgspec
from hypothesis import given, settings

from monitoring.diversion.classify import classes_of
from monitoring.diversion.model import Account, Relation, Stream
from monitoring.diversion.pools import Method
from monitoring.diversion.trace import TraceRules, trace
from monitoring.diversion.verdict import Cause, State, Verdict, judge
from tests.diversion.diversion_streams import ACCOUNTS, LOAN, POLICY, line, moved, stream
from tests.diversion.diversion_worlds import World, worlds

FAIR = msgspec.structs.replace(POLICY, own_money_share=0.67)
RICH = (Account(1, Relation.OWN, "own-main", 80_000), *ACCOUNTS[1:])
TUITION = line(2, 10, -90_000, text="tuition")
SHARES = line(3, 5, -60_000, counterparty="中信证券")


def verdict(found: Stream, policy=FAIR) -> Verdict:
    return judge(found, policy)[1]


def test_who_spent_the_loan_as_declared_bought_shares_of_own_money() -> None:
    found = verdict(stream(TUITION, SHARES, accounts=RICH))
    assert (found.state, found.diverted_minor) == (State.CONSISTENT, 0)
    assert Cause.OWN_MONEY in found.causes


def test_where_the_policy_does_not_say_so_the_method_alone_counts() -> None:
    """The twin, and what policies from before go on meaning."""
    found = verdict(stream(TUITION, SHARES, accounts=RICH), POLICY)
    assert (found.state, Cause.OWN_MONEY in found.causes) == (State.SUSPECTED, False)


def test_what_own_money_could_not_have_paid_counts_all_the_same() -> None:
    found = verdict(stream(TUITION, line(3, 5, -95_000, counterparty="中信证券"), accounts=RICH))
    assert (found.state, found.diverted_minor) == (State.SUSPECTED, 15_000)


def test_who_spent_half_as_declared_gets_no_benefit_of_own_money() -> None:
    half = replace(TUITION, amount_minor=-50_000)
    assert verdict(stream(half, SHARES, accounts=RICH)).state is State.SUSPECTED


def test_for_consumption_at_large_what_is_spent_beyond_the_habit_counts() -> None:
    assert verdict(stream(TUITION, SHARES, accounts=RICH, purpose="consumption")).state is State.CONSISTENT
    known = [line(10 + month, -28.0 * month, -29_000, text="tuition") for month in (1, 2, 3)]
    rich = (replace(RICH[0], opening_balance_minor=200_000), *RICH[1:])
    usual = stream(*known, TUITION, SHARES, line(30, 90, -1, text="rent"), accounts=rich, purpose="consumption")
    assert verdict(usual).state is State.SUSPECTED


def test_a_purpose_that_nobody_knows_gets_no_benefit() -> None:
    assert verdict(stream(TUITION, SHARES, accounts=RICH, purpose="")).state is State.SUSPECTED


@settings(max_examples=80, deadline=None)
@given(worlds(largest=10**6))
def test_the_trace_in_the_borrower_s_favour_loses_no_unit(world: World) -> None:
    fair = trace(world.stream(), TraceRules(Method.HAIRCUT, 30, 2, frozenset({"education"})))
    amounts = [*fair.used.values(), *fair.remaining.values(), *fair.lost.values()]
    assert sum(amounts) == fair.disbursed_minor and all(amount > 0 for amount in amounts)


def test_own_money_leaves_first_but_for_the_purpose() -> None:
    rules = TraceRules(Method.FIFO, 90, 3, frozenset({"education"}))
    found = trace(stream(line(2, 1, -30_000, text="tuition"), line(3, 2, -90_000, text="证券"), accounts=RICH), rules)
    assert found.used == {"education": 30_000, "securities": 10_000}


def test_a_habit_is_told_by_the_days_that_statements_cover() -> None:
    """A mortgage paid twice in the 45 days that are known, and three times in the 90 after: nothing new."""
    known = [line(10, -45, -6_000, text="按揭还款"), line(11, -15, -6_000, text="按揭还款")]
    after = [line(20 + day, day, -6_000, text="按揭还款") for day in (15, 45, 75)]
    found = verdict(stream(*known, *after, line(30, 90, -1, text="rent"), accounts=RICH))
    assert sum(found.prohibited.values()) == 0
    assert sum(found.habitual.values()) > 0


def test_a_habit_of_the_borrower_does_not_excuse_what_a_linked_account_pays() -> None:
    known = [line(10, -60, -20_000, counterparty="中信证券"), line(11, -30, -20_000, counterparty="中信证券")]
    away = [*moved(20, 1, LOAN, to=3), line(22, 3, -LOAN, account=3, counterparty="中信证券")]
    rich = (replace(RICH[0], opening_balance_minor=40_000), *RICH[1:])
    found = verdict(stream(*known, line(12, 30, -1, counterparty="中信证券"), *away, accounts=rich))
    assert found.state is State.SUSPECTED
    assert found.habitual == {"securities": 0}


def test_money_to_the_lender_that_is_called_a_repayment_is_one_and_a_deposit_comes_back() -> None:
    paid = [
        line(2, 30, -1_000, counterparty_key="lender", text="贷款还款"),
        line(3, 31, -1_000, counterparty_key="lender", text="deposit"),
    ]
    found = classes_of(stream(*paid))
    assert (found[2].category, found[3].category) == ("repayment", "circular_return")
