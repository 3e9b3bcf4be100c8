"""Facts about customers reach reviews where a rule names them: point in time, under consent, and nobody else's."""

import json
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from lending.models import Loan
from lending.services.customer_facts import FactInput, facts_record
from monitoring.services.portraits.reading import Extent, portrait_variables, portraits_read
from rules.engine.document import document_read
from rules.engine.parsed import document_parse
from rules.engine.validate import validate
from scoring.catalogue import catalogue_read
from scoring.services.catalogues.life import catalogue_live
from tests.delinquency.world import loan
from tests.factories import decisions as make

pytestmark = pytest.mark.django_db
DAY, AS_OF = date(2024, 6, 30), datetime(2024, 6, 30, 15, 59, tzinfo=UTC)
NAME = "income_monthly_minor"


def told(one: Loan, value: int, days_before: int, known: int | None = None) -> None:
    event = AS_OF - timedelta(days=days_before)
    fact = FactInput(
        variable=NAME, value=value, event_at=event, source="bureau", provenance="THIRD_PARTY",
        known_at=event if known is None else AS_OF - timedelta(days=known),
    )  # fmt: skip
    facts_record(customer=one.customer, facts=[fact], at=datetime.now(UTC), actor="system:tests")


def read(one: Loan, *names: str) -> dict[int, int | None]:
    variables = portrait_variables(catalogue_live(), "instalment", names)
    extent = Extent(product_id=one.product_id, as_of=AS_OF, business_date=DAY)
    frame = portraits_read(extent, variables)
    return dict(frame.select("_loan_id", NAME).iter_rows()) if NAME in frame.columns else {}


def test_the_latest_fact_known_by_then_is_read_for_its_own_customer_alone() -> None:
    make.catalogue_goes_live()
    one, other = loan(), loan()
    again = loan(customer=one.customer)
    told(one, 500_000, 90)
    told(one, 400_000, 30)
    told(one, 1, 20, known=-3)  # known three days later
    assert read(one, NAME) == {one.pk: 400_000, other.pk: None, again.pk: 400_000}
    assert read(one) == {}  # and not opened where nothing names it


def test_a_key_that_does_not_open_leaves_its_own_facts_unknown() -> None:
    make.catalogue_goes_live()
    one, other = loan(), loan()
    told(one, 500_000, 90)
    told(other, 300_000, 90)
    one.customer.wrapped_key = other.customer.wrapped_key
    one.customer.save()
    assert read(one, NAME) == {one.pk: None, other.pk: 300_000}


def rule_set(when: str) -> dict:
    return {
        "schema": 1,
        "product": "instalment",
        "stage": "POST_LOAN",
        "default_outcome": "NONE",
        "rules": [
            {
                "code": "LOW",
                "label_en": "Low",
                "label_zh": "低",
                "when": when,
                "then": {"outcome": "BLUE", "reason": "NO_RULE_APPLIED"},
            }
        ],
    }


def problems_of(when: str, change=lambda variable: variable) -> set[str]:
    shipped = catalogue_read(make.shipped("catalogue.json").encode())
    catalogue = msgspec.structs.replace(shipped, variables=[change(one) for one in shipped.variables])
    read = document_read(json.dumps(rule_set(when)).encode())
    return {found.code for found in validate(read, catalogue, product="instalment", stage="POST_LOAN")}


def test_rules_after_payout_may_name_facts_and_never_alternative_data() -> None:
    assert "unknown_name_nearest" not in problems_of(f"{NAME} < 100")
    alternative = problems_of(
        f"{NAME} < 100",
        lambda one: msgspec.structs.replace(one, is_alternative=True) if one.name == NAME else one,
    )
    assert alternative - problems_of(f"{NAME} < 100") == {"unknown_name_nearest"}


def test_a_version_approved_before_that_names_them_still_loads() -> None:
    shipped = catalogue_read(make.shipped("catalogue.json").encode())
    own = [msgspec.structs.replace(one, is_alternative=one.name == NAME) for one in shipped.variables]
    document = document_read(json.dumps(rule_set(f"{NAME} < 100")).encode())
    parsed = document_parse(document, msgspec.structs.replace(shipped, variables=own), product="instalment")
    assert not parsed.problems
