"""What the book's services take: facts whose loan, account or customer is known by number already."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec


class RepaymentInput(msgspec.Struct, frozen=True, kw_only=True):
    """Money received for a loan; negative takes an earlier one back."""

    loan_id: int
    external_id: str
    paid_on: date
    """Business date."""
    event_at: datetime
    known_at: datetime | None
    """None: it does not say, and so corrects nothing."""
    amount_minor: int


class InstalmentInput(msgspec.Struct, frozen=True, kw_only=True):
    """One instalment of a schedule as known from `known_at` on; amounts not negative."""

    loan_id: int
    number: int
    due_on: date
    principal_minor: int
    interest_minor: int = 0
    fee_minor: int = 0
    known_at: datetime


class LoanMonthInput(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of a card-like loan: what was billed on a business date, and what was paid since the one before."""

    loan_id: int
    business_date: date
    known_at: datetime | None
    """None: known when it is recorded, unless it repeats what was told before."""
    payment_status: int
    """-2 not used, -1 paid in full, 0 revolving, n months late."""
    billed_minor: int
    """Negative where more was paid than owed."""
    paid_minor: int


class AccountInput(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's account. `number` is what others' transfers name it by; only its blind index is kept."""

    customer_id: int
    external_id: str
    currency: str
    number: str = ""
    opened_on: date | None = None
    opening_balance_minor: int | None = None
    opening_at: datetime | None = None
    is_own: bool = True


class TransactionInput(msgspec.Struct, frozen=True, kw_only=True):
    """Money that moved on an account: + in, − out. The texts are sealed; an empty category is worked out."""

    account_id: int
    external_id: str
    event_at: datetime
    known_at: datetime
    amount_minor: int
    balance_after_minor: int | None = None
    category: str = ""
    merchant_category: str = ""
    counterparty: str = ""
    """The other party's name."""
    counterparty_account: str = ""
    """The other account's number; only its blind index is kept."""
    text: str = ""
    loan_id: int | None = None


class LoanChangeInput(msgspec.Struct, frozen=True, kw_only=True):
    """A loan closed (with its cause), open again or restructured on a business date."""

    loan_id: int
    external_id: str
    kind: str
    changed_on: date
    cause: str = ""
    known_at: datetime


class EventInput(msgspec.Struct, frozen=True, kw_only=True):
    """A risk event; with an external id it is recorded once per source."""

    kind: str
    customer_id: int
    loan_id: int | None = None
    external_id: str
    event_at: datetime
    known_at: datetime
    amount_minor: int | None = None
    category: str = ""


class RegionMonthInput(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator of a region in one month."""

    region_id: int
    month: date
    indicator: str
    value: float
    event_at: datetime
    known_at: datetime


class LinkInput(msgspec.Struct, frozen=True, kw_only=True):
    """A relation between two customers."""

    customer_id: int
    other_id: int
    kind: str
    is_liable: bool
    since: date
    until: date | None = None
    known_at: datetime | None
    """None: known when it is recorded, unless it is what was known last."""


class ScheduledInstalment(msgspec.Struct, frozen=True, kw_only=True):
    """An instalment of a loan that is being reported."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int = 0
    fee_minor: int = 0


class LoanInput(msgspec.Struct, frozen=True, kw_only=True):
    """A loan paid out. `attributes` are catalogued variables fixed at opening."""

    external_id: str
    amount_minor: int
    disbursed_minor: int
    opened_on: date
    purpose: str = ""
    region_id: int | None = None
    annual_rate: float | None = None
    term_months: int | None = None
    branch: str = ""
    attributes: Mapping[str, int | float | str | bool] = {}
    instalments: tuple[ScheduledInstalment, ...] = ()
