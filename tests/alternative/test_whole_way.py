"""The whole way of alternative data: told over HTTP, opened by law, review, pilot and consent, seen by a rule that
sends to a person; and unseen where any of them is missing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.models import GovernedDocument
from audit.services.governed import governed_end
from lending.models import CustomerFact, CustomerStanding
from lending.vault import key_unwrap
from rules.engine.document import document_read
from rules.engine.validate import validate
from rules.models import Decision
from rules.services.decisions.document import Sealed, document_open, sealed_open
from rules.services.decisions.replay import decisions_replay
from scoring.catalogue import catalogue_read
from scoring.models import AlternativeUse
from scoring.services.alternative.graph_runs import graph_features_run
from scoring.services.portraits.making import portraits_of
from tests.alternative.governing import forbidden, governed, piloted, reviewed
from tests.alternative.test_graph_runs import BAD
from tests.alternative.test_text_and_indices import SCALE
from tests.book.test_reports import Reporter
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
SCOPES = ("decide", "read", "report")
WHO = {"application": "first-1"}
NEIGHBOUR = 2


def rule(code: str, when: str, outcome: str = "REFER") -> dict[str, Any]:
    return {
        "code": code, "label_en": code, "label_zh": code, "when": when, "on_unknown": "ignore",
        "then": {"outcome": outcome, "reason": "PERSON_REVIEW"},
    }  # fmt: skip


RULES = [rule("QUIET", "social_activity_index < 0.2"), rule("NEAR_BAD", "phone_bad_shared >= 1")]


class Way:
    """A lender, its applicant number 1, and everything that opens social data of theirs, each left out by its name."""

    def __init__(self, *without: str) -> None:
        make.catalogue_goes_live()
        make.policy_goes_live(make.policy(rules=[*make.SMALL_POLICY["rules"], *RULES]))
        governed("activity_scale", "", SCALE.halves)
        governed("bad_definition", "instalment", BAD)
        forbidden("social_data", "DE", "FR")
        self.lender, self.documents = Lender(scopes=SCOPES), dict[str, GovernedDocument]()
        phone = {"national_id": "110101199003078515", "phone": "13800000001"}
        self.lender.post(make.body(1, external_id="first-1", applicant=phone))
        other = {"national_id": "110101198001010037", "phone": "13800000001"}
        self.lender.post(make.body(NEIGHBOUR, external_id="first-2", applicant=other))
        self.applicant = phone
        self.customer, self.neighbour = (
            Decision.objects.get(application__external_id=f"first-{number}").application.customer for number in (1, 2)
        )
        if "residence" not in without:
            self.tell("customer-facts", variable="residence_country", value="CN", provenance="SELF_DECLARED")
        if "consent" not in without:
            self.consent("grant")
        if "review" not in without:
            self.documents["review"] = reviewed("social_data")
        if "pilot" not in without and "review" not in without:
            self.documents["pilot"] = piloted("social_data")

    def consent(self, action: str) -> None:
        told = {
            "scope": "social_data",
            "applicant": {"national_id": self.applicant["national_id"]},
            "at": datetime.now(UTC).isoformat(),
        }
        evidence = {"evidence": "form-7/1"} if action == "grant" else {}
        body = {"action": action, **told, **evidence}
        answer = self.lender.post(body, key=None, path="/api/v1/consents")
        assert answer.status_code in (200, 201), answer.content

    def tell(self, path: str, **item: Any) -> Any:
        body = {"customer": WHO, "event_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat(), **item}
        return self.lender.post(body, key=None, path=f"/api/v1/{path}")

    def quiet(self) -> Any:
        return self.tell("alternative-data", kind="activity", counts={"contacts": 1})

    def decide(self, number: str = "second-1") -> tuple[str, Sealed]:
        answer = self.lender.post(make.body(1, external_id=number, applicant=self.applicant))
        assert answer.status_code == 201, answer.content
        decision = Decision.objects.get(pk=answer.json()["id"])
        key = key_unwrap(decision.application.customer.wrapped_key)
        return answer.json()["outcome"], sealed_open(key, document_open(bytes(decision.document)))[1]


def test_with_all_of_them_the_rule_sees_it_and_a_person_decides() -> None:
    way = Way()
    assert way.quiet().json()["state"] == "new"
    outcome, sealed = way.decide()
    assert outcome == "REFER" and sealed.own is not None
    assert 0 < sealed.own["social_activity_index"] < 0.2 and sealed.alternative is None
    assert AlternativeUse.objects.count() == 1
    report = decisions_replay()
    assert (report.total, report.same) == (3, 3)


@pytest.mark.parametrize(
    ("missing", "cause"),
    [("consent", "no_consent"), ("review", "no_ethics_review"), ("pilot", "no_pilot"), ("residence", "region_unknown")],
)
def test_without_any_of_them_nothing_is_taken_in_and_no_rule_sees_it(missing: str, cause: str) -> None:
    way = Way(missing)
    assert way.quiet().json()["problems"][0]["code"] == cause
    outcome, sealed = way.decide()
    assert outcome == "APPROVE" and sealed.alternative is not None
    assert sealed.alternative["social_activity_index"] == cause
    assert not CustomerFact.objects.filter(variable="social_activity_index").exists()


@pytest.mark.parametrize(
    ("gone", "cause"), [("consent", "no_consent"), ("review", "no_ethics_review"), ("pilot", "no_pilot")]
)
def test_what_was_taken_in_is_not_seen_once_any_of_them_has_ended(gone: str, cause: str) -> None:
    way = Way()
    way.quiet()
    if gone == "consent":
        way.consent("withdraw")
    else:
        governed_end(governed=way.documents[gone], actor=user(), at=datetime.now(UTC), reason="done")
    outcome, sealed = way.decide()
    assert outcome == "APPROVE" and sealed.alternative is not None
    assert sealed.alternative["social_activity_index"] == cause
    assert not sealed.own or sealed.own.get("social_activity_index") is None


def test_nothing_was_told_and_all_is_open_so_it_is_unknown_and_costs_nothing() -> None:
    outcome, sealed = Way().decide()
    assert (outcome, sealed.own and sealed.own["social_activity_index"]) == ("APPROVE", None)


def test_a_bad_neighbour_of_the_graph_sends_to_a_person_until_the_consent_is_withdrawn() -> None:
    way = Way()
    at = datetime.now(UTC)
    CustomerStanding.objects.create(customer=way.neighbour, product=make.product(), as_of=at, known_at=at, dpd=120)
    assert way.decide("before")[0] == "APPROVE"
    graph_features_run(now=lambda: datetime.now(UTC))
    outcome, sealed = way.decide()
    assert outcome == "REFER" and sealed.own is not None and sealed.own["phone_bad_shared"] == 1
    assert portraits_of([way.customer.pk], datetime.now(UTC))[way.customer.pk].values()["phone_shared"] == 1
    way.consent("withdraw")
    assert way.decide("after")[0] == "APPROVE"
    assert "phone_shared" not in portraits_of([way.customer.pk], datetime.now(UTC))[way.customer.pk].values()
    assert decisions_replay().same == 5


@pytest.mark.parametrize("name", ["social_activity_index", "phone_bad_shared"])
@pytest.mark.parametrize("then", [{"outcome": "DECLINE", "reason": "PERSON_REVIEW"}, {"points": 5}])
def test_no_rule_may_decline_or_score_by_it(name: str, then: dict[str, Any]) -> None:
    catalogue = catalogue_read(make.shipped("catalogue.json").encode())
    refused = {**rule("X", f"{name} > 0.1"), "then": then}
    codes = []
    for one in (rule("X", f"{name} > 0.1"), refused):
        document = document_read(json.dumps(make.policy(rules=[*make.SMALL_POLICY["rules"], one])).encode())
        found = validate(document, catalogue, product="instalment", stage="PRE_LOAN")
        codes.append({problem.code for problem in found if problem.code.startswith(("alternative", "link"))})
    assert codes[0] == set() and codes[1] >= {"alternative_alone"}


def test_a_reporter_of_another_client_tells_nothing_of_them() -> None:
    Way()
    other = Reporter()
    item = {"customer": WHO, "kind": "activity", "counts": {"contacts": 1}, "event_at": "2026-03-01T09:30:00Z"}
    assert other.post("alternative-data", item).json()["problems"][0]["code"] == "not_found"
