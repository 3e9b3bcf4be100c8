"""The counted portfolio as pictures need it: sums over the latest review of each product, and by month."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth

from lending.business_dates import business_date_of
from lending.models import Product, Region
from monitoring.models import PortfolioFigure, ReviewRun

Name = PortfolioFigure.Name


class Shown(NamedTuple):
    """What part of the portfolio is looked at; None and "" are all of it."""

    product: Product | None = None
    region: Region | None = None
    segment: str = ""


class Counted(NamedTuple):
    """Loans (or customers), the seriously late among them, and what they owe in minor units."""

    number: int = 0
    bad_count: int = 0
    amount_minor: int = 0

    @property
    def bad_share(self) -> float | None:
        """Seriously late as a share of all; None of none."""
        return self.bad_count / self.number if self.number else None


def shown_of(given: Mapping[str, str]) -> Shown:
    """From the address of a page: product and region by code, segment; what does not exist is not filtered by."""
    product = Product.objects.filter(code=given.get("product", "")).first()
    region = Region.objects.filter(code=given.get("region", "")).first()
    segment = given.get("segment", "")
    return Shown(product, region, segment if segment and segment in segments(runs_latest(Shown())) else "")


def segments(runs: Sequence[ReviewRun]) -> list[str]:
    """Segments that any loan of these reviews is counted in."""
    found = PortfolioFigure.objects.filter(run__in=runs, name=Name.LEVEL).exclude(segment="")
    return list(found.order_by("segment").values_list("segment", flat=True).distinct())


def regions(runs: Sequence[ReviewRun]) -> list[Region]:
    """Regions that any loan of these reviews is counted in, by code."""
    found = PortfolioFigure.objects.filter(run__in=runs, name=Name.LEVEL, region__isnull=False)
    return list(Region.objects.filter(pk__in=found.values("region")).order_by("code"))


def runs_latest(shown: Shown) -> list[ReviewRun]:
    """The latest counted review of each product, in order of the product's code."""
    newest = ReviewRun.objects.filter(product=OuterRef("pk"), counted_at__isnull=False).order_by("-as_of", "-id")
    products = Product.objects.annotate(run=Subquery(newest.values("pk")[:1])).filter(run__isnull=False)
    if shown.product:
        products = products.filter(pk=shown.product.pk)
    runs = ReviewRun.objects.in_bulk(products.values_list("run", flat=True))
    return sorted(runs.values(), key=lambda run: run.product.code)


def totals(runs: list[ReviewRun], name: Name, shown: Shown) -> dict[str, Counted]:
    """Sums by key over these reviews."""
    return {key: counted for (key,), counted in _sums(runs, name, shown, "key").items()}


def totals_by_region(runs: list[ReviewRun], shown: Shown) -> dict[str, Counted]:
    """Loans by code of the region; "" for loans whose region is not known."""
    return {code or "": counted for (code,), counted in _sums(runs, Name.LEVEL, shown, "region__code").items()}


def totals_by_product(runs: list[ReviewRun], shown: Shown) -> dict[int, Counted]:
    """Loans by id of the product."""
    return {number: counted for (number,), counted in _sums(runs, Name.LEVEL, shown, "product_id").items()}


def runs_by_month(shown: Shown, most: int = 24) -> dict[date, list[int]]:
    """By month, oldest first: of each product the last counted review of the month. At most `most` months."""
    counted = ReviewRun.objects.filter(counted_at__isnull=False)
    if shown.product:
        counted = counted.filter(product=shown.product)
    rows = counted.order_by("as_of", "pk").values_list("pk", "product_id", "as_of", "product__timezone")
    last: dict[tuple[date, int], int] = {}
    for number, product, as_of, zone in rows:
        last[business_date_of(as_of, zone).replace(day=1), product] = number
    found: dict[date, list[int]] = {}
    for (month, _product), number in sorted(last.items()):
        found.setdefault(month, []).append(number)
    return dict(list(found.items())[-most:])


def months(name: Name, shown: Shown) -> dict[date, dict[str, Counted]]:
    """Sums by month and key, oldest first, over the reviews of `runs_by_month`."""
    runs = [number for numbers in runs_by_month(shown).values() for number in numbers]
    found = _filtered(PortfolioFigure.objects.filter(run__in=runs, name=name), shown)
    grouped = found.annotate(month=TruncMonth("day")).values("month", "key").annotate(**_SUMS).order_by("month", "key")
    series: dict[date, dict[str, Counted]] = {}
    for row in grouped:
        series.setdefault(row["month"], {})[row["key"]] = _counted(row)
    return series


_SUMS: dict[str, Any] = {"n": Sum("count"), "bad": Sum("bad_count"), "amount": Sum("amount_minor")}


def _sums(runs: list[ReviewRun], name: Name, shown: Shown, *by: str) -> dict[tuple[Any, ...], Counted]:
    found = _filtered(PortfolioFigure.objects.filter(run__in=runs, name=name), shown)
    rows = found.values(*by).annotate(**_SUMS).order_by(*(F(field).asc(nulls_first=True) for field in by))
    return {tuple(row[field] for field in by): _counted(row) for row in rows}


def _counted(row: Mapping[str, Any]) -> Counted:
    return Counted(row["n"], row["bad"], row["amount"])


def _filtered(figures: QuerySet[PortfolioFigure], shown: Shown) -> QuerySet[PortfolioFigure]:
    if shown.product:
        figures = figures.filter(product=shown.product)
    if shown.region:
        figures = figures.filter(region=shown.region)
    return figures.filter(segment=shown.segment) if shown.segment else figures
