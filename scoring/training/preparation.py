"""Learns how inputs are made fit for kernels and networks: amounts by rank onto a normal scale, codes standardised."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from scoring.package.arrays import Array
from scoring.package.encoding import Matrix
from scoring.package.schema import Feature
from scoring.training.special_codes import special_codes

_KNOTS = 40
_NORMAL = NormalDist()
_DIGITS = 9


def preparation_fit(features: Sequence[Feature], data: Matrix) -> dict[str, Array]:
    """The arrays of `scoring.package.preparation` from encoded training rows, and the median row as `background`.

    An amount goes to the normal quantile of its rank, by straight lines between at most 41 values and level beyond
    them, so that no outlier counts for more than the last of the ordinary; a category, which is the log odds of its
    code already, is only standardised. Special and missing values get a flag and go in as the median.
    """
    fill, counts, inputs, outputs, flags, background = [], [], [], [], [], []
    for place, feature in enumerate(features):
        column = data[:, place].astype(np.float64)
        special = special_codes(column) if feature.kind == "number" else []
        is_missing = np.isnan(column)
        amounts = column[~is_missing & ~np.isin(column, special)]
        amounts = amounts if amounts.size else np.zeros(1)
        xs, ys = _ranked(amounts) if feature.kind == "number" else _spread(amounts)
        middle = float(np.quantile(amounts, 0.5, method="nearest"))
        fill.append(middle)
        counts.append(float(xs.size))
        inputs.append(xs)
        outputs.append(np.round(_standardised(xs, ys, amounts), _DIGITS))
        flags += [(float(place), value) for value in special]
        flags += [(float(place), np.nan)] if is_missing.any() else []
        background.append(np.nan if is_missing.mean() > 0.5 else float(np.nanquantile(column, 0.5, method="nearest")))
    return {
        "fill": np.array(fill),
        "knot_counts": np.array(counts),
        "knot_inputs": np.concatenate(inputs),
        "knot_outputs": np.concatenate(outputs),
        "flag_features": np.array([place for place, _ in flags]),
        "flag_values": np.array([value for _, value in flags]),
        "background": np.array(background),
    }


def _ranked(amounts: Array) -> tuple[Array, Array]:
    xs = np.unique(amounts)
    if xs.size > _KNOTS:
        xs = np.unique(np.quantile(amounts, np.linspace(0.0, 1.0, _KNOTS + 1), method="nearest"))
    ordered = np.sort(amounts)
    ranks = (np.searchsorted(ordered, xs, side="left") + np.searchsorted(ordered, xs, side="right")) / 2.0
    return xs, np.array([_NORMAL.inv_cdf(rank) for rank in ranks / amounts.size])


def _spread(amounts: Array) -> tuple[Array, Array]:
    xs = np.unique([amounts.min(), amounts.max()])
    return xs, xs


def _standardised(xs: Array, ys: Array, amounts: Array) -> Array:
    """`ys` shifted and scaled so that what comes out for `amounts` has mean 0 and deviation 1; 0 if it is constant."""
    came_out = np.interp(amounts, xs, ys)
    deviation = float(came_out.std())
    standardised: Array = (ys - came_out.mean()) / deviation if deviation > 1e-9 else np.zeros_like(ys)
    return standardised
