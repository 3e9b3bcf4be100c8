"""What approvals and the audit log call rule sets and their versions: the names people gave them."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext

from lending.models import ListEntry
from rules.localised import localised
from rules.models import EmergencyStop, Referral, ReviewAuthority, RuleSet, RuleSetVersion
from rules.part_words import labelled, labels_of
from rules.words import money_words


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


def version_telling(object_id: str) -> Callable[[str], str]:
    """What tells codes of a version's parts by their labels; texts as they are where the version is gone."""
    found = RuleSetVersion.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return partial(labelled, labels=labels_of(found.document)) if found else str


def referral_label(object_id: str) -> str | None:
    """The number of the application that was referred; None where there is none."""
    found = Referral.objects.filter(pk=object_id) if object_id.isdecimal() else Referral.objects.none()
    number = found.values_list("decision__application__external_id", flat=True).first()
    return gettext("referred application %(number)s") % {"number": number} if number else None


def authority_label(object_id: str) -> str | None:
    """Whose authority, on what, up to how much; None where there is none."""
    found = ReviewAuthority.objects.select_related("user", "group", "product")
    authority = found.filter(pk=object_id).first() if object_id.isdecimal() else None
    if authority is None:
        return None
    person = authority.user
    whose = str(authority.group or (person and person.get_full_name()) or person)
    words = gettext("authority of %(who)s on %(product)s up to %(amount)s")
    amount = money_words(authority.maximum_minor, authority.product.currency)
    return words % {"who": whose, "product": authority.product, "amount": amount}


def stop_label(object_id: str) -> str | None:
    """Which rule set was stopped; None where there is no such stop."""
    stops = EmergencyStop.objects.select_related("rule_set")
    stop = stops.filter(pk=object_id).first() if object_id.isdecimal() else None
    return gettext("Emergency stop of %(rule_set)s") % {"rule_set": localised(stop.rule_set, "name")} if stop else None


def list_entry_label(object_id: str) -> str | None:
    """List, dimension and the end of the identifier; None where there is none."""
    entry = ListEntry.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return str(entry) if entry else None
