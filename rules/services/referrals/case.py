"""What a person has before them when they decide a referred application, and what of it they may say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from lending.vault import VaultError, key_unwrap, seal, unseal
from riskengine.errors import RiskEngineError
from rules.engine.offer import OfferMade
from rules.engine.outcomes import MISSING_REASON
from rules.engine.principal import DECLINED_CODE, NEUTRAL_CODE
from rules.engine.program import ScoreInput
from rules.models import Referral
from rules.services.bundles.loading import Bundle
from rules.services.decisions.document import DecisionDocument, Sealed
from rules.services.decisions.history import decision_values
from rules.services.decisions.reading import decision_record
from rules.services.decisions.replay import bundle_of
from rules.services.decisions.terms import Terms, offer_if_approved, terms_asked
from rules.services.referrals.errors import ReferralErased
from scoring.catalogue import Reason
from scoring.services.catalogues.life import catalogue_live

_OFFER_REASONS = frozenset({"COUNTER_OFFER_AMOUNT", "COUNTER_OFFER_TERM", "COUNTER_OFFER_LEGAL_CAP"})
NOT_SPECIFIC = frozenset({NEUTRAL_CODE, DECLINED_CODE}) | _OFFER_REASONS
"""Reasons that name nothing, or belong to an offer: no decline rests on them."""


class ReferralCase(msgspec.Struct, frozen=True, kw_only=True):
    """A referral opened: its record, and the bounds of a person's decision on it."""

    document: DecisionDocument
    sealed: Sealed | None
    key: bytes
    """The customer's key, under which what people write is sealed."""
    has_offer: bool
    """Whether the version makes offers at all; without, an approval names no terms."""
    asked: Terms
    offer: OfferMade | None
    """What the version's offer table gives; None where it gives nothing or cannot tell."""
    offer_reasons: tuple[str, str]
    """The version's reasons for an offer of less money and of a shorter term."""
    reasons: list[Reason]
    """Reasons a person may give: this decision's own, then of the rules that held, then the product's others."""
    near: int
    """How many of `reasons` belong to this decision or a rule that held."""
    untrue: frozenset[str]
    """Reasons of rules that did not hold: telling them would be false."""
    wordings: Mapping[str, Reason]
    """Every reason by code, as the decision's own catalogue words it."""


def case_open(referral: Referral) -> ReferralCase:
    """The case of a referral. Raises ReferralErased where the customer's key is gone or does not open."""
    decision = referral.decision
    wrapped = decision.application.customer.wrapped_key
    try:
        key = key_unwrap(wrapped) if wrapped is not None else b""
    except VaultError:
        key = b""
    if not key:
        raise ReferralErased("The customer's data cannot be read any more.", referral=referral.pk)
    record = decision_record(decision)
    document, sealed = record.document, record.sealed
    try:
        bundle: Bundle | None = bundle_of(document)
    except RiskEngineError:
        bundle = None
    values = _values(document, sealed)
    program = bundle.program if bundle else None
    terms = program.document.offer if program else None
    held, untrue = _truths(bundle, sealed)
    wordings = bundle.wordings if bundle and bundle.wordings else catalogue_live().reasons_by_code()
    near, others = _reasons(bundle, document, wordings, untrue, held)
    return ReferralCase(
        document=document,
        sealed=sealed,
        key=key,
        has_offer=terms is not None,
        asked=terms_asked(program, values),
        offer=_offer(bundle, document, values),
        offer_reasons=(terms.amount_reason, terms.term_reason) if terms else ("", ""),
        reasons=[*near, *others],
        near=len(near),
        untrue=untrue,
        wordings=wordings,
    )


def note_sealed(key: bytes, decision_id: object, text: str) -> bytes:
    """What a person wrote, under the customer's key."""
    return seal(key, text.encode(), _context(decision_id))


def note_read(key: bytes | None, decision_id: object, sealed: bytes) -> str:
    """What a person wrote; empty where nothing was written or the key is gone."""
    if not key or not sealed:
        return ""
    try:
        return unseal(key, bytes(sealed), _context(decision_id)).decode()
    except VaultError:
        return ""


def _context(decision_id: object) -> bytes:
    return f"referral/{decision_id}".encode()


def _values(document: DecisionDocument, sealed: Sealed | None) -> dict[str, Any]:
    if sealed is None:
        return {}
    try:
        return decision_values(document, sealed)
    except RiskEngineError:
        return dict(sealed.given)


def _offer(bundle: Bundle | None, document: DecisionDocument, values: dict[str, Any]) -> OfferMade | None:
    if bundle is None or not values:
        return None
    score = None if document.pd is None else ScoreInput(document.pd, document.points)
    try:
        return offer_if_approved(bundle, values, score, datetime.fromisoformat(document.as_of))
    except RiskEngineError:
        return None


def _truths(bundle: Bundle | None, sealed: Sealed | None) -> tuple[list[str], frozenset[str]]:
    """Reasons of the rules that held, and those that would be false."""
    program, trace = (bundle.program if bundle else None), (sealed.trace if sealed else None)
    if program is None or trace is None or bundle is None:
        return [], frozenset()
    rules = program.trace_read(trace)
    false = {rule.reason for rule in rules if rule.truth == "false"}
    may_be = {rule.reason for rule in rules if rule.truth != "false"} | set(bundle.reason_codes.values())
    return [rule.reason for rule in rules if rule.truth == "true"], frozenset(false - may_be)


def _reasons(
    bundle: Bundle | None,
    document: DecisionDocument,
    wordings: Mapping[str, Reason],
    untrue: frozenset[str],
    held: list[str],
) -> tuple[list[Reason], list[Reason]]:
    """Reasons near this application (its own first), and the product's others; only specific ones it may be told."""
    own = [*document.reasons, *held]
    barred = NOT_SPECIFIC | untrue | ({MISSING_REASON} - set(document.reasons))
    may = {code: reason for code, reason in wordings.items() if reason.audience == "applicant" and code not in barred}
    near = [may.pop(code) for code in dict.fromkeys(own) if code in may]
    if bundle is not None and bundle.program is not None:  # those of other products are never true here
        theirs = {rule.then.reason for rule in bundle.program.rules} | set(bundle.reason_codes.values())
        may = {code: reason for code, reason in may.items() if code in theirs or code == MISSING_REASON}
    return near, list(may.values())
