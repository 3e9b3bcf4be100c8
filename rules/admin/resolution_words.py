"""What a person decided on a referral, in words: for the pages of its decision and of the referral."""

from typing import Any

from lending.vault import VaultError, key_unwrap
from rules.models import ReferralResolution
from rules.services.referrals.case import note_read
from rules.words import Language, money_words, value_words


def terms_words(terms: dict[str, Any], currency: str, language: Language) -> dict[str, str] | None:
    """Amount, rate and term in words; None where none are named."""
    if terms.get("amount_minor") is None:
        return None
    return {
        "amount": money_words(terms["amount_minor"], currency),
        "rate": value_words(terms["annual_rate"], "share", language),
        "term": value_words(terms["term_months"], "months", language),
    }


def customer_key(referral_decision: Any) -> bytes | None:
    """The key under which words were sealed; None where it is gone."""
    wrapped = referral_decision.application.customer.wrapped_key
    try:
        return key_unwrap(wrapped) if wrapped is not None else None
    except VaultError:
        return None


def resolution_view(resolution: ReferralResolution, language: Language) -> dict[str, Any]:
    """A resolution in words, for the pages of its decision and its referral."""
    terms = {
        "amount_minor": resolution.amount_minor,
        "annual_rate": resolution.annual_rate,
        "term_months": resolution.term_months,
    }
    currency = resolution.decision.product.currency
    return {
        "row": resolution,
        "terms": terms_words(terms, currency, language),
        "note": note_read(customer_key(resolution.decision), resolution.decision_id, bytes(resolution.note)),
    }
