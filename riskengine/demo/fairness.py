"""The fairness policies of the demo's products: four fifths of those not declined, by what the data let one test.

Reviewers decide what is referred, so a referral puts nobody behind here; by approvals without a person alone the
shipped instalment rule set would be flagged by status and sex, code by code (0.65 for 50 divorced or separated men).
`A92` is the one code with women in it: marital status cannot be told apart from sex in these data of 1994, and which
code of `foreign_worker` means yes is disputed.
"""

from datetime import datetime

from audit.models import GovernedDocument, User
from audit.services.governed import governed_approve, governed_draft, governed_live, governed_submit
from lending.models import Product
from riskengine.demo.book import CARD, INSTALMENT
from scoring.services.fairness_kinds import POLICY, FairnessPolicy

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
    if governed_live(POLICY, product.code, on=at.date()) is not None:
        return False
    document = POLICIES[product.code]
    draft = governed_draft(kind=POLICY, name=product.code, document=document, author=maker, at=at, valid_from=at.date())
    governed_submit(governed=draft, maker=maker, at=at, comment=NOTE)
    draft = GovernedDocument.objects.get(pk=draft.pk)
    governed_approve(governed=draft, checker=checker, content_hash=draft.content_hash, at=at)
    return True
