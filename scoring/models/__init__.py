"""What is known, as numbers: the catalogue and the models."""

from scoring.models.catalogue import CatalogueVersion
from scoring.models.model_package import ModelPackage

__all__ = ["CatalogueVersion", "ModelPackage"]
