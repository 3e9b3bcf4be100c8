"""What one decision would be under another version, in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rules.admin.resolution_words import terms_words
from rules.localised import language, localised
from rules.models import Decision, RuleSetVersion
from rules.services.bundles.loading import PRE_LOAN
from rules.services.decisions.replay_against import ABSENT, Change, ReplayDiff
from scoring.services.catalogues.life import catalogue_live

VERSIONS_SHOWN = 30
PARTS: dict[str, str | Promise] = {
    "outcome": _("Outcome"),
    "grade": _("Grade"),
    "offer": _("Offer"),
    "reasons": _("Reasons"),
}
TRUTHS: dict[str, str | Promise] = {
    "true": _("held"),
    "false": _("did not hold"),
    "unknown": _("unknown"),
    ABSENT: _("not there"),
}


def versions_of(decision: Decision) -> list[RuleSetVersion]:
    """The newest versions of the decision's rule set, drafts too."""
    versions = RuleSetVersion.objects.filter(rule_set__product=decision.product_id, rule_set__stage=PRE_LOAN)
    return list(versions.defer("document").order_by("-number")[:VERSIONS_SHOWN])


def diff_words(diff: ReplayDiff, currency: str) -> dict[str, Any]:
    """The diff with its parts, reasons, offers and rules in the reader's language."""
    version = RuleSetVersion.objects.get(pk=diff.version_id)
    labels = {rule.get("code"): localised(rule, "label") for rule in version.document.get("rules", [])}
    return {
        "diff": diff,
        "changes": [
            {
                "part": PARTS[change.part],
                "is_outcome": change.part == "outcome",
                "before": _side(change, change.before, currency),
                "after": _side(change, change.after, currency),
            }
            for change in diff.changes
        ],
        "rules": [
            {
                "code": rule.code,
                "label": labels.get(rule.code, rule.code),
                "before": TRUTHS[rule.before],
                "after": TRUTHS[rule.after],
            }
            for rule in diff.rules
        ],
    }


def _side(change: Change, value: Any, currency: str) -> str:
    if value in (None, [], ""):
        return "–"
    if change.part == "offer":
        terms = {**value, "amount_minor": value["amount_offered_minor"]}
        return ", ".join((terms_words(terms, currency, language()) or {}).values())
    if change.part == "reasons":
        wordings = catalogue_live().reasons_by_code()
        return "; ".join(localised(wordings[code]) if code in wordings else code for code in value)
    return str(value)
