"""What is known, as numbers: the catalogue, what its variables were observed to be, and the models."""

from scoring.models.alternative_use import AlternativeUse
from scoring.models.catalogue import CatalogueVersion
from scoring.models.catalogue_draft import CatalogueDraft
from scoring.models.graph_run import GraphRun
from scoring.models.model_package import ModelPackage
from scoring.models.portrait_snapshot import PortraitSnapshot
from scoring.models.training_job import TrainingJob
from scoring.models.value_report import ValueReport
from scoring.models.variable_profile import VariableProfile

__all__ = [
    "AlternativeUse",
    "CatalogueDraft",
    "CatalogueVersion",
    "GraphRun",
    "ModelPackage",
    "PortraitSnapshot",
    "TrainingJob",
    "ValueReport",
    "VariableProfile",
]
