"""What the OpenAPI document says of facts about customers and of alternative data."""

from typing import Any, Final

from lending.api.book.openapi import operation
from lending.api.book.schemas import CUSTOMER, INSTANT, KNOWN_AT, item_of, text
from lending.models import CustomerFact
from lending.services.book.recording import MAX_MINOR
from scoring.alternative.indices import ACTIVITIES, CHOSEN, NEEDED, NEITHER

CATEGORIES: Final = sorted(NEEDED | CHOSEN | NEITHER)
MAX_ALTERNATIVE: Final = 50
MAX_TEXTS: Final = 100
MAX_TEXT_LENGTH: Final = 5000
MAX_COUNT: Final = 1_000_000
_TAGS: Final = {"tags": ["Facts about customers"]}

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
CUSTOMER_FACTS_POST = (
    operation(
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
    )
    | _TAGS
)
_ALIKE: dict[str, Any] = {
    "customer": CUSTOMER,
    "event_at": {**INSTANT, "description": "When the latest of it was; with an offset from UTC, not after now."},
}
_AMOUNT: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MAX_MINOR}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MAX_COUNT}


def _kind(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    every = {"kind": {"type": "string", "enum": [kind]}, **_ALIKE, **properties}
    return item_of(list(every), every)


ALTERNATIVE_DATA: dict[str, Any] = {
    "oneOf": [
        _kind(
            "texts",
            {
                "texts": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MAX_TEXTS,
                    "items": {"type": "string", "maxLength": MAX_TEXT_LENGTH},
                    "description": "Read and forgotten: only figures of how somebody writes are kept.",
                }
            },
        ),
        _kind(
            "activity",
            {
                "counts": {
                    **item_of([], dict.fromkeys(ACTIVITIES, _COUNT)),
                    "minProperties": 1,
                    "description": "In 90 days: different people, messages and calls, groups, posts, active days.",
                }
            },
        ),
        _kind(
            "purchases",
            {
                "amounts_minor": {
                    **item_of([], dict.fromkeys(CATEGORIES, _AMOUNT)),
                    "minProperties": 1,
                    "description": "Amounts by division of COICOP, refunds taken off.",
                },
                "purchases": {**_COUNT, "description": "How many there were; of too few nothing is worked out."},
            },
        ),
    ],
    "description": "Worked out only where law, ethics review, pilot and the customer's consent open the source;"
    " otherwise the item is rejected, and the problem's code says what is lacking.",
}
ALTERNATIVE_DATA_POST = (
    operation(
        operation_id="alternative_data_report",
        summary="Tell alternative data, of which figures alone are kept",
        what="text sample, count of activity or sum of purchases",
        item=ALTERNATIVE_DATA,
        most=MAX_ALTERNATIVE,
        example={
            "customer": {"application": "A-2024-000001"},
            "kind": "purchases",
            "event_at": "2024-03-01T09:30:00Z",
            "amounts_minor": {"food": 84_000, "recreation": 12_000},
            "purchases": 31,
        },
    )
    | _TAGS
)
