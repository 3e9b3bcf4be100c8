"""By what calibration is tested in a training: the policy's grades where there are such, else ten bands of the PD."""

from typing import Any

import msgspec
import numpy as np

from scoring.calibration_tests import calibration_tests
from scoring.grade_scale import GradeScale
from scoring.training.errors import TrainingInputError
from scoring.training.prior import Prior, pds_spoken
from scoring.training.table import Outcome


class Grading(msgspec.Struct, frozen=True):
    """A live scale, and the odds that its PDs stand at where they are not the sample's."""

    scale: GradeScale | None = None
    prior: Prior | None = None

    def tests(self, outcome: Outcome, pds: Outcome, *, on: str) -> dict[str, Any]:
        """`calibration_tests` of PDs at the sample's odds; a row's grade is that of the PD the policy would read.

        Raises TrainingInputError where all PDs are one.
        """
        if np.ptp(pds) == 0.0:
            raise TrainingInputError("No column tells bad cases from good ones: everybody gets the same PD.")
        if self.scale is None:
            return calibration_tests(outcome, pds, on=on)
        grades = self.scale.grades_of(pds_spoken(pds, self.prior))
        found = calibration_tests(outcome, pds, grades=grades, on=on)
        return {**found, "scale": msgspec.to_builtins(self.scale)}


BANDS = Grading()
"""Where no policy is live."""
