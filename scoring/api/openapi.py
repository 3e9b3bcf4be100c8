"""What the OpenAPI document says of facts about customers."""

from typing import Any

from lending.api.book.openapi import operation
from lending.api.book.schemas import CUSTOMER, INSTANT, KNOWN_AT, item_of, text
from lending.models import CustomerFact

CUSTOMER_FACT: dict[str, Any] = item_of(
    ["customer", "variable", "value", "event_at", "provenance"],
    {
        "customer": CUSTOMER,
        "variable": {
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "description": "A variable that the live catalogue reads from facts and that is not alternative data.",
        },
        "value": {"type": ["string", "integer", "number", "boolean"], "description": "As the catalogue has it."},
        "event_at": {**INSTANT, "description": "From when it is so; with an offset from UTC, not after now."},
        "known_at": {
            **KNOWN_AT,
            "description": "When you knew it. Left out: now; what you said last for the same event_at is then known,"
            " and another value conflicting. A correction has the event_at of what it corrects and its own known_at.",
        },
        "provenance": {"type": "string", "enum": CustomerFact.Provenance.values},
        "is_verified": {"type": ["boolean", "null"], "description": "Whether you checked it; false, where left out."},
        "confirmed_by": text(40, "Another source than you that says the same. No personal data."),
    },
)
CUSTOMER_FACTS_POST = operation(
    operation_id="customer_facts_report",
    summary="Report facts about customers",
    what="fact about a customer",
    item=CUSTOMER_FACT,
    example={
        "customer": {"application": "A-2024-000001"},
        "variable": "months_at_phone",
        "value": 18,
        "event_at": "2024-03-01T09:30:00Z",
        "provenance": "THIRD_PARTY",
        "is_verified": True,
    },
) | {"tags": ["Facts about customers"]}
