"""Reviews in the admin: each with the proof that every loan due is accounted for."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.decorators import display

from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.csv_file import csv_response
from monitoring.admin.review_loans import SKIP_WORDS, compare_parts, loan_parts
from monitoring.levels import LEVELS
from monitoring.models import EarlyWarning, ReviewChunk, ReviewRun
from monitoring.services.review_comparison import comparable
from monitoring.services.schedules import schedule_state
from monitoring.services.unscored import unscored_count
from rules.models import RuleSetVersion
from scoring.models import CatalogueVersion
from scoring.services.catalogues.life import catalogue_of

CHUNKS_SHOWN = 200
STATE_COLOURS = {"RUNNING": "info", "COMPLETE": "success", "INCOMPLETE": "danger"}


@admin.register(ReviewRun)
class ReviewRunAdmin(PageAdmin):
    """Every review, newest first."""

    list_display = ["product", "as_of_day", "scope", "state_shown", "due", "done", "failed", "skipped"]
    list_display += ["started_at", "ended_at"]
    list_display_links = ["product", "as_of_day"]
    list_filter = ["product", "scope", "state", "as_of"]
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

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "monitoring_reviewrun"
        return [
            path("<int:run_id>/compare/", view(self.compare_view), name=f"{name}_compare"),
            path("<int:run_id>/loans/", view(self.loans_view), name=f"{name}_loans"),
            *super().get_urls(),
        ]

    def compare_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """This review beside an earlier or later one: a matrix of levels, grades or PD bands, or one cell's loans."""
        run = self._run(request, run_id)
        parts = compare_parts(run, request.GET)
        if request.GET.get("format") == "csv":
            return csv_response("review-comparison.csv", parts["csv"])
        title = _("Review of %(product)s as of %(day)s compared") % {"product": run.product, "day": run.as_of_day}
        return self.page(
            request, "monitoring/review_compare.html", title=title, crumbs=self._crumbs(run), run=run, **parts
        )

    def loans_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """The loans behind a count of the proof: reviewed at a level, skipped, failed or waiting."""
        run = self._run(request, run_id)
        parts = loan_parts(run, request.GET)
        if request.GET.get("format") == "csv":
            return csv_response("review-loans.csv", parts["csv"])
        return self.page(
            request, "monitoring/review_loans.html", title=parts["words"], crumbs=self._crumbs(run), run=run, **parts
        )

    def _run(self, request: HttpRequest, run_id: int) -> ReviewRun:
        run = get_object_or_404(ReviewRun.objects.select_related("product"), pk=run_id)
        require(self.has_view_permission(request, run))
        return run

    def _crumbs(self, run: ReviewRun) -> list[Crumb]:
        title = _("Review of %(product)s as of %(day)s") % {"product": run.product, "day": run.as_of_day}
        of_run = Crumb(title, page_url("monitoring_reviewrun_change", run.pk))
        return [Crumb(_("Reviews"), page_url("monitoring_reviewrun_changelist")), of_run]

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        run = get_object_or_404(ReviewRun.objects.select_related("product"), pk=number)
        # Counted from an index alone, not by their identifiers: a million results are wide.
        counts = dict(run.results.order_by().values_list("level").annotate(n=Count("*")))
        return self.page(
            request,
            "monitoring/review_run.html",
            title=_("Review of %(product)s as of %(day)s") % {"product": run.product, "day": run.as_of_day},
            crumbs=[Crumb(_("Reviews"), page_url("monitoring_reviewrun_changelist"))],
            run=run,
            proof=proof_of(run, sum(counts.values())),
            progress=_progress(run),
            schedule=schedule_state(run.product, run.as_of_day),
            others=comparable(run),
            chunks=run.chunks.order_by("number")[:CHUNKS_SHOWN],
            levels=_levels(counts),
            unscored=_unscored(run),
            version=RuleSetVersion.objects.select_related("rule_set")
            .filter(pk=run.bundle.get("rule_set_version"))
            .first(),
            page_timezone=run.product.timezone,
        )


def proof_of(run: ReviewRun, results: int) -> dict[str, Any]:
    """Its counts beside `results`, a fresh one of its rows; `is_whole` where every loan due is accounted for."""
    chunks = list(run.chunks.values("state", "due_count", "done_count", "skipped_count", "skips"))
    skips: dict[str, int] = {}
    for chunk in chunks:
        for cause, count in chunk["skips"].items():
            skips[cause] = skips.get(cause, 0) + count
    waiting = sum(chunk["due_count"] for chunk in chunks if chunk["state"] == ReviewChunk.State.WAITING)
    return {
        "results": results,
        "waiting": waiting,
        "chunk_count": len(chunks),
        "skips": [(cause, SKIP_WORDS.get(cause, cause), count) for cause, count in sorted(skips.items())],
        "is_whole": run.due_count == run.done_count + run.failed_count + run.skipped_count
        and results == run.done_count
        and sum(chunk["due_count"] for chunk in chunks) == run.due_count,
        "warnings": EarlyWarning.objects.filter(first_run=run).count(),
    }


def _unscored(run: ReviewRun) -> dict[str, Any]:
    """Loans without a PD because a variable is unknown, and how many lack which, in the reader's words."""
    found = unscored_count(run)
    if not found.loans:
        return {}
    variables = catalogue_of(CatalogueVersion.objects.get(content_hash=run.bundle["catalogue"])).of_product(
        run.product.code
    )
    is_chinese = (get_language() or "").startswith("zh")
    labels = {name: item.zh if is_chinese else item.en for name, item in variables.items()}
    return {"loans": found.loans, "lacking": [(labels.get(name, name), n) for name, n in found.by_variable.items()]}


def _progress(run: ReviewRun) -> dict[str, Any]:
    """Loans accounted for so far, their share in per cent, and how long it took or has taken."""
    done = run.chunks.exclude(state=ReviewChunk.State.WAITING).aggregate(n=Sum("due_count"))["n"] or 0
    seconds = ((run.ended_at or timezone.now()) - run.started_at).total_seconds()
    share = round(done / run.due_count * 100, 1) if run.due_count else 100.0
    return {"done": done, "share": share, "seconds": round(seconds), "rate": round(done / seconds) if seconds else None}


def _levels(counts: dict[str, int]) -> list[dict[str, Any]]:
    total = sum(counts.values()) or 1
    return [
        {"level": level, "count": counts.get(level, 0), "share": round(counts.get(level, 0) / total * 100, 1)}
        for level in LEVELS
    ]
