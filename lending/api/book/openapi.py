"""What the OpenAPI document says of reports after a loan is paid out."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from audit.openapi import AUTHENTICATE, COMMON, RETRY_AFTER, problem_responses
from lending.api.book.reporting import MAX_ITEMS
from lending.api.book.schemas import CUSTOMER_LINK, EVENT, LOAN_CHANGE, LOAN_MONTH, REPAYMENT, TRANSACTION, item_of

TAG = "After the loan is paid out"
STATES = ("new", "known", "corrected", "conflicting", "rejected")
_PROBLEMS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["field", "code", "message"],
        "properties": {name: {"type": "string"} for name in ("field", "code", "message")}
        | {"owed_minor": {"type": "string", "description": "With money_owed: how much, in minor units."}},
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
            "description": "new: written now. known: in the book alike. corrected: written now, a statement with other"
            " content known since later; what was known before stays beside it. conflicting: in the book with other"
            " content, which stays. rejected: not written, see problems.",
        },
        "problems": _PROBLEMS,
        "warnings": {
            **_PROBLEMS,
            "description": "Written, and should not have happened: a loan that its decision did not approve"
            " (decision_not_approved, amount_above_approved, amount_not_decided).",
        },
    },
}
BATCH_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["counts", "items"],
    "additionalProperties": False,
    "properties": {
        "counts": item_of(
            [state for state in STATES if state != "corrected"], {state: {"type": "integer"} for state in STATES}
        ),
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
                {"oneOf": [ITEM_ANSWER, BATCH_ANSWER]},
                "One item, known or corrected; or a batch, all in the book.",
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
CUSTOMER_LINKS_POST = operation(
    operation_id="customer_links_report",
    summary="Report links between customers",
    what="link",
    item=CUSTOMER_LINK,
    example={
        "customer": {"loan": _LOAN_EXAMPLE},
        "other": {"application": "A-2024-000002"},
        "kind": "GUARANTOR",
        "since": "2024-02-01",
    },
)
LOAN_CHANGES_POST = operation(
    operation_id="loan_changes_report",
    summary="Report what became of a loan",
    what="change of a loan: closed, open again or restructured",
    item=LOAN_CHANGE,
    example={
        "loan": _LOAN_EXAMPLE,
        "external_id": "C-2024-000001",
        "kind": "CLOSED",
        "changed_on": "2024-03-01",
        "cause": "REPAID",
    },
)
