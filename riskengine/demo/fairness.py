"""The fairness policies of the demo's products: four fifths, by what the shipped data let one test soundly.

Of the instalment product's data of 1994, `A92` is the one code of `status_sex` with women in it, against everybody
else; marital status cannot be told apart from sex there, and tested code by code the 50 divorced or separated men are
approved 0.65 times as often as the 92 married or widowed ones. `foreign_worker` is left out: which of its codes means
yes is disputed, and one of them has 37 people.
"""

from datetime import datetime

from audit.models import GovernedDocument, User
from audit.services.governed import governed_approve, governed_draft, governed_live, governed_submit
from lending.models import Product
from riskengine.demo.book import CARD, INSTALMENT
from scoring.services.fairness_kinds import POLICY, FairnessPolicy

POLICIES = {
    INSTALMENT: FairnessPolicy(attributes=["age_years[<=25]", "age_years[>=60]", "status_sex[=A92]"]),
    CARD: FairnessPolicy(attributes=["sex", "marriage", "age_years[<=25]", "age_years[>=60]"]),
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
