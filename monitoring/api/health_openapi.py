"""What the OpenAPI document says of health codes."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from audit.openapi import AUTHENTICATE, RETRY_AFTER, problem_responses
from monitoring.api.health_requests import Field
from monitoring.health.purposes import PURPOSES
from monitoring.models import HealthColour, HealthDispute, HealthScan
from monitoring.services.health.verification import UNKNOWN

NEVER = "A health code may never be a condition of employment, housing or travel."
SHARE = {"recipient": Field(40), "purpose": Field(40)}
VERIFY = {"code": Field(600), "access_code": Field(100)}
DISPUTE = {
    "secret": Field(100),
    "kind": Field(8, tuple(HealthDispute.Kind.values)),
    "subject": Field(12, tuple(HealthDispute.Subject.values)),
    "text": Field(2_000),
}
_INSTANT = {"type": "string", "format": "date-time"}
_OR_NONE = {"type": ["string", "null"]}
NUMBER = OpenApiParameter(
    "number", str, OpenApiParameter.PATH, description="Your application number, or C00000012 of a customer of yours."
)
_CODE = "A share's code, its reference (HS1.…) or a token of it (HC1.…)."
CODE = OpenApiParameter("code", str, required=True, description=_CODE)


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _operation(name: str, summary: str, description: str, **rest: Any) -> dict[str, Any]:
    return {
        "operation_id": name,
        "summary": summary,
        "description": f"{description} {NEVER}",
        "tags": ["Health codes"],
        **rest,
    }


_CLOSED = (400, 401, 403, 404, 406, 409, 413, 415, 422, 429, 503)
_WRONG = {409: "It contradicts what is.", 422: "Wrong fields, each named in `problems` (invalid_request)."}
_OPEN = (400, 404, 406, 413, 415, 422, 429, 503)
VERDICT = _object(
    is_accepted={"type": "boolean"},
    result={"type": "string", "enum": [*HealthScan.Result.values, UNKNOWN]},
    colour={**_OR_NONE, "enum": [*HealthColour.values, None]},
    purpose=_OR_NONE,
    recipient=_OR_NONE,
    expires_at={**_INSTANT, "type": ["string", "null"]},
    revocation={"type": "string", "enum": ["checked"]},
)
_SENT: dict[str, Any] = {
    "request": {"type": "integer"},
    "sent_by": {"type": "string", "enum": ["phone", "email"]},
    "expires_at": _INSTANT,
}
_NOT_SENT = (
    "Erased (customer_erased), too many unopened links (health_links_too_many), or no way to the holder is known"
    " (holder_unreachable: hand a link over in person)."
)
_NO_CHANNEL = "No channel to holders is set up, or it took no message (holder_channel_unavailable)."
SHARE_POST = _operation(
    "health_share_ask",
    "Ask a customer to show their health code to a recipient, once",
    "The holder is sent a link by their own channel, sees who asks and what for, and starts the share or leaves it;"
    " they then give the share's code or QR code to the recipient. The caller is told neither link nor code.",
    request={
        "application/json": _object(
            recipient=SHARE["recipient"].schema("The registered recipient's code."),
            purpose=SHARE["purpose"].schema("One of " + ", ".join(purpose.code for purpose in PURPOSES) + "."),
        )
    },
    parameters=[NUMBER, RETRY_AFTER, AUTHENTICATE],
    responses={
        202: OpenApiResponse(
            _object(**_SENT, recipient={"type": "string"}, purpose={"type": "string"}),
            "The holder is asked; it is theirs to grant until then.",
        )
    }
    | problem_responses(
        *_CLOSED,
        words={
            403: "The recipient is not registered for this purpose (health_purpose_not_of_recipient); scope_missing.",
            404: "No customer of yours (customer_not_found), no such recipient (health_recipient_unknown).",
            409: f"The recipient ended. {_NOT_SENT}",
            422: "Wrong fields; a purpose that nobody may ask for (health_purpose_refused).",
            503: _NO_CHANNEL,
        },
    ),
)
LINK_POST = _operation(
    "health_link_send",
    "Send a customer the link that opens their page once",
    "It goes to the phone or mailbox that became known of them first. Its secret also lets them object over the API"
    " until it expires; the caller is not told it.",
    request=None,
    parameters=[NUMBER, RETRY_AFTER, AUTHENTICATE],
    responses={202: OpenApiResponse(_object(**_SENT), "The link is on its way.")}
    | problem_responses(
        *_CLOSED, words={**_WRONG, 404: "No customer of yours (customer_not_found).", 409: _NOT_SENT, 503: _NO_CHANNEL}
    ),
)
VERIFY_GET = _operation(
    "health_code_check",
    "Whether a share or token is open still",
    "Says nothing of the colour and uses nothing up. The holder sees that somebody asked.",
    parameters=[CODE, RETRY_AFTER],
    responses={200: OpenApiResponse(VERDICT, "What it is worth now.")} | problem_responses(*_OPEN, words=_WRONG),
)
VERIFY_POST = _operation(
    "health_code_verify",
    "Look at a colour, once, as its recipient",
    "Checked against this moment: taken back, used, expired or changed since, nothing is shown. The holder sees it.",
    request={
        "application/json": _object(
            code=VERIFY["code"].schema(_CODE),
            access_code=VERIFY["access_code"].schema("What you were given when you were registered."),
        )
    },
    parameters=[RETRY_AFTER],
    responses={200: OpenApiResponse(VERDICT, "What it is worth now, and the colour if you may see it.")}
    | problem_responses(*_OPEN, words=_WRONG),
)
DISPUTE_POST = _operation(
    "health_dispute_open",
    "Dispute the data behind one's own health code, or appeal against its colour",
    "By the holder, with the secret of their link. It is looked at within one working day; disputed data show no"
    " colour.",
    request={
        "application/json": _object(
            secret=DISPUTE["secret"].schema("Of the holder's link."),
            kind=DISPUTE["kind"].schema("Data disputed, or the colour."),
            subject=DISPUTE["subject"].schema("What it is about."),
            text=DISPUTE["text"].schema("Why, in 5 to 2,000 characters. Kept sealed."),
        )
    },
    parameters=[RETRY_AFTER],
    responses={201: OpenApiResponse(_object(dispute={"type": "integer"}, due_at=_INSTANT), "Recorded.")}
    | problem_responses(
        *_OPEN,
        403,
        409,
        words={
            403: "The secret is not valid, or has expired (health_link_not_valid).",
            409: "One of this kind is open already (health_dispute_open), or erased (customer_erased).",
            422: "Wrong fields (invalid_request), or too short (health_dispute_invalid).",
        },
    ),
)
KEYS_GET = _operation(
    "health_keys",
    "The public keys that verify tokens offline",
    "The file that verify_health_code.py reads. Fetch it often: it says which keys were revoked.",
    parameters=[RETRY_AFTER],
    responses={200: OpenApiResponse({"type": "object", "additionalProperties": True}, "The key file.")}
    | problem_responses(400, 404, 406, 429, 503, words={}),
)
