"""JSON schemas of what is reported after a loan is paid out."""

from typing import Any

from lending.api.book.events import KINDS
from lending.api.book.item_reader import MAX_TEXT
from lending.api.book.references import MAX_CODE
from lending.api.book.schedules import MAX_INSTALMENTS
from lending.models import CustomerLink, LoanChange
from lending.services.book.loan_months import LEAST_STATUS, MOST_STATUS
from lending.services.book.recording import MAX_EXTERNAL_ID, MAX_MINOR

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
        "external_id": NUMBER
        | {"description": "With other content it corrects if known since later (`known_at`), else it conflicts."},
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
_PART: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MAX_MINOR}
INSTALMENT = item_of(
    ["due_on", "principal_minor"],
    {
        "number": {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": MAX_INSTALMENTS,
            "description": "Its place in the list, where it is left out.",
        },
        "due_on": DAY,
        "principal_minor": _PART,
        "interest_minor": optional(_PART),
        "fee_minor": optional(_PART),
    },
)
INSTALMENTS: dict[str, Any] = {"type": ["array", "null"], "maxItems": MAX_INSTALMENTS, "items": INSTALMENT}
LOAN_CHANGE = item_of(
    ["loan", "external_id", "kind", "changed_on"],
    {
        "loan": LOAN,
        "external_id": NUMBER,
        "kind": {"type": "string", "enum": LoanChange.Kind.values},
        "changed_on": DAY,
        "cause": {
            "type": ["string", "null"],
            "enum": [*LoanChange.Cause.values, None],
            "description": "Of a closed loan, and required of it. REPAID is refused (money_owed) while money is owed.",
        },
        "known_at": KNOWN_AT,
        "instalments": {
            **INSTALMENTS,
            "description": "Of a restructured loan: the whole new schedule, instalments paid before included.",
        },
    },
)
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
CUSTOMER_LINK: dict[str, Any] = {
    **item_of(
        ["customer", "other", "kind", "since"],
        {
            "customer": CUSTOMER,
            "other": {**CUSTOMER, "description": "Who stands beside them, named by exactly one of the three."},
            "kind": {"type": "string", "enum": list(CustomerLink.Kind.values)},
            "is_liable": {
                "type": ["boolean", "null"],
                "description": "Liable for the customer's loans; a guarantor and a co-borrower are, where left out.",
            },
            "since": DAY,
            "until": optional(DAY) | {"description": "The last day of a link that ended: told again with it."},
            "known_at": {
                **KNOWN_AT,
                "description": "Left out: now, unless the link says what it said last.",
            },
        },
    ),
    "description": "Both are customers of yours.",
}
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
