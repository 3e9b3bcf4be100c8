"""Consents over HTTP: parse, call the service, render."""

from typing import Protocol, cast

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.models import Scope
from lending.api import openapi
from lending.api.consent_request import consent_request_read
from lending.services.consent_reports import consent_report


class Caller(Protocol):
    """Who calls, as the authentication names them."""

    client_id: int
    pk: str


class ConsentView(APIView):
    """Where consents are reported."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.DECIDE,)}

    @extend_schema(**openapi.CONSENT_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record a grant or a withdrawal of the caller's applicant."""
        asked = consent_request_read(request.data)
        caller = cast(Caller, request.user)
        now = timezone.now()
        report = consent_report(
            client_id=caller.client_id,
            actor=caller.pk,
            action=asked.action,
            scope=asked.scope,
            external_id=asked.external_id,
            national_id=asked.national_id,
            happened_at=asked.at,
            expires_at=asked.expires_at,
            evidence=asked.evidence,
            at=now,
        )
        return JsonResponse(report, status=201 if asked.action == "grant" else 200)
