"""The rules app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "rules"
    verbose_name = _("Rules")

    def ready(self) -> None:
        from rules.services.catalogue_guard import rule_sets_object  # models are there only now
        from rules.services.fairness.cut_offs import cut_off_live
        from rules.services.fairness.versions import version_subjects
        from rules.services.grade_scales import grades_live
        from rules.services.model_scores import scores_by_month
        from rules.services.portraits.decisions import decisions_read
        from rules.services.portraits.segments import portrait_policy_register
        from scoring.services.catalogues.guards import guard_register
        from scoring.services.portraits.sources import source_register
        from scoring.services.rule_side import RuleSide, rule_side_register

        guard_register("rule sets", rule_sets_object)
        rule_side_register(RuleSide(cut_off_live, version_subjects, scores_by_month, grades_live))
        source_register("decisions", decisions_read)
        portrait_policy_register()
