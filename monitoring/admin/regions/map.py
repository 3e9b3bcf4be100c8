"""Regions on a tile map, one region with its features and trends, and the ranking for placement."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.csv_file import csv_response
from lending.business_dates import business_date_end
from lending.models import Loan, Product, Region
from monitoring.admin.regions.charts import map_legend, tile_map, trend_line
from monitoring.admin.regions.filters import View, frame, products_counted, view_of
from monitoring.admin.regions.words import GROUPS, IMPACTS, INFLUENCES, JUDGED, PLACEMENTS, feature_words
from monitoring.models import RegionFigure, RegionInfluence
from monitoring.regions.months import month_add
from monitoring.services.regions.indicators import indicators_of_region
from monitoring.services.regions.influences import influence_latest
from monitoring.services.regions.months import months_of_regions
from monitoring.services.regions.placements import placement_draft, placement_of
from riskengine.errors import RiskEngineError

LOANS_SHOWN = 20
TREND_MONTHS = 36


@admin.register(RegionInfluence)
class RegionInfluenceAdmin(PageAdmin):
    """The list is the map of a product."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("placement/<slug:code>/", wrap(self.placement_view), name="monitoring_regioninfluence_placement"),
            path("region/<slug:region_code>/", wrap(self.region_view), name="monitoring_regioninfluence_region"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        view = view_of(request)
        product = _chosen(request)
        return self._map(request, view, product, influence_latest(product, view.as_of) if product else None)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        fits = RegionInfluence.objects.select_related("product")
        fit = get_object_or_404(fits, pk=number)
        return self._map(request, view_of(request), fit.product, fit)

    def _map(
        self, request: HttpRequest, view: View, product: Product | None, fit: RegionInfluence | None
    ) -> HttpResponse:
        require(self.has_view_permission(request))
        rows = _rows(product, fit, view) if product else []
        if request.GET.get("format") == "csv":
            return csv_response(f"regions-{view.as_of}.csv", _csv(rows))
        tiles = [row for row in rows if row["column"] is not None]
        return self.page(
            request,
            "monitoring/regions/map.html",
            title=_("Regions"),
            **frame(view, "map", product),
            fit=fit,
            why=INFLUENCES.get(fit.why, "") if fit else INFLUENCES["NONE"],
            map=tile_map(tiles) if tiles else None,
            legend=map_legend(),
            rows=sorted(rows, key=lambda row: (row["value"] is None, row["value"] or 0.0, row["code"])),
            effects=_effects(fit),
            left_out=[(feature_words(name), why) for name, why in sorted(fit.document["left_out"].items())]
            if fit
            else [],
        )

    def region_view(self, request: HttpRequest, region_code: str) -> HttpResponse:
        require(self.has_view_permission(request))
        view, region, product = view_of(request), get_object_or_404(Region, code=region_code), _chosen(request)
        fit = influence_latest(product, view.as_of) if product else None
        figure = RegionFigure.objects.filter(influence=fit, region=region).first() if fit else None
        if request.GET.get("format") == "csv":
            return csv_response(f"region-{region.code}-{view.as_of}.csv", _features_csv(figure))
        sums = months_of_regions(product, view.window[0], view.window[-1]) if product else {}
        loans = Loan.objects.filter(region=region, opened_on__lte=view.as_of).select_related("product")
        return self.page(
            request,
            "monitoring/regions/region.html",
            title=str(region),
            crumbs=[Crumb(_("Regions"), page_url("monitoring_regioninfluence_changelist"))],
            **frame(view, "map", product),
            region=region,
            figure=figure,
            features=_features(figure),
            counts=sums.get(region.pk),
            trends=_trends(region, view.as_of, product),
            loans=loans.order_by("-opened_on", "-pk")[:LOANS_SHOWN],
            loans_count=loans.count(),
        )

    def placement_view(self, request: HttpRequest, code: str) -> HttpResponse:
        require(self.has_view_permission(request))
        product, view = get_object_or_404(Product, code=code), view_of(request)
        can_draft = request.user.has_perm("audit.add_governeddocument")
        if request.method == "POST":
            if not can_draft:
                raise PermissionDenied
            try:
                draft = placement_draft(
                    product=product,
                    as_of=view.as_of,
                    author=request.user,  # type: ignore[arg-type]  # somebody signed in
                    at=timezone.now(),
                )
                return redirect(page_url("audit_governeddocument_change", draft.pk))
            except RiskEngineError:
                messages.error(request, _("No region can be placed."))
        found = None if view.policy is None else placement_of(product, view.policy, view.as_of)
        ranked = found.ranked if found else []
        if request.GET.get("format") == "csv":
            lines = [[place, one.region.code, one.yxtz] for place, one in enumerate(ranked, 1)]
            return csv_response(f"placement-{product.code}-{view.as_of}.csv", [["rank", "region", "yxtz"], *lines])
        judged = found.judged if found and found.judged else None
        return self.page(
            request,
            "monitoring/regions/placement.html",
            title=_("Placement"),
            crumbs=[Crumb(_("Regions"), page_url("monitoring_regioninfluence_changelist"))],
            **frame(view, "placement", product),
            found=found,
            judged=judged,
            judged_words=JUDGED[judged.state if judged else "NOT_ASSESSED"],
            why=PLACEMENTS.get(found.why, "") if found else "",
            rows=[{"rank": place, "figure": one, "lead": _lead(one)} for place, one in enumerate(ranked, 1)],
            impacts=[
                (impact, GROUPS.get(impact.group, impact.group), *IMPACTS[impact.state])
                for impact in (found.impacts if found else [])
            ],
            can_draft=can_draft and bool(ranked),
        )


def _chosen(request: HttpRequest) -> Product | None:
    """The product asked for, else the first with months."""
    products = products_counted()
    return next((one for one in products if one.code == request.GET.get("product")), products[0] if products else None)


def _rows(product: Product, fit: RegionInfluence | None, view: View) -> list[dict[str, Any]]:
    """Regions where the product is, or which its fit assessed, with what it did there in the window."""
    sums = months_of_regions(product, view.window[0], view.window[-1])
    figures = {one.region_id: one for one in fit.figures.all()} if fit else {}
    amount = sum(one["amount_minor"] for one in sums.values())
    rows = []
    for region in Region.objects.order_by("code"):
        figure, counts = figures.get(region.pk), sums.get(region.pk)
        if counts is None and (figure is None or (figure.yxtz is None and not figure.loans)):
            continue
        value = figure.yxtz if figure else None
        rows.append(
            {
                "region": region,
                "code": region.code,
                "short": region.code.rsplit("-", 1)[-1],
                "column": region.tile_column,
                "row": region.tile_row,
                "value": value,
                "words": "–" if value is None else f"{value:.2f}",
                "missing": [feature_words(name) for name in figure.missing] if figure else [],
                "contracts": int(counts["contracts"]) if counts else 0,
                "share": counts["amount_minor"] / amount if counts and amount else 0.0,
                "share_words": f"{counts['amount_minor'] / amount:.1%}" if counts and amount else "–",
                "loans": figure.loans if figure else 0,
            }
        )
    return rows


def _csv(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[object]]:
    yield ["region", "yxtz", "contracts", "share_of_amount", "matured_loans", "unknown"]
    for row in rows:
        value = "" if row["value"] is None else row["value"]
        yield [row["code"], value, row["contracts"], row["share"], row["loans"], "; ".join(row["missing"])]


def _effects(fit: RegionInfluence | None) -> list[dict[str, Any]]:
    """Effects of features in log odds, the largest first, with how much they differ between folds."""
    effects = fit.document["effects"] if fit else {}
    largest = max((abs(effect) for effect in effects.values()), default=1.0) or 1.0
    return [
        {
            "title": feature_words(name),
            "effect": f"{effect:+.2f}",
            "spread": f"{fit.document['effect_spreads'][name]:.2f}" if fit else "",
            "width": round(abs(effect) / largest * 100.0, 1),
            "is_worse": effect > 0.0,
        }
        for name, effect in sorted(effects.items(), key=lambda item: -abs(item[1]))
    ]


def _features(figure: RegionFigure | None) -> list[dict[str, Any]]:
    if figure is None:
        return []
    return [
        {
            "title": feature_words(name),
            "value": "–" if value is None else f"{value:.4g}",
            "adds": "–" if name not in figure.parts else f"{figure.parts[name]:+.2f}",
        }
        for name, value in figure.features.items()
    ]


def _features_csv(figure: RegionFigure | None) -> Iterator[Sequence[object]]:
    yield ["feature", "value", "adds"]
    for name, value in figure.features.items() if figure else ():
        yield [name, "" if value is None else value, figure.parts.get(name, "") if figure else ""]


def _trends(region: Region, as_of: date, product: Product | None) -> list[dict[str, Any]]:
    """Indicators of the last three years as known on the day."""
    known = business_date_end(as_of, product.timezone if product else "UTC")
    since = month_add(as_of.replace(day=1), -TREND_MONTHS)
    trends = []
    for indicator, months in sorted(indicators_of_region(region.pk, known).items()):
        values = [(f"{month:%Y-%m}", months[month]) for month in sorted(months) if month >= since]
        if len(values) > 1:
            trends.append({"title": feature_words(indicator), **trend_line(values)})
    return trends


def _lead(figure: RegionFigure) -> str:
    """What speaks most for a region: the feature that lowers its coefficient most."""
    lowest = min(figure.parts.items(), key=lambda item: item[1], default=None)
    return "" if lowest is None or lowest[1] >= 0.0 else f"{feature_words(lowest[0])} {lowest[1]:+.2f}"
