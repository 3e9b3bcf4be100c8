"""The variables of reviews, period by period: read again from the book as of each review, and held in frozen bins.

What a review reads stays sealed, or is not kept where nothing changed. A sample of its loans, always the same ones, is
read again as it was known then; only counts by bin are written down.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, Literal

import polars as pl

from lending.models import Product
from monitoring.drift_policy import DriftPolicy
from monitoring.models import ReviewRun
from monitoring.services.drift_cases import POST_LOAN
from monitoring.services.drift_figures import Figure, variable_figures
from monitoring.services.drift_references import Subject, variables_reference
from monitoring.services.result_portraits import portraits_again
from monitoring.services.runs import CHUNK_LOANS, run_bundle
from rules.services.bundles.loading import Bundle
from scoring.drift.bins import Bins, bins_of
from scoring.post_loan import PREVIOUS_REVIEW

LOANS_MOST: Final = 20_000
"""At so many on both sides chance alone stays below an index of 0.01 over a hundred variables of ten bins."""
_SPREAD, _RANGE = 2_654_435_761, 2**32
"""Knuth's multiplicative hash: spreads numbers that follow one another over the whole range."""
_OWN_OUTPUT: Final = frozenset({PREVIOUS_REVIEW, "standing", "model"})
"""What our own reviews, or a model of ours, said: followed as PDs and hit rates, and unknown in a first review."""
Kind = Literal["number", "category"]


def review_variable_figures(
    *, product: Product, cases: pl.DataFrame, policy: DriftPolicy, before: date, at: datetime
) -> Iterator[Figure]:
    """CSI of each variable that the rules or the model of a period's last review read; none without a reference.

    `cases` are `reviews_cases` of one model and rule set. What the model reads is held against the first review by the
    model, what rules alone read against the first by the rule set. Raises BundleBroken.
    """
    if cases.is_empty():
        return
    run = ReviewRun.objects.select_related("product").get(pk=max(cases["run_id"].to_list()))
    bundle = run_bundle(run)
    of_model, of_rules = _kinds(bundle, product.code)
    bins: dict[str, Bins] = {}
    read = ((Subject.MODEL, bundle.model_hash, of_model), (Subject.RULES, bundle.rule_set_hash, of_rules))
    for subject, content_hash, kinds in read:
        if kinds:
            bins |= variables_reference(
                product=product,
                subject=subject,
                content_hash=content_hash,
                policy=policy,
                before=before,
                at=at,
                binned=lambda first, kinds=kinds: _binned(variables_read(first), kinds),  # type: ignore[misc]
            )
    if bins:
        yield from variable_figures(POST_LOAN, variables_read(cases), bins, policy)


def variables_read(cases: pl.DataFrame) -> pl.DataFrame:
    """The variables of at most LOANS_MOST loans of `reviews_cases`, as known at their reviews; erased ones left out."""
    spread = (pl.col("loan_id") * _SPREAD) % _RANGE
    chosen = cases.select("loan_id", "run_id").sort(spread, "loan_id").head(LOANS_MOST).sort("run_id", "loan_id")
    parts = []
    for run in ReviewRun.objects.filter(pk__in=chosen["run_id"].unique()).select_related("product").order_by("pk"):
        loans = chosen.filter(pl.col("run_id") == run.pk)["loan_id"].to_list()
        bundle = run_bundle(run)
        parts += [
            portraits_again(run, bundle, loans[start : start + CHUNK_LOANS])
            for start in range(0, len(loans), CHUNK_LOANS)
        ]
    return pl.concat(parts, how="diagonal_relaxed").filter(pl.col("_wrapped_key").is_not_null())


def _binned(frame: pl.DataFrame, kinds: Mapping[str, Kind]) -> dict[str, Bins]:
    return {name: bins_of(frame[name], kind) for name, kind in kinds.items() if name in frame.columns}


def _kinds(bundle: Bundle, product: str) -> tuple[dict[str, Kind], dict[str, Kind]]:
    """(variables that the model reads, variables that rules alone read), each with how it is binned; no dates, which
    move with time alone."""
    known = bundle.catalogue.of_product(product) if bundle.catalogue else {}
    read = {name: one for name, one in known.items() if one.source not in _OWN_OUTPUT and one.type != "date"}
    features = {one.name: one.kind for one in bundle.model.schema.features} if bundle.model else {}
    of_model: dict[str, Kind] = {name: kind for name, kind in features.items() if name in read}
    inputs = bundle.program.inputs if bundle.program else ()
    of_rules: dict[str, Kind] = {
        name: "number" if read[name].type in ("integer", "number") else "category"
        for name in sorted(inputs)
        if name in read and name not in of_model
    }
    return of_model, of_rules
