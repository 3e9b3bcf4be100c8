"""Rule sets in the admin: which policy is live where, what waits, and the versions of each."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.page import Crumb, PageAdmin, page_url
from audit.models import Approval
from rules.admin.versions.entry_life import life_view, lives_view
from rules.admin.versions.standing import standing_of
from rules.localised import localised
from rules.models import RuleSet, RuleSetActivation, RuleSetVersion
from rules.services.emergency_stops import stop_open
from rules.services.versions.activations import activation_at
from rules.services.versions.life import OBJECT_TYPE, version_draft
from rules.services.versions.rule_sets import rule_set_create


@admin.register(RuleSet)
class RuleSetAdmin(PageAdmin):
    """The policy of each product at each stage."""

    fields = ["code", "name_en", "name_zh", "product", "stage"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_page(self, request: HttpRequest) -> HttpResponse:
        rows = rule_set_rows(timezone.now())
        return self.page(
            request,
            "riskengine/rule_sets.html",
            title=_("Rule sets"),
            rows=rows,
            can_add=self.has_add_permission(request),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        rule_sets = RuleSet.objects.select_related("product")
        rule_set = get_object_or_404(rule_sets, pk=number)
        at = timezone.now()
        rows = version_rows(rule_set, at)
        live = next((row["version"] for row in rows if row["standing"].key == "live"), None)
        return self.page(
            request,
            "riskengine/rule_set.html",
            title=localised(rule_set, "name"),
            crumbs=[Crumb(_("Rule sets"), page_url("rules_ruleset_changelist"))],
            rule_set=rule_set,
            rows=rows,
            live=live,
            page_timezone=rule_set.product.timezone,
            can_draft=request.user.has_perm("rules.add_rulesetversion"),
            stop=stop_open(rule_set=rule_set),
            can_stop=rule_set.stage == RuleSet.Stage.PRE_LOAN and request.user.has_perm("rules.add_emergencystop"),
        )

    def get_urls(self) -> list[URLPattern]:
        def address(route: str, view: Any, name: str) -> URLPattern:
            wrapped = self.admin_site.admin_view(view)
            found: URLPattern = path(f"<int:rule_set_id>/{route}", wrapped, name=f"rules_ruleset_{name}")
            return found

        return [
            address("draft/", self.draft_view, "draft"),
            address("life/", partial(lives_view, self), "lives"),
            address("life/<str:section>/<str:key>/", partial(life_view, self), "life"),
            *super().get_urls(),
        ]

    def draft_view(self, request: HttpRequest, rule_set_id: int) -> HttpResponse:
        """A new draft: a copy of the live version, or empty where nothing is live (POST)."""
        if request.method != "POST" and self.has_view_permission(request):
            return redirect(page_url("rules_ruleset_change", rule_set_id))
        if request.method != "POST" or not request.user.has_perm("rules.add_rulesetversion"):
            raise PermissionDenied
        rule_set, at = get_object_or_404(RuleSet.objects.select_related("product"), pk=rule_set_id), timezone.now()
        live = activation_at(rule_set=rule_set, at=at)
        version = version_draft(
            rule_set=rule_set,
            author=request.user,  # type: ignore[arg-type]
            at=at,
            based_on=live.version if live else None,
        )
        messages.success(request, _("A new draft. Nothing changes until somebody else approves it."))
        return redirect(f"{page_url('rules_rulesetversion_change', version.pk)}?tab=parameters")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        created = rule_set_create(
            code=obj.code,
            name_en=obj.name_en,
            name_zh=obj.name_zh,
            product=obj.product,
            stage=obj.stage,
            actor=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        obj.pk = created.pk

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit log has it already."""


def rule_set_rows(at: datetime) -> list[dict[str, Any]]:
    """Every rule set with what is live, planned, waiting and being drafted."""
    rule_sets = RuleSet.objects.select_related("product").order_by("product__code", "stage")
    versions = _versions()
    rows = []
    for rule_set in rule_sets.prefetch_related(Prefetch("versions", versions), "activations"):
        row: dict[str, Any] = {"rule_set": rule_set, "live": None, "planned": None, "waiting": [], "drafts": []}
        for version in rule_set.versions.all():
            standing = standing_of(version, rule_set.activations.all(), at)
            if standing.key in ("live", "planned"):
                row[standing.key] = version
                row[f"{standing.key}_activation"] = _newest_activation(rule_set, version)
            elif standing.key == "submitted":
                row["waiting"].append(version)
            elif standing.key == "draft":
                row["drafts"].append(version)
        rows.append(row)
    return rows


def version_rows(rule_set: RuleSet, at: datetime) -> list[dict[str, Any]]:
    """The versions of a rule set, newest first, with their standing and approval."""
    activations = list(RuleSetActivation.objects.filter(rule_set=rule_set).order_by("-from_at"))
    versions = list(_versions().filter(rule_set=rule_set))
    approvals = {
        approval.object_id: approval
        for approval in Approval.objects.filter(
            object_type=OBJECT_TYPE, object_id__in=[str(version.pk) for version in versions]
        )
        .select_related("maker", "checker")
        .order_by("pk")
    }
    lived = {row.version_id for row in activations if row.until_at and row.from_at < row.until_at <= at}
    current = {row.version_id for row in activations if row.until_at is None or row.until_at > at}
    return [
        {
            "version": version,
            "was_live": version.pk in lived - current,
            "standing": standing_of(version, activations, at),
            "activation": next((row for row in activations if row.version_id == version.pk), None),
            "approval": approvals.get(str(version.pk)),
        }
        for version in versions
    ]


def _versions() -> QuerySet[RuleSetVersion]:
    return RuleSetVersion.objects.select_related("author", "based_on").defer("document").order_by("-number")


def _newest_activation(rule_set: RuleSet, version: RuleSetVersion) -> RuleSetActivation | None:
    mine = [row for row in rule_set.activations.all() if row.version_id == version.pk]
    return max(mine, key=lambda row: row.from_at, default=None)
