"""Health codes over HTTP: parse, call the service, render."""

from typing import Any, Protocol, cast

from django.http import HttpResponse, JsonResponse
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
from monitoring.services.health.keys import keys_file
from monitoring.services.health.links import customer_of_client, link_holder, link_send
from monitoring.services.health.verification import Verdict, share_check, share_verify
from monitoring.views.holder_messages import message_to_holder


class Caller(Protocol):
    """Who calls, as the authentication names them."""

    client_id: int
    pk: str


class HealthShareView(APIView):
    """Where a lending system asks the holder to show their code to a recipient."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.REPORT,)}

    @extend_schema(**openapi.SHARE_POST)
    def post(self, request: Request, number: str) -> HttpResponse:
        """Ask the holder for a share."""
        asked = texts_read(request.data, openapi.SHARE)
        return _sent(request, number, recipient_code=asked["recipient"], purpose=asked["purpose"])


class HealthLinkView(APIView):
    """Where a lending system asks that the holder be sent their link."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.REPORT,)}

    @extend_schema(**openapi.LINK_POST)
    def post(self, request: Request, number: str) -> HttpResponse:
        """Send the holder a link."""
        return _sent(request, number)


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


def _sent(request: Request, number: str, **asks: str) -> JsonResponse:
    """Send the link, and tell the caller that it went: never what it is."""
    caller = cast(Caller, request.user)
    link = link_send(
        customer=customer_of_client(caller.client_id, number),
        client_id=caller.client_id,
        actor=caller.pk,
        text=lambda secret, made: message_to_holder(request, secret, made),
        at=timezone.now(),
        **asks,
    )
    answer = {"request": link.pk, "sent_by": link.channel, "expires_at": instant_text(link.expires_at)}
    if link.recipient is not None:
        answer |= {"recipient": link.recipient.code, "purpose": link.purpose}
    return JsonResponse(answer, status=202)


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
