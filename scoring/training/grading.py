"""By what calibration is tested in a training: the policy's grades where there are such, else ten bands of the PD."""

from typing import Any

import msgspec

from scoring.calibration_tests import calibration_tests
from scoring.grade_scale import GradeScale
from scoring.prior import pds_at_odds
from scoring.training.prior import Prior
from scoring.training.table import Outcome


class Grading(msgspec.Struct, frozen=True):
    """A live scale, and the odds that its PDs stand at where they are not the sample's."""

    scale: GradeScale | None = None
    prior: Prior | None = None

    def tests(self, outcome: Outcome, pds: Outcome, *, on: str) -> dict[str, Any]:
        """`calibration_tests` of PDs at the sample's odds; a row's grade is that of the PD the policy would read."""
        if self.scale is None:
            return calibration_tests(outcome, pds, on=on)
        prior = self.prior
        read = pds_at_odds(pds, prior.sample_odds, prior.population_odds) if prior else pds
        found = calibration_tests(outcome, pds, grades=self.scale.grades_of(read), on=on)
        return {**found, "scale": msgspec.to_builtins(self.scale)}


BANDS = Grading()
"""Where no policy is live."""
