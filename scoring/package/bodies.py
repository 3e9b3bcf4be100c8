"""The kinds of model a package can hold: the part each is stored in, and what reads it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.package.amount_control import amount_control_read
from scoring.package.errors import BrokenPackageError
from scoring.package.hidden_layer import mlp_read, svm_read
from scoring.package.predictor import Predictor
from scoring.package.schema import Feature
from scoring.package.scorecard import scorecard_read

Matrix = npt.NDArray[np.float32]


class Body(Protocol):
    """What turns encoded rows into raw margins, one row and many alike to the last bit; safe after `os.fork()`."""

    @property
    def special_values(self) -> Mapping[str, Sequence[float]]:
        """Numbers that stand for something else than an amount, by variable."""

    def margin(self, row: Matrix) -> float:
        """The raw margin of one float32 row of shape (features,)."""

    def margins(self, matrix: Matrix) -> Matrix:
        """The raw margins of a float32 matrix, shape (rows,)."""

    def contributions(self, matrix: Matrix) -> npt.NDArray[np.floating]:
        """What each input adds to the raw margin, shape (rows, features + 1); the last column is the base."""


class BodyKind(msgspec.Struct, frozen=True):
    """The name of the part, and the function that reads it for a schema's features or raises BrokenPackageError."""

    part: str
    read: Callable[[bytes, Sequence[Feature]], Body]


def _booster_read(data: bytes, features: Sequence[Feature]) -> Body:
    return Predictor(data, len(features))


BODIES: dict[str, BodyKind] = {
    "xgboost": BodyKind("booster.ubj", _booster_read),
    "scorecard": BodyKind("scorecard.json", scorecard_read),
    "svm": BodyKind("svm.npz", svm_read),
    "mlp": BodyKind("mlp.npz", mlp_read),
    "amount_control": BodyKind("amount_control.zip", amount_control_read),
}


def body_kind(kind: str) -> BodyKind:
    """How a kind of model is stored. Raises BrokenPackageError if there is none of that name."""
    try:
        return BODIES[kind]
    except KeyError:
        raise BrokenPackageError(f"There is no kind of model {kind[:40]}.", kinds=sorted(BODIES)) from None
