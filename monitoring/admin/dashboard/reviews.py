"""Whether the figures can be trusted: the state of the reviews, and how far the models have drifted."""

from django.utils.translation import gettext as _

from audit.admin.page import page_url
from monitoring.admin.dashboard.cards import Card, Cell, View
from monitoring.models import DriftFigure, DriftReport, ReviewRun

SHOWN = 6


def reviews_card(view: View) -> Card:
    """The latest reviews, with the proof that every loan due is accounted for."""
    runs = ReviewRun.objects.exclude(scope=ReviewRun.Scope.CUSTOMERS).select_related("product")
    if view.shown.product:
        runs = runs.filter(product=view.shown.product)
    rows = [
        [
            Cell(str(run), page_url("monitoring_reviewrun_change", run.pk)),
            Cell(str(run.get_state_display())),
            *(Cell(f"{number:,}") for number in (run.due_count, run.done_count, run.skipped_count, run.failed_count)),
        ]
        for run in runs.order_by("-started_at")[:SHOWN]
    ]
    header = [_("Review"), _("State"), _("Due"), _("Done"), _("Skipped"), _("Failed")]
    return Card("reviews", _("Reviews"), header, rows, more=page_url("monitoring_reviewrun_changelist"))


def drift_card(view: View) -> Card:
    """The last drift report of each product: its PSI and verdict."""
    reports = (
        DriftReport.objects.select_related("product").order_by("product__code", "-until").distinct("product__code")
    )
    if view.shown.product:
        reports = reports.filter(product=view.shown.product)
    rows = []
    for report in reports:
        figures = report.figures.filter(measure=DriftFigure.Measure.PSI).order_by("stage")
        values = ", ".join(f"{one.value:.3f}" for one in figures if one.value is not None)
        rows.append(
            [
                Cell(str(report.product), page_url("monitoring_driftreport_change", report.pk)),
                Cell(f"{report.since} – {report.until}"),
                Cell(values or "–"),
                Cell(str(report.get_state_display())),
            ]
        )
    header = [_("Product"), _("Period"), "PSI", _("State")]
    return Card("drift", _("Drift"), header, rows, more=page_url("monitoring_driftreport_changelist"))
