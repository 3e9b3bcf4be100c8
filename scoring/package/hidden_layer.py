"""Models of one hidden layer, stored as arrays: kernels around landmarks (SVM) and rectified units (MLP)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from scoring.package.arrays import Array, arrays_read, require_finite
from scoring.package.errors import BrokenPackageError
from scoring.package.preparation import PARTS, Preparation
from scoring.package.schema import Feature
from scoring.package.shapley import shapley_values

Matrix = npt.NDArray[np.float32]
Layer = Callable[[Array], Array]
BLOCK = 32
"""Rows per matrix product. Always so many, padded if need be: the library picks its routine, and with it the last
bits, by shape; and so small that it starts no thread that a fork would lose."""
_DIGITS = 6
_LARGEST = 1e6
SVM_PARTS = {**PARTS, "background": 1, "explaining": 1, "landmarks": 2, "gamma": 1, "weights": 1, "intercept": 1}
MLP_PARTS = {
    **PARTS, "background": 1, "explaining": 1, "hidden_weights": 2, "hidden_biases": 1, "weights": 1, "intercept": 1,
}  # fmt: skip


class HiddenLayerBody:
    """`intercept + weights · layer(prepared inputs)`, rounded to a millionth."""

    def __init__(self, arrays: Mapping[str, Array], features: Sequence[Feature], layer: Layer, units: int) -> None:
        """Raises BrokenPackageError unless the arrays fit together."""
        self._names = [feature.name for feature in features]
        self._preparation = Preparation(arrays, len(features))
        self._weights, self._layer = arrays["weights"], layer
        self._background = arrays["background"]
        for name in ("weights", "intercept", "explaining"):
            require_finite(name, arrays[name])
        if len(self._weights) != units or len(arrays["intercept"]) != 1 or len(self._background) != len(features):
            raise BrokenPackageError("The layer's weights do not fit together.")
        if len(arrays["explaining"]) != 2 or not 1 <= arrays["explaining"][0] <= 64 or arrays["explaining"][1] < 0:
            raise BrokenPackageError("The number of permutations must be 1 to 64, and their seed not negative.")
        self._intercept = float(arrays["intercept"][0])
        self._pairs, self._seed = (int(value) for value in arrays["explaining"])

    @property
    def special_values(self) -> Mapping[str, Sequence[float]]:
        """Special values by variable, where there are any."""
        return {self._names[place]: values for place, values in self._preparation.specials.items()}

    def margin(self, row: Matrix) -> float:
        """The raw margin of one row."""
        return float(self.margins(row[np.newaxis, :])[0])

    def margins(self, matrix: Matrix) -> Matrix:
        """The raw margins of many rows."""
        rows = len(matrix)
        prepared = np.zeros((-(-rows // BLOCK) * BLOCK, self._preparation.width))
        prepared[:rows] = self._preparation.apply(matrix)
        margins = np.empty(len(prepared))
        with np.errstate(all="ignore"):
            for start in range(0, len(prepared), BLOCK):
                margins[start : start + BLOCK] = self._layer(prepared[start : start + BLOCK]) @ self._weights
        return np.round(np.clip(margins[:rows] + self._intercept, -_LARGEST, _LARGEST), _DIGITS).astype(np.float32)

    def contributions(self, matrix: Matrix) -> Array:
        """Shapley values against the stored background applicant, who is the base; exact in their sum."""
        return shapley_values(self.margins, matrix, self._background.astype(np.float32), self._pairs, self._seed)


def svm_read(data: bytes, features: Sequence[Feature]) -> HiddenLayerBody:
    """`svm.npz`: units `exp(-gamma × squared distance to a landmark)`. Raises BrokenPackageError unless whole."""
    arrays = arrays_read(data, SVM_PARTS)
    landmarks, gamma = arrays["landmarks"], arrays["gamma"]
    require_finite("landmarks", landmarks)
    if len(gamma) != 1 or not 0.0 < gamma[0] < np.inf:
        raise BrokenPackageError("gamma must be one positive number.")
    across = np.ascontiguousarray(landmarks.T)
    squares = (landmarks * landmarks).sum(axis=1)

    def kernel(rows: Array) -> Array:
        distances = (rows * rows).sum(axis=1)[:, np.newaxis] - 2.0 * (rows @ across) + squares
        values: Array = np.exp(-gamma[0] * np.maximum(distances, 0.0))
        return values

    return _body(arrays, features, kernel, across)


def mlp_read(data: bytes, features: Sequence[Feature]) -> HiddenLayerBody:
    """`mlp.npz`: units `max(0, inputs · weights + bias)`. Raises BrokenPackageError unless whole."""
    arrays = arrays_read(data, MLP_PARTS)
    weights, biases = arrays["hidden_weights"], arrays["hidden_biases"]
    require_finite("hidden_weights", weights)
    require_finite("hidden_biases", biases)
    if len(biases) != weights.shape[1]:
        raise BrokenPackageError("The hidden layer's biases do not fit its weights.")

    def rectified(rows: Array) -> Array:
        values: Array = np.maximum(rows @ weights + biases, 0.0)
        return values

    return _body(arrays, features, rectified, weights)


def _body(arrays: Mapping[str, Array], features: Sequence[Feature], layer: Layer, inner: Array) -> HiddenLayerBody:
    """The body, once `inner` (inputs × units) is known to take what the preparation gives."""
    if inner.shape[0] != Preparation(arrays, len(features)).width:
        raise BrokenPackageError("The hidden layer does not take the prepared columns.", inputs=inner.shape[0])
    return HiddenLayerBody(arrays, features, layer, inner.shape[1])
