"""Indices of alternative data as facts about a customer: figures are recorded, what they were made from is not."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from lending.models import Customer, CustomerFact
from lending.services.consents import consent_is_live
from lending.services.customer_facts import FactInput, facts_record
from riskengine.errors import NotPermitted
from scoring.alternative.indices import ActivityScale, consumption_indices, social_activity_index
from scoring.alternative.sources import AlternativeSource
from scoring.alternative.text import text_style

FIELDS = (
    *("chinese_share", "sentence_words", "variety", "punctuation_share", "digit_share", "long_word_share"),
    "sentiment",
)
"""Fields of TextStyle that are recorded, as `text_<field>`."""


class NoConsentForSourceError(NotPermitted):
    """The customer has not consented to the source, so nothing is worked out from it."""

    code = "no_consent_for_source"


@transaction.atomic
def text_facts_record(*, customer: Customer, texts: Sequence[str], event_at: datetime, at: datetime, actor: str) -> int:
    """Record how a customer writes; the texts are read and forgotten. Returns the number of facts.

    `event_at`: when the latest text was written. Raises NoConsentForSourceError, and as `facts_record`.
    """
    _require_consent(customer, "text_data", at)
    style = text_style(texts)
    found = {f"text_{name}": getattr(style, name) for name in FIELDS}
    return _record(customer, found, "text_data", event_at, at, actor)


@transaction.atomic
def activity_fact_record(
    *, customer: Customer, counts: Mapping[str, int], scale: ActivityScale, event_at: datetime, at: datetime, actor: str
) -> int:
    """Record the social activity index of a customer. Raises NoConsentForSourceError, and as `facts_record`."""
    _require_consent(customer, "social_data", at)
    found = {"social_activity_index": social_activity_index(counts, scale)}
    return _record(customer, found, "social_data", event_at, at, actor)


@transaction.atomic
def consumption_facts_record(
    *,
    customer: Customer,
    amounts_minor: Mapping[str, int],
    purchases: int,
    event_at: datetime,
    at: datetime,
    actor: str,
) -> int:
    """Record the consumption indices of a customer. Raises NoConsentForSourceError, and as `facts_record`."""
    _require_consent(customer, "transaction_data", at)
    indices = consumption_indices(amounts_minor, purchases)
    found = {"consumption_preference_index": indices.preference, "consumption_variety_index": indices.variety}
    return _record(customer, found, "transaction_data", event_at, at, actor)


def _require_consent(customer: Customer, source: AlternativeSource, at: datetime) -> None:
    if not consent_is_live(customer, source, at):
        raise NoConsentForSourceError("The customer has not consented to this source.", source=source)


def _record(
    customer: Customer,
    values: Mapping[str, float | None],
    source: AlternativeSource,
    event_at: datetime,
    at: datetime,
    actor: str,
) -> int:
    facts = [
        FactInput(
            variable=name,
            value=value,
            event_at=event_at,
            known_at=at,
            source=source,
            provenance=CustomerFact.Provenance.DERIVED,
        )
        for name, value in values.items()
        if value is not None
    ]
    return facts_record(customer=customer, facts=facts, at=at, actor=actor) if facts else 0
