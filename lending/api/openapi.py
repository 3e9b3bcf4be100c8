"""What the OpenAPI document says of consents."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from audit.openapi import AUTHENTICATE, COMMON, RETRY_AFTER, problem_responses
from lending.api.consent_request import ACTIONS, MAX_EXTERNAL_ID, MAX_IDENTIFIER
from lending.models import ConsentScope
from lending.services.consents import EVIDENCE

_INSTANT = {"type": "string", "format": "date-time"}
REQUEST: dict[str, Any] = {
    "type": "object",
    "required": ["action", "scope", "at"],
    "additionalProperties": False,
    "properties": {
        "action": {"type": "string", "enum": list(ACTIONS)},
        "scope": {"type": "string", "enum": list(ConsentScope.values), "description": "What may be read."},
        "external_id": {
            "type": ["string", "null"],
            "minLength": 1,
            "maxLength": MAX_EXTERNAL_ID,
            "description": "Your application number; or else `applicant`.",
        },
        "applicant": {
            "type": ["object", "null"],
            "description": "Who consents, before there is an application; or else `external_id`.",
            "required": ["national_id"],
            "additionalProperties": False,
            "properties": {"national_id": {"type": "string", "minLength": 1, "maxLength": MAX_IDENTIFIER}},
        },
        "at": {**_INSTANT, "description": "When it was granted or withdrawn, with an offset from UTC; not after now."},
        "expires_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "Of a grant: when it ends by itself.",
        },
        "evidence": {
            "type": ["string", "null"],
            "pattern": f"^{EVIDENCE}$",
            "description": "Of a grant, required: a reference to where the consent can be seen. No personal data.",
        },
    },
}
_CONSENT: dict[str, Any] = {
    "type": "object",
    "required": ["granted_at", "expires_at", "withdrawn_at", "evidence"],
    "additionalProperties": False,
    "properties": {
        "granted_at": _INSTANT,
        "expires_at": {**_INSTANT, "type": ["string", "null"]},
        "withdrawn_at": {**_INSTANT, "type": ["string", "null"]},
        "evidence": {"type": "string"},
    },
}
ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["scope", "is_live", "consents"],
    "additionalProperties": False,
    "properties": {
        "scope": {"type": "string", "enum": list(ConsentScope.values)},
        "is_live": {"type": "boolean", "description": "Whether the scope may be read now."},
        "consents": {"type": "array", "items": _CONSENT, "description": "Those granted or withdrawn by this request."},
    },
}
_WORDS = {
    404: "No application of yours with this number (application_not_found), no such person (customer_not_found), or"
    " no live consent given through you to withdraw (consent_not_found).",
    409: "The customer's personal data is erased (customer_erased), or the same grant was told before with another end"
    " or evidence (consent_known).",
    422: "Wrong fields, each named in `problems`; times in the wrong order (consent_times_wrong).",
}
CONSENT_POST: dict[str, Any] = {
    "operation_id": "consent_report",
    "summary": "Report that an applicant granted or withdrew a consent",
    "description": "A repeat of the same report changes nothing and is answered alike.",
    "tags": ["Consents"],
    "request": {"application/json": REQUEST},
    "examples": [
        OpenApiExample(
            "A grant",
            value={
                "action": "grant",
                "scope": "transaction_data",
                "external_id": "A-2024-000001",
                "at": "2024-01-31T09:30:00Z",
                "evidence": "form-7/2024-01-31/000123",
            },
            request_only=True,
        )
    ],
    "parameters": [RETRY_AFTER, AUTHENTICATE],
    "responses": {
        200: OpenApiResponse(ANSWER, "Withdrawn."),
        201: OpenApiResponse(ANSWER, "Granted."),
    }
    | problem_responses(*COMMON, 409, 413, 415, 422, words=_WORDS),
}
