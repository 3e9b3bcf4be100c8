"""Two made-up instalment loans that were long late and cured since, and the reviews that saw it.

So that an upgrade of a category can be asked for, and another one waits for a second person. Every instalment is paid
by the end: whenever the demo is loaded, nothing is late any more.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from audit.models import User
from lending.models import Customer, Loan, Product, Region
from lending.services.book.inputs import LoanInput, RepaymentInput, ScheduledInstalment
from lending.services.book.loans import loan_report
from lending.services.book.repayments import repayments_record
from lending.vault import key_new
from monitoring.models import CategoryUpgrade, WarningCase
from monitoring.services.cases.closing import case_close
from monitoring.services.cases.work import case_claim, cases_free
from monitoring.services.category_upgrades import upgrade_ask
from monitoring.services.reviews import review_run
from riskengine.demo.places import SOURCE

ACTOR: Final = "system:demo"
NUMBERS: Final = ("DEMO-0025", "DEMO-0026")
OPENED_ON: Final = date(2025, 9, 22)
PRINCIPAL: Final = 60_000
DUE: Final = tuple(date(2025 + month // 12, month % 12 + 1, 20) for month in range(9, 22))
MISSED: Final = frozenset(DUE[1:5])
"""November to February: paid together on CLEARED_ON, when the first was 105 days late."""
CLEARED_ON: Final = date(2026, 3, 5)
LATE: Final = date(2026, 2, 28)
CURED: Final = date(2026, 9, 30)
REVIEWS: Final = ((LATE, 31), (CURED, 0))
"""Business date, and how many days ago it is reviewed as if."""
ANSWERS: Final[dict[str, int | str]] = {
    "checking_status": "A13", "credit_history": "A32", "purpose": "A42", "savings_status": "A63",
    "employment_since": "A74", "instalment_rate_class": 2,
}  # fmt: skip
NOTE: Final = "Made up for the demo: all arrears paid on 5 March, on time since."
WHY: Final = "Made up for the demo: seven instalments on time, a new employer since March, and income seen."


def cured_loans_ensure(*, product: Product, staff: Mapping[str, User], at: datetime) -> int:
    """Make the loans, review the product's book while late and when cured, close their cases, ask for one upgrade.

    Returns how many upgrades there are; 0 where all was done before.
    """
    if CategoryUpgrade.objects.filter(loan__product=product).exists():
        return 0
    region = Region.objects.filter(code="DE-BE").first()
    for number in NUMBERS:
        if not Loan.objects.filter(product=product, external_id=number).exists():
            _loan_make(product, number, region, at)
    for day, days_ago in REVIEWS:
        review_run(product=product, day=day, clock=partial(_moment, at - timedelta(days=days_ago)))
    for case in cases_free(at).filter(warning__loan__external_id__in=NUMBERS, product=product):
        taken = case_claim(case=case, person=staff["reviewer"], at=at)
        case_close(case=taken, person=staff["reviewer"], outcome=WarningCase.Outcome.CURED, note=NOTE, at=at)
    upgrades = CategoryUpgrade.objects.filter(loan__product=product, loan__external_id__in=NUMBERS)
    first = upgrades.filter(loan__external_id=NUMBERS[0], state=CategoryUpgrade.State.PROPOSED).first()
    if first is not None:
        upgrade_ask(upgrade=first, maker=staff["maker"], at=at, comment=WHY)
    return upgrades.count()


def _loan_make(product: Product, number: str, region: Region | None, at: datetime) -> None:
    parts = tuple(
        ScheduledInstalment(number=place, due_on=due_on, principal_minor=PRINCIPAL, interest_minor=3_000)
        for place, due_on in enumerate(DUE, start=1)
    )
    told = LoanInput(
        external_id=number,
        amount_minor=PRINCIPAL * len(DUE),
        disbursed_minor=PRINCIPAL * len(DUE),
        opened_on=OPENED_ON,
        purpose="house_renovation",
        region_id=region.pk if region else None,
        annual_rate=0.12,
        term_months=len(DUE),
        branch="B1",
        attributes={"duration_months": len(DUE), **ANSWERS},
        instalments=parts,
    )
    customer = Customer.objects.create(wrapped_key=key_new()[1], created_at=at)
    loan, _is_new = loan_report(
        product=product, customer=customer, loan=told, application=None, source=SOURCE,
        known_at=_noon(OPENED_ON), at=at, actor=ACTOR,
    )  # fmt: skip
    items = [_payment(loan, part, CLEARED_ON if part.due_on in MISSED else part.due_on) for part in parts]
    repayments_record(items=items, source=SOURCE, at=at, actor=ACTOR)


def _payment(loan: Loan, part: ScheduledInstalment, paid_on: date) -> RepaymentInput:
    return RepaymentInput(
        loan_id=loan.pk,
        external_id=f"{loan.external_id}-{part.number}",
        paid_on=paid_on,
        event_at=_noon(paid_on),
        known_at=_noon(paid_on) + timedelta(hours=6),
        amount_minor=part.principal_minor + part.interest_minor,
    )


def _moment(at: datetime) -> datetime:
    return at


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
