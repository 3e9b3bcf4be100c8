"""A borrower's statements for examples: lines as short tuples, days after the disbursement, whole thousands."""

from datetime import UTC, datetime, timedelta

from monitoring.diversion.model import Account, Disbursement, Relation, Stream, Transaction
from monitoring.diversion.policy import LoanUsePolicy, ProhibitedUse, Purpose, Text, Use

PAID_OUT = datetime(2026, 4, 1, 10, tzinfo=UTC)
LOAN = 100_000
CITED = Text("Rule 1", "规则一")
POLICY = LoanUsePolicy(
    prohibited=tuple(
        ProhibitedUse(use, CITED, is_always=use is not Use.OTHER_LENDER)
        for use in (Use.PROPERTY, Use.SECURITIES, Use.EQUITY, Use.OTHER_LENDER, Use.CIRCULAR_RETURN)
    ),
    purposes=(
        Purpose("education", Text("Education", "教育"), (Use.EDUCATION,)),
        Purpose("refinance", Text("Refinancing", "债务重组"), (Use.OTHER_LENDER,)),
        Purpose("consumption", Text("Consumption", "综合消费")),
    ),
)
ACCOUNTS = (
    Account(1, Relation.OWN, "own-main", 0),
    Account(2, Relation.OWN, "own-savings", 0),
    Account(3, Relation.LINKED, "brother", 0),
)


def line(number: int, day: float, amount: int, *, account: int = 1, **facts: object) -> Transaction:
    """A line `day` days after the disbursement."""
    return Transaction(number, account, PAID_OUT + timedelta(days=day), amount, **facts)  # type: ignore[arg-type]


def moved(number: int, day: float, amount: int, *, to: int, account: int = 1, takes: float = 0.0) -> list[Transaction]:
    """A transfer between two accounts of ACCOUNTS: both its lines, the second `takes` days later."""
    keys = {known.id: known.key for known in ACCOUNTS}
    return [
        line(number, day, -amount, account=account, counterparty_key=keys[to]),
        line(number + 1, day + takes, amount, account=to, counterparty_key=keys[account]),
    ]


def stream(*lines: Transaction, purpose: str = "education", accounts: tuple[Account, ...] = ACCOUNTS) -> Stream:
    """The loan paid out as line 1 of account 1, and these lines."""
    start = line(1, 0, LOAN, loan_id=7)
    return Stream(Disbursement(7, (1,), purpose), accounts, (start, *lines), frozenset({"lender"}))
