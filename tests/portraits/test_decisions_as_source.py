"""A portrait holds what the last application said, from when its decision was made."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from lending.models import Customer, CustomerFact
from lending.services.customer_facts import FactInput, facts_record
from rules.models import Decision
from rules.services.decisions.replay import decision_replay
from scoring.portraits.portrait import portrait_bytes
from scoring.services.portraits.making import portrait_of
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.triggers import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_policy")]


def applied(number, lender=None, **variables):
    """The customer after an application of the person number 1."""
    body = make.body(1, external_id=f"A-{number}", variables={**make.VARIABLES, **variables})
    assert (lender or Lender()).post(body).status_code == 201
    return Customer.objects.get()


def held(customer, at=None):
    portrait = portrait_of(customer, at or datetime.now(UTC))
    return {item.variable: item for one in portrait.dimensions for item in one.held}


def test_it_holds_the_variables_of_the_last_application():
    lender = Lender()
    applied(1, lender, duration_months=12)
    found = held(applied(2, lender, duration_months=24))
    assert (found["duration_months"].value, found["duration_months"].source) == (24, "application")
    assert found["duration_months"].provenance == "SELF_DECLARED"
    assert found["credit_history"].provenance == "THIRD_PARTY"  # as the catalogue says
    assert "age_years" not in found and "status_sex" not in found


def test_an_application_decided_later_changes_no_byte():
    lender = Lender()
    customer = applied(1, lender, duration_months=12)
    before = datetime.now(UTC)
    portrait = portrait_bytes(portrait_of(customer, before))
    applied(2, lender, duration_months=24)
    assert portrait_bytes(portrait_of(customer, before)) == portrait
    first = Decision.objects.earliest("decided_at").decided_at
    assert "duration_months" not in held(customer, first - timedelta(seconds=1))


def test_a_record_that_does_not_open_tells_nothing_and_stops_nobody():
    customer = applied(1)
    assert "duration_months" in held(customer)
    with unguarded("rules_decision") as cursor:
        cursor.execute("UPDATE rules_decision SET document = convert_to('{}', 'UTF8')")
    assert "duration_months" not in held(customer)


def test_a_decision_reads_no_portrait_and_stays_at_its_round_trips(django_assert_max_num_queries):
    """Facts are for portraits: the decision's way is as short as before."""
    lender = Lender()
    applied(1, lender)
    with django_assert_max_num_queries(12), connection.execute_wrapper(_no_facts):
        applied(2, lender)


def _no_facts(execute, sql, *rest):
    assert "lending_customerfact" not in str(sql)
    return execute(sql, *rest)


def test_a_rule_that_names_a_fact_reads_it_and_the_decision_replays():
    """Unknown before it is told: a person decides. Told later: the rule holds, and the old decision stays as it was."""
    rule = {
        "code": "SETTLED", "label_en": "Long at the address", "label_zh": "居住稳定", "when": "months_at_address > 24",
        "then": {"outcome": "APPROVE", "reason": "POLICY_MET"},
    }  # fmt: skip
    make.policy_goes_live({**make.SMALL_POLICY, "rules": [rule]})
    lender = Lender()
    customer = applied(1, lender)
    told = FactInput(
        variable="months_at_address", value=60, event_at=customer.created_at, known_at=customer.created_at,
        source="registry", provenance=CustomerFact.Provenance.THIRD_PARTY,
    )  # fmt: skip
    facts_record(customer=customer, facts=[told], at=datetime.now(UTC), actor="system:tests")
    applied(2, lender)
    decisions = list(Decision.objects.order_by("decided_at"))
    assert [one.outcome for one in decisions] == ["REFER", "APPROVE"]
    assert [decision_replay(one)[0] for one in decisions] == ["same", "same"]
