"""What approvals and the audit log call rule sets and their versions: the names people gave them."""

from django.utils.translation import gettext

from rules.localised import localised
from rules.models import EmergencyStop, RuleSet, RuleSetVersion


def rule_set_label(object_id: str) -> str | None:
    """The rule set's name in the reader's language; None where there is none."""
    rule_set = RuleSet.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return localised(rule_set, "name") if rule_set else None


def version_label(object_id: str) -> str | None:
    """Rule set and number; None where there is none, such as a deleted draft."""
    if not object_id.isdecimal():
        return None
    version = RuleSetVersion.objects.filter(pk=object_id).select_related("rule_set").defer("document").first()
    if version is None:
        return None
    words = gettext("%(rule_set)s · version %(number)s")
    return words % {"rule_set": localised(version.rule_set, "name"), "number": version.number}


def stop_label(object_id: str) -> str | None:
    """Which rule set was stopped; None where there is no such stop."""
    stops = EmergencyStop.objects.select_related("rule_set")
    stop = stops.filter(pk=object_id).first() if object_id.isdecimal() else None
    return gettext("Emergency stop of %(rule_set)s") % {"rule_set": localised(stop.rule_set, "name")} if stop else None
