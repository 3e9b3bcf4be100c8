"""Alternative data as applications meet it: what is governed today, what is open, and what a pilot has used."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

import msgspec
from django.db import connection
from django.db.models import Count

from audit.services.governed import governed_lives
from lending.services.consents import consents_live_of, consents_open_of
from lending.services.customer_facts import facts_as_of
from scoring.alternative.gate import REGION, Applicant, Closed, PilotTerms, Terms, alternative_gate
from scoring.alternative.policy import JURISDICTION, PILOT, REVIEW
from scoring.alternative_sources import SOURCES, AlternativeSource
from scoring.catalogue import Variable
from scoring.models import AlternativeUse
from scoring.services.alternative.kinds import evidence_problems
from scoring.services.known_facts import fitting

_LOCK = 7_264_002


class Opened(msgspec.Struct, frozen=True):
    """What the gate let through for one application."""

    facts: dict[str, Any]
    """Open variables that we hold as facts, by name; None where there is no fact."""
    closed: dict[str, Closed]
    """Why each other alternative variable of the product is unknown."""
    pilots: list[int]
    """The pilots under which something was opened: this application counts against their caps."""


NOTHING_OPENED = Opened({}, {}, [])


def terms_live(on: date) -> tuple[Terms, dict[AlternativeSource, int]]:
    """What is governed on a day, and the pilot document's number by source."""
    pilots = cast("dict[AlternativeSource, Any]", governed_lives(PILOT, on))
    numbers = {source: live.id for source, live in pilots.items()}
    counted = AlternativeUse.objects.filter(pilot_id__in=numbers.values()).values("pilot_id")
    used = dict(counted.annotate(number=Count("pk")).values_list("pilot_id", "number"))
    reviews = cast("dict[AlternativeSource, Any]", governed_lives(REVIEW, on))
    terms = Terms(
        on=on,
        rules={name: live.value for name, live in governed_lives(JURISDICTION, on).items()},
        reviews={source: not evidence_problems(source, live.value.value_report) for source, live in reviews.items()},
        pilots={
            source: PilotTerms(live.value, live.content_hash, used.get(live.id, 0)) for source, live in pilots.items()
        },
    )
    return terms, numbers


def alternative_open(
    variables: Collection[Variable],
    *,
    customer_id: int,
    application_id: int,
    product: str,
    values: Mapping[str, Any],
    as_of: datetime,
    read_at: datetime,
) -> Opened:
    """Ask the gate for every alternative variable of a product. Facts are read only where it opens.

    What is governed counts as of `read_at`, when it is read; a consent must be live then and as of `as_of`. Must run
    in the decision's transaction: a pilot that would open for one application more is locked until that ends, so that
    two at once cannot both be the last. Raises VaultError.
    """
    on = read_at.astimezone(UTC).date()
    terms, numbers = terms_live(on)
    piloted = AlternativeUse.objects.filter(application_id=application_id, pilot_id__in=numbers.values())
    held = set(piloted.values_list("pilot_id", flat=True))
    if values.get(REGION) is None:
        values = {**values, **_facts(customer_id, {REGION}, as_of)}
    applicant = Applicant(
        customer_id=customer_id,
        product=product,
        values=values,
        consents=consents_open_of([customer_id], as_of=as_of, read_at=read_at).get(customer_id, frozenset()),
        piloted=frozenset(source for source, number in numbers.items() if number in held),
    )
    source_of = {item.name: cast("AlternativeSource", item.consent_scope) for item in variables}
    sources = sorted(set(source_of.values()))
    causes = {source: alternative_gate(source, applicant, terms) for source in sources}
    counted = [numbers[source] for source in sources if causes[source] is None and source not in applicant.piloted]
    if counted:
        _lock(counted)
        terms, numbers = terms_live(on)
        causes = {source: alternative_gate(source, applicant, terms) for source in sources}
    closed = {name: cause for name, source in source_of.items() if (cause := causes[source]) is not None}
    wanted = {item.name: item for item in variables if item.source == "fact" and item.name not in closed}
    return Opened(
        facts={name: fitting(wanted[name], value) for name, value in _facts(customer_id, wanted, as_of).items()},
        closed=closed,
        pilots=sorted(numbers[source] for source, cause in causes.items() if cause is None),
    )


def uses_record(*, application_id: int, pilots: Iterable[int], at: datetime) -> None:
    """Count an application against the pilots under which something was opened for it; once, however often decided.

    Plain SQL: the transaction of a decision is not one that Django opened.
    """
    with connection.cursor() as cursor:
        for pilot in pilots:
            cursor.execute(
                "INSERT INTO scoring_alternativeuse (pilot_id, application_id, used_at) VALUES (%s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                [pilot, application_id, at],
            )


def closed_for_portraits(customer_ids: Collection[int], at: datetime) -> dict[int, dict[AlternativeSource, Closed]]:
    """For each customer the sources closed to their portrait, and why.

    A portrait is of a person, not of an application: a source is open to it only for people with an application that
    the pilot has counted, under the same law, review and consent.
    """
    terms, numbers = terms_live(at.astimezone(UTC).date())
    rows = AlternativeUse.objects.filter(pilot_id__in=numbers.values(), application__customer_id__in=customer_ids)
    counted = set(rows.values_list("application__customer_id", "pilot_id"))
    consents = consents_live_of(customer_ids, at)
    regions = _regions(customer_ids, at) if numbers else {}
    found: dict[int, dict[AlternativeSource, Closed]] = {}
    for customer_id in customer_ids:
        own = {source for source, number in numbers.items() if (customer_id, number) in counted}
        applicant = Applicant(
            customer_id=customer_id,
            product="",
            values={REGION: regions.get(customer_id)},
            consents=consents.get(customer_id, frozenset()),
            piloted=frozenset(own),
        )
        causes = {source: alternative_gate(source, applicant, _as_counted(terms, own)) for source in SOURCES}
        found[customer_id] = {source: cause for source, cause in causes.items() if cause is not None}
    return found


def closed_for_recording(source: AlternativeSource, *, customer_id: int, at: datetime) -> Closed | None:
    """Why nothing may be worked out about a customer from a source; None: it may."""
    return closed_for_recording_of(source, [customer_id], at)[customer_id]


def closed_for_recording_of(
    source: AlternativeSource, customer_ids: Collection[int], at: datetime
) -> dict[int, Closed | None]:
    """For each customer why nothing may be worked out about them from a source; None: it may.

    Asked as of an application for the pilot's product, whose conditions are left to the application: what no pilot
    could ever read of somebody is not made.
    """
    terms, numbers = terms_live(at.astimezone(UTC).date())
    found = terms.pilots.get(source)
    if found is not None:
        anybody = msgspec.structs.replace(found, pilot=msgspec.structs.replace(found.pilot, segment=[]))
        terms = msgspec.structs.replace(terms, pilots={source: anybody})
    uses = AlternativeUse.objects.filter(pilot_id=numbers.get(source), application__customer_id__in=customer_ids)
    counted = set(uses.values_list("application__customer_id", flat=True)) if found else set()
    regions, consents = _regions(customer_ids, at), consents_live_of(customer_ids, at)
    closed: dict[int, Closed | None] = {}
    for customer_id in customer_ids:
        applicant = Applicant(
            customer_id=customer_id,
            product=found.pilot.product if found else "",
            values={REGION: regions.get(customer_id)},
            consents=consents.get(customer_id, frozenset()),
            piloted=frozenset({source} if customer_id in counted else ()),
        )
        closed[customer_id] = alternative_gate(source, applicant, terms)
    return closed


def _as_counted(terms: Terms, own: Collection[AlternativeSource]) -> Terms:
    """The pilots that counted a person, whose product and conditions were looked at then."""
    counted = {
        source: msgspec.structs.replace(
            found, pilot=msgspec.structs.replace(found.pilot, product="", segment=[], share=1.0)
        )
        for source, found in terms.pilots.items()
        if source in own
    }
    return msgspec.structs.replace(terms, pilots=counted)


def _facts(customer_id: int, names: Collection[str], as_of: datetime) -> dict[str, Any]:
    """The latest values of these variables that we hold; None where there is none."""
    if not names:
        return {}
    found = facts_as_of(customer_ids=[customer_id], as_of=as_of, may_open=lambda _customer, name: name in names)
    known = {fact.variable: fact.value for fact in found.get(customer_id, [])}
    return {name: known.get(name) for name in sorted(names)}


def _regions(customer_ids: Collection[int], at: datetime) -> dict[int, Any]:
    found = facts_as_of(customer_ids=customer_ids, as_of=at, may_open=lambda _customer, name: name == REGION)
    return {customer_id: facts[0].value for customer_id, facts in found.items()}


def _lock(pilots: Iterable[int]) -> None:
    """Until the transaction ends nobody else is counted under these pilots."""
    with connection.cursor() as cursor:
        for pilot in sorted(pilots):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, pilot])
