"""Whether the figures can be trusted: the state of the reviews, and how far the models have drifted."""

from django.utils.translation import gettext as _

from audit.admin.page import page_url
from monitoring.admin.dashboard.cards import Card, Cell, View
from monitoring.admin.dashboard.empty import no_drift
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
            *_counts(run),
        ]
        for run in runs.order_by("-started_at")[:SHOWN]
    ]
    header = [_("Review"), _("State"), _("Due"), _("Done"), _("Skipped"), _("Failed")]
    return Card("reviews", _("Reviews"), header, rows, more=page_url("monitoring_reviewrun_changelist"))


def _counts(run: ReviewRun) -> list[Cell]:
    """Of every loan due: what became of it; each number opens those loans."""
    loans = page_url("monitoring_reviewrun_loans", run.pk)
    counts = {
        "due": run.due_count,
        "done": run.done_count,
        "skipped": run.skipped_count,
        "failed": run.failed_count,
    }
    return [Cell(f"{number:,}", f"{loans}?show={show}" if number else "") for show, number in counts.items()]


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
                Cell(values or "–", page_url("monitoring_driftreport_change", report.pk) if values else ""),
                Cell(str(report.get_state_display())),
            ]
        )
    header = [_("Product"), _("Period"), "PSI", _("State")]
    more = page_url("monitoring_driftreport_changelist")
    return Card("drift", _("Drift"), header, rows, more=more, empty=no_drift())
