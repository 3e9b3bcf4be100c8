"""What stands on the pages of drift beside figures, in the reader's language."""

from django.utils.translation import gettext_lazy as _

from monitoring.models import DriftReport
from monitoring.services.drift_alerts import rule_labels
from rules.localised import language
from rules.models import RuleSetActivation
from rules.words import pick

NOTES = {
    "no_bad_definition": _("No definition of bad is in force: outcomes are not judged."),
    "horizon_differs": _(
        "The model's PD and the definition of bad speak of different times: calibration is not judged."
    ),
    "no_model": _("The cases of this period were scored by no registered model."),
    "no_model_reference": _("Too few cases lie before this period to freeze a reference of the model."),
    "no_rules_reference": _("Too few cases lie before this period to freeze a reference of the rules."),
    "no_variables_reference": _("Too few reviews lie before this period to freeze a reference of their variables."),
    "variables_not_read": _("The variables of reviews could not be read: the bundle of the last review does not load."),
    "latest_version_only": _(
        "Several versions were in use in this period: only the cases of the last model and rule set count."
    ),
    "reference_is_training": _(
        "Compared with the model's training rows, which are accepted applicants where its card says so: a difference"
        " may be one of selection."
    ),
    "reference_is_first_decisions": _(
        "The model's card has no bins: compared with its first decisions, frozen on first use."
    ),
}
STATES = {"STABLE": "rk-good", "DRIFTING": "rk-bad", "NOT_ENOUGH_DATA": ""}
PROPOSALS = {"PROPOSED": "rk-info", "REFUSED": "rk-bad", "NOT_ENOUGH_DATA": ""}


def rules_named(report: DriftReport) -> dict[str, str]:
    """What the product's rules are called in the reader's language, by code: as the report met them, else as live."""
    live = RuleSetActivation.objects.filter(version__rule_set__product=report.product, until_at__isnull=True)
    hashes = [*live.values_list("version__content_hash", flat=True), report.rule_set_hash]
    labels: dict[str, str] = {}
    for content_hash in hashes:
        labels |= {code: pick(both, language()) for code, both in rule_labels(content_hash).items()}
    return labels
