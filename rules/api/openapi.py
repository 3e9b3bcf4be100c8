"""What the OpenAPI document says of decisions: exact schemas, examples, and every refusal."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from audit.openapi import AUTHENTICATE, COMMON, RETRY_AFTER, header, problem_responses
from rules.services.decisions.request import IDENTIFIER_KINDS, MAX_EXTERNAL_ID, MAX_IDENTIFIER
from rules.services.product_schema import EXAMPLE_APPLICANT

TAG = "Decisions"

APPLICANT: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "Who applies. Encrypted at rest under a key of the customer's own; never in logs or documents.",
    "additionalProperties": False,
    "properties": {kind: {"type": ["string", "null"], "maxLength": MAX_IDENTIFIER} for kind in IDENTIFIER_KINDS},
}

REQUEST: dict[str, Any] = {
    "type": "object",
    "required": ["product", "external_id", "variables"],
    "additionalProperties": False,
    "properties": {
        "product": {"type": "string", "minLength": 1, "maxLength": 40},
        "external_id": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_EXTERNAL_ID,
            "description": "Your application number. A new Idempotency-Key on it decides the same application again.",
        },
        "applicant": APPLICANT,
        "variables": {
            "type": "object",
            "description": "As GET /api/v1/products/{code}/schema says. Unknown names are refused.",
        },
        "as_of": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "Decide with what was known then; needs the scope as_of and an offset from UTC.",
        },
    },
}

REASON: dict[str, Any] = {
    "type": "object",
    "required": ["code", "zh", "en"],
    "properties": {"code": {"type": "string"}, "zh": {"type": "string"}, "en": {"type": "string"}},
    "additionalProperties": False,
}

OFFER: dict[str, Any] = {
    "type": ["object", "null"],
    "required": [
        "amount_requested_minor",
        "amount_offered_minor",
        "currency",
        "annual_rate",
        "term_months",
        "is_counter_offer",
    ],
    "properties": {
        "amount_requested_minor": {"type": "integer", "description": "Minor units of the currency."},
        "amount_offered_minor": {"type": "integer"},
        "currency": {"type": "string", "description": "ISO 4217"},
        "annual_rate": {"type": ["number", "null"], "description": "A share: 0.12 is 12 % a year."},
        "term_months": {"type": ["integer", "null"]},
        "is_counter_offer": {"type": "boolean"},
    },
    "additionalProperties": False,
}

ANSWER: dict[str, Any] = {
    "type": "object",
    "required": [
        "id",
        "outcome",
        "grade",
        "pd",
        "pd_horizon_months",
        "points",
        "reasons",
        "offer",
        "bundle_hash",
        "document_hash",
        "decided_at",
    ],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "outcome": {"type": "string", "enum": ["APPROVE", "REFER", "DECLINE"]},
        "grade": {"type": ["string", "null"]},
        "pd": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "pd_horizon_months": {
            "type": ["integer", "null"],
            "description": "Months the PD looks ahead; null where the model's sample does not say.",
        },
        "points": {"type": ["integer", "null"], "description": "Points of the score."},
        "reasons": {
            "type": "array",
            "items": REASON,
            "maxItems": 4,
            "description": "The principal ones; empty only on APPROVE without a counter-offer.",
        },
        "offer": OFFER,
        "bundle_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "document_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "decided_at": {"type": "string", "format": "date-time"},
    },
    "additionalProperties": False,
}

RESOLUTION: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "Of a referral: what a person decided; null while nobody has. It never changes afterwards.",
    "required": ["outcome", "reasons", "offer", "resolved_at"],
    "properties": {
        "outcome": {"type": "string", "enum": ["APPROVE", "DECLINE"]},
        "reasons": {
            "type": "array",
            "items": REASON,
            "maxItems": 4,
            "description": "For the applicant; of a decline at least one, each true and specific.",
        },
        "offer": {
            **OFFER,
            "required": [name for name in OFFER["required"] if name != "amount_requested_minor"],
            "properties": {
                name: field for name, field in OFFER["properties"].items() if name != "amount_requested_minor"
            },
            "description": "Null of a decline, and where the product makes no offers.",
        },
        "resolved_at": {"type": "string", "format": "date-time"},
    },
    "additionalProperties": False,
}

READ_ANSWER: dict[str, Any] = {**ANSWER, "properties": {**ANSWER["properties"], "resolution": RESOLUTION}}

DRY_RUN_ANSWER: dict[str, Any] = {
    **ANSWER,
    "required": [*ANSWER["required"], "is_dry_run", "rule_set_version"],
    "properties": {
        **ANSWER["properties"],
        "id": {"type": "null"},
        "document_hash": {"type": "null"},
        "is_dry_run": {"type": "boolean", "const": True},
        "rule_set_version": {
            "type": ["object", "null"],
            "description": "Which version decided; null where none could be loaded.",
            "required": ["id", "number", "content_hash", "state"],
            "properties": {
                "id": {"type": "integer"},
                "number": {"type": "integer"},
                "content_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "state": {"type": "string", "enum": ["DRAFT", "SUBMITTED", "APPROVED", "REJECTED", "RETIRED"]},
            },
            "additionalProperties": False,
        },
    },
}

PRODUCT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["schema", "example"],
    "properties": {
        "schema": {"type": "object", "description": "JSON Schema (2020-12) of `variables`."},
        "example": {"type": "object", "description": "A whole valid body for POST /api/v1/decisions."},
    },
}

REQUEST_EXAMPLE = OpenApiExample(
    "An application",
    value={
        "product": "instalment",
        "external_id": "A-2024-000001",
        "applicant": EXAMPLE_APPLICANT,
        "variables": {"amount_minor": 320000, "duration_months": 12},
    },
    request_only=True,
)

_WORDS = {
    400: "Malformed JSON, or a missing or malformed Idempotency-Key: malformed_json, idempotency_key_missing, …",
    403: "The key may not do this: scope_missing, as_of_not_permitted, dry_run_not_permitted, …",
    409: "No live rule set (no_live_version), or the application number is another's (application_differs).",
    422: "Wrong fields, each named in `problems`; unknown product; the key was used with another body.",
}


def _problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    return problem_responses(*statuses, words=_WORDS)


DECISION_POST: dict[str, Any] = {
    "operation_id": "decision_make",
    "summary": "Decide an application",
    "tags": [TAG],
    "request": {"application/json": REQUEST},
    "examples": [REQUEST_EXAMPLE],
    "parameters": [
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[\\x21-\\x7e]{1,80}$"},
            OpenApiParameter.HEADER,
            required=True,
            description="The same key with the same body gives the same answer, as long as the decision is kept.",
        ),
        OpenApiParameter(
            "dry_run",
            {"type": "string", "enum": ["true", "false"], "default": "false"},
            description="true: decide without a record. Needs the scope dry_run; the Idempotency-Key is not used.",
        ),
        OpenApiParameter(
            "rule_set_version",
            {"type": "string", "pattern": "^([1-9][0-9]{0,8}|[0-9a-f]{64})$"},
            description="With dry_run=true: decide with this version of the product's pre-loan rule set, by id or "
            "content hash, a draft's too. Needs the scopes dry_run and as_of.",
        ),
        header("Location", "Where the decision can be read.", 201),
        header("Idempotent-Replayed", "true where the answer was given before.", 201),
        RETRY_AFTER,
        AUTHENTICATE,
    ],
    "responses": {
        200: OpenApiResponse(DRY_RUN_ANSWER, "With dry_run=true: what would be decided. Nothing was recorded."),
        201: OpenApiResponse(ANSWER, "Decided and recorded."),
    }
    | _problems(*COMMON, 409, 413, 415, 422),
}

DECISION_GET: dict[str, Any] = {
    "operation_id": "decision_read",
    "summary": "Read a decision",
    "tags": [TAG],
    "parameters": [RETRY_AFTER, AUTHENTICATE],
    "responses": {200: OpenApiResponse(READ_ANSWER, "As it was answered; a referral with its `resolution` besides.")}
    | _problems(*COMMON),
}

DECISION_LETTER_GET: dict[str, Any] = {
    "operation_id": "decision_letter",
    "summary": "Read the letter of a decision",
    "description": "The notice an applicant is owed of a decline, a referral or a counter-offer, as an HTML page: the"
    " principal reasons, the data used, their rights, and what would have been approved where something is found. It"
    " holds the application number and no other identifier. 409 letter_not_owed of a plain approval.",
    "tags": [TAG],
    "parameters": [
        OpenApiParameter("language", {"type": "string", "enum": ["en", "zh"]}, required=True),
        RETRY_AFTER,
        AUTHENTICATE,
    ],
    "responses": {(200, "text/html"): OpenApiResponse({"type": "string"}, "The letter.")}
    | _problems(*COMMON, 409, 422),
}

PRODUCT_SCHEMA_GET: dict[str, Any] = {
    "operation_id": "product_schema",
    "summary": "What requests for a product carry",
    "tags": ["Products"],
    "parameters": [RETRY_AFTER, AUTHENTICATE],
    "responses": {200: OpenApiResponse(PRODUCT_SCHEMA, "Schema and example.")} | _problems(*COMMON, 409),
}
