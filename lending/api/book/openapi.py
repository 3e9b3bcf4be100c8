"""What the OpenAPI document says of reports after a loan is paid out."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from audit.openapi import AUTHENTICATE, COMMON, RETRY_AFTER, problem_responses
from lending.api.book.events import KINDS
from lending.api.book.item_reader import MAX_TEXT
from lending.api.book.references import MAX_CODE
from lending.api.book.reporting import MAX_ITEMS
from lending.services.book.loan_months import LEAST_STATUS, MOST_STATUS
from lending.services.book.recording import MAX_EXTERNAL_ID, MAX_MINOR

TAG = "After the loan is paid out"
NUMBER: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": MAX_EXTERNAL_ID}
MINOR: dict[str, Any] = {"type": "integer", "minimum": -MAX_MINOR, "maximum": MAX_MINOR}
DAY: dict[str, Any] = {"type": "string", "format": "date", "description": "Business date."}
INSTANT: dict[str, Any] = {
    "type": "string",
    "format": "date-time",
    "description": "With an offset from UTC; not after now.",
}
KNOWN_AT: dict[str, Any] = {
    "type": ["string", "null"],
    "format": "date-time",
    "description": "When you knew it; now, where it is left out. Not before it happened.",
}


def optional(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def item_of(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    """An object with these members and no others."""
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


def text(most: int = MAX_TEXT, description: str = "") -> dict[str, Any]:
    """An optional text."""
    told = {"description": description} if description else {}
    return {"type": ["string", "null"], "minLength": 1, "maxLength": most, **told}


LOAN = item_of(
    ["product", "external_id"],
    {"product": {"type": "string", "minLength": 1, "maxLength": MAX_CODE}, "external_id": NUMBER},
)
CUSTOMER: dict[str, Any] = {
    **item_of(
        [],
        {
            "application": optional(NUMBER) | {"description": "Your application number."},
            "national_id": text(),
            "loan": optional(LOAN),
        },
    ),
    "description": "Exactly one of the three.",
}
REPAYMENT = item_of(
    ["loan", "external_id", "paid_on", "amount_minor"],
    {
        "loan": LOAN,
        "external_id": NUMBER,
        "paid_on": DAY,
        "event_at": optional(INSTANT),
        "known_at": KNOWN_AT,
        "amount_minor": {**MINOR, "description": "Minor units; negative takes an earlier repayment back; not 0."},
    },
)
LOAN_MONTH = item_of(
    ["loan", "business_date", "payment_status", "billed_minor", "paid_minor"],
    {
        "loan": LOAN,
        "business_date": {**DAY, "description": "The statement's business date; a statement is told once."},
        "known_at": KNOWN_AT,
        "payment_status": {
            "type": "integer",
            "minimum": LEAST_STATUS,
            "maximum": MOST_STATUS,
            "description": "-2 not used, -1 paid in full, 0 revolving, n months late.",
        },
        "billed_minor": {**MINOR, "description": "The balance billed; negative where more was paid than owed."},
        "paid_minor": {**MINOR, "minimum": 0, "description": "Paid since the statement before."},
    },
)
ACCOUNT: dict[str, Any] = {
    "description": "Your reference of an account told before, or its description. Its number is kept as a keyed hash.",
    "oneOf": [
        NUMBER,
        item_of(
            ["external_id", "customer", "currency"],
            {
                "external_id": NUMBER,
                "customer": CUSTOMER,
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "number": text(MAX_EXTERNAL_ID),
                "opened_on": optional(DAY),
                "opening_balance_minor": optional(MINOR),
                "opening_at": optional(INSTANT),
                "is_own": {"type": ["boolean", "null"], "description": "false: held by somebody linked to them."},
            },
        ),
    ],
}
TRANSACTION = item_of(
    ["account", "external_id", "event_at", "amount_minor"],
    {
        "account": ACCOUNT,
        "external_id": NUMBER,
        "event_at": INSTANT,
        "known_at": KNOWN_AT,
        "amount_minor": {**MINOR, "description": "Minor units of the account: + in, − out; not 0."},
        "balance_after_minor": optional(MINOR),
        "category": text(40, "A class of ours; worked out where it is left out."),
        "merchant_category": text(8, "ISO 18245."),
        "counterparty": text(description="Sealed under the customer's key."),
        "counterparty_account": text(description="Kept as a keyed hash."),
        "text": text(description="Sealed under the customer's key."),
        "loan": optional(LOAN) | {"description": "The loan whose disbursement or repayment it is."},
    },
)
EVENT: dict[str, Any] = {
    **item_of(
        ["external_id", "kind", "event_at"],
        {
            "external_id": NUMBER,
            "kind": {"type": "string", "enum": list(KINDS)},
            "customer": optional(CUSTOMER),
            "loan": optional(LOAN),
            "event_at": INSTANT,
            "known_at": KNOWN_AT,
            "amount_minor": optional(MINOR),
            "category": text(40, "Such as broker, property or lender, for transfers."),
        },
    ),
    "description": "A customer, a loan or both: the event is the loan's customer's.",
}
STATES = ("new", "known", "conflicting", "rejected")
_PROBLEMS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["field", "code", "message"],
        "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
    },
}
ITEM_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["external_id", "state"],
    "additionalProperties": False,
    "properties": {
        "external_id": {"type": "string", "description": "Of a statement: the contract number and its date."},
        "state": {
            "type": "string",
            "enum": list(STATES),
            "description": "new: written now. known: in the book alike. conflicting: in the book with other content,"
            " which stays. rejected: not written, see problems.",
        },
        "problems": _PROBLEMS,
    },
}
BATCH_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["counts", "items"],
    "additionalProperties": False,
    "properties": {
        "counts": item_of(list(STATES), {state: {"type": "integer"} for state in STATES}),
        "items": {"type": "array", "items": ITEM_ANSWER, "description": "In the order given."},
    },
}
_WORDS = {
    409: "The number of the one item, or a statement of the loan and date, is in the book with other content"
    " (external_id_used), or a customer's personal data is erased (customer_erased).",
    422: "The one item is wrong, each field named in `problems`; or the batch is empty or too long.",
}


def operation(
    *, operation_id: str, summary: str, what: str, item: dict[str, Any], example: dict[str, Any], most: int = MAX_ITEMS
) -> dict[str, Any]:
    """The description of a report: one item, an array, or {"items": [...]}."""
    many = {"type": "array", "minItems": 1, "maxItems": most, "items": item}
    return {
        "operation_id": operation_id,
        "summary": summary,
        "description": f"One {what}, an array of them, or an object with `items`; at most {most}. Each is written whole"
        " or not at all; in a batch those that are wrong are named and the others written. A repeat changes nothing.",
        "tags": [TAG],
        "request": {"application/json": {"oneOf": [item, many, item_of(["items"], {"items": many})]}},
        "examples": [OpenApiExample(summary, value=example, request_only=True)],
        "parameters": [RETRY_AFTER, AUTHENTICATE],
        "responses": {
            200: OpenApiResponse(
                {"oneOf": [ITEM_ANSWER, BATCH_ANSWER]}, "One item that is known; or a batch, all of it in the book."
            ),
            201: OpenApiResponse(ITEM_ANSWER, "One item, written now."),
            207: OpenApiResponse(BATCH_ANSWER, "A batch of which some items are conflicting or rejected."),
        }
        | problem_responses(*COMMON, 409, 413, 415, 422, words=_WORDS),
    }


_LOAN_EXAMPLE = {"product": "instalment", "external_id": "L-2024-000001"}
REPAYMENTS_POST = operation(
    operation_id="repayments_report",
    summary="Report repayments",
    what="repayment",
    item=REPAYMENT,
    example={
        "loan": _LOAN_EXAMPLE,
        "external_id": "P-2024-000001",
        "paid_on": "2024-03-01",
        "amount_minor": 104_500,
    },
)
LOAN_MONTHS_POST = operation(
    operation_id="loan_months_report",
    summary="Report statements of card accounts",
    what="statement",
    item=LOAN_MONTH,
    example={
        "loan": {"product": "card", "external_id": "C-2024-000001"},
        "business_date": "2024-03-31",
        "payment_status": 0,
        "billed_minor": 1_250_000,
        "paid_minor": 200_000,
    },
)
TRANSACTIONS_POST = operation(
    operation_id="transactions_report",
    summary="Report account transactions",
    what="transaction",
    item=TRANSACTION,
    example={
        "account": {"external_id": "ACC-1", "customer": {"loan": _LOAN_EXAMPLE}, "currency": "EUR", "number": "DE02…"},
        "external_id": "T-2024-000001",
        "event_at": "2024-03-01T09:30:00Z",
        "amount_minor": -12_000,
        "balance_after_minor": 80_000,
        "merchant_category": "5411",
        "text": "Supermarket",
    },
)
EVENTS_POST = operation(
    operation_id="events_report",
    summary="Report risk events",
    what="event",
    item=EVENT,
    example={
        "external_id": "E-2024-000001",
        "kind": "contact_lost",
        "loan": _LOAN_EXAMPLE,
        "event_at": "2024-03-01T09:30:00Z",
    },
)
