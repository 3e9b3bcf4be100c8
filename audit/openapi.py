"""What the OpenAPI document says of every operation alike: the problem document, refusals by status, headers."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

PROBLEM_TYPE = "application/problem+json"

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem (RFC 9457)",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: programs may rely on it."},
        "detail": {"type": "string"},
        "problems": {
            "type": "array",
            "description": "Every field that is wrong.",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}

COMMON_PROBLEMS = {
    400: "Malformed JSON, or a malformed request: malformed_json, …",
    401: "No API key, or not a valid one: api_key_missing, api_key_invalid, api_key_expired, …",
    403: "The key may not do this: scope_missing, …",
    404: "Nothing at this address, or nothing of yours.",
    406: "Answers are application/json only.",
    413: "The body is larger than 256 kB: body_too_large.",
    415: "Bodies are application/json only: unsupported_media_type.",
    429: "More requests than the key may send: rate_limited. See Retry-After.",
    503: "The database is down or something failed on our side. Try again with the same key; see Retry-After.",
}
COMMON = (400, 401, 403, 404, 406, 429, 503)


def problem_responses(*statuses: int, words: Mapping[int, str]) -> dict[Any, OpenApiResponse]:
    """The refusals of an operation: `words` say what is its own, COMMON_PROBLEMS the rest."""
    told = {**COMMON_PROBLEMS, **words}
    return {(status, PROBLEM_TYPE): OpenApiResponse(PROBLEM, told[status]) for status in sorted(statuses)}


def header(name: str, description: str, *statuses: int | str) -> OpenApiParameter:
    """A header of the answers with these statuses."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description, response=list(statuses)
    )


RETRY_AFTER = header("Retry-After", "Seconds to wait.", 429, 503)
AUTHENTICATE = header("WWW-Authenticate", "Api-Key", 401)
