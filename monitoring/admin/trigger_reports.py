"""Triggers in the admin: how often each was right, what it missed, and how early it spoke."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.page import Crumb, PageAdmin, page_url, require
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.admin.capacity_lines import capacity_lines
from monitoring.admin.trigger_charts import days_bars, history_chart, share_bar
from monitoring.admin.trigger_labels import labels_product, labels_shown, labels_view
from monitoring.models import TriggerReport
from monitoring.services.portfolio.reading import Shown, runs_latest
from monitoring.services.warning_capacity import capacity_draft, capacity_of
from monitoring.warning_policy import KIND

EARLIER_SHOWN = 20


@admin.register(TriggerReport)
class TriggerReportAdmin(PageAdmin):
    """The last report of each product, and those before."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        capacity = self.admin_site.admin_view(self.capacity_view)
        labels = self.admin_site.admin_view(labels_view)
        return [
            path("capacity/<slug:code>/", capacity, name="monitoring_triggerreport_capacity"),
            path("labels/<slug:code>.csv", labels, name="monitoring_triggerreport_labels"),
            *super().get_urls(),
        ]

    def capacity_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """Which warnings open cases, against what officers can work; a POST drafts the policy that fits."""
        require(self.has_view_permission(request))
        product = get_object_or_404(Product, code=code)
        can_draft = request.user.has_perm(KIND.permission)
        if request.method == "POST":
            if not can_draft:
                raise PermissionDenied
            drafted = capacity_draft(product=product, author=staff(request), at=timezone.now())
            if drafted is not None:
                messages.success(request, _("Drafted. Put it forward; somebody else approves it."))
                return redirect(page_url("audit_governeddocument_change", drafted.pk))
        found = capacity_of(product, business_date_of(timezone.now(), product.timezone))
        return self.page(
            request,
            "monitoring/capacity.html",
            title=_("Warnings and the capacity of officers"),
            crumbs=[Crumb(_("Triggers"), page_url("monitoring_triggerreport_changelist"))],
            product=product,
            products=[run.product for run in runs_latest(Shown())],
            found=found,
            lines=capacity_lines(found, _("In force now")) if found else [],
            can_draft=can_draft,
        )

    def list_page(self, request: HttpRequest) -> TemplateResponse:
        """The last report of the product asked for, else of any."""
        reports = TriggerReport.objects.select_related("product").order_by("-created_at", "-pk")
        product = request.GET.get("product", "")
        return self._page(request, reports.filter(product__code=product).first() if product else reports.first())

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        reports = TriggerReport.objects.select_related("product")
        report = get_object_or_404(reports, pk=number)
        return self._page(request, report, Crumb(_("Triggers"), page_url("monitoring_triggerreport_changelist")))

    def _page(self, request: HttpRequest, report: TriggerReport | None, *crumbs: Crumb) -> TemplateResponse:
        require(self.has_view_permission(request))
        earlier = TriggerReport.objects.select_related("product").order_by("-created_at", "-pk")
        product = labels_product(report, request.GET.get("product", ""))
        return self.page(
            request,
            "monitoring/triggers.html",
            title=_("Triggers of early warnings"),
            crumbs=list(crumbs),
            report=report,
            labels=labels_shown(product, report.document if report else None, timezone.now()) if product else None,
            may_export=request.user.has_perm(KIND.permission),
            earlier=earlier.exclude(pk=report.pk if report else 0)[:EARLIER_SHOWN],
            **(_shown(report.document) if report else {}),
        )


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    found = document["triggers"]
    spoke = [one for one in found if one["fired"] or one["lead_time"]["counted"]]
    scale = sorted({row["days"] for one in found for row in one["lead_time"]["by_days"]}, reverse=True)
    name = "label_zh" if (get_language() or "").startswith("zh") else "label_en"
    levels = [level for level in document["levels"] if level["at_least"]]
    return {
        "document": document,
        "policy": _row(document["default_policy"], scale),
        "levels": [{"level": level["level"], **_row(level["at_least"], scale)} for level in levels],
        "triggers": [
            {"level": one["level"], "code": one["code"], "kind": one["kind"], "label": one[name], **_row(one, scale)}
            for one in sorted(spoke, key=lambda one: (-one["right"], -one["fired"], one["code"]))
        ],
        "silent": [one[name] for one in found if one not in spoke],
        "history": history_chart(document["history"]),
        "is_out_of_fold": bool(document["out_of_fold"]),
    }


def _row(figures: dict[str, Any], scale: list[int]) -> dict[str, Any]:
    ahead = figures["lead_time"]
    return {
        "figures": figures,
        "precision": share_bar(figures["precision"], figures["precision_interval"]),
        "recall": share_bar(figures["recall"], figures["recall_interval"]),
        "median_days": ahead["median_days"],
        "counted": ahead["counted"],
        "bars": days_bars(ahead["by_days"], scale),
    }
