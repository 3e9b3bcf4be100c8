"""A small made-up book of instalment loans: schedules, repayments, and one customer with a thousand transactions.

No public data set holds schedules and bank statements of one lender's customers: all of it is synthetic, its source
says so, and it proves nothing.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db import transaction

from lending.models import BankAccount, Customer, Loan, Product, Region
from lending.services.book.accounts import accounts_record, transactions_record
from lending.services.book.inputs import (
    AccountInput,
    LoanInput,
    RepaymentInput,
    ScheduledInstalment,
    TransactionInput,
)
from lending.services.book.loans import loan_report
from lending.services.book.repayments import repayments_record
from lending.vault import key_new
from riskengine.demo.places import SOURCE

ACTOR: Final = "system:demo"
SEED: Final = 42
LOANS: Final = 24
TERM: Final = 12
TRANSACTIONS: Final = 1000
FIRST_DAY: Final = date(2025, 9, 1)
LAST_DAY: Final = date(2026, 10, 31)
PURPOSES: Final = ("education", "house_renovation", "medical", "refinance")
ANSWERS: Final[dict[str, tuple[int | str, ...]]] = {
    "checking_status": ("A11", "A12", "A13", "A14"), "credit_history": ("A30", "A32", "A33", "A34"),
    "purpose": ("A40", "A42", "A43", "A46"), "savings_status": ("A61", "A62", "A63", "A65"),
    "employment_since": ("A72", "A73", "A74", "A75"), "instalment_rate_class": (1, 2, 3, 4),
}  # fmt: skip
"""What their applications would have said, by the catalogue's codes."""
REGIONS: Final = (
    ("DE-BE", "Berlin", "柏林", 3, 1),
    ("DE-BY", "Bavaria", "巴伐利亚", 2, 3),
    ("DE-HH", "Hamburg", "汉堡", 1, 0),
)
EVERYDAY: Final = (
    ("5411", "Supermarket"), ("5814", "Restaurant"), ("4111", "Local transport"), ("5541", "Fuel"),
    ("5912", "Pharmacy"), ("4814", "Telephone"), ("5732", "Electronics"),
)  # fmt: skip


@transaction.atomic
def small_book_ensure(*, product: Product, at: datetime) -> int:
    """Make the small book unless it is there; returns the number of loans made."""
    if Loan.objects.filter(product=product, external_id=_number(0)).exists():
        return 0
    rng = random.Random(SEED)  # noqa: S311  # the same book every time
    regions = [
        Region.objects.get_or_create(
            code=code, defaults={"name_en": en, "name_zh": zh, "tile_column": column, "tile_row": row}
        )[0]
        for code, en, zh, column, row in REGIONS
    ]
    for place in range(LOANS):
        loan = _loan(product, place, rng, regions[place % len(regions)], at)
        _repay(loan, place, rng, at)
        if place == 0:
            _statement(loan, rng, at)
    return LOANS


def _number(place: int) -> str:
    return f"DEMO-{place + 1:04d}"


def _loan(product: Product, place: int, rng: random.Random, region: Region, at: datetime) -> Loan:
    customer = Customer.objects.create(wrapped_key=key_new()[1], created_at=at)
    opened = FIRST_DAY + timedelta(days=rng.randrange(60))
    principal = rng.randrange(20, 90) * 1000
    parts = tuple(
        ScheduledInstalment(
            number=number,
            due_on=opened + timedelta(days=30 * number),
            principal_minor=principal,
            interest_minor=principal * (TERM - number + 1) // 100,
        )
        for number in range(1, TERM + 1)
    )
    told = LoanInput(
        external_id=_number(place),
        amount_minor=principal * TERM,
        disbursed_minor=principal * TERM,
        opened_on=opened,
        purpose=PURPOSES[place % len(PURPOSES)],
        region_id=region.pk,
        annual_rate=0.12,
        term_months=TERM,
        branch=f"B{place % 3 + 1}",
        attributes=_answers(place),
        instalments=parts,
    )
    loan, _is_new = loan_report(
        product=product, customer=customer, loan=told, application=None, source=SOURCE,
        known_at=_noon(opened), at=at, actor=ACTOR,
    )  # fmt: skip
    return loan


def _answers(place: int) -> dict[str, int | str]:
    rng = random.Random(SEED + place)  # noqa: S311  # the same answers every time
    return {"duration_months": TERM, **{name: rng.choice(codes) for name, codes in ANSWERS.items()}}


def _repay(loan: Loan, place: int, rng: random.Random, at: datetime) -> None:
    """Most pay within days; every sixth stops after a few instalments, another sixth is late again and again."""
    stops_after = rng.randrange(3, 9) if place % 6 == 1 else TERM
    items = []
    for part in loan.instalments.order_by("number")[:stops_after]:
        paid_on = part.due_on + timedelta(days=rng.randrange(20, 45) if place % 6 == 3 else rng.randrange(-2, 3))
        if paid_on > LAST_DAY:
            break
        items.append(
            RepaymentInput(
                loan_id=loan.pk,
                external_id=f"{loan.external_id}-{part.number}",
                paid_on=paid_on,
                event_at=_noon(paid_on),
                known_at=_noon(paid_on) + timedelta(hours=6),
                amount_minor=part.due_minor,
            )
        )
    repayments_record(items=items, source=SOURCE, at=at, actor=ACTOR)


def _statement(loan: Loan, rng: random.Random, at: datetime) -> None:
    """A year of one customer's account: salary, rent, everyday spending, the loan in and its instalments out."""
    account = AccountInput(
        customer_id=loan.customer_id,
        external_id="DEMO-ACCOUNT-1",
        currency=loan.product.currency,
        number="DE00 0000 0000 0000 0000 01",
        opened_on=FIRST_DAY,
        opening_balance_minor=150_000,
        opening_at=_noon(FIRST_DAY),
    )
    accounts_record(items=[account], source=SOURCE, at=at, actor=ACTOR)
    account_id = BankAccount.objects.get(external_id=account.external_id).pk
    moves = sorted(_moves(loan, rng), key=lambda move: move[0])
    balance, items = 150_000, []
    for number, (moment, amount, merchant, text, is_loan) in enumerate(moves):
        balance += amount
        items.append(
            TransactionInput(
                account_id=account_id,
                external_id=f"DEMO-T-{number:04d}",
                event_at=moment,
                known_at=_noon(moment.date() + timedelta(days=1)),
                amount_minor=amount,
                balance_after_minor=balance,
                merchant_category=merchant,
                text=text,
                loan_id=loan.pk if is_loan else None,
            )
        )
    transactions_record(items=items, source=SOURCE, at=at, actor=ACTOR)


def _moves(loan: Loan, rng: random.Random) -> list[tuple[datetime, int, str, str, bool]]:
    moves = [(_noon(loan.opened_on), loan.disbursed_minor or 0, "", "Loan paid out", True)]
    moves += [(_noon(paid.paid_on), -paid.amount_minor, "", "Instalment", True) for paid in loan.repayments.all()]
    month = FIRST_DAY
    while month <= LAST_DAY:
        moves.append((_noon(month.replace(day=27)), 310_000, "", "Salary", False))
        moves.append((_noon(month.replace(day=2)), -95_000, "6513", "Rent", False))
        moves.append((_noon(month.replace(day=15)), -rng.randrange(5, 20) * 1000, "6011", "Cash withdrawal", False))
        month = (month + timedelta(days=32)).replace(day=1)
    days = (LAST_DAY - FIRST_DAY).days
    while len(moves) < TRANSACTIONS:
        merchant, text = EVERYDAY[rng.randrange(len(EVERYDAY))]
        moment = _noon(FIRST_DAY + timedelta(days=rng.randrange(days))) + timedelta(minutes=rng.randrange(-300, 300))
        moves.append((moment, -rng.randrange(150, 2_500), merchant, text, False))
    return moves


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
