"""What the graph of the book says of customers, worked out weekly and recorded as facts of those the gate opens.

Links of people without consent are looked through in memory, as they lie in the book; of them nothing is recorded.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from lending.models import Customer, CustomerFact
from lending.services.consents import customers_consenting
from lending.services.customer_facts import FactInput, facts_record_many
from scoring.alternative.book_graph import GRAPHS, party_features
from scoring.alternative_sources import AlternativeSource
from scoring.models import GraphRun
from scoring.services.alternative.graph_reading import BookGraph, graph_read
from scoring.services.alternative.opening import closed_for_recording_of, terms_live
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live

EVERY: Final = timedelta(days=7)
BATCH: Final = 500
ACTOR: Final = "system:graph"
_PLACES: Final = 6
"""Digits kept behind the point."""


def graph_features_run(*, now: Callable[[], datetime], is_asked: bool = False) -> list[GraphRun]:
    """Work out and record what is due: of each graph that is open, once in EVERY days, or now if it `is_asked` for.

    A run that was cut short goes on where it stopped, as of the same instant. Returns the runs worked on.
    """
    runs = [run for source in GRAPHS if (run := _run_due(source, now(), is_asked=is_asked)) is not None]
    for run in runs:
        _record(run, now)
        run.refresh_from_db()
    return runs


def graph_run_latest(source: str) -> GraphRun | None:
    """The last run of a source's graph."""
    return GraphRun.objects.filter(source=source).order_by("-as_of").first()


def graph_variables(source: AlternativeSource) -> frozenset[str]:
    """Names of facts that the live catalogue reads under a source's consent."""
    try:
        variables = catalogue_live().variables
    except NoLiveCatalogueError:
        return frozenset()
    return frozenset(item.name for item in variables if item.source == "fact" and item.consent_scope == source)


def _run_due(source: AlternativeSource, at: datetime, *, is_asked: bool) -> GraphRun | None:
    """The run to work on: one that was cut short, else a new one; None where it is early, or nothing is open."""
    terms, _numbers = terms_live(at.astimezone(UTC).date())
    pilot = terms.pilots.get(source)
    if not terms.reviews.get(source) or pilot is None or terms.on > pilot.pilot.ends_on:
        return None
    last = graph_run_latest(source)
    if last is not None and last.ended_at is None and at - last.as_of < EVERY:
        return last
    if last is not None and at - last.as_of < EVERY and not is_asked:
        return None
    return GraphRun.objects.create(source=source, as_of=at, started_at=at)


def _record(run: GraphRun, now: Callable[[], datetime]) -> None:
    source: AlternativeSource = run.source  # type: ignore[assignment]  # one of GRAPHS
    due = sorted(customers_consenting(source, now()))
    graph = graph_read(source, customer_ids=due, as_of=run.as_of)
    run.due, run.parties, run.bads = len(due), len(graph.parties), len(graph.bads.intersection(graph.parties))
    run.links = {one.kind: len(one.source) for one in graph.links}
    run.save(update_fields=["due", "parties", "bads", "links"])
    rest = [customer for customer in due if customer > run.last_customer]
    features = dict(_features(source, graph, rest)) if rest else {}
    for start in range(0, len(rest), BATCH):
        _batch_record(run.pk, source, rest[start : start + BATCH], features, now())
    GraphRun.objects.filter(pk=run.pk, ended_at__isnull=True).update(ended_at=now())


def _features(
    source: AlternativeSource, graph: BookGraph, customer_ids: Collection[int]
) -> Iterator[tuple[int, dict[str, float]]]:
    """What is catalogued of each customer's features, by customer."""
    found = party_features(GRAPHS[source], graph.parties, graph.links, graph.bads)
    names = [name for name in found.columns if name in graph_variables(source)]
    wanted = set(customer_ids)
    for customer, row in zip(graph.parties, found.select(names).iter_rows(named=True), strict=True):
        if customer in wanted:
            yield customer, {name: round(value, _PLACES) for name, value in row.items()}


@transaction.atomic
def _batch_record(
    run_id: int,
    source: AlternativeSource,
    batch: Sequence[int],
    features: Mapping[int, Mapping[str, float]],
    at: datetime,
) -> None:
    """Record a batch with the run's own progress: nothing twice, whenever a worker dies or two are at it."""
    run = GraphRun.objects.select_for_update().get(pk=run_id)
    if run.last_customer >= batch[0]:
        return
    causes = closed_for_recording_of(source, batch, at)
    kept = set(Customer.objects.filter(pk__in=batch, erased_at__isnull=True).values_list("pk", flat=True))
    facts = {
        customer: [_fact(name, value, run, source, at) for name, value in features[customer].items()]
        for customer in batch
        if causes[customer] is None and customer in kept and features[customer]
    }
    if facts:
        facts_record_many(facts=facts, at=at, actor=ACTOR)
    run.closed = dict(Counter(run.closed) + Counter(cause for cause in causes.values() if cause is not None))
    run.recorded += len(facts)
    run.looked_at += len(batch)
    run.last_customer = batch[-1]
    run.save(update_fields=["closed", "recorded", "looked_at", "last_customer"])


def _fact(name: str, value: float, run: GraphRun, source: AlternativeSource, at: datetime) -> FactInput:
    return FactInput(
        variable=name,
        value=value,
        event_at=run.as_of,
        known_at=at,
        source=f"graph:{source}",
        provenance=CustomerFact.Provenance.DERIVED,
    )
