"""One fairness report from request to result: trained out of fold with the shipped protocol, or a package scored."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from scoring.catalogue import Catalogue
from scoring.fairness.measure import (
    cut_off_of_share,
    decisions_fairness,
    groupings_kept,
    groupings_of,
    source_text,
)
from scoring.fairness.protected import Grouping, attribute_read
from scoring.fairness.result import Basis, CutOffSource, FairnessResult
from scoring.metrics import auc
from scoring.package import package_read
from scoring.training.alternatives import Search, alternatives_search
from scoring.training.alternatives_picture import search_svg
from scoring.training.columns import Column
from scoring.training.cross_validation import cross_validate
from scoring.training.errors import TrainingInputError
from scoring.training.fairness import fairness_measure
from scoring.training.families import family_of
from scoring.training.request import Prepared, Request, request_prepare
from scoring.training.table import Outcome

Progress = Callable[[str], None]
PREDICTED, RECORDED = "predicted", "recorded"


class FairnessRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    data: Path
    target: str
    attributes: Sequence[str] = ()
    product: str = ""
    catalogue: Catalogue | None = None
    kind: str = "xgboost"
    package: Path | None = None
    cut_off: float | None = None
    approve_share: float | None = None
    live_cut_off: float | None = None
    is_decision: bool = False
    drop: Sequence[str] = ()
    folds: int = 5
    seed: int = 42
    searches: bool = False
    parameters: msgspec.Struct | None = None
    """Given, nothing is tuned."""


class FairnessRun(msgspec.Struct, frozen=True):
    """What was measured: `results` under `predicted`, and under `recorded` where the target is a decision."""

    results: dict[str, FairnessResult]
    searches: list[Search]
    pictures: list[str]
    auc: float
    """Of the PDs the approvals come from: out of fold, or of a package on its rows."""

    @property
    def is_flagged(self) -> bool:
        """Whether any attribute is flagged in any result."""
        return any(result.state == "flag" for result in self.results.values())


def fairness_run(request: FairnessRequest, *, progress: Progress) -> FairnessRun:
    """Measure, and search for alternatives where that is asked for and an attribute is flagged.

    Raises TrainingInputError, UnknownAttributeError, BrokenPackageError.
    """
    catalogue = request.catalogue if request.product else None
    prepared = _prepared(request, catalogue)
    groupings = _groupings(request, prepared, catalogue)
    pds, columns, parameters, basis = _scored(request, prepared, progress)
    cut_off, source = _cut_off(request, pds)
    predicted = fairness_measure(
        frame=prepared.frame,
        columns=columns,
        pds=pds,
        good=prepared.outcome == 0,
        groupings=groupings,
        source=source_text(prepared.training_data),
        cut_off=cut_off,
        cut_off_source=source,
        basis=basis,
        is_decision=request.is_decision,
    )
    results = {PREDICTED: predicted}
    if request.is_decision:
        results[RECORDED] = decisions_fairness(
            prepared.outcome == 0, groupings, source=source_text(prepared.training_data), basis="history"
        )
    searches = _searches(request, prepared, groupings, predicted, parameters, progress) if request.searches else []
    return FairnessRun(results, searches, [search_svg(one) for one in searches], auc(prepared.outcome, pds))


def _prepared(request: FairnessRequest, catalogue: Catalogue | None) -> Prepared:
    return request_prepare(
        Request(
            data=request.data,
            target=request.target,
            seed=request.seed,
            drop=request.drop,
            product=request.product or None,
            catalogue=catalogue,
            parameters=request.parameters,
        )
    )


def _groupings(request: FairnessRequest, prepared: Prepared, catalogue: Catalogue | None) -> list[Grouping]:
    if request.attributes:
        named = [attribute_read(text) for text in request.attributes]
        return groupings_of(named, prepared.source, catalogue, request.product)
    if catalogue is None:
        raise TrainingInputError("Name an attribute to test by.")
    return groupings_kept(prepared.source, catalogue, request.product)


def _scored(
    request: FairnessRequest, prepared: Prepared, progress: Progress
) -> tuple[Outcome, Sequence[Column], msgspec.Struct | None, Basis]:
    """PDs of every row, what they were made from, and the parameters of the model."""
    if request.package is not None:
        model = package_read(request.package.read_bytes())
        frame = _readable(prepared, model.features)
        read = [Column(one.name, one.kind, one.is_integer_code) for one in model.schema.features]
        return model.predict_pd(frame), read, None, "scored"
    fit = family_of(request.kind)
    validation = cross_validate(
        prepared.frame, prepared.outcome, fit, prepared.recipe, folds=request.folds, progress=progress
    )
    return validation.pds, prepared.recipe.columns, validation.chosen, "out_of_fold"


def _readable(prepared: Prepared, features: Sequence[str]) -> pl.DataFrame:
    missing = sorted(set(features) - set(prepared.frame.columns))
    if missing:
        raise TrainingInputError(f"The package reads what the table lacks: {', '.join(missing)}.", columns=missing)
    return prepared.frame


def _cut_off(request: FairnessRequest, pds: Outcome) -> tuple[float | None, CutOffSource]:
    if request.approve_share is not None:
        return cut_off_of_share(pds, request.approve_share), "share"
    if request.cut_off is not None:
        return request.cut_off, "given"
    return (request.live_cut_off, "live") if request.live_cut_off is not None else (None, "good_share")


def _searches(
    request: FairnessRequest,
    prepared: Prepared,
    groupings: Sequence[Grouping],
    result: FairnessResult,
    parameters: msgspec.Struct | None,
    progress: Progress,
) -> list[Search]:
    flagged = {one.verdict.attribute for one in result.attributes if one.verdict.state == "flag"}
    return [
        alternatives_search(
            prepared,
            family_of(request.kind),
            grouping,
            approve_share=float(np.clip(result.approve_share, 0.01, 0.99)),
            parameters=parameters,
            folds=request.folds,
            progress=progress,
        )
        for grouping in groupings
        if grouping.attribute.text in flagged
    ]
