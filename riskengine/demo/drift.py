"""When the demo's products count as drifting: the shipped limits, so that cases are held against something."""

from datetime import datetime

from audit.models import User
from lending.models import Product
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from riskengine.demo.governed import governed_ensure

NOTE = "The shipped limits of the demo; a lender sets its own."


def drift_policy_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the product's policy on drift live unless one is; whether it did."""
    return governed_ensure(
        kind=KIND_CODE, name=product.code, document=DriftPolicy(), note=NOTE, maker=maker, checker=checker, at=at
    )
