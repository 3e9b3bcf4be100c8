"""The answer to a request for a decision: the same bytes for the first caller, every repeat and every later reading."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rules.models import RuleSetVersion
from rules.services.decisions.document import DecisionDocument
from scoring.catalogue import Reason

# Wordings by code where the catalogue itself could not be read.
NEUTRAL = Reason(
    "PERSON_REVIEW",
    "Your application needs a review by a member of our staff.",
    "您的申请需由我们的工作人员复核。",
    "applicant",
)


def dry_run_bytes(answer: bytes, version_id: int | None) -> bytes:
    """The body of an answer that is on no record: without a number and a document, saying what it is and which
    rule-set version decided."""
    fields = ("id", "number", "content_hash", "state")
    version = RuleSetVersion.objects.filter(pk=version_id or 0).values(*fields).first()
    told = {"id": None, "document_hash": None, "is_dry_run": True, "rule_set_version": version}
    return msgspec.json.encode({**msgspec.json.decode(answer), **told})


def resolved_bytes(answer: bytes, resolution: dict[str, Any] | None) -> bytes:
    """The answer of a referral with what a person decided, None while nobody has; all else byte for byte."""
    return answer[:-1] + b',"resolution":' + msgspec.json.encode(resolution) + b"}"


def answer_bytes(
    document: DecisionDocument, document_hash: str, offer: dict[str, Any] | None, wordings: Mapping[str, Reason]
) -> bytes:
    """The body of the answer; its members are the API's contract, in this order."""
    reasons = [wordings.get(code, NEUTRAL) for code in document.answer_reasons]
    return msgspec.json.encode(
        {
            "id": document.id,
            "outcome": document.outcome,
            "grade": document.grade,
            "pd": document.pd,
            "pd_horizon_months": document.pd_horizon_months,
            "points": document.points,
            "reasons": [{"code": reason.code, "zh": reason.zh, "en": reason.en} for reason in reasons],
            "offer": offer,
            "bundle_hash": document.bundle.bundle_hash,
            "document_hash": document_hash,
            "decided_at": document.decided_at,
        }
    )
