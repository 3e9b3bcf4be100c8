"""The pictures of the portfolio: what the first page shows, each as a file, and the loans behind a number."""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from audit.admin.page import Crumb, PageAdmin, page_url
from audit.csv_file import csv_response
from lending.models import Product, Region
from monitoring.admin.dashboard.cards import CARDS, Card, View
from monitoring.admin.dashboard.map import map_card
from monitoring.admin.dashboard.reviews import drift_card, reviews_card
from monitoring.admin.dashboard.words import figure_words
from monitoring.models import PortfolioFigure, ReviewRun
from monitoring.services.portfolio.reading import runs_latest, segments, shown_of
from monitoring.services.portfolio.rows import loans_behind

PER_PAGE: Final = 100
ALL_CARDS: Final = {one.__name__.removesuffix("_card"): one for one in (*CARDS, map_card, drift_card, reviews_card)}


def view_of(request: HttpRequest) -> View:
    """What the filters of an address ask for."""
    shown = shown_of(request.GET.dict())
    chosen = {
        "product": shown.product.code if shown.product else "",
        "region": shown.region.code if shown.region else "",
        "segment": shown.segment,
    }
    return View(shown, runs_latest(shown), urlencode({name: value for name, value in chosen.items() if value}))


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """The context of the pictures; `view.runs` is empty while nothing was reviewed."""
    view = view_of(request)
    return {
        "view": view,
        "cards": {name: card(view) for name, card in ALL_CARDS.items()} if view.runs else {},
        "products": Product.objects.filter(review_runs__counted_at__isnull=False).distinct().order_by("code"),
        "regions": Region.objects.filter(loans__isnull=False).distinct().order_by("code"),
        "segments": segments(),
    }


@admin.register(PortfolioFigure)
class PortfolioFigureAdmin(PageAdmin):
    """Numbers of the portfolio; counted by reviews, changed by nobody."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<slug:card>.csv", view(self.csv_view), name="monitoring_portfoliofigure_csv"),
            path("<int:run_id>/rows/", view(self.rows_view), name="monitoring_portfoliofigure_rows"),
            *super().get_urls(),
        ]

    def changelist_view(  # type: ignore[override]  # the theme narrows what Django allows
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The pictures are on the first page."""
        self._require_view(request)
        return redirect(page_url("index"))

    def csv_view(self, request: HttpRequest, card: str) -> HttpResponse:
        """The numbers of one picture, under the filters of the address."""
        self._require_view(request)
        if card not in ALL_CARDS:
            raise Http404
        found: Card = ALL_CARDS[card](view_of(request))
        rows = [[cell.text for cell in row] for row in found.rows]
        return csv_response(f"{card}.csv", [found.header, *rows])

    def rows_view(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """The loans behind a number."""
        self._require_view(request)
        run = get_object_or_404(ReviewRun.objects.select_related("product"), pk=run_id)
        name, key = request.GET.get("name", ""), request.GET.get("key", "")
        if name not in PortfolioFigure.Name.values:
            raise Http404
        given = request.GET.get("page", "1")
        number = int(given) if given.isdecimal() and len(given) < 6 else 1
        is_serious = request.GET.get("serious") == "1"
        start = (max(number, 1) - 1) * PER_PAGE
        shown = shown_of(request.GET.dict())
        found = loans_behind(run, name, key, shown, serious_only=is_serious, start=start, most=PER_PAGE + 1)
        asked = {one: value for one, value in request.GET.items() if one != "page"}
        return self.page(
            request,
            "monitoring/dashboard/rows.html",
            title=figure_words(name, key, is_serious),
            crumbs=[Crumb(_("Start"), page_url("index"))],
            run=run,
            shown=shown,
            rows=found[:PER_PAGE],
            first=start + 1,
            query=urlencode(asked),
            number=max(number, 1),
            has_more=len(found) > PER_PAGE,
            page_timezone=run.product.timezone,
        )

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
