"""Policy and decisions in the admin."""

from django.utils.translation import gettext_lazy as _

from audit.object_pages import page_register
from rules.admin import decisions, emergency_stops, rule_sets, versions
from rules.admin.object_labels import rule_set_label, stop_label, version_label
from rules.services.emergency_stops import LIFT, STOP
from rules.services.versions import OBJECT_TYPE

page_register("rule_set", name=_("Rule set"), url_name="admin:rules_ruleset_change", label=rule_set_label)
page_register(
    OBJECT_TYPE, name=_("Rule set version"), url_name="admin:rules_rulesetversion_change", label=version_label
)
page_register(STOP, name=_("Emergency stop"), url_name="admin:rules_emergencystop_change", label=stop_label)
page_register(LIFT, name=_("Lifting of a stop"), url_name="admin:rules_emergencystop_change", label=stop_label)
page_register("decision", name=_("Decision"), url_name="admin:rules_decision_change")

__all__ = ["decisions", "emergency_stops", "rule_sets", "versions"]
