"""What cases are about besides a warning on a loan, what each may end in, and whose work it is."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a case is about."""

    WARNING = "WARNING", _("Early warning on a loan")
    PAYOUT = "PAYOUT", _("Payout without approval")
    OVERRIDE = "OVERRIDE", _("Override of a health code ended")
    SCORES = "SCORES", _("Drift of scores")
    VARIABLES = "VARIABLES", _("Drift of variables")
    HIT_RATE = "HIT_RATE", _("Drift of a rule's hit rate")
    RANKING = "RANKING", _("Model ranks worse")
    CALIBRATION = "CALIBRATION", _("Drift of calibration")
    VALIDATION = "VALIDATION", _("Validation of a model overdue")


class Outcome(models.TextChoices):
    """What a case was found to be, or what was done."""

    TRUE_TROUBLE = "TRUE_TROUBLE", _("True trouble")
    FALSE_ALARM = "FALSE_ALARM", _("False alarm")
    CURED = "CURED", _("Cured")
    DUPLICATE = "DUPLICATE", _("Duplicate")
    RETRAINED = "RETRAINED", _("Model trained anew")
    RECALIBRATED = "RECALIBRATED", _("Model recalibrated")
    VALIDATED = "VALIDATED", _("Model validated")
    RETIRED = "RETIRED", _("Model retired")
    RULE_CHANGED = "RULE_CHANGED", _("Rule changed")
    CORRECTED = "CORRECTED", _("Corrected at its source")
    CONFIRMED = "CONFIRMED", _("The finding stands")
    ACCEPTED = "ACCEPTED", _("Accepted as it is, with a reason")


ON_PRODUCT: Final = (
    Topic.SCORES,
    Topic.VARIABLES,
    Topic.HIT_RATE,
    Topic.RANKING,
    Topic.CALIBRATION,
    Topic.VALIDATION,
)
"""Matters of a whole product: its model or its rules."""
OF_CUSTOMERS: Final = (Topic.WARNING, Topic.PAYOUT, Topic.OVERRIDE)
"""Matters of one loan or one customer."""

PERMISSIONS: Final = {
    **dict.fromkeys(OF_CUSTOMERS, "monitoring.work_warningcase"),
    **dict.fromkeys(ON_PRODUCT, "monitoring.work_productcase"),
}
"""Who works on which."""

_MODEL: Final = (Outcome.RETRAINED, Outcome.RECALIBRATED, Outcome.RETIRED)
OUTCOMES: Final[dict[Topic, tuple[Outcome, ...]]] = {
    Topic.WARNING: (Outcome.TRUE_TROUBLE, Outcome.FALSE_ALARM, Outcome.CURED, Outcome.DUPLICATE),
    Topic.PAYOUT: (Outcome.CORRECTED, Outcome.FALSE_ALARM, Outcome.ACCEPTED),
    Topic.OVERRIDE: (Outcome.CONFIRMED, Outcome.CORRECTED, Outcome.FALSE_ALARM),
    Topic.SCORES: (*_MODEL, Outcome.CORRECTED, Outcome.ACCEPTED),
    Topic.VARIABLES: (*_MODEL, Outcome.CORRECTED, Outcome.ACCEPTED),
    Topic.HIT_RATE: (Outcome.RULE_CHANGED, Outcome.CORRECTED, Outcome.ACCEPTED),
    Topic.RANKING: (*_MODEL, Outcome.ACCEPTED),
    Topic.CALIBRATION: (*_MODEL, Outcome.ACCEPTED),
    Topic.VALIDATION: (Outcome.VALIDATED, Outcome.RETRAINED, Outcome.RETIRED, Outcome.ACCEPTED),
}
LENIENT: Final = (Outcome.FALSE_ALARM, Outcome.ACCEPTED)
"""Outcomes by which nothing is done: of something severe nobody says so alone."""
SEVERE_RANK: Final = 3
"""ORANGE."""
