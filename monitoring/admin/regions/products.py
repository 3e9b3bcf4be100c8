"""Products by complete business months: how they move, Zh against DR, and the adjustment planner."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.csv_file import csv_response
from lending.models import Product
from monitoring.admin.regions.charts import move_bars, past_line
from monitoring.admin.regions.filters import View, frame, synthetic_codes, view_of
from monitoring.admin.regions.plans import plan_rows, planner_context
from monitoring.admin.regions.words import BASES, JUDGED, PARTS, STATES_LONG, cases_words, move_words
from monitoring.models import ProductMonth
from monitoring.regions.fluctuation import Month
from monitoring.services.regions.plans import plan_draft, plan_find
from monitoring.services.regions.products import Moves, ProductMove, product_moves
from riskengine.errors import RiskEngineError

PAST_MONTHS = 36


@admin.register(ProductMonth)
class ProductMonthAdmin(RecordPageAdmin):
    """The list is a page of our own: products side by side."""

    def get_urls(self) -> list[URLPattern]:
        planner = self.admin_site.admin_view(self.planner_view)
        return [path("plan/<slug:code>/", planner, name="monitoring_productmonth_planner"), *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        view = view_of(request)
        moves = product_moves(view.shown, view.window)
        if request.GET.get("format") == "csv":
            return csv_response(f"products-{view.as_of}.csv", _csv(moves))
        made_up = synthetic_codes()
        names = {product.code: product for product in Product.objects.all()}
        in_view = [move for move in moves.products if any(counts != Month() for _, counts, _ in move.months)]
        products = [_shown(move, names[move.code], view, move.code in made_up) for move in in_view]
        basis = moves.weighting.why or moves.weighting.basis
        return self.page(
            request,
            "monitoring/regions/products.html",
            title=_("Products"),
            **frame(view, "products", None),
            moves=sorted(products, key=lambda one: (one["is_synthetic"], one["product"].code)),
            weighting=moves.weighting,
            basis=BASES[basis],
            weights=list(zip(PARTS, moves.weighting.weights, strict=True)),
            quiet=[names[move.code] for move in moves.products if move not in in_view],
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """A month has no page of its own: the products it belongs to."""
        get_object_or_404(ProductMonth, pk=number)
        return redirect(page_url("monitoring_productmonth_changelist"))

    def planner_view(self, request: HttpRequest, code: str) -> HttpResponse:
        require(self.has_view_permission(request))
        product, view = get_object_or_404(Product, code=code), view_of(request)
        can_draft = request.user.has_perm("audit.add_governeddocument")
        if request.method == "POST":
            if not can_draft:
                raise PermissionDenied
            drafted = self._draft(request, product, view)
            if drafted is not None:
                return redirect(drafted)
        planned = None if view.policy is None else plan_find(product, view.policy, view.as_of)
        if request.GET.get("format") == "csv" and planned is not None:
            return csv_response(f"plans-{product.code}-{view.as_of}.csv", plan_rows(planned))
        return self.page(
            request,
            "monitoring/regions/planner.html",
            title=_("Adjustment planner"),
            crumbs=[Crumb(_("Products"), page_url("monitoring_productmonth_changelist"))],
            **frame(view, "planner", product),
            **planner_context(planned, product, request),
            can_draft=can_draft,
        )

    def _draft(self, request: HttpRequest, product: Product, view: View) -> str | None:
        term, rate = request.POST.get("term_months", ""), request.POST.get("annual_rate", "")
        try:
            draft = plan_draft(
                product=product,
                as_of=view.as_of,
                term_months=int(term),
                annual_rate=float(rate),
                author=request.user,  # type: ignore[arg-type]  # somebody signed in
                at=timezone.now(),
            )
        except (RiskEngineError, ValueError):
            messages.error(request, _("These terms are no feasible plan."))
            return None
        return page_url("audit_governeddocument_change", draft.pk)


def _shown(move: ProductMove, product: Product, view: View, is_synthetic: bool) -> dict[str, Any]:
    judged = "NOT_ASSESSED" if view.policy is None else move.judged.state
    words, badge = JUDGED[judged]
    return {
        "product": product,
        "is_synthetic": is_synthetic,
        "words": words,
        "badge": badge,
        "state": judged,
        "judged": move.judged,
        "past": past_line([(f"{month:%y-%m}", value) for month, value in move.past[-PAST_MONTHS:]], _limit(move, view)),
        "parts": [_part(move, place) for place in range(3)],
    }


def _part(move: ProductMove, place: int) -> dict[str, Any]:
    series = [(month, found.parts[place]) for month, _counts, found in move.months]
    last = series[-1][1]
    return {
        "title": PARTS[place],
        "chart": move_bars(
            [(f"{month:%y-%m}", part.value, f"{month:%Y-%m}: {move_words(part)}") for month, part in series]
        ),
        "is_known": last.value is not None,
        "words": move_words(last),
        "why": STATES_LONG.get(last.state, ""),
        "cases": cases_words(place, last),
        "adds": move.judged.parts[place],
    }


def _limit(move: ProductMove, view: View) -> float | None:
    return None if view.policy is None else move.judged.threshold


def _csv(moves: Moves) -> Iterator[Sequence[object]]:
    """A line a product and month; what is not known is empty, with its state beside it."""
    head = ["product", "month", "applications", "contracts", "mean_rate", "customers_due", "customers_missed"]
    yield [*head, "sqbd", "sqbd_state", "lbd", "lbd_state", "wyx", "wyx_state", "zh"]
    for move in moves.products:
        past = dict(move.past)
        for month, counts, found in move.months:
            parts = [cell for part in found.parts for cell in (_cell(part.value), part.state)]
            plain = [counts.applications, counts.contracts, _cell(counts.rate)]
            people = [counts.customers_due, counts.customers_missed]
            yield [move.code, month.isoformat(), *plain, *people, *parts, _cell(past.get(month))]


def _cell(value: float | None) -> object:
    return "" if value is None else value
