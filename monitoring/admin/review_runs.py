"""Reviews in the admin: each with the proof that every loan due is accounted for."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from monitoring.levels import LEVELS
from monitoring.models import EarlyWarning, ReviewChunk, ReviewRun
from rules.admin.page import Crumb, PageAdmin, page_url
from rules.models import RuleSetVersion

CHUNKS_SHOWN = 200
STATE_COLOURS = {"RUNNING": "info", "COMPLETE": "success", "INCOMPLETE": "danger"}
SKIP_WORDS = {
    "no_month": gettext_lazy("No month was known"),
    "stale": gettext_lazy("The latest month known is too old to speak of that day"),
    "erased": gettext_lazy("The customer's personal data are erased"),
    "key_broken": gettext_lazy("The customer's key does not open"),
    "no_longer_due": gettext_lazy("No longer due when its part was reviewed"),
}


@admin.register(ReviewRun)
class ReviewRunAdmin(PageAdmin):
    """Every review, newest first."""

    list_display = ["product", "as_of_day", "state_shown", "due", "done", "failed", "skipped"]
    list_display += ["started_at", "ended_at"]
    list_display_links = ["product", "as_of_day"]
    list_filter = ["product", "state", "as_of"]
    list_select_related = ["product"]
    ordering = ["-started_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("as of"), ordering="as_of")
    def as_of_day(self, run: ReviewRun) -> str:
        return str(run.as_of_day)

    @display(description=gettext_lazy("state"), ordering="state", label=STATE_COLOURS)  # type: ignore[arg-type]  # unfold annotates str and takes lazy text
    def state_shown(self, run: ReviewRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @admin.display(description=gettext_lazy("due"), ordering="due_count")
    def due(self, run: ReviewRun) -> str:
        return f"{run.due_count:,}"

    @admin.display(description=gettext_lazy("done"), ordering="done_count")
    def done(self, run: ReviewRun) -> str:
        return f"{run.done_count:,}"

    @admin.display(description=gettext_lazy("failed"), ordering="failed_count")
    def failed(self, run: ReviewRun) -> str:
        return f"{run.failed_count:,}"

    @admin.display(description=gettext_lazy("skipped"), ordering="skipped_count")
    def skipped(self, run: ReviewRun) -> str:
        return f"{run.skipped_count:,}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = get_object_or_404(
            ReviewRun.objects.select_related("product"), pk=object_id if object_id.isdecimal() else 0
        )
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        return self.page(
            request,
            "monitoring/review_run.html",
            title=_("Review of %(product)s as of %(day)s") % {"product": run.product, "day": run.as_of_day},
            crumbs=[Crumb(_("Reviews"), page_url("monitoring_reviewrun_changelist"))],
            run=run,
            proof=proof_of(run),
            chunks=run.chunks.order_by("number")[:CHUNKS_SHOWN],
            levels=_levels(run),
            version=RuleSetVersion.objects.filter(pk=run.bundle.get("rule_set_version")).first(),
            page_timezone=run.product.timezone,
        )


def proof_of(run: ReviewRun) -> dict[str, Any]:
    """The counts of the review beside a fresh count of its rows; `is_whole` where every loan due is accounted for."""
    chunks = list(run.chunks.values("state", "due_count", "done_count", "skipped_count", "skips"))
    results = run.results.count()
    skips: dict[str, int] = {}
    for chunk in chunks:
        for cause, count in chunk["skips"].items():
            skips[cause] = skips.get(cause, 0) + count
    waiting = sum(chunk["due_count"] for chunk in chunks if chunk["state"] == ReviewChunk.State.WAITING)
    return {
        "results": results,
        "waiting": waiting,
        "chunk_count": len(chunks),
        "skips": [(SKIP_WORDS.get(cause, cause), count) for cause, count in sorted(skips.items())],
        "is_whole": run.due_count == run.done_count + run.failed_count + run.skipped_count
        and results == run.done_count
        and sum(chunk["due_count"] for chunk in chunks) == run.due_count,
        "warnings": EarlyWarning.objects.filter(first_run=run).count(),
    }


def _levels(run: ReviewRun) -> list[dict[str, Any]]:
    counts = dict(run.results.values_list("level").annotate(n=Count("id")))
    total = sum(counts.values()) or 1
    return [
        {"level": level, "count": counts.get(level, 0), "share": round(counts.get(level, 0) / total * 100, 1)}
        for level in LEVELS
    ]
