"""The grades that a model's calibration is tested by: those of the policy that will read its PDs."""

from django.db import DatabaseError

from scoring.grade_scale import GradeScale
from scoring.models import ModelPackage
from scoring.services.rule_side import rule_side

Purpose = ModelPackage.Purpose


def policy_grades(product: str, purpose: str = "") -> GradeScale | None:
    """The live scale of the product for a purpose (empty: the main score).

    None where no policy is live or it has no grades, where the database cannot be asked, and for the amount control,
    whose PDs are levels of their own.
    """
    if purpose == Purpose.AMOUNT_CONTROL:
        return None
    try:
        return rule_side().grades(product, purpose == Purpose.POST_LOAN)
    except DatabaseError:
        return None
