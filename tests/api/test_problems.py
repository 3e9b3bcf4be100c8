"""Every refusal is a problem document with a stable code; nothing answers 500 and nothing leaks."""

import pytest
from django.http import HttpResponse
from django.test import Client

from riskengine.api.errors import problem_response
from riskengine.errors import RiskEngineError
from tests.api.test_strict_json import HOSTILE
from tests.factories import decisions as make


def problem_of(answer):
    assert answer["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= body.keys()
    assert body["status"] == answer.status_code != 500
    return answer.status_code, body["code"]


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bodies_are_400(lender, data):
    assert problem_of(lender.post(data)) == (400, "malformed_json")


def test_an_oversized_body_is_413(lender):
    data = b'{"product": "' + b"x" * 300_000 + b'"}'
    assert problem_of(lender.post(data)) == (413, "body_too_large")


def test_other_content_types_are_415(lender):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert problem_of(lender.post(b"product=instalment", **headers)) == (415, "unsupported_media_type")


def test_other_answers_than_json_are_406(lender):
    assert problem_of(lender.post(make.body(), Accept="text/html")) == (406, "not_acceptable")


def test_other_methods_are_405(lender):
    answer = lender.get("/api/v1/decisions")
    assert problem_of(answer) == (405, "method_not_allowed")
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v1/decisions/not-a-uuid", "/api/v1/decisions/"])
def test_unknown_addresses_are_404(lender, path):
    assert problem_of(lender.get(path)) == (404, "not_found")


@pytest.mark.parametrize("key", [None, " ", "x" * 81, "a b", "schlüssel"])
def test_a_missing_or_malformed_idempotency_key_is_400(lender, key):
    answer = lender.post(make.body(), key=key)
    code = "idempotency_key_missing" if key is None else "idempotency_key_malformed"
    assert problem_of(answer) == (400, code)
    assert answer.json()["field"] == "Idempotency-Key"


def test_a_wrong_host_is_400(lender):
    answer = Client().get("/api/v1/products/instalment/schema", headers={"Host": "evil.example"})
    assert problem_of(answer) == (400, "malformed_request")


BAD = {
    "product missing": ({"product": None}, "product", "missing"),
    "product of another type": ({"product": 3}, "product", "wrong_type"),
    "external_id too long": ({"external_id": "x" * 81}, "external_id", "out_of_range"),
    "external_id blank": ({"external_id": "  "}, "external_id", "out_of_range"),
    "external_id with a control character": ({"external_id": "a\u0007"}, "external_id", "out_of_range"),
    "variables of another type": ({"variables": []}, "variables", "wrong_type"),
    "applicant of another type": ({"applicant": "me"}, "applicant", "wrong_type"),
    "applicant field unknown": ({"applicant": {"shoe_size": "44"}}, "applicant.shoe_size", "unknown_field"),
    "applicant field of another type": ({"applicant": {"phone": 138}}, "applicant.phone", "wrong_type"),
    "applicant field empty": ({"applicant": {"phone": "---"}}, "applicant.phone", "identifier_unusable"),
    "field unknown": ({"extra": 1}, "extra", "unknown_field"),
    "naive as_of": ({"as_of": "2024-01-31T12:00:00"}, "as_of", "naive_datetime"),
    "as_of a date": ({"as_of": "2024-01-31"}, "as_of", "wrong_type"),
    "as_of that does not exist": ({"as_of": "2024-02-31T12:00:00Z"}, "as_of", "wrong_type"),
    "as_of beyond the calendar": ({"as_of": "0001-01-01T00:00:00+14:00"}, "as_of", "wrong_type"),
    "as_of a number": ({"as_of": 1700000000}, "as_of", "wrong_type"),
    "product unknown": ({"product": "yacht"}, "product", "unknown_product"),
}


@pytest.mark.parametrize(("change", "field", "code"), BAD.values(), ids=BAD.keys())
def test_a_wrong_field_is_422_and_named(lender, change, field, code):
    answer = lender.post(make.body(**change))
    assert problem_of(answer)[0] == 422
    assert (field, code) in {(item["field"], item["code"]) for item in answer.json()["problems"]}


def test_every_wrong_variable_is_named_at_once(lender):
    variables = {**make.VARIABLES, "amount_minor": "320000", "purpose": "A99", "duration_months": 0, "shoe_size": 44}
    del variables["instalment_rate_class"]
    answer = lender.post(make.body(variables=variables))
    assert problem_of(answer) == (422, "invalid_variables")
    assert {item["field"] for item in answer.json()["problems"]} == {
        "variables.amount_minor", "variables.purpose", "variables.duration_months", "variables.shoe_size",
    }  # fmt: skip


def test_a_refused_request_leaves_nothing_behind(lender):
    from lending.models import Application, Customer
    from rules.models import Decision, IdempotencyKey

    lender.post(make.body(variables={}), key="k")
    assert not any(model.objects.exists() for model in (Application, Customer, Decision, IdempotencyKey))
    assert lender.post(make.body(), key="k").status_code == 201


def test_an_unknown_exception_becomes_a_coded_problem_without_its_message():
    answer = problem_response(ZeroDivisionError("13800000000"))
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 503
    assert b"13800000000" not in answer.content
    assert b'"code":"internal_fault"' in answer.content


def test_an_error_of_no_kind_of_ours_is_a_fault():
    assert problem_response(RiskEngineError("bare")).status_code == 503


def test_facts_never_overwrite_the_problem_itself():
    from riskengine.errors import Conflict

    assert b'"code":"conflict"' in problem_response(Conflict("no", code="mine", status=1)).content
