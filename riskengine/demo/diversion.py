"""Made-up loans whose money can be followed: one as declared, one at a broker by way of savings and a brother, one paid
for a flat, and one drawn in cash. Names and numbers are invented."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction

from audit.models import User
from lending.models import BankAccount, Customer, Loan, Product
from lending.services.book.accounts import accounts_record, transactions_record
from lending.services.book.inputs import AccountInput, LinkInput, TransactionInput
from lending.services.book.links import links_record
from lending.services.customers import customer_create
from monitoring.services.diversion.findings import diversion_trace
from riskengine.demo.loan_use import loan_use_policy_ensure

SOURCE: Final = "synthetic-demo"
ACTOR: Final = "system:demo"
AGE: Final = timedelta(days=60)
"""How long ago the money was paid out."""
MAIN, SAVINGS, BROTHER = "main", "savings", "brother"


class Line(NamedTuple):
    """Money on one of the accounts, `day` days after the payout, in whole units; `to` is another account in view."""

    day: float
    account: str
    amount: int
    counterparty: str = ""
    text: str = ""
    merchant: str = ""
    to: str = ""


class Story(NamedTuple):
    """A loan and what was done with it."""

    number: str
    purpose: str
    amount: int
    lines: tuple[Line, ...]


BEFORE = (
    Line(-62, MAIN, 2_900, "Nordwind Logistik GmbH", "Gehalt salary"),
    Line(-58, MAIN, -850, "Hausverwaltung Linden", "rent"),
    Line(-31, MAIN, 2_900, "Nordwind Logistik GmbH", "Gehalt salary"),
    Line(-28, MAIN, -850, "Hausverwaltung Linden", "rent"),
    Line(-12, MAIN, -410, "Supermarkt am Ring", "groceries", "5411"),
)
STORIES: Final = (
    Story(
        "DV-1001", "house_renovation", 12_000,
        (
            Line(2, MAIN, -4_800, "Küchenhaus Berger", "kitchen fittings", "5712"),
            Line(9, MAIN, -3_900, "东易日盛装饰", "装修款"),
            Line(16, MAIN, -2_150, "Baumarkt Nord", "building materials", "5211"),
            Line(20, MAIN, -420, "Supermarkt am Ring", "groceries", "5411"),
        ),
    ),
    Story(
        "DV-1002", "education", 20_000,
        (
            Line(1, MAIN, -9_000, to=SAVINGS),
            Line(2, MAIN, -5_000, to=BROTHER),
            Line(4, SAVINGS, -9_000, "中信证券股份有限公司", "银证转账"),
            Line(6, BROTHER, -3_500, "Interactive Brokers", "funding", "6211"),
            Line(8, BROTHER, -1_200, to=MAIN),
            Line(11, MAIN, -3_000, "Lakeside University", "tuition", "8220"),
            Line(15, MAIN, -600, "Supermarkt am Ring", "groceries", "5411"),
        ),
    ),
    Story(
        "DV-1003", "consumption", 35_000,
        (
            Line(3, MAIN, -11_000, "绿地房地产开发有限公司", "购房首付 1/3"),
            Line(10, MAIN, -11_000, "绿地房地产开发有限公司", "购房首付 2/3"),
            Line(33, MAIN, -8_000, "绿地房地产开发有限公司", "购房首付 3/3"),
        ),
    ),
    Story(
        "DV-1004", "travel", 6_000,
        (
            Line(1, MAIN, -3_900, "", "ATM cash withdrawal", "6011"),
            Line(3, MAIN, -3_000, "", "ATM 取款", "6011"),
            Line(5, MAIN, -900, "Sunset Tours", "package holiday", "4722"),
            Line(7, MAIN, -600, "K. Vogel", ""),
        ),
    ),
)  # fmt: skip


@transaction.atomic
def diversion_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> int:
    """Put the stories in the book and follow their money, unless they are there; how many were put in."""
    loan_use_policy_ensure(product=product, maker=maker, checker=checker, at=at)
    if Loan.objects.filter(product=product, external_id=STORIES[0].number).exists():
        return 0
    for story in STORIES:
        loan = _written(product, story, at)
        diversion_trace(loan_id=loan.pk, at=at)
    return len(STORIES)


def _written(product: Product, story: Story, at: datetime) -> Loan:
    paid_out = at - AGE
    borrower, brother = (customer_create(identifiers={}, at=paid_out - AGE) for _ in range(2))
    loan = Loan.objects.create(
        product=product,
        customer=borrower,
        external_id=story.number,
        limit_minor=story.amount * 100,
        disbursed_minor=story.amount * 100,
        opened_on=paid_out.date(),
        purpose=story.purpose,
    )
    accounts = _accounts(story, borrower, brother, product.currency, at)
    _link(borrower, brother, paid_out, at)
    payout = Line(0, MAIN, story.amount, "Our bank", "loan disbursement")
    _record(story, accounts, [*BEFORE, payout, *story.lines], {payout: loan.pk}, paid_out, at)
    return loan


def _accounts(
    story: Story, borrower: Customer, brother: Customer, currency: str, at: datetime
) -> dict[str, BankAccount]:
    owners = {MAIN: (borrower, 120_000), SAVINGS: (borrower, 40_000), BROTHER: (brother, None)}
    items = [
        AccountInput(
            customer_id=owner.pk,
            external_id=f"{story.number}-{name}",
            currency=currency,
            number=f"{story.number} {name}",
            opening_balance_minor=opening,
            opening_at=at - AGE * 3,
        )
        for name, (owner, opening) in owners.items()
    ]
    accounts_record(items=items, source=SOURCE, at=at, actor=ACTOR)
    found = {account.external_id: account for account in BankAccount.objects.filter(customer__in=[borrower, brother])}
    return {name: found[f"{story.number}-{name}"] for name in owners}


def _link(borrower: Customer, brother: Customer, paid_out: datetime, at: datetime) -> None:
    item = LinkInput(
        customer_id=borrower.pk,
        other_id=brother.pk,
        kind="FAMILY",
        is_liable=False,
        since=(paid_out - AGE).date(),
        known_at=paid_out,
    )
    links_record(items=[item], source=SOURCE, at=at, actor=ACTOR)


def _record(
    story: Story,
    accounts: dict[str, BankAccount],
    lines: Sequence[Line],
    loans: dict[Line, int],
    paid_out: datetime,
    at: datetime,
) -> None:
    items: list[TransactionInput] = []
    for place, line in enumerate(lines):
        sides = [(line.account, line.amount, line.to)]
        sides += [(line.to, -line.amount, line.account)] if line.to else []
        for name, amount, other in sides:
            happened = paid_out + timedelta(days=line.day, minutes=len(items))
            items.append(
                TransactionInput(
                    account_id=accounts[name].pk,
                    external_id=f"{story.number}-{place:03d}-{name}",
                    event_at=happened,
                    known_at=happened,
                    amount_minor=amount * 100,
                    merchant_category=line.merchant,
                    counterparty=line.counterparty,
                    counterparty_account=f"{story.number} {other}" if other else "",
                    text=line.text,
                    loan_id=loans.get(line),
                )
            )
    transactions_record(items=items, source=SOURCE, at=at, actor=ACTOR)
