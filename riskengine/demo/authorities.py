"""The demo's authorities: one reviewer decides smaller amounts alone, a senior one all of them."""

from collections.abc import Mapping
from datetime import datetime

from audit.models import User
from lending.models import Product
from rules.services.referrals.authorities import authority_ask, authority_decide, authority_hash, authority_of

LIMITS = {
    "instalment": {"reviewer": 500_000, "senior_reviewer": 2_000_000},
    "card": {"reviewer": 10_000_000, "senior_reviewer": 100_000_000},
}
"""Minor units by product and user name."""


def authorities_ensure(*, staff: Mapping[str, User], products: Mapping[str, Product], at: datetime) -> int:
    """Ask for and approve what is missing; how many there were."""
    made = 0
    for code, limits in LIMITS.items():
        for name, limit in limits.items():
            if authority_of(user=staff[name], product=products[code]) is not None:
                continue
            asked = authority_ask(
                maker=staff["administrator"],
                user=staff[name],
                product=products[code],
                maximum_minor=limit,
                at=at,
                comment="Demo",
            )
            authority_decide(
                authority=asked, checker=staff["checker"], content_hash=authority_hash(asked), is_approved=True, at=at
            )
            made += 1
    return made
