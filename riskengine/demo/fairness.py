"""The fairness policies of the demo's products: four fifths of those not declined, by what the data let one test.

Reviewers decide what is referred, so a referral puts nobody behind here; by approvals without a person alone the
shipped instalment rule set would be flagged by status and sex, code by code (0.65 for 50 divorced or separated men).
`A92` is the one code with women in it: marital status cannot be told apart from sex in these data of 1994, and which
code of `foreign_worker` means yes is disputed.
"""

from datetime import datetime

from audit.models import User
from lending.models import Product
from riskengine.demo.book import CARD, INSTALMENT
from riskengine.demo.governed import governed_ensure
from scoring.services.fairness.kinds import POLICY, FairnessPolicy

POLICIES = {
    INSTALMENT: FairnessPolicy(
        attributes=["age_years[<=25]", "age_years[>=60]", "status_sex[=A92]"], is_referral_favourable=True
    ),
    CARD: FairnessPolicy(
        attributes=["sex", "marriage", "age_years[<=25]", "age_years[>=60]"], is_referral_favourable=True
    ),
}
NOTE = "Four fifths, by attributes that are kept only so that this can be tested."


def fairness_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the product's fairness policy live unless one is; whether it did."""
    return governed_ensure(
        kind=POLICY,
        name=product.code,
        document=POLICIES[product.code],
        note=NOTE,
        maker=maker,
        checker=checker,
        at=at,
    )
