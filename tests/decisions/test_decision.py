"""A decision: its answer, its reasons, its record, and who may read it."""

import base64
import json

import pytest
from django.db import IntegrityError, connection, transaction

from audit.canonical import canonical_json
from audit.models import AuditEntry, OutboxMessage
from lending.models import Application, Customer, CustomerStanding, Identifier, RiskEvent
from rules.models import Decision, IdempotencyKey
from rules.services.bundles.loading import bundle_live
from rules.services.decisions.document import document_hash
from rules.services.decisions.reading import decision_record
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

FIELDS = [
    "id", "outcome", "grade", "pd", "pd_horizon_months", "points", "reasons", "offer", "bundle_hash",
    "document_hash", "decided_at",
]  # fmt: skip


def variables(**changes):
    return {**make.VARIABLES, **changes}


def codes(answer):
    return [reason["code"] for reason in answer.json()["reasons"]]


def test_it_approves_what_fits_and_gives_no_reason(lender):
    answer = lender.post(make.body())
    assert answer.status_code == 201
    assert list(answer.json()) == FIELDS
    assert (answer.json()["outcome"], codes(answer)) == ("APPROVE", [])


def test_it_declines_with_the_reason_of_the_rule_in_both_languages(lender):
    answer = lender.post(make.body(variables=variables(amount_minor=600_000)))
    assert answer.json()["outcome"] == "DECLINE"
    assert answer.json()["reasons"] == [
        {
            "code": "AMOUNT_ABOVE_MAXIMUM",
            "zh": "申请金额超过本产品的最高限额。",
            "en": "The amount is above the most we lend for this product.",
        }
    ]


def test_it_refers_when_a_variable_that_a_person_must_see_is_missing(lender):
    given = variables()
    del given["checking_status"]
    answer = lender.post(make.body(variables=given))
    assert (answer.status_code, answer.json()["outcome"]) == (201, "REFER")
    assert codes(answer) == ["REQUIRED_INFORMATION_MISSING"]
    document = decision_record(Decision.objects.get()).document
    assert [(cause.stage, cause.names) for cause in document.causes] == [("missing", ["checking_status"])]


def test_it_rejects_when_a_variable_is_missing_that_no_one_can_decide_without(lender):
    given = variables()
    del given["amount_minor"]
    answer = lender.post(make.body(variables=given))
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {"field": "variables.amount_minor", "code": "missing", "message": "This variable is required."}
    ]


def test_a_variable_left_out_takes_its_default_or_stays_unknown(lender):
    given = variables()
    del given["other_debtors"], given["housing"]
    assert lender.post(make.body(variables=given)).json()["outcome"] == "APPROVE"


def test_no_live_version_is_409(db):
    make.catalogue_goes_live()
    make.product()
    answer = Lender().post(make.body())
    assert (answer.status_code, answer.json()["code"]) == (409, "no_live_version")
    assert not IdempotencyKey.objects.exists()


def test_without_a_hit_the_default_outcome_holds_and_the_reason_is_neutral(lender):
    small = {**make.SMALL_POLICY["rules"][1], "when": "amount_minor < 100000"}
    make.policy_goes_live(make.policy(rules=[make.SMALL_POLICY["rules"][0], small]))
    answer = lender.post(make.body())
    assert (answer.json()["outcome"], codes(answer)) == ("REFER", ["PERSON_REVIEW"])
    assert Decision.objects.get().reason_codes == ["NO_RULE_APPLIED"]


def test_internal_reasons_never_reach_the_caller(lender):
    listed = {
        "code": "LISTED", "label_en": "On a list", "label_zh": "名单", "when": "amount_minor > 0",
        "then": {"outcome": "DECLINE", "reason": "LIST_HIT"},
    }  # fmt: skip
    make.policy_goes_live(make.policy(rules=[listed, *make.SMALL_POLICY["rules"]]))
    answer = lender.post(make.body())
    assert (answer.json()["outcome"], codes(answer)) == ("DECLINE", ["DECLINED_AFTER_CHECKS"])
    assert b"LIST" not in answer.content
    assert Decision.objects.get().reason_codes == ["LIST_HIT"]


def test_what_asked_for_something_milder_is_no_reason_for_a_decline(lender):
    referring = {
        "code": "LONG", "label_en": "Long", "label_zh": "长", "when": "duration_months > 1",
        "then": {"outcome": "REFER", "reason": "LOAN_TERM_LONG"},
    }  # fmt: skip
    make.policy_goes_live(make.policy(rules=[referring, *make.SMALL_POLICY["rules"]]))
    answer = lender.post(make.body(variables=variables(amount_minor=600_000)))
    assert codes(answer) == ["AMOUNT_ABOVE_MAXIMUM"]


def test_it_is_read_again_byte_for_byte_by_its_own_client_only(lender):
    made = lender.post(make.body())
    path = f"/api/v1/decisions/{made.json()['id']}"
    assert made["Location"] == path
    assert lender.get(path).content == made.content
    stranger = Lender().get(path)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "decision_not_found")


def test_the_record_is_canonical_hashed_and_holds_neither_person_nor_value(lender):
    asked = make.body()
    answer = lender.post(asked).json()
    decision = Decision.objects.get()
    data = bytes(decision.document)
    assert canonical_json(json.loads(data)) == data
    assert document_hash(data) == decision.document_hash == answer["document_hash"]
    clear = json.loads(data)
    sealed = base64.b64decode(clear.pop("sealed"))
    for value in [*asked["applicant"].values(), asked["external_id"], "320000", "checking_status"]:
        assert value not in json.dumps(clear, ensure_ascii=False)
        assert value.encode() not in sealed
    record = decision_record(decision)
    assert record.sealed.given == asked["variables"]
    assert (record.document.hits, record.document.unknown) == (["FITS"], [])
    bundle = bundle_live("instalment", "PRE_LOAN")
    traces = bundle.program.trace_read(record.sealed.trace)
    assert [(trace.code, trace.truth) for trace in traces] == [("TOO_MUCH", "false"), ("FITS", "true")]
    assert traces[0].comparisons[0].distance == -180_000


def test_two_alike_decisions_have_unlike_hashes(lender):
    first, second = (lender.post(make.body(variables=variables())).json() for _ in range(2))
    assert first["document_hash"] != second["document_hash"]
    assert first["bundle_hash"] == second["bundle_hash"]


def test_the_log_and_the_outbox_know_it_without_knowing_whom(lender):
    answer = lender.post(make.body()).json()
    entry = AuditEntry.objects.get(kind="decision.made")
    assert (entry.object_id, entry.actor) == (answer["id"], f"client:{lender.client.code}")
    assert entry.payload["document_hash"] == answer["document_hash"]
    message = OutboxMessage.objects.get(topic="decision.made")
    assert message.payload["decision"] == answer["id"]


def test_identifiers_are_sealed_and_found_by_index(lender):
    asked = make.body()
    lender.post(asked)
    customer = Customer.objects.get()
    assert set(customer.identifiers.values_list("kind", flat=True)) == set(asked["applicant"])
    for identifier in Identifier.objects.all():
        assert asked["applicant"][identifier.kind].encode() not in bytes(identifier.sealed)


def test_the_same_person_is_one_customer_however_the_national_id_is_typed(lender):
    first, second = make.body(), make.body()
    second["applicant"] = {"national_id": " ".join(first["applicant"]["national_id"]), "email": "a@b.example"}
    assert [lender.post(asked).status_code for asked in (first, second)] == [201, 201]
    assert Customer.objects.count() == 1
    assert Identifier.objects.filter(kind="national_id").count() == 1
    assert Identifier.objects.filter(kind="email").count() == 1


def test_an_application_without_an_applicant_has_a_customer_of_its_own(lender):
    asked = make.body()
    del asked["applicant"]
    assert lender.post(asked).status_code == 201
    assert Customer.objects.count() == 1


def test_a_new_key_on_the_same_number_decides_the_same_application_again(lender):
    asked = make.body()
    first, second = lender.post(asked).json(), lender.post(asked).json()
    assert first["id"] != second["id"]
    assert Application.objects.count() == 1
    assert Decision.objects.count() == 2
    assert RiskEvent.objects.filter(kind="application").count() == 1


def test_two_lenders_number_their_applications_independently(lender):
    asked = make.body()
    assert [caller.post(asked).status_code for caller in (lender, Lender())] == [201, 201]
    assert Application.objects.count() == 2


def test_the_number_of_another_persons_application_is_409(lender):
    first, second = make.body(), make.body()
    assert lender.post(first).status_code == lender.post(second).status_code == 201
    answer = lender.post({**second, "external_id": first["external_id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "application_differs")


def test_the_number_of_another_products_application_is_409(lender):
    rules = [{**rule, "when": rule["when"].replace("amount", "credit_limit")} for rule in make.SMALL_POLICY["rules"]]
    make.policy_goes_live(make.policy(rules=rules), code="card")
    asked = make.body()
    lender.post(asked)
    schema = lender.get("/api/v1/products/card/schema").json()
    answer = lender.post({**schema["example"], "external_id": asked["external_id"], "applicant": asked["applicant"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "application_differs")


def test_as_of_needs_its_scope_and_a_time_that_has_been(lender):
    asked = make.body(as_of="2024-01-31T12:00:00Z")
    assert lender.post(asked).json()["code"] == "as_of_not_permitted"
    auditor = Lender(scopes=("decide", "as_of"))
    assert auditor.post(asked).status_code == 201
    assert Decision.objects.get().as_of.isoformat() == "2024-01-31T12:00:00+00:00"
    assert not RiskEvent.objects.exists()
    late = auditor.post(make.body(as_of="2999-01-31T12:00:00Z"))
    assert (late.status_code, late.json()["code"]) == (422, "as_of_in_future")


def test_standing_is_read_as_it_was_known_then(lender):
    first = make.body()
    lender.post(first)
    customer, at = Customer.objects.get(), make.now()
    CustomerStanding.objects.create(customer=customer, as_of=at, known_at=at, warning_level="RED", months_late=3)
    rule = {
        "code": "LATE", "label_en": "Late", "label_zh": "逾期", "when": "own_months_late >= 2",
        "then": {"outcome": "DECLINE", "reason": "OWN_PAYMENT_OVERDUE"},
    }  # fmt: skip
    make.policy_goes_live(make.policy(rules=[*make.SMALL_POLICY["rules"], rule]))
    again = {**make.body(), "applicant": first["applicant"]}
    assert codes(lender.post(again)) == ["OWN_PAYMENT_OVERDUE"]
    before = {**make.body(as_of="2024-01-31T12:00:00Z"), "applicant": first["applicant"]}
    assert Lender(scopes=("decide", "as_of")).post(before).json()["outcome"] == "APPROVE"


def test_a_decision_never_changes(lender):
    lender.post(make.body())
    for statement in (
        "UPDATE rules_decision SET outcome = 'DECLINE'",
        "DELETE FROM rules_decision",
        "UPDATE rules_idempotencykey SET response = ''",
        "DELETE FROM rules_idempotencykey",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_schema_of_a_product_and_its_example_are_accepted(lender):
    schema = lender.get("/api/v1/products/instalment/schema").json()
    assert set(schema) == {"schema", "example"}
    assert lender.post(schema["example"]).status_code == 201
    missing = lender.get("/api/v1/products/yacht/schema")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_product")
