"""What is read of decisions, for the API, pages and statistics."""

from typing import Any
from uuid import UUID

import msgspec

from audit.services.log import instant_text
from lending.vault import VaultError, key_unwrap
from rules.models import Decision, ReferralResolution
from rules.services.decisions.answer import resolved_bytes
from rules.services.decisions.document import DecisionDocument, Sealed, document_open, sealed_open
from rules.services.decisions.errors import DecisionNotFound
from rules.services.decisions.store import decision_response


class DecisionRecord(msgspec.Struct, frozen=True):
    """A decision's document, opened as far as its customer's key allows."""

    document: DecisionDocument
    sealed: Sealed | None
    """None where the customer is erased, or the key does not open it."""
    is_erased: bool


def decision_answer(*, client_id: int, decision_id: UUID) -> bytes:
    """The answer a client got, byte for byte, and of a referral what a person decided since (`resolution`).

    Raises DecisionNotFound, for decisions of others too.
    """
    found = decision_response(client_id=client_id, decision_id=decision_id)
    if found is None:
        raise DecisionNotFound("There is no such decision of yours.")
    body, is_referred = found
    if not is_referred:
        return body
    resolution = ReferralResolution.objects.filter(decision_id=decision_id).select_related("decision__product").first()
    return resolved_bytes(body, None if resolution is None else resolution_answer(resolution))


def resolution_answer(resolution: ReferralResolution) -> dict[str, Any]:
    """What a person decided, as the API tells it; who they are and what they wrote stays in the house."""
    offer = None
    if resolution.amount_minor is not None:
        offer = {
            "amount_offered_minor": resolution.amount_minor,
            "currency": resolution.decision.product.currency,
            "annual_rate": resolution.annual_rate,
            "term_months": resolution.term_months,
            "is_counter_offer": resolution.is_counter_offer,
        }
    return {
        "outcome": resolution.outcome,
        "reasons": resolution.reasons,
        "offer": offer,
        "resolved_at": instant_text(resolution.resolved_at),
    }


def decision_record(decision: Decision) -> DecisionRecord:
    """The record of a decision for its page. Never raises for an erased customer."""
    document = document_open(bytes(decision.document))
    wrapped = decision.application.customer.wrapped_key
    if wrapped is None:
        return DecisionRecord(document, None, True)
    if not document.sealed:
        return DecisionRecord(document, None, False)
    try:
        _plain, sealed = sealed_open(key_unwrap(wrapped), document)
    except VaultError:
        return DecisionRecord(document, None, False)
    return DecisionRecord(document, sealed, False)
