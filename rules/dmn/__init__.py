"""DMN models read, evaluated in 34-digit decimals as the standard says, and written from a rule-set version."""

from rules.dmn.model import DmnModel
from rules.dmn.problems import DmnInvalid, DmnTooLarge, DmnUnknownDecision, DmnUnsupported
from rules.dmn.read import read_dmn

__all__ = ["DmnInvalid", "DmnModel", "DmnTooLarge", "DmnUnknownDecision", "DmnUnsupported", "read_dmn"]
