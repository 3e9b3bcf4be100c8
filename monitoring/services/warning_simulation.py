"""Past reviews over again, each account scored by a model that was not trained on it; nothing is written."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import polars as pl

from lending.models import Product
from monitoring.events import CustomerHits, new_events, pattern_hits
from monitoring.levels import LEVELS, NONE, level_worst
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.delinquency.states import portraits_filled
from monitoring.services.findings import UNKNOWN, skipped
from monitoring.services.out_of_fold import FOLDS, SEED, Places, folds_of, out_of_fold_pds
from monitoring.services.portraits.reading import Extent, portrait_variables, portraits_read
from monitoring.services.reviews import review_as_of
from monitoring.services.runs import CHUNK_LOANS
from monitoring.triggers.report import LEVEL, LOAN, PD, Accounts, Judged
from rules.engine.columns import PATTERN_OUTCOME
from rules.engine.outcomes import BUSINESS_DATE
from rules.services.bundles.loading import Bundle
from scoring.catalogue import Variable
from scoring.metrics import auc
from scoring.post_loan import PREVIOUS_REVIEW

Progress = Callable[[str], None]
_LEVEL: Final = "own_warning_level"
_CUSTOMER: Final = "_customer_id"
_PD: Final = "pd"


class Simulation:
    """Reviews of one product in the order of time; each sees what the one before it said."""

    def __init__(self, product: Product, bundle: Bundle, accounts: Accounts, progress: Progress) -> None:
        if bundle.program is None or bundle.catalogue is None:  # bundle_live refuses such a bundle
            raise ValueError("A simulation needs a rule set and a catalogue.")
        self.product, self.bundle, self.progress = product, bundle, progress
        self.program = bundle.program
        model = set(bundle.model.features) if bundle.model else set()
        self.variables = portrait_variables(bundle.catalogue, product.code, set(self.program.inputs) | model)
        self.outcomes = pl.DataFrame(
            {LOAN: pl.Series(list(accounts.loan_ids), dtype=pl.Int64), "_bad": pl.Series(accounts.bad)}
        )
        self.folds: dict[int, int] = {}
        self.before: pl.DataFrame | None = None
        self.since: datetime | None = None
        self.skips: dict[str, int] = {}
        self.training: list[dict[str, Any]] = []

    def review(self, day: date) -> Judged:
        """What the live rules, patterns and out-of-fold models say as of the end of `day`.

        Raises TooFewOutcomes, ModelNotRefittable, ScoredByOwnModel.
        """
        as_of = review_as_of(day, self.product)
        frame, self.skips = skipped(self._portraits(day, as_of), day)
        judged = self._judged(self._with_before(frame), day, as_of)
        self.since = as_of
        return Judged(day, judged)

    def _portraits(self, day: date, as_of: datetime) -> pl.DataFrame:
        """In parts of as many loans as a review's: what the database plans well."""
        ids = self.outcomes[LOAN].to_list()
        extents = [
            Extent(
                product_id=self.product.pk, as_of=as_of, business_date=day, first_loan_id=part[0], last_loan_id=part[-1]
            )
            for part in (ids[start : start + CHUNK_LOANS] for start in range(0, len(ids), CHUNK_LOANS))
        ]
        parts = [portraits_read(extent, self.variables) for extent in extents]
        portraits = pl.concat(parts)
        if any(variable.source == "delinquency" for variable in self.variables):
            states = delinquency_of(portraits[LOAN].to_list(), day, as_of)
            portraits = portraits_filled(portraits, states, self.variables)
        return portraits.join(self.outcomes, on=LOAN, maintain_order="left")

    def _judged(self, frame: pl.DataFrame, day: date, as_of: datetime) -> pl.DataFrame:
        patterns = self._patterns(frame, as_of)
        worst = [level_worst(found.values()) if found else None for found in patterns]
        scored = self._scored(frame, day).with_columns(
            pl.Series(PATTERN_OUTCOME, worst, dtype=pl.String), pl.lit(day.isoformat()).alias(BUSINESS_DATE)
        )
        said = self.program.evaluate_columns(scored)
        self.before = scored.select(LOAN, _CUSTOMER, _PD).with_columns(said["outcome"].alias(LEVEL))
        codes = [pattern.code for pattern in self.program.document.patterns if pattern.enabled]
        hits = [pl.Series(code, [code in found for found in patterns], dtype=pl.Boolean) for code in codes]
        own = said.select("outcome", *self.program.codes).rename({"outcome": LEVEL})
        return scored.select(LOAN, pl.col(_PD).alias(PD)).with_columns(*own, *hits)

    def _scored(self, frame: pl.DataFrame, day: date) -> pl.DataFrame:
        model = self.bundle.model
        if model is None or frame.is_empty():
            empty = (pl.lit(None, dtype=pl.Float64).alias(_PD), pl.lit(None, dtype=pl.Int64).alias("score_points"))
            return frame.with_columns(*empty)
        customers, bad = frame[_CUSTOMER].to_numpy(), frame["_bad"].to_numpy()
        found = out_of_fold_pds(model, frame, customers, bad, self._folds(customers, bad))
        points = [model.points(pd) for pd in found.values.tolist()]
        ranked = round(auc(bad, found.values), 6)
        self.training.append({"as_of": day.isoformat(), "folds": FOLDS, "seed": SEED, "accounts": frame.height,
                              "auc": ranked, "is_cached": found.is_cached})  # fmt: skip
        self.progress(f"{day}: {frame.height:,} accounts scored out of fold, AUC {ranked:.4f}")
        return frame.with_columns(pl.Series(_PD, found.values), pl.Series("score_points", points, dtype=pl.Int64))

    def _folds(self, customers: Places, bad: Any) -> Places:
        """A customer keeps their fold over all days: the model of one day must not know them from another."""
        if not self.folds:
            self.folds = dict(zip(customers.tolist(), folds_of(customers, bad).tolist(), strict=True))
        known = [self.folds.get(customer, 1 + customer % FOLDS) for customer in customers.tolist()]
        return np.array(known, dtype=np.int64)

    def _with_before(self, frame: pl.DataFrame) -> pl.DataFrame:
        """What a review reads of the reviews before: here of those simulated, never of real ones, whose model was
        trained on the very accounts."""
        empty = {LOAN: pl.Int64, _CUSTOMER: pl.Int64, _PD: pl.Float64, LEVEL: pl.String}
        before = self.before if self.before is not None else pl.DataFrame(schema=empty)
        own = frame.select(LOAN, _CUSTOMER).join(before.drop(_CUSTOMER), on=LOAN, how="left", maintain_order="left")
        worst = _worst_by_customer(before)
        standing = frame.select(_CUSTOMER).join(worst, on=_CUSTOMER, how="left", maintain_order="left")
        columns = [_previous(variable, own) for variable in self.variables if variable.source == PREVIOUS_REVIEW]
        if _LEVEL in frame.columns:
            columns.append(standing[LEVEL].fill_null(NONE).alias(_LEVEL))
        return frame.with_columns(columns)

    def _patterns(self, frame: pl.DataFrame, as_of: datetime) -> list[dict[str, str]]:
        """Per row: level by code of the patterns that hit since the review before."""
        patterns = self.bundle.patterns
        customers = frame[_CUSTOMER].to_list()
        if patterns is None:
            return [{} for _ in customers]
        events = new_events(customer_ids=set(customers), patterns=patterns, since=self.since, as_of=as_of)
        hits = {who: pattern_hits(patterns, found, since=self.since, as_of=as_of) for who, found in events.items()}
        return [_levels(hits.get(who), loan) for who, loan in zip(customers, frame[LOAN].to_list(), strict=True)]


def _levels(hits: CustomerHits | None, loan_id: int) -> dict[str, str]:
    if hits is None:
        return {}
    if hits.failure:
        return {hits.failure: UNKNOWN}
    found = zip(hits.hits, hits.loan_ids, strict=True)
    return {hit.code: hit.outcome for hit, loans in found if not loans or loan_id in loans}


def _previous(variable: Variable, own: pl.DataFrame) -> pl.Series:
    column = own[_PD if variable.field == "pd" else LEVEL]
    filled = column.fill_null(variable.default) if variable.missing == "default" else column
    return filled.alias(variable.name)


def _worst_by_customer(before: pl.DataFrame) -> pl.DataFrame:
    ranked = before.select(_CUSTOMER, pl.col(LEVEL).cast(pl.Enum(LEVELS)))
    return ranked.group_by(_CUSTOMER).agg(pl.col(LEVEL).max().cast(pl.String))
