"""Decisions over HTTP: parse, call the service, render."""

import re
from typing import Protocol, cast
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.models import Scope
from rules.api import openapi
from rules.services.decisions.errors import (
    AsOfNotPermitted,
    DryRunNotPermitted,
    InvalidRequest,
    VersionNotPermitted,
)
from rules.services.decisions.making import decision_dry_run, decision_make
from rules.services.decisions.reading import decision_answer
from rules.services.decisions.request import request_read
from rules.services.letters.decision import letter_of_client
from rules.services.product_schema import product_schema
from rules.words import Language
from scoring.variables import FieldProblem


class Caller(Protocol):
    """Who calls, as the authentication names them."""

    client_id: int
    scopes: frozenset[str]
    pk: str


def _caller(request: Request) -> Caller:
    return cast(Caller, request.user)


class IdempotencyKeyWrong(ParseError):
    """400: there is none, or not one we take."""

    facts = {"field": "Idempotency-Key"}


VERSION = "rule_set_version"
_KEY = re.compile(r"[\x21-\x7e]{1,80}", re.ASCII)


def _idempotency_key(request: Request) -> str:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        raise IdempotencyKeyWrong("The header Idempotency-Key is required.", "idempotency_key_missing")
    if _KEY.fullmatch(key) is None:
        told = "Idempotency-Key must be 1 to 80 visible ASCII characters."
        raise IdempotencyKeyWrong(told, "idempotency_key_malformed")
    return str(key)


def _dry_run(request: Request) -> tuple[bool, str]:
    """`?dry_run=true`, and the version to decide with, if one is named.

    All else is refused: a typing error must not end on the record.
    """
    given = request.query_params.getlist("dry_run", ["false"])
    versions = request.query_params.getlist(VERSION)
    problems = [
        FieldProblem(name[:80], "unknown_field", "There is no such parameter.")
        for name in request.query_params
        if name not in ("dry_run", VERSION)
    ]
    if given not in (["true"], ["false"]):
        problems.append(FieldProblem("dry_run", "wrong_type", "This must be true or false, once."))
    if len(versions) > 1 or "" in versions:
        problems.append(FieldProblem(VERSION, "wrong_type", "This must be an id or a content hash, once."))
    if versions and given != ["true"]:
        problems.append(FieldProblem(VERSION, "needs_dry_run", "Only a dry run decides with a chosen version."))
    if problems:
        raise InvalidRequest("The request is not valid.", problems=problems)
    return given == ["true"], versions[0] if versions else ""


class DecisionListView(APIView):
    """Where decisions are asked for."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.DECIDE,)}

    @extend_schema(**openapi.DECISION_POST)
    def post(self, request: Request) -> HttpResponse:
        """Decide an application, once per Idempotency-Key; or say what would be decided, with `?dry_run=true`."""
        is_dry_run, version = _dry_run(request)
        key = "" if is_dry_run else _idempotency_key(request)
        if request.META.get("CONTENT_LENGTH") in (None, "", "0"):
            raise ParseError("The body is empty, or comes without a Content-Length.", "malformed_json")
        asked = request_read(request.data)
        caller = _caller(request)
        if asked.as_of is not None and Scope.AS_OF not in caller.scopes:
            raise AsOfNotPermitted("This API key may not decide as of another time.", field="as_of")
        if is_dry_run:
            if Scope.DRY_RUN not in caller.scopes:
                raise DryRunNotPermitted("This API key may not decide without a record.", field="dry_run")
            if version and Scope.AS_OF not in caller.scopes:
                raise VersionNotPermitted("This API key may not choose the version that decides.", field=VERSION)
            body = decision_dry_run(client_id=caller.client_id, actor=caller.pk, request=asked, version=version)
            return HttpResponse(body, content_type="application/json")
        made = decision_make(client_id=caller.client_id, actor=caller.pk, idempotency_key=key, request=asked)
        headers = {"Location": f"/api/v1/decisions/{made.decision_id}"}
        if made.is_replay:
            headers["Idempotent-Replayed"] = "true"
        return HttpResponse(made.body, content_type="application/json", status=201, headers=headers)


class DecisionView(APIView):
    """One decision."""

    http_method_names = ["get", "head"]
    required_scopes = {"GET": (Scope.READ, Scope.DECIDE)}

    @extend_schema(**openapi.DECISION_GET)
    def get(self, request: Request, decision_id: UUID) -> HttpResponse:
        """Read a decision of the caller's own, as it was answered."""
        body = decision_answer(client_id=_caller(request).client_id, decision_id=decision_id)
        return HttpResponse(body, content_type="application/json")


def _language(request: Request) -> Language:
    """`?language=en` or `zh`, once."""
    given = request.query_params.getlist("language")
    problems = [
        FieldProblem(name[:80], "unknown_field", "There is no such parameter.")
        for name in request.query_params
        if name != "language"
    ]
    if given not in (["en"], ["zh"]):
        problems.append(FieldProblem("language", "wrong_type", "This must be en or zh, once."))
    if problems:
        raise InvalidRequest("The request is not valid.", problems=problems)
    return "zh" if given == ["zh"] else "en"


class DecisionLetterView(APIView):
    """What the applicant is written."""

    http_method_names = ["get", "head"]
    required_scopes = {"GET": (Scope.READ, Scope.DECIDE)}

    @extend_schema(**openapi.DECISION_LETTER_GET)
    def get(self, request: Request, decision_id: UUID) -> HttpResponse:
        """Read the letter of a decision of the caller's own, as a page ready to print."""
        language = _language(request)
        letter = letter_of_client(client_id=_caller(request).client_id, decision_id=decision_id, language=language)
        return HttpResponse(
            letter.html(), content_type="text/html; charset=utf-8", headers={"Content-Language": language}
        )


class ProductSchemaView(APIView):
    """What a product's requests may carry."""

    http_method_names = ["get", "head"]
    required_scopes = {"GET": (Scope.READ, Scope.DECIDE)}

    @extend_schema(**openapi.PRODUCT_SCHEMA_GET)
    def get(self, request: Request, code: str) -> HttpResponse:
        """Read the JSON Schema of a product's variables, and an example of a whole request."""
        return JsonResponse(product_schema(code), json_dumps_params={"ensure_ascii": False})
