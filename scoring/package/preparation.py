"""Encoded inputs made fit for models that measure distances: bounded, on one scale, gaps and special values flagged."""

from collections.abc import Mapping

import numpy as np

from scoring.package.arrays import Array, require_finite
from scoring.package.errors import BrokenPackageError

PARTS = {"fill": 1, "knot_counts": 1, "knot_inputs": 1, "knot_outputs": 1, "flag_features": 1, "flag_values": 1}
_MOST_FEATURES = 5_000


class Preparation:
    """One column per input, by straight lines between knots and level beyond them, and one per flag.

    A missing or special value goes in as its input's `fill`, and sets its flag to 1. `flag_values` holds the special
    value, NaN for missing. An input that was never missing in training has no flag: its fill is neutral.
    """

    def __init__(self, arrays: Mapping[str, Array], features: int) -> None:
        """Raises BrokenPackageError unless the arrays fit together and `features`."""
        self._fill = arrays["fill"]
        self._flag_values = arrays["flag_values"]
        counts, places = arrays["knot_counts"], arrays["flag_features"]
        for name in ("fill", "knot_inputs", "knot_outputs"):
            require_finite(name, arrays[name])
        whole = (np.isfinite(counts) & (counts == np.floor(counts)) & (counts >= 1)).all()
        if not whole or not 0 < len(counts) == len(self._fill) == features <= _MOST_FEATURES:
            raise BrokenPackageError("The preparation does not have the schema's features.", features=features)
        if not counts.sum() == len(arrays["knot_inputs"]) == len(arrays["knot_outputs"]):
            raise BrokenPackageError("The preparation's knots do not add up.")
        known = np.isin(places, np.arange(features)).all() and not np.isinf(self._flag_values).any()
        if len(places) != len(self._flag_values) or not known:
            raise BrokenPackageError("The preparation's flags do not fit the features.")
        cuts = np.cumsum(counts.astype(np.int64))[:-1]
        self._inputs = np.split(arrays["knot_inputs"], cuts)
        self._outputs = np.split(arrays["knot_outputs"], cuts)
        if any((np.diff(inputs) <= 0).any() for inputs in self._inputs):
            raise BrokenPackageError("The preparation's knots must rise.")
        self._flag_places = places.astype(np.int64)

    @property
    def width(self) -> int:
        """Columns that come out: one per input and one per flag."""
        return len(self._fill) + len(self._flag_places)

    @property
    def specials(self) -> dict[int, list[float]]:
        """Special values by place of the input."""
        found: dict[int, list[float]] = {}
        for place, value in zip(self._flag_places.tolist(), self._flag_values.tolist(), strict=True):
            if value == value:
                found.setdefault(place, []).append(value)
        return found

    def apply(self, matrix: np.ndarray) -> Array:
        """Rows × `width` doubles from rows × features inputs."""
        inputs = matrix.astype(np.float64)
        flags = np.empty((len(inputs), len(self._flag_places)))
        held = inputs.copy()
        for number, (place, value) in enumerate(zip(self._flag_places, self._flag_values, strict=True)):
            column = inputs[:, place]
            flags[:, number] = column == value if value == value else np.isnan(column)
            held[flags[:, number] == 1.0, place] = np.nan
        prepared = np.empty_like(held)
        for place, (xs, ys) in enumerate(zip(self._inputs, self._outputs, strict=True)):
            column = np.where(np.isnan(held[:, place]), self._fill[place], held[:, place])
            prepared[:, place] = np.interp(column, xs, ys)
        return np.hstack([prepared, flags])
