"""What a model reads and how its output becomes a PD: the typed part of a package. Pure."""

import math
from typing import Literal

import msgspec

from scoring.package.calibration import Calibration
from scoring.scaling import Scale

Monotone = Literal[-1, 0, 1]
FeatureKind = Literal["number", "category"]


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variable and its one input of the model.

    A number goes in as it is. A category goes in as the number `codes` gives it (its smoothed log odds of bad in the
    training data, less the average's), so that its order is the order of risk; a code never seen goes in as `other`.
    A missing value, or a number that is not finite, goes in as `missing`; None there means that the training data
    had missing values and the trees hold a branch for them.
    """

    name: str
    kind: FeatureKind
    missing: float | None
    monotone: Monotone = 0
    """+1: more of the input never lowers the PD; -1: never raises it; 0: free."""
    codes: dict[str, float] = {}
    is_integer_code: bool = False
    other: float = 0.0
    quantiles: list[float] = []
    """Distinct values among the 21 quantiles of a number in the training data, rising; frozen for sweeps and drift."""


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The population that reasons are relative to, its mean contributions in the margin, and its median applicant."""

    label_en: str
    label_zh: str
    contributions: dict[str, float]
    values: dict[str, int | float | str | None] = {}
    """Median of each number, most frequent code, None where most miss it: of no one person. Empty in models made
    before there were such: their reasons are chosen by contributions."""


class ModelSchema(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything but the trees that a score depends on."""

    kind: str
    features: list[Feature]
    calibration: Calibration
    scale: Scale
    reference: Reference
    format: Literal[1] = 1

    def problems(self) -> list[str]:
        """What is wrong beyond the types; empty if sound."""
        names = [feature.name for feature in self.features]
        found = [] if names and len(set(names)) == len(names) else ["features are missing or repeated"]
        found += self.calibration.problems()
        for feature in self.features:
            if feature.kind == "category" and not feature.codes:
                found.append(f"{feature.name}: a category needs codes")
            if not all(map(math.isfinite, [*feature.codes.values(), feature.other, feature.missing or 0.0])):
                found.append(f"{feature.name}: encodings must be finite")
        if self.reference.values and sorted(self.reference.values) != sorted(names):
            found.append("the reference applicant has other variables than the features")
        return found
