"""A decision reads alternative data only where law, review, pilot and consent open it, and records why not."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from audit.services.governed import governed_end
from lending.models import Application, Customer
from lending.services.consents import consent_grant, consent_withdraw
from lending.services.customer_facts import FactInput, facts_record
from lending.vault import key_unwrap
from rules.admin.decisions.parts import value_rows
from rules.models import Decision
from rules.services.decisions.document import document_open, sealed_open
from rules.services.decisions.replay import decisions_replay
from scoring.models import AlternativeUse
from scoring.services.alternative.opening import closed_for_portraits
from scoring.services.portraits.making import portraits_of
from tests.alternative.governing import forbidden, piloted, reviewed
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
COMMON = {
    "en": "x", "zh": "x", "products": ["instalment"], "purpose": "creditworthiness", "missing": "skip",
    "is_alternative": True, "type": "number", "minimum": 0, "maximum": 1,
}  # fmt: skip
ADDED = [
    {**COMMON, "name": "social_index", "source": "application", "consent_scope": "social_data"},
    {**COMMON, "name": "texts_index", "source": "fact", "consent_scope": "text_data", "dimension": "behaviour"},
    {
        **COMMON, "name": "residence_country", "source": "application", "is_alternative": False, "type": "string",
        "minimum": None, "maximum": None,
    },
]  # fmt: skip
RULES = [
    {
        "code": "QUIET", "label_en": "Little activity", "label_zh": "活跃度低", "when": "social_index < 0.2",
        "then": {"outcome": "REFER", "reason": "PERSON_REVIEW"}, "on_unknown": "ignore",
    },
    {
        "code": "TERSE", "label_en": "Terse", "label_zh": "文字过少", "when": "texts_index < 0.2",
        "then": {"outcome": "REFER", "reason": "PERSON_REVIEW"}, "on_unknown": "ignore",
    },
]  # fmt: skip


def catalogue_document():
    """The shipped catalogue; here requests say where the applicant lives."""
    catalogue = json.loads(make.shipped("catalogue.json"))
    kept = [one for one in catalogue["variables"] if one["name"] != "residence_country"]
    return {**catalogue, "variables": [*kept, *ADDED]}


@pytest.fixture
def lender(db):
    make.catalogue_goes_live(catalogue_document())
    make.policy_goes_live(make.policy(rules=[*make.SMALL_POLICY["rules"], *RULES]))
    return Lender()


def asked(lender, number=1, country="CN", **more):
    """Decide an application that says how social the person is; the answer and the decision's sealed part."""
    variables = {**make.VARIABLES, "social_index": 0.1, "residence_country": country, **more}
    answer = lender.post(make.body(number, variables=variables))
    assert answer.status_code == 201, answer.content
    decision = Decision.objects.get(pk=answer.json()["id"])
    key = key_unwrap(decision.application.customer.wrapped_key)
    return answer.json()["outcome"], sealed_open(key, document_open(bytes(decision.document)))[1]


def consented(lender, number=1, *scopes):
    """The applicant of this number becomes known, and consents."""
    lender.post(make.body(number, external_id=f"first-{number}"))
    customer = Application.objects.get(external_id=f"first-{number}").customer
    at = datetime.now(UTC)
    for scope in scopes or ("social_data",):
        consent_grant(customer=customer, scope=scope, granted_at=at, evidence="form", at=at, actor="system:demo")
    return customer


def test_nothing_governed_leaves_it_unknown_unstored_and_says_why(lender):
    consented(lender)
    outcome, sealed = asked(lender)
    assert outcome == "APPROVE"
    assert "social_index" not in sealed.given
    assert sealed.alternative == {"social_index": "no_ethics_review", "texts_index": "no_ethics_review"}
    told = {row["name"]: row["cause"] for row in value_rows({}, {"social_index": None, "age": 40}, sealed, "en")}
    assert told == {"social_index": "There is no ethics review in force.", "age": ""}
    assert not AlternativeUse.objects.exists()


def test_all_four_open_it_and_the_pilot_counts_the_application_once(lender):
    customer = consented(lender)
    reviewed("social_data")
    piloted("social_data")
    forbidden("social_data", "DE", "FR")
    outcome, sealed = asked(lender)
    assert outcome == "REFER"
    assert sealed.given["social_index"] == 0.1
    assert sealed.alternative == {"texts_index": "no_ethics_review"}
    asked(lender)
    assert [use.application.customer for use in AlternativeUse.objects.all()] == [customer]


@pytest.mark.parametrize(("country", "cause"), [("DE", "jurisdiction_forbids"), (None, "region_unknown")])
def test_a_consumer_in_the_union_or_of_unknown_residence_stays_closed(lender, country, cause):
    consented(lender)
    reviewed("social_data")
    piloted("social_data")
    forbidden("social_data", "DE", "FR")
    outcome, sealed = asked(lender, country=country)
    assert (outcome, sealed.alternative["social_index"]) == ("APPROVE", cause)


def test_twin_without_the_law_the_same_consumer_would_be_read(lender):
    consented(lender)
    reviewed("social_data")
    piloted("social_data")
    assert asked(lender, country="DE")[0] == "REFER"


def test_a_full_pilot_turns_the_next_application_away_and_keeps_those_it_has(lender):
    for number in (1, 2):
        consented(lender, number)
    reviewed("social_data")
    piloted("social_data", cap=1)
    assert asked(lender, 1)[0] == "REFER"
    assert asked(lender, 2)[1].alternative["social_index"] == "pilot_exhausted"
    assert asked(lender, 1)[0] == "REFER"
    assert AlternativeUse.objects.count() == 1


def test_a_withdrawn_consent_and_an_ended_pilot_close_it_at_once(lender):
    customer = consented(lender)
    reviewed("social_data")
    pilot = piloted("social_data")
    assert asked(lender)[0] == "REFER"
    at = datetime.now(UTC)
    consent_withdraw(customer=customer, scope="social_data", withdrawn_at=at, at=at, actor="system:demo")
    assert asked(lender)[1].alternative["social_index"] == "no_consent"
    governed_end(governed=pilot, actor=user(), at=at, reason="done")
    assert asked(lender)[1].alternative["social_index"] == "no_pilot"


def test_what_was_withdrawn_since_is_not_read_for_an_earlier_time(lender):
    customer = consented(lender, 1, "social_data")
    reviewed("social_data")
    pilot = piloted("social_data")
    then = datetime.now(UTC)
    auditor = Lender(code=lender.client.code, scopes=("decide", "as_of"))
    back = {"as_of": then.isoformat(), "variables": {**make.VARIABLES, "social_index": 0.1}}
    assert auditor.post(make.body(1, external_id="back-1", **back), key="back-1").json()["outcome"] == "REFER"
    at = datetime.now(UTC)
    consent_withdraw(customer=customer, scope="social_data", withdrawn_at=at, at=at, actor="system:demo")
    assert auditor.post(make.body(1, external_id="back-2", **back), key="back-2").json()["outcome"] == "APPROVE"
    assert AlternativeUse.objects.filter(pilot=pilot).count() == 1


def record(customer, value):
    at = datetime.now(UTC)
    fact = FactInput(
        variable="texts_index", value=value, event_at=at - timedelta(days=1), known_at=at - timedelta(days=1),
        source="texts", provenance="DERIVED",
    )  # fmt: skip
    facts_record(customer=customer, facts=[fact], at=at, actor="system:demo")


def test_a_fact_is_opened_for_a_decision_only_by_the_gate(lender):
    customer = consented(lender, 1, "text_data")
    record(customer, 0.1)
    assert asked(lender, social_index=None)[0] == "APPROVE"
    reviewed("text_data")
    piloted("text_data")
    outcome, sealed = asked(lender, social_index=None)
    assert (outcome, sealed.own["texts_index"]) == ("REFER", 0.1)


def test_a_fact_out_of_range_is_unknown(lender):
    customer = consented(lender, 1, "text_data")
    record(customer, 7)
    reviewed("text_data")
    piloted("text_data")
    outcome, sealed = asked(lender, social_index=None)
    assert (outcome, sealed.own["texts_index"]) == ("APPROVE", None)


def test_open_and_closed_decisions_replay_byte_for_byte_after_everything_has_ended(lender):
    customer = consented(lender, 1, "text_data", "social_data")
    record(customer, 1)
    asked(lender)
    reviewed("text_data")
    pilot = piloted("text_data")
    asked(lender)
    governed_end(governed=pilot, actor=user(), at=datetime.now(UTC), reason="done")
    report = decisions_replay()
    assert (report.total, report.same) == (3, 3)


def test_a_dry_run_uses_nothing_of_the_pilot(lender):
    consented(lender)
    reviewed("social_data")
    piloted("social_data", cap=1)
    tester = Lender(code=lender.client.code, scopes=("decide", "dry_run"))
    variables = {**make.VARIABLES, "social_index": 0.1}
    answer = tester.post(make.body(1, variables=variables), key=None, path="/api/v1/decisions?dry_run=true")
    assert answer.json()["outcome"] == "REFER"
    assert not AlternativeUse.objects.exists()


def test_a_portrait_opens_a_source_only_of_people_that_the_pilot_counted(lender):
    inside, outside = consented(lender, 1), consented(lender, 2)
    reviewed("social_data")
    piloted("social_data")
    asked(lender, 1)
    found = closed_for_portraits([inside.pk, outside.pk], datetime.now(UTC))
    assert "social_data" not in found[inside.pk]
    assert found[outside.pk]["social_data"] == "no_pilot"
    assert found[inside.pk]["text_data"] == "no_ethics_review"
    assert Customer.objects.count() == 2


def test_it_works_in_transactions_of_its_own_too(transactional_db):
    make.catalogue_goes_live(catalogue_document())
    make.policy_goes_live(make.policy(rules=[*make.SMALL_POLICY["rules"], *RULES]))
    lender = Lender()
    record(consented(lender, 1, "social_data", "text_data"), 0.1)
    reviewed("social_data")
    reviewed("text_data")
    piloted("social_data", cap=1)
    piloted("text_data", cap=1)
    assert asked(lender)[0] == "REFER"
    assert AlternativeUse.objects.count() == 2


def test_what_the_gate_closes_is_in_no_portrait(lender):
    customer = consented(lender, 1, "text_data")
    record(customer, 0.1)

    def held():
        return portraits_of([customer.pk], datetime.now(UTC))[customer.pk].values().get("texts_index")

    reviewed("text_data")
    assert held() is None
    piloted("text_data")
    assert held() is None
    asked(lender, social_index=None)
    assert held() == 0.1


def test_what_alternative_data_alone_would_decline_a_person_decides_for_other_reasons(lender):
    """Beside what holds of everybody it is decisive all the same: the policy is published, the decision is not made."""
    when = "social_index < 0.2 and duration_months > 1"
    rule = {
        "code": "BOTH", "label_en": "Both", "label_zh": "两者", "when": when, "on_unknown": "ignore",
        "then": {"outcome": "DECLINE", "reason": "AMOUNT_ABOVE_MAXIMUM"},
    }  # fmt: skip
    make.policy_goes_live(make.policy(rules=[*make.SMALL_POLICY["rules"], rule]))
    consented(lender)
    reviewed("social_data")
    piloted("social_data")
    answer = lender.post(make.body(1, variables={**make.VARIABLES, "social_index": 0.1}))
    assert answer.json()["outcome"] == "REFER"
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["PERSON_REVIEW"]
    declined = lender.post(make.body(1, variables={**make.VARIABLES, "social_index": 0.1, "amount_minor": 900_000},
                                     external_id="large"))  # fmt: skip
    assert declined.json()["outcome"] == "DECLINE"
    report = decisions_replay()
    assert (report.total, report.same) == (3, 3)
