"""Drift in the admin: a product's index over time, its variables and rules then and now, and proposals of models."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from audit.admin.error_words import known_words
from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.services.governed_live import governed_live
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.admin.drift_charts import index_chart, shares_chart
from monitoring.admin.drift_words import NOTES, PROPOSALS, STATES, rules_named
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from monitoring.models import DriftFigure, DriftReport, RetrainingProposal
from riskengine.errors import RiskEngineError
from rules.localised import localised
from scoring.models import ModelPackage
from scoring.services.catalogues.life import catalogue_live

PERIODS_SHOWN = 24
STATE_COLOURS = {"STABLE": "success", "DRIFTING": "danger", "NOT_ENOUGH_DATA": "info"}
OUTCOMES = ("KS", "SLOPE", "IN_THE_LARGE", "GRADE")


@admin.register(DriftReport)
class DriftReportAdmin(RecordPageAdmin):
    """Every report, newest first."""

    list_display = ["product", "period", "state_shown", "level", "decisions", "matured", "created_at"]
    list_display_links = ["product", "period"]
    list_filter = ["product", "state", "until"]
    list_select_related = ["product"]
    ordering = ["-until", "product"]
    empty_words = gettext_lazy(
        "A report is made every night for each product with a model, from the decisions and reviews of its period."
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.product_view)
        return [path("product/<str:code>/", view, name="monitoring_driftreport_product"), *super().get_urls()]

    @admin.display(description=gettext_lazy("period"), ordering="until")
    def period(self, report: DriftReport) -> str:
        return f"{report.since} – {report.until}"

    @display(description=gettext_lazy("state"), ordering="state", label=STATE_COLOURS)  # type: ignore[arg-type]  # unfold annotates str and takes lazy text
    def state_shown(self, report: DriftReport) -> tuple[str, str]:
        return report.state, report.get_state_display()

    def product_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """The latest report of a product, or that there is none yet."""
        found = get_object_or_404(Product, code=code)
        return self._page(request, found, DriftReport.objects.filter(product=found).order_by("-until", "-pk").first())

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        reports = DriftReport.objects.select_related("product")
        report = get_object_or_404(reports, pk=number)
        return self._page(request, report.product, report)

    def _page(self, request: HttpRequest, product: Product, report: DriftReport | None) -> HttpResponse:
        require(self.has_view_permission(request))
        live = governed_live(KIND_CODE, product.code, on=business_date_of(timezone.now(), product.timezone))
        return self.page(
            request,
            "monitoring/drift.html",
            title=_("Drift of %(product)s") % {"product": localised(product, "name")},
            crumbs=[Crumb(_("Drift"), page_url("monitoring_driftreport_changelist"))],
            product=product,
            report=report,
            policy=live.value if live else None,
            proposals=_proposals(product),
            page_timezone=product.timezone,
            **(_shown(report, live.value if live else DriftPolicy()) if report else {}),
        )


def _shown(report: DriftReport, policy: DriftPolicy) -> dict[str, Any]:
    figures = list(report.figures.order_by("pk"))
    labels = _labels(report.product.code)
    rules = rules_named(report)
    variables = [_row(figure, labels) for figure in figures if figure.measure == "CSI"]
    variables.sort(key=lambda row: -(row["figure"].value or 0.0))
    return {
        "badge": STATES[report.state],
        "notes": [NOTES.get(note, note) for note in report.notes],
        "lines": _lines(report, policy),
        "scores": [_row(figure, labels) for figure in figures if figure.measure == "PSI"],
        "variables": [row for row in variables if row["figure"].state != "STABLE"],
        "stable": [row for row in variables if row["figure"].state == "STABLE"],
        "rules": [_row(figure, rules) for figure in figures if figure.measure == "HIT_RATE"],
        "outcomes": [_row(figure, labels) for figure in figures if figure.measure in OUTCOMES],
        "model": ModelPackage.objects.filter(content_hash=report.model_hash).defer("package").first(),
        "challengers": _challengers(report),
        "sources": _sources(),
    }


def _row(figure: DriftFigure, labels: dict[str, str]) -> dict[str, Any]:
    change = None if None in (figure.value, figure.reference) else figure.value - figure.reference  # type: ignore[operator]
    return {
        "figure": figure,
        "label": labels.get(figure.subject, ""),
        "badge": "rk-warn" if figure.state == "DRIFTING" and not figure.is_large else STATES[figure.state],
        "chart": shares_chart(figure.distribution) if figure.distribution else None,
        "is_share": figure.measure in ("HIT_RATE", "GRADE"),
        "value": _percent(figure.value),
        "reference": _percent(figure.reference),
        "change": "–" if change is None else f"{100 * change:+.1f}",
    }


def _challengers(report: DriftReport) -> list[dict[str, Any]]:
    hashes = [one["model"] for one in report.challengers]
    known = dict(ModelPackage.objects.filter(content_hash__in=hashes).values_list("content_hash", "pk"))
    shares = ("mean_pd", "champion_mean_pd", "moved")
    return [
        {
            **one,
            "pk": known.get(one["model"]),
            "words": known_words(one.get("error_code", "")),
            **{name: _percent(one.get(name)) for name in shares},
        }
        for one in report.challengers
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _lines(report: DriftReport, policy: DriftPolicy) -> list[dict[str, Any]]:
    """The PSI per period up to this one, a chart for each stage; periods of any policy, the last word on each."""
    reports = DriftReport.objects.filter(product=report.product, until__lte=report.until)
    by_end = {one.until: one for one in reports.order_by("until", "pk")}
    shown = [by_end[until] for until in sorted(by_end)][-PERIODS_SHOWN:]
    found = DriftFigure.objects.filter(report__in=shown, measure="PSI").order_by("stage")
    values = {(figure.stage, figure.report_id): figure for figure in found}
    charts = []
    for stage in sorted({stage for stage, _report in values}, reverse=True):
        points = []
        for one in shown:
            figure = values.get((stage, one.pk))
            points.append((f"{one.until:%Y-%m}", figure.value if figure else None, figure.state if figure else ""))
        charts.append({"stage": stage, "chart": index_chart(points, watch=policy.psi_watch, act=policy.psi_act)})
    return charts


def _proposals(product: Product) -> list[dict[str, Any]]:
    rows = RetrainingProposal.objects.filter(product=product).select_related("package").defer("package__package")
    return [{"row": row, "badge": PROPOSALS[row.state]} for row in rows.order_by("-until")[:12]]


def _labels(product: str) -> dict[str, str]:
    try:
        return {name: localised(one) for name, one in catalogue_live().of_product(product).items()}
    except RiskEngineError:
        return {}


def _sources() -> list[str]:
    from scoring.drift.verdicts import SOURCES  # with scipy, which no other page needs

    return list(SOURCES.values())
