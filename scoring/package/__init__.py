"""The model package: one deterministic byte string with all it takes to check and use a model."""

from scoring.package.errors import BrokenPackageError, GoldenRowError, ModelInputError
from scoring.package.model import Score, ScoringModel
from scoring.package.reading import package_read, package_write
from scoring.reasons import Contribution

__all__ = [
    "BrokenPackageError",
    "Contribution",
    "GoldenRowError",
    "ModelInputError",
    "Score",
    "ScoringModel",
    "package_read",
    "package_write",
]
