"""What a chunk of a review does with its loans, step by step: a part of monitoring adds a line to READS or WRITES."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import polars as pl

from lending.business_dates import business_date_of
from monitoring.events import CustomerHits, new_events, pattern_hits
from monitoring.models import ReviewChunk, ReviewRun
from monitoring.services.category_upgrades import upgrades_propose
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.delinquency.states import portraits_dated, portraits_filled, states_write
from monitoring.services.earlier_runs import runs_earlier
from monitoring.services.findings import Findings, findings_of, skipped
from monitoring.services.health.codes import part_codes_write
from monitoring.services.health.parts import PartKnown
from monitoring.services.portraits.reading import Extent, portraits_read
from monitoring.services.result_portraits import variables_of
from monitoring.services.results import results_write, warned_write
from monitoring.services.runs import run_bundle, run_is_latest, run_whole_before
from monitoring.services.schedules import schedule_write
from monitoring.services.standings.reviews import standings_write
from monitoring.services.warnings import warnings_merge
from rules.services.bundles.loading import Bundle
from scoring.catalogue import Variable


@dataclass
class Work:
    """One chunk in hand: what it is of, and what its steps tell each other."""

    chunk: ReviewChunk
    run: ReviewRun
    bundle: Bundle
    extent: Extent
    variables: list[Variable]
    at: datetime
    is_latest: bool
    """Whether it speaks of today: a review of an earlier day touches no warning."""
    skips: dict[str, int] = field(default_factory=dict)
    """Loans left out, by cause."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What a reading step keeps for a writing one, by name of the part."""


def work_of(chunk: ReviewChunk, at: datetime) -> Work:
    """The chunk with everything that is the same for its loans. Raises BundleBroken."""
    run = chunk.run
    bundle = run_bundle(run)
    extent = Extent(
        product_id=run.product_id,
        as_of=run.as_of,
        business_date=business_date_of(run.as_of, run.product.timezone),
        first_loan_id=chunk.first_loan_id,
        last_loan_id=chunk.last_loan_id,
        loan_ids=None if chunk.loan_ids is None else tuple(chunk.loan_ids),
        earlier=runs_earlier(run),
    )
    variables = variables_of(bundle, run.product.code)
    return Work(chunk, run, bundle, extent, variables, at, run_is_latest(run))


def hits_of(work: Work, portraits: pl.DataFrame) -> dict[int, CustomerHits]:
    """Pattern hits by customer, of those of whom something new is known."""
    patterns, run = work.bundle.patterns, work.run
    if patterns is None:
        return {}
    before = run_whole_before(run)  # a review with failures has not seen the events of every customer
    since = before.as_of if before else None
    customer_ids = portraits["_customer_id"].unique().to_list()
    seen_at = max(before.started_at, before.as_of) if before else None
    events = new_events(customer_ids=customer_ids, patterns=patterns, since=since, as_of=run.as_of, seen_at=seen_at)
    return {customer: pattern_hits(patterns, found, since=since, as_of=run.as_of) for customer, found in events.items()}


def _portraits(work: Work, _frame: pl.DataFrame) -> pl.DataFrame:
    return portraits_read(work.extent, work.variables)


def _delinquency(work: Work, frame: pl.DataFrame) -> pl.DataFrame:
    states = delinquency_of(frame["_loan_id"].to_list(), work.extent.business_date, work.run.as_of)
    work.notes |= {"delinquency": states, "months": frame.select("_loan_id", "_latest_month")}
    return portraits_dated(portraits_filled(frame, states, work.variables), states, work.extent.business_date)


def findings_read(work: Work) -> Findings:
    """What the review finds of the chunk's loans; `work.skips` says which it leaves out. Writes nothing."""
    portraits = pl.DataFrame()
    for read in READS:
        portraits = read(work, portraits)
    usable, work.skips = skipped(portraits, work.extent.business_date)
    return findings_of(usable, work.bundle, hits_of(work, usable), work.extent.business_date)


def _states(work: Work, findings: Findings) -> Findings:
    day, states = work.extent.business_date, work.notes["delinquency"]
    states_write(states=states, business_date=day, as_of=work.run.as_of, run=work.run)
    return findings


def _results(work: Work, findings: Findings) -> Findings:
    written, broken = results_write(run=work.run, findings=findings)
    if broken:
        work.skips["key_broken"] = broken
    return written


def _warnings(work: Work, findings: Findings) -> Findings:
    if work.is_latest:
        warnings_merge(run=work.run, warned=warned_write(run=work.run, findings=findings), at=work.at)
    return findings


def _upgrades(work: Work, findings: Findings) -> Findings:
    if work.is_latest:
        day, states = work.extent.business_date, work.notes["delinquency"]
        upgrades_propose(product=work.run.product, states=states, day=day, as_of=work.run.as_of, at=work.at)
    return findings


def _standings(work: Work, findings: Findings) -> Findings:
    if work.is_latest:
        day, states = work.extent.business_date, work.notes["delinquency"]
        standings_write(run=work.run, findings=findings.frame, states=states, day=day, at=work.at)
    return findings


def _health(work: Work, findings: Findings) -> Findings:
    if work.is_latest:
        known = PartKnown(findings.frame, work.notes["months"], work.notes["delinquency"])
        part_codes_write(run=work.run, known=known, day=work.extent.business_date, at=work.at)
    return findings


def _schedule(work: Work, findings: Findings) -> Findings:
    schedule_write(run=work.run, day=work.extent.business_date, findings=findings)
    return findings


Read = Callable[[Work, pl.DataFrame], pl.DataFrame]
Write = Callable[[Work, Findings], Findings]
READS: Final[tuple[Read, ...]] = (_portraits, _delinquency)
"""Each takes the portraits so far, a row a loan, and gives them with what it knows."""
WRITES: Final[tuple[Callable[[Work, Findings], Findings], ...]] = (
    _states,
    _results,
    _warnings,
    _upgrades,
    _standings,
    _health,
    _schedule,
)
"""Each writes its part of what was found and gives on what the later ones may write of."""
