"""Indices of alternative data as facts about a customer: figures are recorded, what they were made from is not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from django.db import transaction

from audit.services.governed import governed_live
from lending.models import Customer, CustomerFact
from lending.services.book.recording import Recorded
from lending.services.customer_facts import FactKnownError
from lending.services.fact_reports import ToldFact, facts_report
from riskengine.errors import NotPermitted
from scoring.alternative.gate import CLOSED_WORDS
from scoring.alternative.indices import ActivityScale, consumption_indices, social_activity_index
from scoring.alternative.policy import ACTIVITY_SCALE, ActivityHalves
from scoring.alternative.text import text_style
from scoring.alternative_sources import AlternativeSource
from scoring.services.alternative.opening import closed_for_recording
from scoring.services.catalogues.life import catalogue_live

FIELDS = (
    *("chinese_share", "sentence_words", "variety", "punctuation_share", "digit_share", "long_word_share"),
    "sentiment",
)
"""Fields of TextStyle that are recorded, as `text_<field>`."""
LACKING = {cause: words for cause, (words, _zh) in CLOSED_WORDS.items()} | {
    "not_catalogued": "The live catalogue reads nothing that is worked out from this source.",
    "no_activity_scale": "There is no scale of social activity in force.",
}
"""What may be lacking, in words."""


class SourceClosedError(NotPermitted):
    """Nothing may be worked out from the source; `cause` is a key of LACKING."""

    code = "source_closed"

    def __init__(self, source: AlternativeSource, cause: str) -> None:
        self.cause = cause
        super().__init__(LACKING[cause], source=source, cause=cause)


@transaction.atomic
def text_facts_record(
    *, customer: Customer, texts: Sequence[str], event_at: datetime, at: datetime, actor: str
) -> Recorded:
    """Record how a customer writes; the texts are read and forgotten. What became of each figure there is.

    `event_at`: when the latest text was written. Raises SourceClosedError, FactKnownError where other figures were told
    for that time, InvalidBookItems for times or an erased customer, NoLiveCatalogueError.
    """
    names = _require_open(customer, "text_data", at)
    style = text_style(texts)
    found = {f"text_{name}": getattr(style, name) for name in FIELDS}
    return _record(customer, found, names, "text_data", event_at, at, actor)


@transaction.atomic
def activity_fact_record(
    *, customer: Customer, counts: Mapping[str, int], event_at: datetime, at: datetime, actor: str
) -> Recorded:
    """Record the social activity index of a customer on the scale in force. Raises as `text_facts_record`."""
    names = _require_open(customer, "social_data", at)
    live = governed_live(ACTIVITY_SCALE, "", on=at.astimezone(UTC).date())
    if live is None or not isinstance(live.value, ActivityHalves):
        raise SourceClosedError("social_data", "no_activity_scale")
    scale = ActivityScale(msgspec.structs.asdict(live.value))
    found = {"social_activity_index": social_activity_index(counts, scale)}
    return _record(customer, found, names, "social_data", event_at, at, actor)


@transaction.atomic
def consumption_facts_record(
    *,
    customer: Customer,
    amounts_minor: Mapping[str, int],
    purchases: int,
    event_at: datetime,
    at: datetime,
    actor: str,
) -> Recorded:
    """Record the consumption indices of a customer. Raises as `text_facts_record`."""
    names = _require_open(customer, "transaction_data", at)
    indices = consumption_indices(amounts_minor, purchases)
    found = {"consumption_preference_index": indices.preference, "consumption_variety_index": indices.variety}
    return _record(customer, found, names, "transaction_data", event_at, at, actor)


def _require_open(customer: Customer, source: AlternativeSource, at: datetime) -> frozenset[str]:
    """The names of the source's variables that the live catalogue reads from facts."""
    cause = closed_for_recording(source, customer_id=customer.pk, at=at)
    if cause is not None:
        raise SourceClosedError(source, cause)
    return frozenset(
        item.name
        for item in catalogue_live().variables
        if item.source == "fact" and item.is_alternative and item.consent_scope == source
    )


def _record(
    customer: Customer,
    values: Mapping[str, float | None],
    names: frozenset[str],
    source: AlternativeSource,
    event_at: datetime,
    at: datetime,
    actor: str,
) -> Recorded:
    if not names & values.keys():
        raise SourceClosedError(source, "not_catalogued")
    facts = [
        ToldFact(
            customer_id=customer.pk,
            variable=name,
            value=value,
            event_at=event_at,
            provenance=CustomerFact.Provenance.DERIVED,
        )
        for name, value in values.items()
        if value is not None and name in names
    ]
    recorded = facts_report(items=facts, source=source, at=at, actor=actor)
    if recorded.conflicting:
        raise FactKnownError("Other figures of this source were told for this time.", source=source)
    return recorded
