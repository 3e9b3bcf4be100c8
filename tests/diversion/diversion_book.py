"""A borrower in the book: accounts and transactions recorded through the services, under the demo's policy."""

from datetime import UTC, datetime, timedelta
from itertools import count

from audit.models import User
from lending.models import BankAccount, Customer, Loan, Product
from lending.services.book.accounts import accounts_record, transactions_record
from lending.services.book.inputs import AccountInput, TransactionInput
from lending.services.customers import customer_create
from riskengine.demo.loan_use import loan_use_policy_ensure
from tests.factories.audit import user

PAID_OUT = datetime(2026, 4, 1, 10, tzinfo=UTC)
NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
LOAN = 10_000_00
_numbers = count(1)


def product() -> Product:
    made, _ = Product.objects.get_or_create(
        code="instalment",
        defaults={"name_en": "Loan", "name_zh": "贷款", "currency": "CNY", "timezone": "Asia/Shanghai"},
    )
    return made


def policy_goes_live() -> None:
    at = PAID_OUT - timedelta(days=200)
    loan_use_policy_ensure(product=product(), maker=user(), checker=user(is_checker=True), at=at)


def officer(**fields) -> User:
    return user(permissions=("monitoring.decide_diversion",), **fields)


def customer() -> Customer:
    return customer_create(identifiers={}, at=PAID_OUT - timedelta(days=300))


def account(owner: Customer, number: str, *, opening: int | None = 0, is_own: bool = True) -> BankAccount:
    external_id = f"A{next(_numbers):05d}"
    item = AccountInput(
        customer_id=owner.pk,
        external_id=external_id,
        currency="CNY",
        number=number,
        opening_balance_minor=opening,
        opening_at=PAID_OUT - timedelta(days=200),
        is_own=is_own,
    )
    accounts_record(items=[item], source="test", at=NOW, actor="system:test")
    return BankAccount.objects.get(external_id=external_id)


def line(of: BankAccount, day: float, amount: int, *, known_day: float | None = None, **facts) -> None:
    """Money that moved `day` days after the payout, known then unless said otherwise."""
    at = PAID_OUT + timedelta(days=day)
    known = PAID_OUT + timedelta(days=day if known_day is None else known_day)
    item = TransactionInput(
        account_id=of.pk,
        external_id=f"T{next(_numbers):06d}",
        event_at=at,
        known_at=known,
        amount_minor=amount,
        **facts,
    )
    transactions_record(items=[item], source="test", at=max(known, at) + timedelta(minutes=1), actor="system:test")


def paid_out(owner: Customer, into: BankAccount, purpose: str = "education", amount: int = LOAN) -> Loan:
    """A loan of LOAN of which `amount` reached the account on the day."""
    loan = Loan.objects.create(
        product=product(),
        customer=owner,
        external_id=f"D{next(_numbers):05d}",
        limit_minor=LOAN,
        disbursed_minor=LOAN,
        opened_on=PAID_OUT.date(),
        purpose=purpose,
    )
    line(into, 0, amount, loan_id=loan.pk, counterparty_account="bank-own-1")
    return loan


def diverted(purpose: str = "education") -> Loan:
    """A loan of which 60 % went to a broker by way of the borrower's savings."""
    owner, number = customer(), f"savings-{next(_numbers)}"
    main, savings = account(owner, f"main of {number}"), account(owner, number)
    loan = paid_out(owner, main, purpose)
    line(main, 2, -6_000_00, counterparty_account=number)
    line(savings, 2.1, 6_000_00)
    line(savings, 5, -6_000_00, counterparty="中信证券股份有限公司", text="银证转账")
    line(main, 6, -3_000_00, counterparty="北京大学", text="学费")
    return loan
