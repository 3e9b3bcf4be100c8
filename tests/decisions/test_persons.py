"""Who applies: two people never become one, an erased one gains nothing, and patterns see what is new about one."""

import json
import time
from threading import Thread

from django.db import connections, transaction

from lending.models import Application, Customer, Identifier, RiskEvent
from lending.services.customers import customer_erase
from rules.models import Decision
from rules.services.decisions.reading import decision_record
from rules.services.decisions.replay import decisions_replay
from tests.factories import decisions as make

PATTERNS = json.loads(make.shipped("rule_sets/instalment-pre-loan.json"))["patterns"]


def with_applicant(asked, **changes):
    return {**asked, "applicant": {**asked["applicant"], **changes}}


def test_a_number_with_another_national_id_is_409_also_when_nobody_has_it_yet(lender):
    asked = make.body()
    assert lender.post(asked).status_code == 201
    answer = lender.post(with_applicant(asked, national_id="11010119900101999X"))
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        409,
        "application_differs",
        "external_id",
    )
    assert Identifier.objects.filter(kind="national_id").count() == 1


def test_a_national_id_may_follow_later(lender):
    asked = make.body()
    known = dict(asked["applicant"])
    del known["national_id"]
    assert lender.post({**asked, "applicant": known}).status_code == 201
    assert lender.post(asked).status_code == 201
    assert Customer.objects.count() == 1


def test_an_application_that_comes_again_with_anothers_phone_is_seen_by_patterns(lender):
    make.policy_goes_live(make.policy(patterns=PATTERNS))
    first, second = make.body(), make.body()
    assert [lender.post(asked).json()["outcome"] for asked in (first, second)] == ["APPROVE", "APPROVE"]
    again = with_applicant(second, phone=first["applicant"]["phone"])
    assert lender.post(again).json()["outcome"] == "REFER"
    assert Decision.objects.latest("decided_at").reason_codes == ["SHARED_PHONE"]
    assert lender.post(again).json()["outcome"] == "REFER"
    assert Application.objects.count() == 2
    assert RiskEvent.objects.filter(kind="application").count() == 3
    report = decisions_replay()
    assert (report.total, report.same) == (4, 4)


def test_a_customer_whose_key_does_not_open_goes_to_a_person(lender):
    asked = make.body()
    assert lender.post(asked).json()["outcome"] == "APPROVE"
    Customer.objects.update(wrapped_key=bytes(60))
    answer = lender.post(asked)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "REFER")
    document = decision_record(Decision.objects.latest("decided_at")).document
    assert [(cause.stage, cause.code) for cause in document.causes] == [("decision", "customer_key_broken")]


def test_nothing_is_added_to_a_customer_who_is_being_erased(committing_lender):
    asked = make.body()
    assert committing_lender.post(asked).status_code == 201
    answers = []

    def ask_again():
        answers.append(committing_lender.post(with_applicant(asked, phone="13999999999")))
        connections.close_all()

    with transaction.atomic():
        customer_erase(customer=Customer.objects.get(), at=make.now(), actor="system:tests")
        asking = Thread(target=ask_again)
        asking.start()
        time.sleep(0.5)
    asking.join()
    assert (answers[0].status_code, answers[0].json()["code"]) == (409, "customer_erased")
    assert not Identifier.objects.exists()
