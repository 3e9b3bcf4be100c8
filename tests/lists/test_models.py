"""A model names a velocity variable as a feature like any other."""

from datetime import timedelta

import pytest

from lending.models import RiskEvent
from lending.services.customers import customer_create
from rules.models import Decision
from tests.decisions.conftest import forget
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.decisions import now
from tests.factories.scoring import catalogue_document, package_bytes
from tests.lists.factory import catalogue, counted

__all__ = ["forget"]
pytestmark = pytest.mark.django_db
SCORED = {
    "code": "SCORED", "label_en": "Scored", "label_zh": "已评分", "when": "pd <= 1",
    "then": {"outcome": "APPROVE", "reason": "POLICY_MET"},
}  # fmt: skip


def test_the_pd_rises_with_what_we_counted(db):
    missed = counted("late", "customer", "instalment_missed", 90, missing="default", default=0)
    read = [item for item in catalogue_document()["variables"] if item["name"] != "late"]
    make.catalogue_goes_live({**catalogue(), "variables": [*read, missed]})
    make.model_goes_live("instalment", package_bytes())
    make.policy_goes_live(make.policy(rules=[SCORED], parameters=None) | {"parameters": []})
    late = customer_create(identifiers={"national_id": "LATE1"}, at=now() - timedelta(days=60))
    for days in range(5):
        at = now() - timedelta(days=30 + days)
        RiskEvent.objects.create(customer=late, kind="instalment_missed", event_at=at, known_at=at, source="test")
    lender, variables = Lender(), {"income": 3000.0, "purpose": "car", "savings": 500, "noise": 0.5}
    pds = {}
    for person in ("LATE1", "FINE1"):
        asked = make.body(variables=variables)
        answer = lender.post({**asked, "applicant": {"national_id": person}})
        assert answer.status_code == 201, answer.content
        pds[person] = Decision.objects.get(pk=answer.json()["id"]).pd
    assert pds["LATE1"] > pds["FINE1"] + 0.05
