"""The OpenAPI document is true: generated requests, good and bad, are answered as it says and never with 5xx."""

import re

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from riskengine.wsgi import application
from rules.models import Decision
from tests.factories import decisions as make

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def openapi(committing_lender):
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_generated_requests_are_answered_as_documented(openapi, committing_lender, mode):
    answered = []
    for found in openapi.get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/api/schema"):
            continue

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def generated(case):
            answer = case.call(headers={"Authorization": committing_lender.authorization})
            case.validate_response(answer, checks=CHECKS)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"]
            answered.append(answer.status_code)

        try:
            generated()
        except Unsatisfiable:  # a request without parts cannot be made wrong
            assert mode is GenerationMode.NEGATIVE and not operation.body and not operation.query
    assert len(answered) >= 60, "too few requests were generated to tell anything"


def test_the_example_of_the_document_has_the_shape_of_a_request(lender):
    document = lender.get("/api/schema/?format=json").json()
    operation = document["paths"]["/api/v1/decisions"]["post"]
    assert {"201", "400", "401", "403", "409", "413", "415", "422", "429", "503"} <= set(operation["responses"])
    example = next(iter(operation["requestBody"]["content"]["application/json"]["examples"].values()))["value"]
    assert lender.post({**example, "variables": make.VARIABLES}).status_code == 201


def test_an_answer_has_exactly_the_documented_members(lender):
    document = lender.get("/api/schema/?format=json").json()
    answer = document["paths"]["/api/v1/decisions"]["post"]["responses"]["201"]["content"]["application/json"]
    assert list(lender.post(make.body()).json()) == list(answer["schema"]["properties"])
    assert Decision.objects.count() == 1


def test_the_readable_docs_use_our_own_files_and_no_inline_script(lender):
    page = lender.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "unpkg" not in text
    assert "jsdelivr" not in text
    for script in re.findall(r"<script([^>]*)>", text):
        assert "src=" in script
    for path in re.findall(r"/static/([^\"']+)", text):
        assert finders.find(path), path
    script = lender.get(re.search(r'src="(/api/docs/[^"]+)"', text)[1].replace("&amp;", "&"))
    assert script.status_code == 200
    assert "self" in str(django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"])
