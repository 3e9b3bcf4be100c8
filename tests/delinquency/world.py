"""Loans with schedules, looks at them, and the settings in force, without reviews."""

from datetime import UTC, date, datetime
from itertools import count

from audit.models import User
from lending.business_dates import business_date_end
from lending.models import Customer, Instalment, Loan, LoanMonth, Product, Repayment
from lending.services.customers import customer_create
from monitoring.delinquency.cures import add_months
from monitoring.models import CategoryUpgrade, DelinquencyState
from monitoring.services.category_upgrades import upgrades_propose
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.delinquency.states import states_write
from riskengine.demo.delinquency import delinquency_policies_ensure
from tests.factories.audit import user

OPENED = date(2024, 1, 15)
DUE = 1_000_00
KNOWN = datetime(2024, 1, 15, 12, tzinfo=UTC)
_numbers = count(1)


def product(code: str = "instalment") -> Product:
    made, _ = Product.objects.get_or_create(
        code=code,
        defaults={"name_en": code, "name_zh": code, "currency": "CNY", "timezone": "Asia/Shanghai"},
    )
    return made


def people() -> tuple[User, User]:
    return user(), user(is_checker=True)


def settings_in_force(code: str = "instalment") -> tuple[User, User]:
    maker, checker = people()
    now = datetime.now(UTC)
    delinquency_policies_ensure(product=product(code), maker=maker, checker=checker, at=now)
    return maker, checker


def loan(*, customer: Customer | None = None, instalments: int = 24, code: str = "instalment", **fields) -> Loan:
    """An instalment of DUE on the 15th of every month, the first a month after opening."""
    opened = fields.setdefault("opened_on", OPENED)
    made = Loan.objects.create(
        product=product(code),
        customer=customer or customer_create(identifiers={}, at=KNOWN),
        external_id=f"D{next(_numbers):06d}",
        limit_minor=instalments * DUE,
        **fields,
    )
    Instalment.objects.bulk_create(
        Instalment(
            loan=made, number=number, due_on=add_months(opened, number), principal_minor=DUE,
            known_at=KNOWN, recorded_at=KNOWN,
        )
        for number in range(1, instalments + 1)
    )  # fmt: skip
    return made


def pays(paid: Loan, on: date, amount: int = DUE) -> None:
    at = business_date_end(on, paid.product.timezone)
    Repayment.objects.create(
        loan=paid, external_id=f"P{next(_numbers)}", paid_on=on, amount_minor=amount, source="test",
        event_at=at, known_at=at, recorded_at=at,
    )  # fmt: skip


def pays_on_time(paid: Loan, first: int, last: int) -> None:
    for number in range(first, last + 1):
        pays(paid, add_months(paid.opened_on, number))


def months(of: Loan, *statuses: int) -> None:
    """Month ends from February 2024 on."""
    LoanMonth.objects.bulk_create(
        LoanMonth(
            loan=of, business_date=add_months(date(2024, 2, 29), place), payment_status=status,
            known_at=KNOWN, billed_minor=0, paid_minor=0,
        )
        for place, status in enumerate(statuses)
    )  # fmt: skip


def as_of(day: date, zone: str = "Asia/Shanghai") -> datetime:
    return business_date_end(day, zone)


def looked(day: date, *loans: Loan) -> list[DelinquencyState]:
    """A look at the end of a day, kept, with what the system proposes then."""
    ids = [one.pk for one in loans]
    states = delinquency_of(ids, day, as_of(day))
    states_write(states=states, business_date=day, as_of=as_of(day))
    upgrades_propose(product=loans[0].product, states=states, day=day, as_of=as_of(day), at=as_of(day))
    return list(DelinquencyState.objects.filter(loan__in=ids, as_of=as_of(day)).order_by("loan_id"))


def cured() -> tuple[Loan, CategoryUpgrade]:
    """A loan that was substandard, cleared its arrears on 2024-06-20 and paid on time until 2025-01-10."""
    made = loan()
    looked(date(2024, 6, 1), made)
    pays(made, date(2024, 6, 20), 5 * DUE)
    pays_on_time(made, 6, 11)
    looked(date(2025, 1, 10), made)
    return made, CategoryUpgrade.objects.get(loan=made)
