"""Products and regions of the demo: the shipped policies, and a made-up book of three years, marked as made up."""

from datetime import datetime

from audit.models import User
from lending.models import Product
from monitoring.adjustment_policy import KIND_CODE as ADJUSTMENT
from monitoring.adjustment_policy import AdjustmentPolicy
from monitoring.region_policy import KIND_CODE as REGION
from monitoring.region_policy import RegionPolicy
from monitoring.services.regions.synthetic import synthetic_book_ensure, synthetic_influence_ensure
from riskengine.demo.governed import governed_ensure

NOTE = "As shipped with the demo; a lender sets its own."
ASSUMPTIONS = {
    "synthetic-cash": AdjustmentPolicy(rate_least=0.10, rate_most=0.24, annual_pd=0.05, income_monthly_minor=1_000_000),
    "synthetic-car": AdjustmentPolicy(rate_least=0.06, rate_most=0.18, annual_pd=0.03, income_monthly_minor=1_500_000),
    "synthetic-home": AdjustmentPolicy(rate_least=0.05, rate_most=0.15, annual_pd=0.02, income_monthly_minor=1_500_000),
}


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
    return written
