"""What the sidebar of the admin offers to whom."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from monitoring.case_topics import Topic
from monitoring.services.cases.work import cases_free
from monitoring.services.cases.writing import topics_of
from rules.services.referrals.work import referrals_workable


class Item(NamedTuple):
    """A link of the sidebar: the model whose list it opens, its icon (Material Symbols), its title."""

    model: str
    icon: str
    title: str | Promise


MENU: list[tuple[str | Promise, list[Item]]] = [
    (
        _("Policy"),
        [
            Item("rules.ruleset", "rule", _("Rule sets")),
            Item("lending.listentry", "playlist_remove", _("Lists")),
            Item("audit.approval", "approval_delegation", _("Approvals")),
            Item("audit.governeddocument", "tune", _("Governed settings")),
            Item("scoring.cataloguedraft", "dictionary", _("Variables")),
            Item("scoring.modelpackage", "model_training", _("Models")),
            Item("scoring.trainingjob", "exercise", _("Trainings")),
            Item("scoring.valuereport", "travel_explore", _("Alternative data")),
        ],
    ),
    (
        _("Before the loan"),
        [
            Item("rules.referral", "assignment_ind", _("Referrals")),
            Item("rules.decision", "gavel", _("Decisions")),
            Item("lending.application", "description", _("Applications")),
            Item("lending.customer", "person", _("Customers")),
            Item("scoring.portraitsnapshot", "account_box", _("Portraits")),
            Item("lending.consent", "handshake", _("Consents")),
        ],
    ),
    (
        _("After the loan"),
        [
            Item("monitoring.warningcase", "assignment_late", _("Warning cases")),
            Item("monitoring.earlywarning", "notifications_active", _("Early warnings")),
            Item("monitoring.healthcode", "qr_code_2", _("Health codes")),
            Item("monitoring.healthdispute", "forum", _("Disputes and appeals")),
            Item("monitoring.delinquencystate", "schedule", _("Delinquency")),
            Item("monitoring.reviewrun", "fact_check", _("Reviews")),
            Item("monitoring.diversionfinding", "call_split", _("Use of loans")),
            Item("monitoring.triggerreport", "crisis_alert", _("Triggers")),
            Item("monitoring.driftreport", "trending_up", _("Drift")),
            Item("monitoring.productmonth", "storefront", _("Products by month")),
            Item("monitoring.regioninfluence", "grid_view", _("Regional influence")),
            Item("lending.loan", "payments", _("Loans")),
            Item("lending.customerstanding", "monitor_heart", _("Standings")),
            Item("lending.riskevent", "bolt", _("Risk events")),
        ],
    ),
    (
        _("Record"),
        [
            Item("audit.auditentry", "history", _("Audit log")),
            Item("audit.checkpoint", "verified", _("Checkpoints")),
            Item("audit.outboxmessage", "outbox", _("Outbox")),
        ],
    ),
    (
        _("Administration"),
        [
            Item("audit.user", "group", _("Users")),
            Item("auth.group", "badge", _("Roles")),
            Item("rules.reviewauthority", "gavel", _("Review authorities")),
            Item("audit.apiclient", "api", _("API clients")),
            Item("audit.apikey", "key", _("API keys")),
            Item("monitoring.healthrecipient", "contact_page", _("Recipients of health codes")),
            Item("monitoring.healthkey", "vpn_key", _("Keys of health codes")),
            Item("lending.product", "inventory_2", _("Products")),
            Item("lending.bookimport", "upload_file", _("Imports of the book")),
            Item("lending.bookmapping", "table_convert", _("Mappings of the book")),
            Item("lending.booksource", "database", _("Sources of the book")),
            Item("lending.region", "map", _("Regions")),
            Item("django_celery_beat.periodictask", "schedule", _("Schedule")),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar for this person: only lists that exist and that they may open, in groups without holes."""
    registered = {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}
    home = reverse("admin:index")
    groups: list[dict[str, Any]] = [
        {"title": "", "items": [_entry(_("Start"), "home", home, request.path == home)]},
    ]
    for title, items in MENU:
        entries = []
        for item in items:
            model_admin = registered.get(item.model)
            if model_admin is None or not model_admin.has_view_permission(request):
                continue
            link = reverse(f"admin:{item.model.replace('.', '_')}_changelist")
            entry = _entry(item.title, item.icon, link, _is_active(request, item.model, link))
            if item.model == "audit.approval" and request.user.has_perm("audit.check_approval"):
                entry["count"] = _waiting_for(request)
            if item.model == "rules.referral":
                entry["count"] = referrals_workable().count()
            if item.model == "monitoring.warningcase":
                entry["count"] = cases_free(timezone.now(), topics_of(request.user) or tuple(Topic)).count()
            entries.append(entry)
        if entries:
            groups.append({"title": title, "items": entries})
    return groups


WITH_THEM = {
    "lending.loan": ("loanchangerequest",),
    "monitoring.delinquencystate": ("loanpause", "categoryupgrade"),
    "monitoring.warningcase": ("warningsnooze", "proposedmeasure"),
    "monitoring.healthcode": ("healthoverride",),
}
"""Lists without an entry of their own, under the entry that leads to them."""


def _is_active(request: HttpRequest, model: str, link: str) -> bool:
    own = model.partition(".")[2]
    if any(request.path.startswith(link.replace(f"/{own}/", f"/{other}/")) for other in WITH_THEM.get(model, ())):
        return True
    if model == "rules.ruleset" and request.path.startswith(link.replace("/ruleset/", "/rulesetversion/")):
        return True
    if model == "scoring.cataloguedraft" and request.path.startswith(link.replace("draft/", "version/")):
        return True
    return request.path.startswith(link)


def _waiting_for(request: HttpRequest) -> int:
    """Requests that wait for somebody like this checker."""
    return Approval.objects.filter(state=Approval.State.PENDING).exclude(maker=request.user.pk).count()


def _entry(title: Any, icon: str, link: str, is_active: bool) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": link, "active": is_active}
