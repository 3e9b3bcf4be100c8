"""The grades of a policy as this app needs them: whose they are, and which PD falls into which. Pure."""

import msgspec
import numpy as np
import numpy.typing as npt


class GradeScale(msgspec.Struct, frozen=True):
    """Grades in order of PD: each holds PDs above the one before, up to its own highest; the last reaches 1."""

    rule_set: str
    number: int
    content_hash: str
    grades: tuple[tuple[str, float], ...]
    """Name and highest PD."""

    def grades_of(self, pds: npt.ArrayLike) -> list[str]:
        """The grade of each PD, between 0 and 1."""
        places = np.searchsorted([most for _, most in self.grades], np.asarray(pds, dtype=np.float64), side="left")
        return [self.grades[place][0] for place in places]
