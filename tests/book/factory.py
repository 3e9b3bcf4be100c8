"""A product, a customer with a loan and an account, and short ways to say what happened."""

from datetime import UTC, date, datetime, timedelta

from lending.models import BankAccount, Customer, Loan, Product
from lending.services.book.accounts import accounts_record
from lending.services.book.inputs import AccountInput, InstalmentInput, RepaymentInput, TransactionInput
from lending.vault import key_new

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ACTOR = "system:test"
CALL = {"source": "core", "at": NOW, "actor": ACTOR}


def product_make(code: str = "instalment", currency: str = "CNY", timezone: str = "Asia/Shanghai") -> Product:
    return Product.objects.get_or_create(
        code=code, defaults={"name_en": code, "name_zh": code, "currency": currency, "timezone": timezone}
    )[0]


def customer_make() -> Customer:
    return Customer.objects.create(wrapped_key=key_new()[1], created_at=NOW)


def loan_make(number: str = "L-1", customer: Customer | None = None, product: Product | None = None) -> Loan:
    return Loan.objects.create(
        product=product or product_make(),
        customer=customer or customer_make(),
        external_id=number,
        limit_minor=1_000_000,
        opened_on=date(2026, 1, 5),
    )


def account_make(
    customer: Customer, reference: str = "ACC-1", number: str = "6222 0001", **more: object
) -> BankAccount:
    item = AccountInput(customer_id=customer.pk, external_id=reference, currency="CNY", number=number, **more)
    accounts_record(items=[item], **CALL)
    return BankAccount.objects.get(external_id=reference)


def day(number: int, hour: int = 4) -> datetime:
    """Instant of the n-th day of 2026, counted from 0."""
    return datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(days=number)


def repayment(
    loan: Loan, external_id: str = "R-1", amount: int = 10_000, on: int = 30, **more: object
) -> RepaymentInput:
    told = {"event_at": day(on), "known_at": day(on, 6), "paid_on": day(on).date()} | more
    return RepaymentInput(loan_id=loan.pk, external_id=external_id, amount_minor=amount, **told)


def instalment(loan: Loan, number: int, known: int = 0, principal: int = 10_000) -> InstalmentInput:
    return InstalmentInput(
        loan_id=loan.pk,
        number=number,
        due_on=date(2026, 1 + number, 5),
        principal_minor=principal,
        interest_minor=500,
        known_at=day(known),
    )


def moved(
    account: BankAccount, external_id: str, amount: int, on: int = 10, known: int | None = None, **more: object
) -> TransactionInput:
    return TransactionInput(
        account_id=account.pk,
        external_id=external_id,
        event_at=day(on),
        known_at=day(on if known is None else known, 8),
        amount_minor=amount,
        **more,
    )
