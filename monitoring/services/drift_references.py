"""What a period is held against: a model's training rows, or its first cases, counted once and frozen."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import msgspec
import polars as pl
from django.db.models import Min

from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.drift_policy import DriftPolicy
from monitoring.models import DriftReference, ReviewRun
from monitoring.services.drift_cases import decisions_between, reviews_between, reviews_cases
from rules.models import Decision
from rules.services.bundles.loading import PRE_LOAN
from scoring.drift.bins import Bins, DriftBins, drift_bins, drift_bins_read
from scoring.models import ModelPackage
from scoring.services.models.life import model_load

Subject = DriftReference.Subject
VARIABLES = "VARIABLES"
"""The stage of references of what reviews read; those of their PDs and rules stand under POST_LOAN."""


class RuleHits(msgspec.Struct, frozen=True):
    """How often each rule held among so many cases."""

    cases: int
    hits: dict[str, int]


def hits_of(cases: pl.DataFrame) -> RuleHits:
    """Hits by rule code."""
    counted = Counter(code for codes in cases["hits"].to_list() for code in codes or ())
    return RuleHits(cases.height, dict(sorted(counted.items())))


def model_reference(
    *, product: Product, stage: str, model: ModelPackage, policy: DriftPolicy, before: date, at: datetime
) -> DriftBins | None:
    """The bins of a model: its card's where the policy says so and it has them, else frozen from its first cases.

    None where fewer first cases than the policy asks for lie before a day: a period is not held against itself.
    """
    if stage == PRE_LOAN and policy.reference == "training" and "drift_bins" in model.card:
        return drift_bins_read(model.card["drift_bins"])

    def document(cases: pl.DataFrame) -> Any:
        features = model_load(ModelPackage.objects.get(pk=model.pk)).schema.features
        kinds = {one.name: one.kind for one in features if one.name in cases.columns}
        return msgspec.to_builtins(
            drift_bins(cases, cases["pd"].to_numpy(), kinds, {one.name: one.quantiles for one in features})
        )

    found = _frozen(product, stage, Subject.MODEL, model.content_hash, policy, before, at, document)
    return None if found is None else drift_bins_read(found.document)


def rules_reference(
    *, product: Product, stage: str, rule_set_hash: str, policy: DriftPolicy, before: date, at: datetime
) -> RuleHits | None:
    """How often each rule of this content held among its first cases; None where there are not enough before a day."""

    def document(cases: pl.DataFrame) -> Any:
        return msgspec.to_builtins(hits_of(cases))

    found = _frozen(product, stage, Subject.RULES, rule_set_hash, policy, before, at, document)
    return None if found is None else msgspec.convert(found.document, RuleHits)


def variables_reference(
    *,
    product: Product,
    subject: str,
    content_hash: str,
    policy: DriftPolicy,
    before: date,
    at: datetime,
    binned: Callable[[pl.DataFrame], Mapping[str, Bins]],
) -> dict[str, Bins]:
    """The bins of variables of reviews by name, `binned` from the first ones by a model or rule set and frozen; empty
    where not enough lie before a day."""

    def document(cases: pl.DataFrame) -> Any:
        return msgspec.to_builtins(binned(cases))

    found = _frozen(product, VARIABLES, subject, content_hash, policy, before, at, document)
    return {} if found is None else msgspec.convert(found.document, dict[str, Bins])


def _frozen(
    product: Product,
    stage: str,
    subject: str,
    content_hash: str,
    policy: DriftPolicy,
    before: date,
    at: datetime,
    document: Callable[[pl.DataFrame], Any],
) -> DriftReference | None:
    names = {"product": product, "stage": stage, "subject": subject, "content_hash": content_hash}
    found = DriftReference.objects.filter(**names).first()
    if found is not None:
        return found if found.until < before else None
    batches = _decisions(product, before) if stage == PRE_LOAN else _reviews(product, before)
    wanted = policy.reference_decisions if stage == PRE_LOAN else 1
    column = "model_hash" if subject == Subject.MODEL else "rule_set_hash"
    has_score = subject == Subject.MODEL and stage != VARIABLES
    cases = _first(batches, pl.col(column) == content_hash, has_score, wanted)
    if cases is None:
        return None
    days: list[date] = cases["business_date"].to_list()
    row, _made = DriftReference.objects.get_or_create(
        **names,
        defaults={
            "cases": cases.height,
            "since": min(days),
            "until": max(days),
            "document": document(cases),
            "frozen_at": at,
        },
    )
    return row


def _first(batches: Iterator[pl.DataFrame], is_own: pl.Expr, has_score: bool, wanted: int) -> pl.DataFrame | None:
    """The first `wanted` cases of a content (with a score, if asked); of reviews the whole first one that has any."""
    is_asked = is_own & pl.col("pd").is_not_null() if has_score else is_own
    found: list[pl.DataFrame] = []
    for batch in batches:
        found.append(batch.filter(is_asked))
        if sum(part.height for part in found) >= wanted:
            cases = pl.concat(found)
            return cases.head(wanted) if "stage" in cases.columns else cases
    return None


def _decisions(product: Product, before: date) -> Iterator[pl.DataFrame]:
    """Month by month from the first decision of the product, so that a long history is not read whole."""
    earliest = Decision.objects.filter(product=product).aggregate(first=Min("as_of"))["first"]
    since = business_date_of(earliest, product.timezone) if earliest else before
    while since < before:
        until = min(since + timedelta(days=30), before - timedelta(days=1))
        yield decisions_between(product, since, until)
        since = until + timedelta(days=1)


def _reviews(product: Product, before: date) -> Iterator[pl.DataFrame]:
    """Each whole review by itself; of a month without one, what was due by schedule together."""
    runs = reviews_between(product, date(1970, 1, 2), before - timedelta(days=1))
    for _month, group in groupby(runs, key=lambda run: (run.as_of_day.year, run.as_of_day.month)):
        of_month = list(group)
        whole = [run for run in of_month if run.scope == ReviewRun.Scope.ALL]
        yield from (reviews_cases([run]) for run in whole) if whole else (reviews_cases(of_month),)
