"""From a model's raw margin to log odds of bad: rising everywhere, so calibration never turns an order round. Pure."""

import math
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


class Hinge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From the raw margin `at` on, the slope changes by `change`."""

    at: float
    change: float


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log odds of bad = intercept + slope × raw margin, plus the change of slope past each hinge.

    `logistic` is Platt scaling and has no hinges; `piecewise` has hinges at rising margins.
    """

    intercept: float
    slope: float
    kind: Literal["logistic", "piecewise"] = "logistic"
    hinges: list[Hinge] | msgspec.UnsetType = msgspec.UNSET

    def margin(self, raw: float) -> float:
        """Log odds of bad of one raw margin, bit for bit as `margins` has it."""
        margin = self.intercept + self.slope * raw
        if self.hinges:
            for hinge in self.hinges:
                margin += hinge.change * max(raw - hinge.at, 0.0)
        return margin

    def margins(self, raw: npt.NDArray[np.floating]) -> Vector:
        """Log odds of bad of many raw margins, the same shape."""
        exact = raw.astype(np.float64)
        margins: Vector = self.intercept + self.slope * exact
        if self.hinges:
            for hinge in self.hinges:
                margins += hinge.change * np.maximum(exact - hinge.at, 0.0)
        return margins

    def stretch(self, raw: npt.NDArray[np.floating], base: float) -> Vector:
        """What contributions to the raw margin are multiplied by to add up to the log odds, shape of `raw`.

        The mean slope between `base` and the margin: always positive, and the slope itself without hinges.
        """
        if not self.hinges:
            return np.full(raw.shape, self.slope)
        exact = raw.astype(np.float64)
        # Beside the base itself the mean slope is the slope there, taken over a step that doubles can tell apart.
        apart = np.where(np.abs(exact - base) < 1e-6, base + 1e-6, exact)
        stretch: Vector = (self.margins(apart) - self.margin(base)) / (apart - base)
        return stretch

    def problems(self) -> list[str]:
        """What is wrong beyond the types; empty if sound."""
        hinges = self.hinges or []
        slopes = np.cumsum([self.slope, *(hinge.change for hinge in hinges)])
        found = []
        if not (math.isfinite(self.intercept) and np.isfinite(slopes).all() and (slopes > 0).all()):
            found.append("the calibration's slope must be positive and finite")
        places = [hinge.at for hinge in hinges]
        if not all(map(math.isfinite, places)) or sorted(set(places)) != places:
            found.append("the calibration's hinges must be finite and rise")
        if bool(hinges) != (self.kind == "piecewise"):
            found.append("a piecewise calibration has hinges, a logistic one has none")
        return found
