"""What a member of staff sees first: what is live, what waits, what happened last, each with its next step."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import Approval, GovernedDocument
from audit.object_pages import object_words, page_of
from audit.services.governed_ending import governed_ending, governed_lapsed
from monitoring.admin.dashboard.pages import dashboard
from riskengine.first_steps import first_steps
from rules.admin.versions.rule_sets import rule_set_rows
from rules.localised import localised
from rules.models import Decision, EmergencyStop, RuleSetVersion
from rules.services.versions.life import OBJECT_TYPE as RULE_SET_VERSION

DECISIONS_SHOWN = 8
APPROVALS_SHOWN = 20
VIEWED = ("rules.ruleset", "rules.decision", "audit.approval", "audit.governeddocument", "monitoring.portfoliofigure")


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the admin's first page: only what this person may see."""
    may = {label: _may_view(request, label) for label in VIEWED}
    at = timezone.now()
    context |= {
        "title": _("Start"),
        "may_check": request.user.has_perm("audit.check_approval"),
        "rule_sets": rule_set_rows(at) if may["rules.ruleset"] else None,
        "approvals": _approvals(request) if may["audit.approval"] else None,
        "waiting": Approval.objects.filter(state=Approval.State.PENDING).count() if may["audit.approval"] else 0,
        "steps": first_steps(request),
        "ending": _settings(governed_ending(at.date())) if may["audit.governeddocument"] else [],
        "lapsed": _settings(governed_lapsed(at.date())) if may["audit.governeddocument"] else [],
    }
    if may["rules.ruleset"]:
        stops = EmergencyStop.objects.filter(lifted_at__isnull=True)
        context["stops"] = stops.select_related("rule_set__product", "declared_by")
    if may["rules.decision"]:
        decisions = Decision.objects.select_related("application", "product").defer("document")
        context["decisions"] = decisions.order_by("-decided_at")[:DECISIONS_SHOWN]
    if may["monitoring.portfoliofigure"]:
        context |= dashboard(request)
    return context


def _settings(found: list[GovernedDocument]) -> list[dict[str, Any]]:
    """Settings that lapse soon or did, with what they are called and where they are renewed."""
    return [
        {
            "name": object_words("governed_document", str(one.pk)),
            "day": one.valid_until,
            "url": page_of("governed_document", str(one.pk)),
        }
        for one in found
    ]


def _may_view(request: HttpRequest, label: str) -> bool:
    app, model = label.split(".")
    return request.user.has_perm(f"{app}.view_{model}")


def _approvals(request: HttpRequest) -> list[dict[str, Any]]:
    """What waits for approval, oldest first, with whose it is and where it is decided."""
    pending = Approval.objects.filter(state=Approval.State.PENDING).select_related("maker")
    waiting = list(pending.order_by("requested_at")[:APPROVALS_SHOWN])
    versions = _versions(waiting)
    return [
        {
            "approval": approval,
            "name": versions.get(_key(approval)) or object_words(approval.object_type, approval.object_id),
            "url": _url(approval),
            "is_mine": approval.maker_id == request.user.pk,
        }
        for approval in waiting
    ]


def _versions(approvals: list[Approval]) -> dict[tuple[str, str], str]:
    """Rule-set versions among them by the id the approval names, as rule set and number."""
    ids = [approval.object_id for approval in approvals if approval.object_type == RULE_SET_VERSION]
    found = RuleSetVersion.objects.filter(pk__in=ids).select_related("rule_set").defer("document")
    words = _("%(rule_set)s, version %(number)s")
    return {
        (RULE_SET_VERSION, str(version.pk)): words
        % {"rule_set": localised(version.rule_set, "name"), "number": version.number}
        for version in found
    }


def _key(approval: Approval) -> tuple[str, str]:
    return approval.object_type, approval.object_id


def _url(approval: Approval) -> str:
    """Where it is looked at and decided."""
    page = page_of(approval.object_type, approval.object_id)
    return page or reverse("admin:audit_approval_change", args=[approval.pk])
