"""The plain structs of diversion: accounts, transactions, a disbursement. Pure; made by readers and by injectors alike.

A `Stream` is everything that is looked at for one loan. Texts and names live in memory only: what is kept of a finding
holds ids, amounts and categories.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Relation(StrEnum):
    """Whose account it is, seen from the borrower."""

    OWN = "own"
    LINKED = "linked"
    """Of a customer whom a CustomerLink joins to the borrower."""
    BOOK = "book"
    """Of any other customer of ours: known because its statement is in the book."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account whose statement is in view. Money sent to any other account has left the view."""

    id: int
    """Unique within the stream."""
    relation: Relation
    key: str
    """What `Transaction.counterparty_key` of transfers to and from this account says; "" where it is not known."""
    opening_balance_minor: int | None = None
    """Before its first transaction of the stream, minor units, negative = overdrawn; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of a statement. A transfer between two accounts of the stream has two lines, one on each."""

    id: int
    """Unique within the stream; of two lines of one account at one instant the lower id came first."""
    account_id: int
    at: datetime
    """Aware, UTC."""
    amount_minor: int
    """Positive = into the account, negative = out of it; never 0."""
    counterparty_key: str = ""
    """Names the other account (a blind index in the book, any stable text elsewhere); "" where it is not known."""
    counterparty: str = ""
    """Name of the other party as the statement writes it."""
    text: str = ""
    merchant_category: str = ""
    """ISO 18245 code, four digits; "" where there is none."""
    category: str = ""
    """A class of `lending.transaction_categories` given by the source; "" = to be found from the words above."""
    balance_after_minor: int | None = None
    loan_id: int | None = None
    """The loan that this line pays out or repays, where it is known."""


@dataclass(frozen=True, slots=True)
class Disbursement:
    """The money of the loan as it reached the borrower, at once or in tranches."""

    loan_id: int
    transaction_ids: tuple[int, ...]
    """The incoming lines on the borrower's accounts; the sum of their amounts is what is traced."""
    purpose: str
    """As declared: a code such as "education"; "" where none was declared."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One loan's money and every account in view, each line known by the date of the finding."""

    disbursement: Disbursement
    accounts: tuple[Account, ...]
    transactions: tuple[Transaction, ...]
    """In any order."""
    lender_keys: frozenset[str] = frozenset()
    """Counterparty keys of the lender's own accounts: money that comes back to them is a circular return."""


class Pattern(StrEnum):
    """What was injected: the strata in which recall is reported."""

    NONE = "none"
    """A stream left as it is, or with harmless additions only."""
    SINGLE = "single"
    SPLIT = "split"
    TWO_HOPS = "two_hops"
    DELAYED = "delayed"
    """30 days or more after the disbursement."""
    CIRCULAR = "circular"
    PARTIAL = "partial"
    """A part only, 15 to 45 %, beside a purpose that is paid for."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A stream of which it is known whether loan money was diverted. Labels are synthetic."""

    stream: Stream
    pattern: Pattern
    diverted_minor: int = 0
    """How much of the disbursed money was injected into prohibited uses; 0 for Pattern.NONE."""
    category: str = ""
    """The class the injected money went to, "" for Pattern.NONE."""

    @property
    def is_diverted(self) -> bool:
        """True where anything was injected."""
        return self.pattern is not Pattern.NONE
