"""What the OpenAPI document says of disbursements."""

from typing import Any, Final

from lending.api.book.openapi import operation
from lending.api.book.schemas import DAY, INSTALMENTS, KNOWN_AT, NUMBER, item_of, optional, text
from lending.services.book.loans import MAX_TERM_MONTHS
from lending.services.book.recording import MAX_MINOR

MAX_LOANS: Final = 200
MAX_ATTRIBUTES: Final = 200
MAX_RATE: Final = 10.0
_AMOUNT: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": MAX_MINOR}
LOAN: dict[str, Any] = item_of(
    ["decision_id", "external_id", "amount_minor", "opened_on"],
    {
        "decision_id": {"type": "string", "format": "uuid", "description": "A decision of yours."},
        "external_id": {**NUMBER, "description": "Your contract number."},
        "amount_minor": {**_AMOUNT, "description": "More than was approved is recorded, and warned of."},
        "disbursed_minor": optional(_AMOUNT) | {"description": "The amount, where it is left out."},
        "opened_on": DAY,
        "purpose": text(40, "A code such as education, house_renovation or refinance."),
        "region": text(40, "Code of a region."),
        "branch": text(40),
        "annual_rate": {"type": ["number", "null"], "minimum": 0, "maximum": MAX_RATE, "description": "0.12 is 12 %."},
        "term_months": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_TERM_MONTHS},
        "known_at": KNOWN_AT,
        "attributes": {
            "type": ["object", "null"],
            "maxProperties": MAX_ATTRIBUTES,
            "additionalProperties": {"type": ["string", "integer", "number", "boolean", "null"]},
            "description": "Variables of the product's schema, by name, that the application left out. What it said"
            " comes with the loan and is not told again.",
        },
        "instalments": INSTALMENTS,
    },
)
LOANS_POST = operation(
    operation_id="loans_report",
    summary="Report a disbursement",
    what="loan paid out on a decision",
    item=LOAN,
    most=MAX_LOANS,
    example={
        "decision_id": "3f1c7a52-8a54-4f0b-9a53-1c2b3d4e5f60",
        "external_id": "L-2024-000001",
        "amount_minor": 415_100,
        "opened_on": "2024-02-01",
        "purpose": "education",
        "annual_rate": 0.099,
        "term_months": 1,
        "instalments": [{"due_on": "2024-03-01", "principal_minor": 415_100, "interest_minor": 3_400}],
    },
)
