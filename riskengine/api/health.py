"""`/healthz`: the process lives. `/readyz`: it can decide: the database and the live bundles, never the broker."""

import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from riskengine.api.errors import problem
from riskengine.errors import RiskEngineError
from rules.models import RuleSetActivation
from rules.services.bundles.loading import bundle_live

_BROKER_TIMEOUT_SECONDS = 0.5


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers and every live bundle loads whole; 503 with what is missing otherwise."""
    checks: dict[str, Any] = {"database": "ok", "bundles": {}, "broker": _broker_state()}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["bundles"] = _bundle_states()
    except Error:
        connection.close()
        checks["database"] = "down"
    bundles_ok = all(state == "ok" for state in checks["bundles"].values())
    if checks["database"] == "ok" and bundles_ok:
        return JsonResponse({"status": "ok", "checks": checks})
    return problem(
        503, "not_ready", "This process cannot decide yet.", facts={"checks": checks}, headers={"Retry-After": "1"}
    )


def _bundle_states() -> dict[str, str]:
    """Whether the bundle of each active product whose pre-loan rule set is live loads, by product."""
    now = timezone.now()
    live = RuleSetActivation.objects.filter(from_at__lte=now, rule_set__stage="PRE_LOAN").exclude(until_at__lte=now)
    states: dict[str, str] = {}
    for code in live.filter(rule_set__product__is_active=True).values_list("rule_set__product__code", flat=True):
        try:
            bundle_live(code, "PRE_LOAN")
        except RiskEngineError as error:
            states[code] = error.code
        else:
            states[code] = "ok"
    return states


def _broker_state() -> str:
    """Whether the broker's port takes connections. Told, never required: decisions do without it."""
    url = urlsplit(settings.CELERY_BROKER_URL)
    try:
        if url.scheme.endswith(("unix", "socket")):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
                stream.settimeout(_BROKER_TIMEOUT_SECONDS)
                stream.connect(url.path)
        else:
            port = url.port or (5672 if url.scheme.startswith("amqp") else 6379)
            socket.create_connection((url.hostname or "127.0.0.1", port), _BROKER_TIMEOUT_SECONDS).close()
    except OSError:
        return "down"
    return "ok"
