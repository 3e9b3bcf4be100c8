"""How each source of alternative data stands today: off, reviewed, in a pilot or at its end, and why."""

from datetime import UTC, datetime
from typing import Literal

import msgspec
from django.db.models import Q

from audit.services.governed import governed_live
from lending.models import Consent
from scoring.alternative.gate import PilotTerms, Terms
from scoring.alternative.policy import REVIEW
from scoring.alternative_sources import SOURCES, AlternativeSource
from scoring.models import ValueReport
from scoring.services.alternative.opening import terms_live
from scoring.services.alternative.value_reports import value_report_of

State = Literal["off", "no_evidence", "reviewed", "pilot", "full", "ended"]


class Standing(msgspec.Struct, frozen=True):
    """One source on one day."""

    source: AlternativeSource
    state: State
    pilot: PilotTerms | None
    forbidden_in: dict[str, int]
    """Regions whose law forbids it, each with the number of its countries."""
    consents: int
    """People whose consent is live."""
    report: ValueReport | None
    """What the review rests on; without a review the latest one measured."""


def standings(at: datetime) -> list[Standing]:
    """Every source, in its order."""
    on = at.astimezone(UTC).date()
    terms, _numbers = terms_live(on)
    return [_standing(source, terms, at) for source in SOURCES]


def _standing(source: AlternativeSource, terms: Terms, at: datetime) -> Standing:
    live = Q(granted_at__lte=at) & (Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    live &= Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)
    people = Consent.objects.filter(live, scope=source).values("customer").distinct().count()
    return Standing(
        source=source,
        state=_state(source, terms),
        pilot=terms.pilots.get(source),
        forbidden_in={name: len(rule.countries) for name, rule in terms.rules.items() if source in rule.forbids},
        consents=people,
        report=_report(source, terms),
    )


def _state(source: AlternativeSource, terms: Terms) -> State:
    if source not in terms.reviews:
        return "off"
    if not terms.reviews[source]:
        return "no_evidence"
    found = terms.pilots.get(source)
    if found is None:
        return "reviewed"
    if terms.on > found.pilot.ends_on:
        return "ended"
    return "full" if found.used >= found.pilot.cap else "pilot"


def _report(source: AlternativeSource, terms: Terms) -> ValueReport | None:
    review = governed_live(REVIEW, source, on=terms.on)
    if review is not None:
        return value_report_of(source, review.value.value_report)
    return ValueReport.objects.filter(source=source).order_by("-created_at").first()
