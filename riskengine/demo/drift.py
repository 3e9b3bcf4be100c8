"""When the demo's products count as drifting, by the shipped limits, and what that says of the card book's reviews."""

from contextlib import suppress
from datetime import date, datetime

from audit.models import User
from lending.models import Product
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from monitoring.models import DriftReport
from monitoring.services.drift_reports import NoDriftPolicy, drift_report
from riskengine.demo.governed import governed_ensure

BOOK_BEGAN = date(2005, 1, 1)
"""The demo's book is reviewed as of months of 2005, and drift is reported of them."""
REPORTED = (date(2005, 8, 31), date(2005, 9, 30))
NOTE = "The shipped limits of the demo; a lender sets its own."


def drift_policy_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the product's policy on drift live unless one is; whether it did."""
    return governed_ensure(
        kind=KIND_CODE,
        name=product.code,
        document=DriftPolicy(),
        note=NOTE,
        maker=maker,
        checker=checker,
        at=at,
        valid_from=BOOK_BEGAN,
    )


def drift_reports_ensure(*, product: Product, at: datetime) -> int:
    """Report the drift of the months that were reviewed, unless any was; returns how many reports were made."""
    if DriftReport.objects.filter(product=product).exists():
        return 0
    with suppress(NoDriftPolicy):  # demos loaded before have limits from a later day on
        for day in REPORTED:
            drift_report(product=product, as_of=day, at=at)
    return DriftReport.objects.filter(product=product).count()
