"""Whether the figures can be trusted: the state of the reviews."""

from django.utils.translation import gettext as _

from audit.admin.page import page_url
from monitoring.admin.dashboard.cards import Card, Cell, View
from monitoring.models import ReviewRun

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
