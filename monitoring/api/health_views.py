"""Health codes over HTTP: parse, call the service, render."""

from typing import Any, Protocol, cast

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.models import Scope
from audit.services.log import instant_text
from monitoring.address_limits import AddressThrottle
from monitoring.api import health_openapi as openapi
from monitoring.api.health_requests import texts_read
from monitoring.services.health.disputes import dispute_open
from monitoring.services.health.keys import NoHealthKey, keys_file
from monitoring.services.health.links import customer_of_client, link_holder, link_make
from monitoring.services.health.shares import HealthCodeMissing, share_start, share_token
from monitoring.services.health.verification import Verdict, share_check, share_verify


class Caller(Protocol):
    """Who calls, as the authentication names them."""

    client_id: int
    pk: str


class HealthShareView(APIView):
    """Where a lending system starts a share for the holder."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.REPORT,)}

    @extend_schema(**openapi.SHARE_POST)
    def post(self, request: Request, number: str) -> HttpResponse:
        """Start a share."""
        asked, caller, now = texts_read(request.data, openapi.SHARE), cast(Caller, request.user), timezone.now()
        share, code = share_start(
            customer=customer_of_client(caller.client_id, number),
            recipient_code=asked["recipient"],
            purpose=asked["purpose"],
            actor=caller.pk,
            at=now,
            client_id=caller.client_id,
        )
        try:
            token = share_token(share=share, at=now)
        except (HealthCodeMissing, NoHealthKey):  # the share opens online all the same
            token = None
        answer = {
            "share": share.pk,
            "code": code,
            "token": token,
            "recipient": share.recipient.code,
            "purpose": share.purpose,
            "expires_at": instant_text(share.expires_at),
            "verify_at": request.build_absolute_uri(reverse("health-verify")),
        }
        return JsonResponse(answer, status=201)


class HealthLinkView(APIView):
    """Where a lending system asks for the holder's link."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.REPORT,)}

    @extend_schema(**openapi.LINK_POST)
    def post(self, request: Request, number: str) -> HttpResponse:
        """Make a link."""
        caller = cast(Caller, request.user)
        customer = customer_of_client(caller.client_id, number)
        link, secret = link_make(customer=customer, client_id=caller.client_id, actor=caller.pk, at=timezone.now())
        url = request.build_absolute_uri(reverse("health-holder-open", args=[secret]))
        return JsonResponse({"secret": secret, "url": url, "expires_at": instant_text(link.expires_at)}, status=201)


class OpenView(APIView):
    """Without a key: what is asked for carries its own secret, and an address may ask only so often."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes = [AddressThrottle]


class HealthVerifyView(OpenView):
    """Where a recipient verifies a share or a token."""

    http_method_names = ["get", "head", "post"]

    @extend_schema(**openapi.VERIFY_GET)
    def get(self, request: Request) -> HttpResponse:
        """Whether it is open still."""
        asked = texts_read(request.query_params.dict(), {"code": openapi.VERIFY["code"]})
        return _answer(share_check(code=asked["code"], channel="API", at=timezone.now()))

    @extend_schema(**openapi.VERIFY_POST)
    def post(self, request: Request) -> HttpResponse:
        """Look once."""
        asked = texts_read(request.data, openapi.VERIFY)
        return _answer(share_verify(**asked, channel="API", at=timezone.now()))


class HealthDisputeView(OpenView):
    """Where the holder objects."""

    http_method_names = ["post"]

    @extend_schema(**openapi.DISPUTE_POST)
    def post(self, request: Request) -> HttpResponse:
        """Open a dispute or an appeal."""
        asked, now = texts_read(request.data, openapi.DISPUTE), timezone.now()
        link = link_holder(secret=asked.pop("secret"), at=now)
        dispute = dispute_open(customer=link.customer, **asked, channel="API", actor="holder", at=now)
        return JsonResponse({"dispute": dispute.pk, "due_at": instant_text(dispute.due_at)}, status=201)


class HealthKeysView(OpenView):
    """Where those who verify offline fetch the public keys."""

    http_method_names = ["get", "head"]

    @extend_schema(**openapi.KEYS_GET)
    def get(self, request: Request) -> HttpResponse:
        """The key file."""
        return HttpResponse(keys_file(timezone.now()), content_type="application/json")


def _answer(verdict: Verdict) -> JsonResponse:
    answer = {
        "is_accepted": bool(verdict.colour),
        "result": verdict.result,
        "colour": verdict.colour or None,
        "purpose": verdict.purpose or None,
        "recipient": verdict.recipient or None,
        "expires_at": None if verdict.expires_at is None else instant_text(verdict.expires_at),
        "revocation": "checked",
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})
