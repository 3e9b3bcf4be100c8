"""The one table from kinds of error to HTTP: `application/problem+json` (RFC 9457), each with a stable code."""

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from riskengine.errors import Conflict, InvalidInput, NotFound, NotPermitted, RiskEngineError, Unavailable

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
STATUS_OF_KIND: dict[type[RiskEngineError], HTTPStatus] = {
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    NotPermitted: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
# DRF's own exceptions whose code differs from the one we promise.
_CODES = {"parse_error": "malformed_request", "permission_denied": "scope_missing", "throttled": "rate_limited"}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    problems: Sequence[Mapping[str, object]] = (),
    facts: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """One problem document. `problems` lists each field that is wrong: {field, code, message}."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
    }
    if problems:
        body["problems"] = list(problems)
    for name, value in (facts or {}).items():
        body.setdefault(name, value)
    return HttpResponse(
        msgspec.json.encode(body, enc_hook=str), content_type=CONTENT_TYPE, status=int(status), headers=headers
    )


def problem_response(error: Exception, _context: Mapping[str, Any] | None = None) -> HttpResponse:
    """The answer to an exception raised under an API path (DRF's EXCEPTION_HANDLER). Never a 500."""
    if isinstance(error, RiskEngineError):
        return _of_our_own(error)
    if isinstance(error, exceptions.APIException):
        return _of_the_framework(error)
    if isinstance(error, Http404):
        return problem(404, "not_found", "There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return problem(403, "not_permitted", "The caller may not do this.")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "body_too_large", "The body is too large.")
    if isinstance(error, SuspiciousOperation):
        return problem(400, "malformed_request", "The request is malformed.")
    if isinstance(error, DatabaseError | InterfaceError):
        return database_unavailable(error)
    return _of_a_fault(error)


def database_unavailable(error: Exception) -> HttpResponse:
    """503 with Retry-After; the connection is dropped, so that the next request makes a new one."""
    logger.warning("database_unavailable", exc_info=error)
    if not connection.in_atomic_block:
        connection.close()
    return _try_again("database_unavailable", "The database does not answer. Try again, with the same key.")


def _of_our_own(error: RiskEngineError) -> HttpResponse:
    status = next((status for kind, status in STATUS_OF_KIND.items() if isinstance(error, kind)), None)
    if status is None:
        return _of_a_fault(error)
    facts = dict(error.facts)
    problems = facts.pop("problems", ())
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(
        status,
        error.code,
        error.message,
        problems=[_as_problem(item) for item in problems],  # type: ignore[attr-defined]
        facts=facts,
        headers=headers,
    )


def _as_problem(item: object) -> Mapping[str, object]:
    """A problem as a map, whichever Struct a room lists its findings in."""
    built = item if isinstance(item, Mapping) else msgspec.to_builtins(item)
    return built if isinstance(built, Mapping) else {"message": str(built)}


def _of_the_framework(error: exceptions.APIException) -> HttpResponse:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "invalid_input"
    headers = {}
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    auth_header = getattr(error, "auth_header", None)
    if auth_header:
        headers["WWW-Authenticate"] = auth_header
    facts = getattr(error, "facts", None)
    return problem(error.status_code, _CODES.get(code, code), str(error.detail), facts=facts, headers=headers)


def _of_a_fault(error: Exception) -> HttpResponse:
    logger.error("unexpected_fault", exc_info=error)
    return _try_again("internal_fault", "Something failed on our side; it is logged. Try again, with the same key.")


def _try_again(code: str, detail: str) -> HttpResponse:
    return problem(503, code, detail, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
