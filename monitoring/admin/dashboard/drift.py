"""How far scores have drifted: the index of each product over time, with the limits of its policy drawn across."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.page import page_url
from audit.services.governed_live import governed_lives
from monitoring.admin.dashboard.cards import Card, Cell, View
from monitoring.admin.dashboard.charts import lines_chart
from monitoring.admin.dashboard.empty import no_drift
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from monitoring.models import DriftFigure, DriftReport

PERIODS: Final = 24


def drift_card(view: View) -> Card:
    """PSI by period, a line for the decisions and one for the reviews of each product; each point opens its report."""
    reports = _reports(view)
    figures = {(one.report_id, one.stage): one for one in _figures(reports)}
    stages = {(report.product, stage) for report in reports for pk, stage in figures if pk == report.pk}
    lines = sorted(stages, key=lambda line: (line[0].code, line[1] != "PRE_LOAN"))
    periods = sorted({report.until for report in reports})
    by_period = {(report.product, report.until): report for report in reports}
    drawn, marks = [], []
    for product, stage in lines:
        found = [by_period.get((product, until)) for until in periods]
        values = [_value(report, stage, figures) for report in found]
        drawn.append((f"{product} · {_stage_words(stage)}", values))
        marks.append([_page(report) if report else "" for report in found])
    has_values = any(value is not None for _name, values in drawn for value in values)
    labels = [f"{until:%Y-%m-%d}" if _is_weekly(periods) else f"{until:%Y-%m}" for until in periods]
    picture = lines_chart(labels, drawn, limits=_limits(reports), text=lambda value: f"{value:.2f}", marks_urls=marks)
    is_narrowed = view.shown.region is not None or view.shown.segment
    note = _("Scores of a period beside their reference (PSI); from the amber limit watch, from the red one act.")
    unfiltered = _("Drift is known by product, not by region or segment.")
    return Card(
        "drift",
        _("Drift"),
        [_("Period"), _("Product"), _("Cases"), "PSI", _("State")],
        [row for report in reversed(reports) for row in _rows(report, figures)],
        note=f"{note} {unfiltered}" if is_narrowed else note,
        picture=picture if has_values else {},
        more=page_url("monitoring_driftreport_changelist"),
        empty=no_drift(),
    )


def _reports(view: View) -> list[DriftReport]:
    """The last word on each period, oldest first: of the latest PERIODS of each product."""
    reports = DriftReport.objects.select_related("product")
    if view.shown.product:
        reports = reports.filter(product=view.shown.product)
    last = reports.order_by("product_id", "-until", "-pk").distinct("product_id", "until")
    newest = reports.aggregate(Max("until"))["until__max"]
    by_product: dict[int, list[DriftReport]] = {}
    for report in last.filter(until__gte=newest - timedelta(days=31 * PERIODS)) if newest else ():
        by_product.setdefault(report.product_id, []).append(report)
    found = [report for own in by_product.values() for report in own[:PERIODS]]
    return sorted(found, key=lambda report: (report.until, report.product.code))


def _figures(reports: Sequence[DriftReport]) -> Sequence[DriftFigure]:
    found = DriftFigure.objects.filter(report__in=reports, measure=DriftFigure.Measure.PSI)
    return list(found.only("report_id", "stage", "value", "state", "cases"))


def _limits(reports: Sequence[DriftReport]) -> list[float]:
    """To watch and to act from, of the policies in force; the shipped ones where none is any more."""
    lives = governed_lives(KIND_CODE, timezone.now().date())
    codes = {report.product.code for report in reports}
    policies: list[DriftPolicy] = [lives[code].value if code in lives else DriftPolicy() for code in codes]
    return [limit for policy in policies for limit in (policy.psi_watch, policy.psi_act)]


def _value(report: DriftReport | None, stage: str, figures: dict[tuple[int, str], DriftFigure]) -> float | None:
    found = figures.get((report.pk, stage)) if report else None
    return found.value if found else None


def _rows(report: DriftReport, figures: dict[tuple[int, str], DriftFigure]) -> list[list[Cell]]:
    """A row for each stage of a report; one with a dash where it could judge no scores."""
    own: list[Any] = [figures[report.pk, stage] for stage in ("PRE_LOAN", "POST_LOAN") if (report.pk, stage) in figures]
    page = _page(report)
    period = Cell(f"{report.since} – {report.until}", page)
    if not own:
        return [[period, Cell(str(report.product)), Cell(""), Cell("–"), Cell(str(report.get_state_display()))]]
    return [
        [
            period,
            Cell(str(report.product)),
            Cell(f"{one.cases:,} {_stage_words(one.stage)}"),
            Cell("–" if one.value is None else f"{one.value:.3f}", page if one.value is not None else ""),
            Cell(str(one.get_state_display())),
        ]
        for one in own
    ]


def _stage_words(stage: str) -> str:
    return _("decisions") if stage == "PRE_LOAN" else _("reviews")


def _is_weekly(periods: Sequence[date]) -> bool:
    return len({(until.year, until.month) for until in periods}) < len(periods)


def _page(report: DriftReport) -> str:
    return page_url("monitoring_driftreport_change", report.pk)
