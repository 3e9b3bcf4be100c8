"""Post-loan variables, the customer's standing and pre-loan variables: diversion as it was known."""

from datetime import timedelta
from typing import Any

import pytest

from lending.models import Loan
from monitoring.services.diversion.findings import diversion_trace
from monitoring.services.portraits.reading import Extent, portraits_read
from riskengine.demo.places import CATALOGUE
from scoring.catalogue import Variable, catalogue_read
from scoring.variables import STANDING_FIELDS, standing_values
from tests.diversion.diversion_book import NOW, diverted, officer, policy_goes_live
from tests.diversion.waiting_decision import confirmed

pytestmark = pytest.mark.django_db
NAMES = ("diversion_state", "diverted_share", "own_confirmed_diversion")


def read(loan: Loan, at: Any) -> dict[str, Any]:
    variables: dict[str, Variable] = catalogue_read(CATALOGUE.read_bytes()).of_product("instalment")
    extent = Extent(product_id=loan.product_id, as_of=at, business_date=at.date())
    frame = portraits_read(extent, [variables[name] for name in NAMES])
    return {name: frame[name][0] for name in NAMES}


def test_a_review_reads_the_finding_and_the_standing_known_by_then() -> None:
    policy_goes_live()
    loan = diverted()
    found = diversion_trace(loan_id=loan.pk, at=NOW)
    assert found is not None
    hour = timedelta(hours=1)
    confirmed(found, officer(), at=NOW + hour)
    before, between, after = (read(loan, at) for at in (NOW - hour, NOW + hour / 2, NOW + 2 * hour))
    assert before == {"diversion_state": None, "diverted_share": None, "own_confirmed_diversion": False}
    assert (between["diversion_state"], between["diverted_share"]) == ("SUSPECTED", 0.6)
    assert after == {"diversion_state": "CONFIRMED", "diverted_share": 0.6, "own_confirmed_diversion": True}


def test_an_application_reads_it_from_the_standing() -> None:
    assert STANDING_FIELDS["own_confirmed_diversion"] == "has_confirmed_diversion"
    standing = {"has_confirmed_diversion": True}
    assert standing_values(["own_confirmed_diversion"], standing) == {"own_confirmed_diversion": True}
