"""Fairness of a model on a table: approvals from its PDs, and how well its inputs predict what it may not read."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from scoring.fairness.measure import cut_off_of_share, grouping_fairness, groupings_kept, source_text
from scoring.fairness.protected import Grouping, Members
from scoring.fairness.proxies import proxy_auc
from scoring.fairness.ratios import Thresholds
from scoring.fairness.result import AttributeResult, Basis, CutOffSource, FairnessResult, Proxy, curves_of
from scoring.metrics import auc
from scoring.package.encoding import encode_frame
from scoring.training.booster import BoosterParameters, booster_train, matrix_of, raw_margins
from scoring.training.columns import Column
from scoring.training.features import features_fit
from scoring.training.folds import stratified_folds
from scoring.training.request import Prepared, Request
from scoring.training.table import Outcome

_JOINT = BoosterParameters(rounds=80, max_depth=3, learning_rate=0.1)
_JOINT_ROWS, _JOINT_FOLDS = 6_000, 3


def fairness_measure(
    *,
    frame: pl.DataFrame,
    columns: Sequence[Column],
    pds: Outcome,
    good: Members,
    groupings: Sequence[Grouping],
    source: str,
    cut_off: float | None = None,
    cut_off_source: CutOffSource = "given",
    basis: Basis = "out_of_fold",
    is_decision: bool = False,
    thresholds: Thresholds | None = None,
) -> FairnessResult:
    """Approve up to `cut_off` (None: as many as are good) and compare the groups.

    `frame` holds what the model reads (`columns`); `pds` and `good` have shape (rows,). `is_decision`: the target is
    what a lender decided, not how a loan went, so nobody is known to be good.
    """
    if cut_off is None:
        cut_off, cut_off_source = cut_off_of_share(pds, float(good.mean())), "good_share"
    limits, approved = thresholds or Thresholds(), pds <= cut_off
    known_good = None if is_decision else good
    attributes = []
    for grouping in groupings:
        proxies, joint = proxies_of(grouping, frame, columns, limits)
        attributes.append(
            AttributeResult(
                grouping_fairness(grouping, approved, known_good, limits),
                is_read=grouping.attribute.column in {column.name for column in columns},
                proxies=proxies,
                joint_auc=joint,
                curves=curves_of(grouping, pds, known_good),
            )
        )
    return FairnessResult(
        basis=basis,
        rows=len(pds),
        cut_off=float(cut_off),
        cut_off_source=cut_off_source,
        approve_share=float(approved.mean()),
        source=source,
        attributes=attributes,
        thresholds=limits,
    )


def kept_fairness(request: Request, prepared: Prepared, pds: Outcome) -> FairnessResult | None:
    """For a model's card: by everything that the catalogue keeps for testing only, from PDs out of fold, approving as
    many as are good. The live cut-off is asked for later, from the curves: `pds` are at the odds that the model speaks.

    None without a catalogue, and where the table has nothing that is kept.
    """
    if not (request.product and request.catalogue):
        return None
    groupings = groupings_kept(prepared.source, request.catalogue, request.product)
    if not groupings:
        return None
    return fairness_measure(
        frame=prepared.frame,
        columns=prepared.recipe.columns,
        pds=pds,
        good=prepared.outcome == 0,
        groupings=groupings,
        source=source_text(prepared.training_data),
    )


def proxies_of(
    grouping: Grouping, frame: pl.DataFrame, columns: Sequence[Column], limits: Thresholds
) -> tuple[list[Proxy], float | None]:
    """Every input's AUC for the attribute, strongest first, and that of all together; the highest over its groups.

    Groups that count for no verdict are left out; without any left there is nothing to predict.
    """
    labels = [grouping.attribute.band] if grouping.attribute.band else list(grouping.members)
    rows = frame.height - grouping.unknown
    sized = [grouping.members[label] for label in labels]
    least = max(limits.group_least, limits.share_least * rows)
    large = [members for members in sized if least <= members.sum() <= rows - least]
    if len(labels) == 2 and len(large) == 2:
        large = large[:1]
    if not large:
        return [], None
    found = [
        Proxy(column.name, round(max(proxy_auc(frame[column.name], members) for members in large), 4))
        for column in columns
    ]
    joint = max(_joint_auc(frame, columns, members.astype(np.float64)) for members in large)
    return sorted(found, key=lambda proxy: -proxy.auc), round(joint, 4)


def _joint_auc(frame: pl.DataFrame, columns: Sequence[Column], members: Outcome) -> float:
    """AUC out of fold of a booster that looks for members in all inputs together, on at most 6,000 rows."""
    step = max(1, -(-frame.height // _JOINT_ROWS))
    frame, members = frame.gather_every(step), members[::step]
    margins = np.zeros(frame.height)
    for train, test in stratified_folds(members, _JOINT_FOLDS, _JOINT.seed):
        features = features_fit(columns, frame[train], members[train], {})
        rows = matrix_of(encode_frame(features, frame[train]), members[train])
        booster = booster_train(rows, _JOINT, features)
        margins[test] = raw_margins(booster, encode_frame(features, frame[test]))
    return max(0.5, auc(members, margins))
