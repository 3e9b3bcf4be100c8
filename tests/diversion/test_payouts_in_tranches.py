"""A loan paid out in parts: each part is followed, from its own day and account, and a returned instalment is none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitoring.diversion.model import Disbursement, Stream
from monitoring.diversion.pools import Method
from monitoring.diversion.trace import StreamUnusable, TraceRules, trace
from monitoring.diversion.verdict import State, judge
from monitoring.models import DiversionFinding, DiversionWatch
from monitoring.services.diversion.findings import diversion_trace
from monitoring.services.diversion.streams import disbursements_of
from monitoring.services.diversion.watching import loans_due
from tests.diversion.diversion_book import LOAN as BOOK_LOAN
from tests.diversion.diversion_book import NOW, PAID_OUT, account, customer, paid_out, policy_goes_live
from tests.diversion.diversion_book import line as book_line
from tests.diversion.diversion_streams import LOAN, POLICY, line, stream

HAIRCUT = TraceRules(Method.HAIRCUT, days=90, hops=3)
HALF = BOOK_LOAN // 2


def in_two(*lines) -> Stream:
    """LOAN as line 1 on account 1, as much again as line 2 on account 2 after 60 days."""
    whole = stream(line(2, 60, LOAN, account=2, loan_id=7), *lines)
    return replace(whole, disbursement=Disbursement(7, (1, 2), "education"))


def test_what_the_second_tranche_paid_for_is_told_too() -> None:
    told = in_two(line(3, 5, -LOAN, text="tuition"), line(4, 62, -80_000, account=2, counterparty="中信证券"))
    found, verdict = judge(told, POLICY)
    assert found.used == {"education": LOAN, "securities": 80_000}
    assert (found.disbursed_minor, found.remaining) == (2 * LOAN, {2: 20_000})
    assert (verdict.state, verdict.diverted_share) == (State.SUSPECTED, 0.4)


def test_followed_from_the_first_line_alone_the_second_tranche_is_other_money() -> None:
    """The twin: what was done before tranches counted."""
    told = in_two(line(3, 5, -LOAN, text="tuition"), line(4, 62, -80_000, account=2, counterparty="中信证券"))
    first = replace(told, disbursement=Disbursement(7, (1,), "education"))
    assert judge(first, POLICY)[1].state is State.CONSISTENT


def test_the_window_runs_from_the_last_tranche() -> None:
    late = [line(3, 140, -10_000, counterparty="证券"), line(4, 151, -10_000, counterparty="证券")]
    assert trace(in_two(*late), HAIRCUT).used == {"securities": 10_000}


@pytest.mark.parametrize("numbers", [(), (1, 1), (1, 9), (1, 3)])
def test_tranches_that_are_doubled_missing_or_outgoing_are_refused(numbers: tuple[int, ...]) -> None:
    told = replace(in_two(line(3, 5, -1, text="tuition")), disbursement=Disbursement(7, numbers, "education"))
    with pytest.raises(StreamUnusable) as refused:
        trace(told, HAIRCUT)
    assert refused.value.facts["cause"] == "no_disbursement"


@pytest.fixture
def policy(db) -> None:
    policy_goes_live()


def test_the_book_s_tranches_are_followed_from_every_account_they_reached(policy: None) -> None:
    owner = customer()
    main, savings = account(owner, "main"), account(owner, "savings")
    loan = paid_out(owner, main, amount=HALF)
    book_line(main, 4, -HALF, text="学费")
    book_line(savings, 40, HALF, loan_id=loan.pk)
    book_line(savings, 43, -HALF, counterparty="中信证券股份有限公司")
    found = diversion_trace(loan_id=loan.pk, at=NOW)
    assert found is not None
    assert (found.state, found.disbursed_minor, found.diverted_minor) == ("SUSPECTED", BOOK_LOAN, HALF)
    started = {(flow[3], flow[4]) for flow in found.path["flows"] if flow[2] == "disbursement"}
    assert started == {(f"account:{main.pk}", HALF), (f"account:{savings.pk}", HALF)}


def test_a_tranche_not_yet_known_is_not_followed(policy: None) -> None:
    owner = customer()
    main = account(owner, "main")
    loan = paid_out(owner, main, amount=HALF)
    book_line(main, 40, HALF, loan_id=loan.pk, known_day=50)
    assert [line.amount_minor for line in disbursements_of(loan, PAID_OUT + timedelta(days=45))] == [HALF]
    assert len(disbursements_of(loan, PAID_OUT + timedelta(days=50))) == 2


def test_a_returned_instalment_is_not_paid_out_anew(policy: None) -> None:
    owner = customer()
    main = account(owner, "main")
    loan = paid_out(owner, main)
    book_line(main, 30, -500_00, loan_id=loan.pk)
    book_line(main, 32, 500_00, loan_id=loan.pk)
    assert [line.amount_minor for line in disbursements_of(loan, NOW)] == [BOOK_LOAN]


def test_a_tranche_after_the_window_closed_makes_the_loan_due_again(
    policy: None, django_capture_on_commit_callbacks
) -> None:
    owner = customer()
    main = account(owner, "main")
    with django_capture_on_commit_callbacks(execute=True):
        loan = paid_out(owner, main, amount=HALF)
    diversion_trace(loan_id=loan.pk, at=NOW)
    assert DiversionWatch.objects.get(loan=loan).until == PAID_OUT + timedelta(days=90)
    with django_capture_on_commit_callbacks(execute=True):
        book_line(main, 106, HALF, loan_id=loan.pk)
    later = NOW + timedelta(days=10)
    assert loans_due(at=later, most=10) == [loan.pk]
    diversion_trace(loan_id=loan.pk, at=later)
    assert DiversionFinding.objects.filter(loan=loan).latest("pk").disbursed_minor == BOOK_LOAN
    assert DiversionWatch.objects.get(loan=loan).until == PAID_OUT + timedelta(days=196)
