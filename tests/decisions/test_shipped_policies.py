"""The shipped policies, models and patterns decide real applications."""

import json

import polars as pl
import pytest

from lending.models import Customer, RiskEvent
from rules.models import Decision
from rules.services.bundles import loading as bundles
from rules.services.decisions.reading import decision_record
from scoring.catalogue import catalogue_read
from scoring.package import ScoringModel, package_read
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

PACKAGES = {code: (make.DATA / f"models/{code}.package").read_bytes() for code in ("instalment", "card")}
FILES = {"instalment": "german.parquet", "card": "taiwan_dev70.parquet"}
CATALOGUE = catalogue_read(make.shipped("catalogue.json").encode())


def goes_live(code):
    make.catalogue_goes_live()
    make.model_goes_live(code, PACKAGES[code])
    make.policy_goes_live(json.loads(make.shipped(f"rule_sets/{code}-pre-loan.json")), code=code)
    return Lender()


@pytest.fixture
def instalment(db):
    return goes_live("instalment")


def rows(code, count):
    """Applications out of the shipped data, as requests give them."""
    frame = pl.read_parquet(make.DATA / FILES[code]).head(count)
    asked = [item for item in CATALOGUE.of_product(code).values() if item.column]
    for row in frame.iter_rows(named=True):
        yield {
            item.name: round(row[item.column] * item.scale) if item.type == "integer" else row[item.column]
            for item in asked
            if row[item.column] is not None
        }


@pytest.mark.parametrize("code", ["instalment", "card"])
def test_real_applications_are_decided_and_owed_reasons_given(db, code):
    lender, outcomes = goes_live(code), set()
    model = package_read(PACKAGES[code])
    for given in rows(code, 60):
        answer = lender.post({**make.body(), "product": code, "variables": given})
        assert answer.status_code == 201, answer.content
        decided = answer.json()
        outcomes.add(decided["outcome"])
        assert decided["pd"] == model.score(given).pd
        assert decided["pd_horizon_months"] == model.card["pd_horizon_months"]
        counter = decided["offer"] is not None and decided["offer"]["is_counter_offer"]
        assert (decided["outcome"] == "APPROVE" and not counter) == (decided["reasons"] == [])
        assert len(decided["reasons"]) <= 4
        for reason in decided["reasons"]:
            assert CATALOGUE.reasons_by_code()[reason["code"]].audience != "internal"
    assert len(outcomes) >= 2


def test_a_score_cut_off_gives_the_models_own_reasons(instalment):
    for given in rows("instalment", 200):
        instalment.post({**make.body(), "variables": given})
    seen = 0
    for decision in Decision.objects.filter(outcome="DECLINE").select_related("application__customer"):
        record = decision_record(decision)
        if record.sealed.replacement is None:
            continue
        seen += 1
        assert "MODEL_RISK" not in record.document.reasons
        own = {reason.code for reason in record.sealed.replacement.reasons}
        assert own & set(record.document.reasons)
    assert seen > 0


def test_the_models_reasons_are_proven_only_where_they_are_owed(instalment):
    for given in rows("instalment", 40):
        instalment.post({**make.body(), "variables": given})
    for decision in Decision.objects.filter(outcome="APPROVE").select_related("application__customer"):
        assert decision_record(decision).sealed.replacement is None


def test_a_model_that_does_not_load_refers_with_the_cause(instalment, monkeypatch):
    def breaks(*_args):
        raise MemoryError

    monkeypatch.setattr("rules.services.bundles.rows.package_read", breaks)
    bundles.bundles_forget()
    answer = instalment.post(make.body())
    assert (answer.status_code, answer.json()["outcome"], answer.json()["pd"]) == (201, "REFER", None)
    document = decision_record(Decision.objects.get()).document
    assert [(cause.stage, cause.code) for cause in document.causes] == [("model", "MemoryError")]
    assert "MODEL_UNAVAILABLE" in document.reasons


@pytest.mark.parametrize("method", ["score", "replacement"])
def test_a_model_that_fails_on_an_application_refers(instalment, monkeypatch, method):
    def breaks(*_args):
        raise ValueError

    risky = next(
        given for given in rows("instalment", 100)
        if instalment.post({**make.body(), "variables": given}).json()["outcome"] == "DECLINE"
        and decision_record(Decision.objects.latest("decided_at")).sealed.replacement
    )  # fmt: skip
    monkeypatch.setattr(ScoringModel, method, breaks)
    answer = instalment.post({**make.body(), "variables": risky})
    assert (answer.status_code, answer.json()["outcome"]) == (201, "REFER")


def test_two_customers_with_one_phone_within_days_see_each_other(instalment):
    given = next(
        given for given in rows("instalment", 100)
        if instalment.post({**make.body(), "variables": given}).json()["outcome"] == "APPROVE"
    )  # fmt: skip
    first, second = make.body(variables=given), make.body(variables=given)
    second["applicant"]["phone"] = "+86 " + first["applicant"]["phone"]
    assert instalment.post(first).json()["outcome"] == "APPROVE"
    answer = instalment.post(second)
    assert answer.json()["outcome"] == "REFER"
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["PERSON_REVIEW"]
    assert b"PHONE" not in answer.content
    record = decision_record(Decision.objects.latest("decided_at"))
    assert record.document.pattern_hits == ["SHARED_PHONE"]
    assert record.document.reasons == ["SHARED_PHONE"]
    hit = record.sealed.pattern_hits[0]
    assert len(hit["facts"]) == 2
    third = make.body(variables=given)
    assert instalment.post(third).json()["outcome"] == "APPROVE"


def test_an_application_after_a_decline_elsewhere_is_referred(instalment):
    first = make.body()
    instalment.post(first)
    at = make.now()
    RiskEvent.objects.create(
        customer=Customer.objects.get(), kind="decline_elsewhere", event_at=at, known_at=at, source="bureau"
    )
    again = make.body(applicant=first["applicant"])
    instalment.post(again)
    assert "DECLINED_ELSEWHERE" in decision_record(Decision.objects.latest("decided_at")).document.pattern_hits


def test_a_counter_offer_says_what_differs(instalment):
    offers = []
    for given in rows("instalment", 200):
        answer = instalment.post({**make.body(), "variables": given}).json()
        if answer["offer"] is not None:
            assert set(answer["offer"]) == {
                "amount_requested_minor", "amount_offered_minor", "currency", "annual_rate", "term_months",
                "is_counter_offer",
            }  # fmt: skip
            assert answer["offer"]["currency"] == "EUR"
            offers.append((answer["offer"]["is_counter_offer"], {reason["code"] for reason in answer["reasons"]}))
        else:
            assert answer["outcome"] != "APPROVE"
    for is_counter, codes in offers:
        assert codes <= {"COUNTER_OFFER_AMOUNT", "COUNTER_OFFER_TERM"}
        assert bool(codes) == is_counter
    assert {is_counter for is_counter, _ in offers} == {True, False}
