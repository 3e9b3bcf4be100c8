"""What a source of data adds to a model: the same rows, the same folds, with it and without it. Pure."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import msgspec
import numpy as np
import polars as pl

from scoring.alternative.graph import GraphFeatures
from scoring.alternative.graph_files import GraphTables
from scoring.fairness.measure import cut_off_of_share, grouping_fairness
from scoring.fairness.protected import Grouping, Members, attribute_read, grouping_of
from scoring.fairness.ratios import State, Thresholds
from scoring.package.encoding import encode_frame
from scoring.package.schema import Feature
from scoring.paired import PairedDifference, paired_auc
from scoring.training.booster import BoosterParameters, booster_train, matrix_of, raw_margins
from scoring.training.columns import Column, columns_plan
from scoring.training.errors import TrainingInputError
from scoring.training.fairness import proxies_of
from scoring.training.features import features_fit, training_matrix
from scoring.training.folds import Places, stratified_folds
from scoring.training.table import Outcome

Verdict = Literal["adds", "nothing", "breaks_fairness"]
Progress = Callable[[str], None]
LEAST_THIN_BADS = 25
"""Fewer bads or goods among thin files than this tell nothing of them."""
INNER_FOLDS = 10
"""Training rows are shown labels of nine tenths of training, so that later rows, who see all, meet the same scale."""


class Sides(msgspec.Struct, frozen=True):
    """The two sets of columns, and the graph where it is part of the source."""

    without: list[str]
    source: list[str]
    """Columns of the source, beside those of the graph."""
    graph: GraphTables | None = None


class FairnessChange(msgspec.Struct, frozen=True):
    """One attribute at the cut-off that approves as many as were good, on either side."""

    attribute: str
    state_without: State
    state_with: State
    ratio_without: float | None
    ratio_with: float | None
    proxies: dict[str, float]
    """Columns of the source that predict the attribute at or above the limit: AUC."""

    @property
    def is_broken(self) -> bool:
        """Whether the source makes a flag, or lowers a ratio that is flagged, or stands in for the attribute."""
        lowered = (
            self.ratio_with is not None and self.ratio_without is not None and self.ratio_with < self.ratio_without
        )
        return (self.state_with == "flag" and (self.state_without != "flag" or lowered)) or bool(self.proxies)


class Value(msgspec.Struct, frozen=True):
    """What a source adds, on all rows and on thin files, and what it does to fairness."""

    verdict: Verdict
    all_rows: PairedDifference
    thin_files: PairedDifference | None
    """None where no condition was stated or too few rows meet it."""
    fairness: list[FairnessChange]
    columns_with: list[str]
    columns_without: list[str]


def value_measure(
    frame: pl.DataFrame,
    outcome: Outcome,
    sides: Sides,
    *,
    folds: int,
    seed: int,
    thin: Members | None = None,
    groupings: Sequence[Grouping] = (),
    least: float = 0.0,
    progress: Progress,
) -> Value:
    """Compare out of fold. `frame` and `outcome` have the same rows; nothing is tuned, so both sides are treated alike.

    The source adds where the whole interval of the difference of AUCs lies above `least`, on all rows or on thin
    files; where both are asked, each interval is at 97.5 %, so that noise passes in one case of twenty at most.
    Raises TrainingInputError where a side has no column to learn from.
    """
    without = frame.select(sides.without)
    if sides.graph is not None:
        without = pl.concat([without, sides.graph.account], how="horizontal") if sides.graph.account.width else without
    added = frame.select(sides.source)
    margins = {name: np.zeros(frame.height) for name in ("without", "with")}
    fold = np.zeros(frame.height, dtype=np.int64)
    read: dict[str, list[Column]] = {}
    for number, (train, test) in enumerate(stratified_folds(outcome, folds, seed)):
        fold[test] = number
        graph = _graph_columns(sides.graph, train, test, outcome, seed)
        for name, parts in {"without": [without], "with": [without, added, *graph]}.items():
            table = pl.concat([part for part in parts if part.width], how="horizontal")
            read[name] = columns_plan(table, target="").columns
            margins[name][test] = _margins(table, read[name], outcome, train, test, seed)
        progress(f"fold {number + 1} of {folds}")
    confidence = 0.975 if thin is not None else 0.95
    compare = partial(paired_auc, confidence=confidence)
    everybody = compare(outcome, margins["without"], margins["with"], fold=fold)
    few = None if thin is None or not _is_enough(outcome[thin]) else thin
    thin_files = (
        None if few is None else compare(outcome[few], margins["without"][few], margins["with"][few], fold=fold[few])
    )
    own = [added, sides.graph.graph.structure()[sides.graph.rows]] if sides.graph else [added]
    of_source = pl.concat([part for part in own if part.width], how="horizontal")
    changes = [_fairness(grouping, of_source, margins, outcome) for grouping in groupings]
    names = {name: [column.name for column in columns] for name, columns in read.items()}
    is_adding = any(part is not None and part.low > least for part in (everybody, thin_files))
    verdict: Verdict = "adds" if is_adding else "nothing"
    if any(change.is_broken for change in changes):
        verdict = "breaks_fairness"
    return Value(verdict, everybody, thin_files, changes, names["with"], names["without"])


def _margins(
    table: pl.DataFrame, columns: list[Column], outcome: Outcome, train: Places, test: Places, seed: int
) -> Outcome:
    """Margins of the rows left out: ranks are all that is compared, so nothing is calibrated."""

    def feature_fit(rows: pl.DataFrame, bads: Outcome) -> list[Feature]:
        return features_fit(columns, rows, bads, {})

    features = feature_fit(table[train], outcome[train])
    data = training_matrix(features, feature_fit, table[train], outcome[train], INNER_FOLDS)
    rows = matrix_of(data, outcome[train])
    booster = booster_train(rows, BoosterParameters(seed=seed), features)
    return raw_margins(booster, encode_frame(features, table[test]))


def _graph_columns(
    tables: GraphTables | None, train: Places, test: Places, outcome: Outcome, seed: int
) -> list[pl.DataFrame]:
    """Graph features of every row, each fold's anew: no label of the rows left out is read."""
    if tables is None:
        return []
    features = GraphFeatures(tables.graph, partial(stratified_folds, folds=INNER_FOLDS, seed=seed + 1))
    of_train = features.fit_transform(tables.rows[train], outcome[train])
    of_test = features.transform(tables.rows[test])
    back = np.argsort(np.concatenate([train, test]), kind="stable")
    return [pl.concat([of_train, of_test])[back]]


def _is_enough(outcome: Outcome) -> bool:
    bads = float(outcome.sum())
    return min(bads, outcome.size - bads) >= LEAST_THIN_BADS


def _fairness(grouping: Grouping, added: pl.DataFrame, margins: dict[str, Outcome], outcome: Outcome) -> FairnessChange:
    limits, good = Thresholds(), outcome == 0.0
    verdicts = {
        name: grouping_fairness(grouping, values <= cut_off_of_share(values, float(good.mean())), good, limits)
        for name, values in margins.items()
    }
    ratios = {name: verdict.ratio.value if verdict.ratio else None for name, verdict in verdicts.items()}
    proxies, _joint = proxies_of(grouping, added, columns_plan(added, target="").columns, limits)
    return FairnessChange(
        attribute=grouping.attribute.text,
        state_without=verdicts["without"].state,
        state_with=verdicts["with"].state,
        ratio_without=ratios["without"],
        ratio_with=ratios["with"],
        proxies={proxy.variable: proxy.auc for proxy in proxies if proxy.auc >= limits.proxy_auc},
    )


def thin_read(text: str, frame: pl.DataFrame) -> Members:
    """The rows of a stated condition: `column[missing]`, or a band as fairness writes it (`enquiries[<=0]`).

    Raises TrainingInputError, UnknownAttributeError.
    """
    column = text.partition("[")[0].strip()
    if column not in frame.columns:
        raise TrainingInputError(f"There is no column {column} to tell thin files by.")
    if text.replace(" ", "") == f"{column}[missing]":
        return frame[column].is_null().to_numpy()
    attribute = attribute_read(text)
    if not attribute.operator:
        raise TrainingInputError("State which rows are thin: column[missing], column[<=0] or column[value].")
    return grouping_of(attribute, frame[column]).members[attribute.band]
