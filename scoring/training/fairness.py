"""Fairness of a model on a table: groups from columns that it may not read, approvals from its PDs, and its proxies."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from scoring.catalogue import Catalogue
from scoring.fairness import Thresholds, attribute_fairness
from scoring.fairness_result import AttributeResult, Basis, FairnessResult, Proxy, counts_of, curves_of
from scoring.metrics import auc
from scoring.package.encoding import encode_frame
from scoring.protected import Attribute, Grouping, Members, UnknownAttributeError, attributes_of, grouping_of
from scoring.proxies import proxy_auc
from scoring.training.booster import BoosterParameters, booster_train, matrix_of, raw_margins
from scoring.training.columns import Column
from scoring.training.features import features_fit
from scoring.training.folds import stratified_folds
from scoring.training.request import Prepared
from scoring.training.table import Outcome

MOST_GROUPS = 20
_JOINT = BoosterParameters(rounds=80, max_depth=3, learning_rate=0.1)
_JOINT_ROWS, _JOINT_FOLDS = 6_000, 3


def groupings_of(
    attributes: Sequence[Attribute], source: pl.DataFrame, catalogue: Catalogue | None = None, product: str = ""
) -> list[Grouping]:
    """The groups of each attribute among the rows of `source`, whose columns are the file's or the catalogue's names.

    Raises UnknownAttributeError where there is no such column, or it has too many values to be groups.
    """
    variables = catalogue.of_product(product) if catalogue else {}
    found = []
    for attribute in attributes:
        variable = variables.get(attribute.column)
        names = [attribute.column, *([variable.column] if variable and variable.column else [])]
        name = next((name for name in names if name in source.columns), None)
        if name is None:
            raise UnknownAttributeError(f"There is no column {attribute.column}.", attribute=attribute.text)
        grouping = grouping_of(attribute, source[name])
        if len(grouping.members) > MOST_GROUPS:
            words = f"{attribute.column} has {len(grouping.members)} values: give a band, as in {attribute.column}[<=25]."
            raise UnknownAttributeError(words, attribute=attribute.text)
        found.append(grouping)
    return found


def groupings_kept(source: pl.DataFrame, catalogue: Catalogue, product: str) -> list[Grouping]:
    """The groups of everything that the catalogue keeps for testing only and that the table has."""
    variables = catalogue.of_product(product)
    kept = [one for one in attributes_of(catalogue, product) if variables[one.column].column in source.columns]
    return groupings_of(kept, source, catalogue, product)


def cut_off_of_share(pds: Outcome, share: float) -> float:
    """The PD up to which `share` (0 to 1) of the rows is approved."""
    place = min(max(round(share * pds.size), 1), pds.size) - 1
    return float(np.sort(pds)[place])


def fairness_measure(
    *,
    prepared: Prepared,
    pds: Outcome,
    groupings: Sequence[Grouping],
    cut_off: float | None = None,
    cut_off_source: str = "given",
    basis: Basis = "out_of_fold",
    is_decision: bool = False,
    thresholds: Thresholds | None = None,
) -> FairnessResult:
    """Approve up to `cut_off` (None: as many as are good) and compare the groups; PDs of shape (rows,).

    `is_decision`: the target is what a lender decided, not how a loan went, so nobody is known to be good.
    """
    if cut_off is None:
        cut_off, cut_off_source = cut_off_of_share(pds, float(1 - prepared.outcome.mean())), "good_share"
    limits = thresholds or Thresholds()
    approved, good = pds <= cut_off, None if is_decision else prepared.outcome == 0
    return FairnessResult(
        basis=basis,
        rows=len(pds),
        cut_off=cut_off,
        cut_off_source=cut_off_source,
        approve_share=float(approved.mean()),
        source=f"{prepared.training_data['file']} {prepared.training_data['sha256']}",
        attributes=[_measured(one, prepared, pds, approved, good, limits) for one in groupings],
        thresholds=limits,
    )


def decisions_measure(prepared: Prepared, groupings: Sequence[Grouping], thresholds: Thresholds) -> FairnessResult:
    """The approvals that the target itself records (bad is a denial): no model takes part."""
    approved = prepared.outcome == 0
    attributes = [
        AttributeResult(
            attribute_fairness(
                one.attribute.text,
                counts_of(one, approved, None),
                unknown=one.unknown,
                reference=one.attribute.rest,
                thresholds=thresholds,
            )
        )
        for one in groupings
    ]
    return FairnessResult(
        basis="history",
        rows=len(approved),
        cut_off=None,
        cut_off_source="recorded",
        approve_share=float(approved.mean()),
        source=f"{prepared.training_data['file']} {prepared.training_data['sha256']}",
        attributes=attributes,
        thresholds=thresholds,
    )


def _measured(
    grouping: Grouping,
    prepared: Prepared,
    pds: Outcome,
    approved: Members,
    good: Members | None,
    limits: Thresholds,
) -> AttributeResult:
    attribute, columns = grouping.attribute, prepared.recipe.columns
    verdict = attribute_fairness(
        attribute.text,
        counts_of(grouping, approved, good),
        unknown=grouping.unknown,
        reference=attribute.rest,
        thresholds=limits,
    )
    proxies, joint = proxies_of(grouping, prepared.frame, columns, limits)
    return AttributeResult(
        verdict,
        is_read=attribute.column in {column.name for column in columns},
        proxies=proxies,
        joint_auc=joint,
        curves=curves_of(grouping, pds, good),
    )


def proxies_of(
    grouping: Grouping, frame: pl.DataFrame, columns: Sequence[Column], limits: Thresholds
) -> tuple[list[Proxy], float | None]:
    """Every input's AUC for the attribute, strongest first, and that of all together; the highest over its groups.

    Groups below the least size are left out; without any left there is nothing to predict.
    """
    labels = [grouping.attribute.band] if grouping.attribute.band else list(grouping.members)
    rows = frame.height - grouping.unknown
    sized = [grouping.members[label] for label in labels]
    large = [members for members in sized if limits.group_least <= members.sum() <= rows - limits.group_least]
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
