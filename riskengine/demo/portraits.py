"""Made-up facts about some customers, a portrait policy, and portraits at month ends, so that the pages show them.

Every fact is drawn at random, whatever the customer did: it proves that portraits run, not that they predict.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from audit.models import User
from audit.services.governed_errors import GovernedInvalid
from lending.business_dates import business_date_end
from lending.models import Customer, CustomerFact, Loan, Product
from lending.services.consents import consent_grant
from lending.services.customer_facts import FactInput, facts_record_many
from riskengine.demo.applicants import COUNT
from riskengine.demo.book import CARD, INSTALMENT, MONTH_ENDS, PRODUCTS
from riskengine.demo.governed import governed_ensure
from riskengine.demo.places import SOURCE
from rules.services.portraits.customers import portraits_save
from scoring.models import PortraitSnapshot
from scoring.portraits.policy import KIND, PortraitPolicy, Segment

ACTOR: Final = "system:demo"
NOTE: Final = "As shipped with the demo."
CARD_CUSTOMERS: Final = 200
"""How many holders of card accounts have facts and portraits."""
POLICY: Final = PortraitPolicy(
    p0=0.03,
    p1=0.60,
    horizon_months=1,
    segments=[
        Segment("at_risk", "At risk", "高风险", "grx >= 0.75"),
        Segment("thin_file", "Thin file", "薄档案", "months_known < 4 or quality_completeness < 0.35"),
        Segment("stretched", "Stretched", "负担偏重", "bill_m0_minor > 0.8 * credit_limit_minor and grx >= 0.35"),
        Segment(
            "high_value_low_risk",
            "High value, low risk",
            "高价值低风险",
            "grx <= 0.35 and credit_limit_minor >= 20000000",
        ),
    ],
)
_Provenance = CustomerFact.Provenance
_FACTS: Final[tuple[tuple[str, str, str], ...]] = (
    # variable, who says so, how
    ("national_id_verified", "register", "THIRD_PARTY"),
    ("income_monthly_minor", "declaration", "SELF_DECLARED"),
    ("months_at_phone", "telecom", "THIRD_PARTY"),
    ("contact_reached_share", "contact-log", "OBSERVED"),
    ("active_days_30d", "app", "OBSERVED"),
    ("essential_spend_share", "card-spending", "OBSERVED"),
    ("months_at_address", "declaration", "SELF_DECLARED"),
    ("region_unemployment_rate", "statistics-office", "THIRD_PARTY"),
)


def portrait_policy_ensure(*, maker: User, checker: User, at: datetime) -> int:
    """Take the demo's policy live unless one is, or the live catalogue, an earlier one, lacks what its segments read;
    returns how many were."""
    try:
        return int(governed_ensure(kind=KIND, name="", document=POLICY, note=NOTE, maker=maker, checker=checker, at=at))
    except GovernedInvalid:
        return 0


def customer_facts_ensure(*, at: datetime) -> int:
    """Record the made-up facts and consents unless there are some; returns the number of facts."""
    if CustomerFact.objects.filter(source__startswith=SOURCE).exists():
        return 0
    chance = random.Random(20050930)  # noqa: S311  # made-up data, the same every time
    cards = {number: _card_facts(chance) for number in _card_holders()}
    today = at.astimezone(UTC).date()
    applicants = {number: list(_facts(chance, INSTALMENT, today - timedelta(days=9), at)) for number in _applicants()}
    for place, number in enumerate([*cards, *applicants]):
        if place % 3:  # a third consents to nothing beyond the decision
            granted = datetime(2005, 4, 1, tzinfo=UTC) if number in cards else at - timedelta(days=20)
            consent_grant(
                customer=Customer.objects.get(pk=number),
                scope="account_conduct",
                granted_at=granted,
                evidence=f"{SOURCE}/{number}",
                at=at,
                actor=ACTOR,
            )
    return facts_record_many(facts=cards | applicants, at=at, actor=ACTOR)


def portrait_snapshots_ensure(*, at: datetime) -> int:
    """Keep portraits of the customers with facts at the ends of their months; returns how many were new."""
    if PortraitSnapshot.objects.exists():
        return 0
    holders, zone = _card_holders(), PRODUCTS[CARD]["timezone"]
    saved = sum(
        portraits_save(holders, business_date_end(day, zone), at=at, actor=ACTOR) for day in reversed(MONTH_ENDS)
    )
    now = timezone.now()  # the example decisions were made after `at`
    return saved + portraits_save(_applicants(), now, at=now, actor=ACTOR)


def _card_holders() -> list[int]:
    loans = Loan.objects.filter(product__code=CARD).order_by("pk")
    return list(loans.values_list("customer_id", flat=True)[:CARD_CUSTOMERS])


def _applicants() -> list[int]:
    product = Product.objects.get(code=INSTALMENT)
    numbers = Customer.objects.filter(applications__product=product).order_by("pk").values_list("pk", flat=True)
    return list(numbers.distinct()[:COUNT])


def _card_facts(chance: random.Random) -> list[FactInput]:
    end = datetime(2005, 10, 1, tzinfo=UTC)
    return [fact for day in (date(2005, 4, 20), date(2005, 8, 10)) for fact in _facts(chance, CARD, day, end)]


def _facts(chance: random.Random, product: str, first: date, known_by: datetime) -> Iterator[FactInput]:
    """Most of `_FACTS`, told from `first` on within a month and known a few days later, by `known_by` at the latest."""
    values = _values(chance, product)
    for variable, source, provenance in _FACTS:
        if chance.random() < 0.2:  # nobody is known whole
            continue
        event_at = datetime(first.year, first.month, first.day, 8, tzinfo=UTC) + timedelta(days=chance.randint(0, 5))
        is_declared = provenance == _Provenance.SELF_DECLARED
        yield FactInput(
            variable=variable,
            value=values[variable],
            event_at=event_at,
            known_at=min(event_at + timedelta(days=chance.randint(0, 3)), known_by),
            source=f"{SOURCE}/{source}",
            provenance=_Provenance(provenance),
            is_verified=not is_declared and chance.random() < 0.7,
            confirmed_by=f"{SOURCE}/payroll" if is_declared and chance.random() < 0.4 else "",
        )


def _values(chance: random.Random, product: str) -> dict[str, Any]:
    income = 100 * round(chance.lognormvariate(10.4 if product == CARD else 7.9, 0.4))
    return {
        "national_id_verified": chance.random() < 0.95,
        "income_monthly_minor": income,
        "months_at_phone": chance.randint(1, 120),
        "contact_reached_share": round(chance.betavariate(6, 2), 2),
        "active_days_30d": chance.randint(0, 30),
        "essential_spend_share": round(chance.betavariate(4, 4), 2),
        "months_at_address": chance.randint(1, 240),
        "region_unemployment_rate": round(chance.uniform(0.03, 0.12), 3),
    }
