"""The grades of a product's live rule set, for whoever tests a model by them."""

from django.utils import timezone

from rules.models import RuleSet
from rules.services.versions.activations import activation_at
from scoring.grade_scale import GradeScale


def grades_live(product: str, is_post_loan: bool) -> GradeScale | None:
    """The scale of the live rule set before payout, or of reviews; None where none is live or it has no grades."""
    stage = RuleSet.Stage.POST_LOAN if is_post_loan else RuleSet.Stage.PRE_LOAN
    rule_set = RuleSet.objects.filter(product__code=product, stage=stage).first()
    activation = activation_at(rule_set=rule_set, at=timezone.now()) if rule_set is not None else None
    if rule_set is None or activation is None:
        return None
    version = activation.version
    grades = tuple((one["grade"], float(one["max_pd"])) for one in version.document.get("grades", ()))
    return GradeScale(rule_set.code, version.number, version.content_hash, grades) if grades else None
