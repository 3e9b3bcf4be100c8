"""The pictures of the portfolio: what the first page shows, each as a file, and the loans behind a number."""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.csv_file import csv_response, csv_stream
from monitoring.admin.dashboard.approvals import approvals_card
from monitoring.admin.dashboard.cards import CARDS, Card, View
from monitoring.admin.dashboard.drift import drift_card
from monitoring.admin.dashboard.exposure import exposure_card
from monitoring.admin.dashboard.lists import (
    applications_asked,
    applications_context,
    applications_lines,
    loans_asked,
    loans_context,
    loans_lines,
)
from monitoring.admin.dashboard.map import map_card
from monitoring.admin.dashboard.reviews import reviews_card
from monitoring.models import PortfolioFigure
from monitoring.services.portfolio.reading import Shown, regions, runs_latest, segments, shown_of

ALL_CARDS: Final = {
    one.__name__.removesuffix("_card"): one
    for one in (*CARDS, exposure_card, approvals_card, map_card, drift_card, reviews_card)
}


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
    everything = runs_latest(Shown())
    return {
        "view": view,
        "cards": {name: card(view) for name, card in ALL_CARDS.items()} if view.runs else {},
        "products": [run.product for run in everything],
        "regions": regions(everything),
        "segments": segments(everything),
    }


@admin.register(PortfolioFigure)
class PortfolioFigureAdmin(RecordPageAdmin):
    """Numbers of the portfolio; counted by reviews, changed by nobody."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<slug:card>.csv", view(self.csv_view), name="monitoring_portfoliofigure_csv"),
            path("loans/", view(self.rows_view), name="monitoring_portfoliofigure_rows"),
            path("applications/", view(self.applications_view), name="monitoring_portfoliofigure_applications"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The pictures are on the first page."""
        return redirect(page_url("index"))

    def csv_view(self, request: HttpRequest, card: str) -> HttpResponse:
        """The numbers of one picture, under the filters of the address."""
        require(self.has_view_permission(request))
        if card not in ALL_CARDS:
            raise Http404
        found: Card = ALL_CARDS[card](view_of(request))
        rows = [[cell.text for cell in row] for row in found.rows]
        return csv_response(f"{card}.csv", [found.header, *rows])

    def rows_view(self, request: HttpRequest) -> HttpResponseBase:
        """The loans behind a number."""
        require(self.has_view_permission(request))
        given = request.GET.dict()
        if given.get("format") == "csv":
            loans_asked(given)
            return csv_stream("loans.csv", loans_lines(given))
        return self._list(request, "monitoring/dashboard/rows.html", loans_context(given))

    def applications_view(self, request: HttpRequest) -> HttpResponseBase:
        """The applications behind a number, for whoever may see decisions."""
        require(self.has_view_permission(request))
        require(request.user.has_perm("rules.view_decision"))
        given = request.GET.dict()
        if given.get("format") == "csv":
            applications_asked(given)
            return csv_stream("applications.csv", applications_lines(given))
        return self._list(request, "monitoring/dashboard/applications.html", applications_context(given))

    def _list(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        return self.page(request, template, crumbs=[Crumb(_("Start"), page_url("index"))], **context)
