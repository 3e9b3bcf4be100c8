"""A made-up product whose models can be tested by sex: a table, a catalogue, policies and necessities in force."""

from datetime import date, timedelta

import numpy as np
import polars as pl
from django.conf import settings

from audit.governed_kinds import Text
from audit.models import GovernedDocument
from audit.services.governed import governed_approve, governed_draft, governed_submit
from scoring.fairness.measure import decisions_fairness, groupings_of
from scoring.fairness.protected import attribute_read
from scoring.fairness.ratios import Thresholds
from scoring.fairness.result import result_json
from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from scoring.services.fairness.kinds import NECESSITY, POLICY, Alternative, FairnessNecessity, FairnessPolicy
from tests.factories.audit import user
from tests.factories.scoring import AT, catalogue_document, variable

SHIPPED_CATALOGUE = settings.BASE_DIR / "data" / "catalogue.json"
TODAY = AT.date()
SAID = Text(
    "The product lends to people whose income is known, and income differs.", "本产品要求收入可核实，而收入存在差异。"
)


def catalogue_live_with_sex() -> None:
    """The catalogue of the made-up product, with a sex that is kept for testing only."""
    document = catalogue_document()
    document["variables"].append(
        variable(
            "sex", type="string", missing="skip", is_prohibited_basis=True, purpose="fairness_testing", column="sex"
        )
    )
    version = catalogue_register(document=document, at=AT)
    catalogue_submit(version=version, maker=user(), at=AT)
    catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=AT)


def measured(*, women_approved: int, men_approved: int = 60, text: str = "sex") -> dict:
    """A result as a card or an approval keeps it: 100 women, 100 men."""
    frame = pl.DataFrame({"sex": ["f"] * 100 + ["m"] * 100})
    approved = np.array(
        [place < women_approved for place in range(100)] + [place < men_approved for place in range(100)]
    )
    groupings = groupings_of([attribute_read(text)], frame)
    result = decisions_fairness(approved, groupings, source="made up", basis="scored", thresholds=Thresholds())
    return result_json(result)


def policy_live(product: str = "instalment", **fields) -> None:
    """A fairness policy by sex, in force."""
    take_live(POLICY, product, FairnessPolicy(**{"attributes": ["sex"], **fields}))


def necessity_live(content_hash: str, *, attributes=("sex",), expires_on: date = TODAY + timedelta(days=30)) -> None:
    """Compliance has justified this model or version."""
    tried = [Alternative("- income", "AUC -0.020", 0.9)]
    take_live(NECESSITY, content_hash, FairnessNecessity(list(attributes), SAID, SAID, tried, expires_on))


def take_live(kind, name, document, at=AT):
    """A governed document by two people."""
    author = user()
    draft = governed_draft(kind=kind, name=name, document=document, author=author, at=at, valid_from=at.date())
    governed_submit(governed=draft, maker=author, at=at)
    draft = GovernedDocument.objects.get(pk=draft.pk)
    governed_approve(governed=draft, checker=user(is_checker=True), content_hash=draft.content_hash, at=at)
