"""Stratified folds, scikit-learn's: the published figures of the shared data sets are on exactly these."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from scoring.training.errors import TrainingInputError
from scoring.training.table import Outcome

Places = npt.NDArray[np.int64]
_FEWEST_OF_EITHER = 100
_SEEDS = 2**31


def seed_require(seed: int) -> None:
    """Raises TrainingInputError unless every generator used takes the seed."""
    if not 0 <= seed < _SEEDS:
        raise TrainingInputError(f"--seed is a whole number from 0 to {_SEEDS - 1}.")


def stratified_folds(outcome: Outcome, folds: int, seed: int) -> Iterator[tuple[Places, Places]]:
    """(training rows, rows left out) of each fold, shuffled by `seed`."""
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)  # type: ignore[no-untyped-call]
    yield from splitter.split(outcome, outcome)  # type: ignore[no-untyped-call]


def stratified_sample(outcome: Outcome, most: int, seed: int) -> Places:
    """At most about `most` rows in their order, goods and bads in the proportion of `outcome`; but at least 100 of
    either, where there are so many."""
    if outcome.size <= most:
        return np.arange(outcome.size)
    chance = np.random.default_rng(seed)
    kept = []
    for value in (0.0, 1.0):
        places = np.flatnonzero(outcome == value)
        wanted = max(round(most * places.size / outcome.size), min(places.size, _FEWEST_OF_EITHER))
        kept.append(chance.choice(places, size=wanted, replace=False))
    return np.sort(np.concatenate(kept))
