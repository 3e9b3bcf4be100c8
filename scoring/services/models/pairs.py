"""Two models on the same rows: made up as golden rows are, so that no person's record is needed."""

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.models import ModelPackage
from scoring.package.encoding import encode_values
from scoring.package.golden import FEWEST_ROWS, golden_values
from scoring.package.model import ScoringModel
from scoring.scaling import pds_from_margins
from scoring.services.models.life import model_load

SEED = 42
Vector = npt.NDArray[np.float64]


class Pair(msgspec.Struct, frozen=True):
    """PDs of both models on each row, and how far apart they are."""

    ours: list[float]
    theirs: list[float]
    mean_change: float
    """Mean of our PD less theirs."""
    median_size: float
    """Median of the difference's size."""
    rank_correlation: float
    """Spearman's, -1 to 1: whether both put the rows in one order."""


def pair_pds(model: ModelPackage, other: ModelPackage) -> Pair:
    """Score 1,000 made-up rows with both; a variable of both is drawn as the first has it.

    Raises BrokenPackageError, ModelChangedError, ModelInputError (a variable is a number here and a code there).
    """
    first, second = model_load(model), model_load(other)
    values: dict[str, list[Any]] = golden_values(second.schema, seed=SEED) | golden_values(first.schema, seed=SEED)
    ours, theirs = _pds(first, values), _pds(second, values)
    order = [np.argsort(np.argsort(pds, kind="stable")) for pds in (ours, theirs)]
    return Pair(
        ours.tolist(),
        theirs.tolist(),
        float(np.mean(ours - theirs)),
        float(np.median(np.abs(ours - theirs))),
        float(np.corrcoef(order[0], order[1])[0, 1]),
    )


def _pds(model: ScoringModel, values: dict[str, list[Any]]) -> Vector:
    return pds_from_margins(model.margins(encode_values(model.schema.features, values, FEWEST_ROWS)))
