"""Products and regions of the demo: the shipped policies, and a made-up book of three years, marked as made up."""

from datetime import datetime, timedelta
from typing import Final

from audit.models import User
from lending.models import Product, Region, RegionMonth
from lending.services.book.events import region_months_record
from lending.services.book.inputs import RegionMonthInput
from monitoring.adjustment_policy import KIND_CODE as ADJUSTMENT
from monitoring.adjustment_policy import AdjustmentPolicy
from monitoring.region_policy import KIND_CODE as REGION
from monitoring.region_policy import RegionPolicy
from monitoring.regions.months import month_add, month_last_complete
from monitoring.services.regions.synthetic import synthetic_book_ensure, synthetic_influence_ensure
from riskengine.demo.governed import governed_ensure
from riskengine.demo.places import SOURCE

NOTE = "As shipped with the demo; a lender sets its own."
ASSUMPTIONS = {
    "synthetic-cash": AdjustmentPolicy(rate_least=0.10, rate_most=0.24, annual_pd=0.05, income_monthly_minor=1_000_000),
    "synthetic-car": AdjustmentPolicy(rate_least=0.06, rate_most=0.18, annual_pd=0.03, income_monthly_minor=1_500_000),
    "synthetic-home": AdjustmentPolicy(rate_least=0.05, rate_most=0.15, annual_pd=0.02, income_monthly_minor=1_500_000),
}

PEOPLE: Final = {"DE-BE": (3_700_000, 0.24), "DE-BY": (13_400_000, 0.15), "DE-HH": (1_900_000, 0.21)}
"""Made-up people of the regions of the instalment loans, and a made-up share of a group: a test needs all regions."""


def regions_ensure(*, maker: User, checker: User, at: datetime) -> int:
    """The policies in force and the made-up book, unless they are; how many months of products were written."""
    governed_ensure(kind=REGION, name="", document=RegionPolicy(), note=NOTE, maker=maker, checker=checker, at=at)
    written = synthetic_book_ensure(as_of=at.date(), at=at)
    for code, document in ASSUMPTIONS.items():
        if Product.objects.filter(code=code).exists():
            governed_ensure(
                kind=ADJUSTMENT, name=code, document=document, note=NOTE, maker=maker, checker=checker, at=at
            )
    synthetic_influence_ensure(as_of=at.date(), at=at)
    _people_record(at)
    return written


def _people_record(at: datetime) -> None:
    """What the redlining test of a placement reads; recorded once."""
    month, known = month_add(month_last_complete(at.date()), -1), at - timedelta(days=1)
    regions = dict(Region.objects.filter(code__in=PEOPLE).values_list("code", "pk"))
    if RegionMonth.objects.filter(region__in=regions.values(), source=SOURCE).exists():
        return
    items = [
        RegionMonthInput(
            region_id=regions[code], month=month, indicator=indicator, value=value, event_at=known, known_at=known
        )
        for code, values in PEOPLE.items()
        for indicator, value in zip(("population", "protected_minority"), values, strict=True)
        if code in regions
    ]
    region_months_record(items=items, source=SOURCE, at=at, actor="system:demo")
