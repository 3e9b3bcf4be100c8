"""Hops, splits, delays, refunds, round trips and what is not known, by examples."""

import pytest

from monitoring.diversion.model import Account, Relation
from monitoring.diversion.pools import Method
from monitoring.diversion.statements import Basis
from monitoring.diversion.trace import HOP_LIMIT, NO_SECOND_LINE, StreamUnusable, Trace, TraceRules, trace
from tests.diversion.diversion_streams import LOAN, line, moved, stream

HAIRCUT = TraceRules(Method.HAIRCUT, days=90, hops=3)
FIFO = TraceRules(Method.FIFO, days=90, hops=3)


def used(found: Trace) -> dict[str, int]:
    return found.used


@pytest.mark.parametrize("rules", [HAIRCUT, FIFO], ids=["haircut", "fifo"])
def test_money_is_followed_through_two_accounts_that_date_the_transfer_differently(rules: TraceRules) -> None:
    lines = [
        *moved(2, 1, 60_000, to=2, takes=2),
        *moved(4, 4, 60_000, account=2, to=3, takes=-0.5),
        line(6, 5, -60_000, account=3, counterparty="中信证券"),
    ]
    found = trace(stream(*lines), rules)
    assert found.used == {"securities": 60_000}
    assert found.remaining == {1: 40_000}
    assert [flow.target for flow in found.flows] == ["account:1", "account:2", "account:3", "use:securities"]


def test_other_money_takes_its_share_under_a_haircut_and_goes_first_under_fifo() -> None:
    lines = [line(2, -1, LOAN, text="salary"), line(3, 2, -LOAN, counterparty="Interactive Brokers")]
    assert used(trace(stream(*lines), HAIRCUT)) == {"securities": 50_000}
    assert used(trace(stream(*lines), FIFO)) == {}


def test_the_hop_limit_and_an_arrival_not_shown_are_out_of_sight_and_not_forgotten() -> None:
    lines = [*moved(2, 1, 60_000, to=2), line(4, 2, -30_000, counterparty_key="brother")]
    found = trace(stream(*lines), TraceRules(Method.FIFO, days=90, hops=0))
    assert found.lost == {HOP_LIMIT: 60_000, NO_SECOND_LINE: 30_000}
    assert found.remaining == {1: 10_000}


def test_money_on_its_way_when_the_window_closes_remains() -> None:
    found = trace(stream(*moved(2, 89, 60_000, to=2, takes=3)), HAIRCUT)
    assert found.remaining == {1: 40_000, 2: 60_000}


def test_what_happens_after_the_window_does_not_count() -> None:
    lines = [line(2, 90, -10_000, counterparty="证券"), line(3, 90.01, -10_000, counterparty="证券")]
    assert used(trace(stream(*lines), FIFO)) == {"securities": 10_000}


def test_a_refund_gives_the_money_back_but_sold_shares_were_bought() -> None:
    lines = [
        line(2, 1, -40_000, counterparty_key="shop", counterparty="Apple Store"),
        line(3, 2, 40_000, counterparty_key="shop"),
        line(4, 3, -50_000, counterparty_key="broker", counterparty="Securities Ltd"),
        line(5, 4, 50_000, counterparty_key="broker"),
    ]
    found = trace(stream(*lines), FIFO)
    assert found.used == {"securities": 50_000}
    assert found.remaining == {1: 50_000}


def test_money_that_comes_round_through_another_person_is_noticed() -> None:
    through_brother = [*moved(2, 1, 80_000, to=3), *moved(4, 2, 80_000, account=3, to=1)]
    through_stranger = [line(2, 1, -80_000, counterparty_key="x"), line(3, 2, 80_000, counterparty_key="x")]
    through_savings = [*moved(2, 1, 80_000, to=2), *moved(4, 2, 80_000, account=2, to=1)]
    assert [trace(stream(*lines), FIFO).circular_minor for lines in (through_brother, through_stranger)] == [80_000] * 2
    assert trace(stream(*through_savings), FIFO).circular_minor == 0


def test_money_sent_back_to_the_lender_is_a_return_and_an_instalment_is_not() -> None:
    lines = [
        line(2, 1, -50_000, counterparty_key="lender"),
        line(3, 30, -5_000, counterparty_key="lender", loan_id=7),
        line(4, 31, -6_000, counterparty_key="lender", loan_id=8),
    ]
    assert used(trace(stream(*lines), FIFO)) == {"circular_return": 50_000, "repayment": 5_000, "other_lender": 6_000}


def test_an_overdraft_is_covered_before_anything_is_bought() -> None:
    accounts = (Account(1, Relation.OWN, "own-main", -30_000),)
    found = trace(stream(line(2, 1, -80_000, counterparty="证券"), accounts=accounts), FIFO)
    assert found.used == {"overdraft": 30_000, "securities": 70_000}


def test_an_opening_balance_is_known_or_worked_out_or_the_least_possible_and_says_which() -> None:
    spent = line(2, -5, -20_000, text="rent")
    known = trace(stream(spent, accounts=(Account(1, Relation.OWN, "k", 25_000),)), FIFO).openings
    least = trace(stream(spent, accounts=(Account(1, Relation.OWN, "k"),)), FIFO).openings
    worked_out = stream(line(2, -5, -20_000, balance_after_minor=7_000), accounts=(Account(1, Relation.OWN, "k"),))
    openings = (*known, *least, *trace(worked_out, FIFO).openings)
    assert [(opening.amount_minor, opening.basis) for opening in openings] == [
        (25_000, Basis.KNOWN),
        (20_000, Basis.LEAST),
        (27_000, Basis.FROM_BALANCE),
    ]


def test_two_transfers_of_one_amount_are_not_mixed_up() -> None:
    lines = [*moved(2, 1, 20_000, to=2), *moved(4, 1, 20_000, to=3), line(6, 2, -20_000, account=3, text="tuition")]
    found = trace(stream(*lines), FIFO)
    assert found.remaining == {1: 60_000, 2: 20_000}
    assert found.used == {"education": 20_000}


def test_statements_that_contradict_themselves_are_refused_with_the_cause() -> None:
    doubled = stream(line(1, 2, -5))
    missing = stream(line(2, 2, -5, account=99))
    for broken, cause in ((doubled, "transaction_twice"), (missing, "account_missing")):
        with pytest.raises(StreamUnusable) as caught:
            trace(broken, FIFO)
        assert caught.value.facts["cause"] == cause
