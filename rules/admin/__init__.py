"""Policy and decisions in the admin."""

from django.utils.translation import gettext_lazy as _

from audit.object_pages import page_register
from rules.admin import event_words
from rules.admin.catalogue.pages import CatalogueDraftAdmin
from rules.admin.decisions.pages import DecisionAdmin
from rules.admin.emergency_stops import EmergencyStopAdmin
from rules.admin.lists.pages import ListEntryAdmin
from rules.admin.object_labels import (
    authority_label,
    list_entry_label,
    referral_label,
    rule_set_label,
    stop_label,
    version_label,
    version_telling,
)
from rules.admin.portraits.pages import PortraitSnapshotAdmin
from rules.admin.referrals.authorities import ReviewAuthorityAdmin
from rules.admin.referrals.pages import ReferralAdmin
from rules.admin.version_pages import RuleSetVersionAdmin
from rules.admin.versions.rule_sets import RuleSetAdmin
from rules.services.emergency_stops import LIFT, STOP
from rules.services.referrals.authorities import OBJECT_TYPE as AUTHORITY
from rules.services.versions.life import OBJECT_TYPE

page_register("rule_set", name=_("Rule set"), url_name="admin:rules_ruleset_change", label=rule_set_label)
page_register(
    OBJECT_TYPE,
    name=_("Rule set version"),
    url_name="admin:rules_rulesetversion_change",
    label=version_label,
    telling=version_telling,
    decide_url_name="admin:rules_rulesetversion_approve",
)
page_register(STOP, name=_("Emergency stop"), url_name="admin:rules_emergencystop_change", label=stop_label)
page_register(LIFT, name=_("Lifting of a stop"), url_name="admin:rules_emergencystop_change", label=stop_label)
page_register("list_entry", name=_("List entry"), url_name="admin:lending_listentry_change", label=list_entry_label)
page_register(
    "catalogue_draft", name=_("Draft of the variable catalogue"), url_name="admin:scoring_cataloguedraft_change"
)
page_register("decision", name=_("Decision"), url_name="admin:rules_decision_change")

page_register("referral", name=_("Referred application"), url_name="admin:rules_referral_change", label=referral_label)
page_register(
    AUTHORITY, name=_("Review authority"), url_name="admin:rules_reviewauthority_change", label=authority_label
)

__all__ = [
    "CatalogueDraftAdmin",
    "DecisionAdmin",
    "EmergencyStopAdmin",
    "ListEntryAdmin",
    "PortraitSnapshotAdmin",
    "ReferralAdmin",
    "ReviewAuthorityAdmin",
    "RuleSetAdmin",
    "RuleSetVersionAdmin",
    "event_words",
]
