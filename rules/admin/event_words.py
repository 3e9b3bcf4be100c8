"""What the log entries of rule sets, decisions and referrals are called."""

from django.utils.translation import gettext_lazy as _

from audit.event_words import events_register

events_register(
    "rules",
    _("Rule sets"),
    {
        "rule_set.created": _("Rule set created"),
        "rule_set_version.drafted": _("Draft of a version made"),
        "rule_set_version.edited": _("Draft of a version changed"),
        "rule_set_version.submitted": _("Version sent for approval"),
        "rule_set_version.approved": _("Version approved"),
        "rule_set_version.rejected": _("Version rejected"),
        "rule_set_version.withdrawn": _("Version taken back"),
        "rule_set_version.retired": _("Version retired"),
        "emergency_stop.declared": _("Emergency stop declared"),
        "emergency_stop.lifted": _("Emergency stop lifted"),
    },
)
events_register(
    "decisions",
    _("Decisions and referrals"),
    {
        "decision.made": _("Application decided"),
        "decision.resolved": _("Referred application decided by a person"),
        "decision.kept_as_case": _("Decision kept as a case"),
        "decision.opened": _("Values of a decision opened to try a draft"),
        "referral.claimed": _("Referral taken"),
        "referral.released": _("Referral given back"),
        "referral.taken_over": _("Referral taken over"),
        "referral.proposed": _("Decision proposed to a second person"),
        "referral.returned": _("Proposal returned"),
        "referral.decided": _("Referral decided"),
        "referral.confirmed": _("Proposal confirmed"),
        "review_authority.ended": _("Review authority ended"),
    },
)
