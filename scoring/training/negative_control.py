"""What the whole procedure finds where nothing can be found: outcomes shuffled, an AUC that must be 0.50."""

import math
from collections.abc import Callable

import msgspec
import numpy as np
import polars as pl

from scoring.metrics import auc
from scoring.training.families import Fit
from scoring.training.fitting import Recipe
from scoring.training.folds import stratified_sample
from scoring.training.table import Outcome

SHUFFLES = 20
MOST_ROWS = 2_000
_ERRORS_ALLOWED = 3.0

HeldOutAuc = Callable[[pl.DataFrame, Outcome, int], float]
"""Rows, their outcome and a seed to the AUC of rows left out; every step that sees an outcome happens inside."""


class NegativeControl(msgspec.Struct, frozen=True):
    """The mean AUC over shuffles and the standard error it would have by chance."""

    auc: float
    standard_error: float
    shuffles: int
    rows: int

    @property
    def is_passed(self) -> bool:
        """Whether the mean lies within three standard errors of 0.50."""
        return abs(self.auc - 0.5) <= _ERRORS_ALLOWED * self.standard_error


def negative_control(
    frame: pl.DataFrame,
    outcome: Outcome,
    held_out_auc: HeldOutAuc,
    *,
    seed: int,
    progress: Callable[[str], None] | None = None,
) -> NegativeControl:
    """Shuffle the outcomes of at most 2,000 rows and measure, 20 times; `progress` gets a line at each quarter.

    Given the features, shuffled outcomes of rows left out are in any order with equal chance, so each AUC has mean
    0.5 and at most the variance of Mann and Whitney (1947), (n + 1) / (12 bads goods) over the rows left out.
    """
    places = stratified_sample(outcome, MOST_ROWS, seed)
    frame, outcome = frame[places], outcome[places]
    chance = np.random.default_rng(seed)
    figures = []
    for number in range(SHUFFLES):
        if progress and number % max(SHUFFLES // 4, 1) == 0:
            progress(f"negative control: {number} of {SHUFFLES} shuffles")
        figures.append(held_out_auc(frame, chance.permutation(outcome), seed + number))
    bads = float(outcome.sum()) / 2.0
    goods = float(outcome.size) / 2.0 - bads
    error = math.sqrt((bads + goods + 1.0) / (12.0 * bads * goods) / SHUFFLES)
    return NegativeControl(float(np.mean(figures)), error, SHUFFLES, int(outcome.size))


def family_held_out_auc(fit: Fit, recipe: Recipe) -> HeldOutAuc:
    """Half of the rows through a family's own fit, as in cross-validation; the other half left out.

    `recipe` carries the parameters chosen: tuning anew twenty times would cost more than the model.
    """

    from sklearn.model_selection import StratifiedShuffleSplit

    def measure(frame: pl.DataFrame, outcome: Outcome, seed: int) -> float:
        splitter = StratifiedShuffleSplit(1, test_size=0.5, random_state=seed)  # type: ignore[no-untyped-call]
        ((train, test),) = splitter.split(outcome, outcome)  # type: ignore[no-untyped-call]
        fitted = fit(frame[train], outcome[train], recipe)
        return auc(outcome[test], fitted.model.predict_pd(frame[test]))

    return measure
