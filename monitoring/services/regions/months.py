"""Months of products kept as aggregates, and read as what they were kept for."""

from collections import defaultdict
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from audit.services.log import entry_append
from lending.models import Product
from monitoring.models import ProductMonth
from monitoring.regions.fluctuation import Month
from monitoring.regions.months import month_add, month_last_complete
from monitoring.services.regions.book import months_between, product_first_month, product_months_count
from riskengine.errors import Conflict

RECOUNTED: Final = 3
"""Months counted anew each time: facts about a month come in late."""
NUMBERS: Final = (
    "applications",
    "decided",
    "approved",
    "taken_up",
    "contracts",
    "amount_minor",
    "rated",
    "rated_minor",
    "customers_due",
    "customers_missed",
)
AMOUNTS: Final = ("rate_amount", "term_amount")


class SyntheticMonths(Conflict):
    """A product's months are made up, so they are not counted in the book."""

    code = "synthetic_months"


@transaction.atomic
def product_months_keep(*, product: Product, as_of: date, at: datetime, is_whole: bool = False) -> int:
    """Count the complete months as of a business date and keep them; the last three anew, or all (`is_whole`).

    Returns how many months were counted. Raises SyntheticMonths.
    """
    kept = ProductMonth.objects.filter(product=product)
    if kept.filter(is_synthetic=True).exists():
        raise SyntheticMonths("The months of this product are made up.", product=product.code)
    first, last = product_first_month(product), month_last_complete(as_of, product.grace_days)
    if first is None or first > last:
        return 0
    newest = kept.order_by("-month").values_list("month", flat=True).first()
    since = first if is_whole or newest is None else max(first, month_add(min(newest, last), 1 - RECOUNTED))
    counts = product_months_count(product, since, last, as_of)
    kept.filter(month__gte=since, month__lte=last).delete()
    ProductMonth.objects.bulk_create(
        ProductMonth(
            product=product,
            region_id=region,
            month=month,
            as_of=as_of,
            **{name: round(found[name]) for name in NUMBERS},
            **{name: found[name] for name in AMOUNTS},
        )
        for (month, region), found in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] or 0))
    )
    months = months_between(since, last)
    entry_append(
        kind="regions.counted",
        object_type="product",
        object_id=product.code,
        actor="system:regions",
        payload={"as_of": as_of.isoformat(), "since": since.isoformat(), "months": len(months)},
        recorded_at=at,
    )
    return len(months)


def months_of_products(until: date) -> dict[str, dict[date, Month]]:
    """Every product's months up to one, whole products (all regions together), by code."""
    names = [field.name for field in fields(Month)]
    found: dict[str, dict[date, Month]] = defaultdict(dict)
    rows = ProductMonth.objects.filter(month__lte=until).values("product__code", "month").order_by("product__code")
    summed: Any = rows.annotate(**{f"sum_{name}": Sum(name) for name in names})
    for row in summed:
        found[row["product__code"]][row["month"]] = Month(**{name: row[f"sum_{name}"] for name in names})
    return found


def months_of_regions(product: Product, since: date, until: date) -> dict[int, dict[str, float]]:
    """Sums of a product's months by region, regions not known left out."""
    rows = ProductMonth.objects.filter(
        product=product, month__gte=since, month__lte=until, region__isnull=False
    ).values("region_id")
    sums: Any = rows.annotate(**{f"sum_{name}": Sum(name) for name in NUMBERS})
    return {row["region_id"]: {name: float(row[f"sum_{name}"]) for name in NUMBERS} for row in sums}
