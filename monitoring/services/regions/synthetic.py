"""Keeping the made-up book of products and regions, marked as made up wherever it is shown."""

from datetime import UTC, date, datetime
from typing import Final

from django.db import transaction

from audit.services.log import entry_append
from lending.business_dates import business_date_end
from lending.models import Product, Region, RegionMonth
from monitoring.models import ProductMonth, RegionInfluence
from monitoring.regions.influence import influence_fit
from monitoring.regions.months import month_end, month_last_complete
from monitoring.regions.synthetic import MONTHS, REGIONS, SEED, SHAPES, SIDE, indicator_rows, loans, product_rows
from monitoring.services.regions.indicators import features_of, indicators_as_of, own_indicators
from monitoring.services.regions.influences import influence_write
from monitoring.services.regions.policies import region_policy_live, region_policy_of

SOURCE: Final = "synthetic"


@transaction.atomic
def synthetic_book_ensure(*, as_of: date, at: datetime, months: int = MONTHS, seed: int = SEED) -> int:
    """Write the book up to the last complete month unless it is there; returns the months of products written."""
    if ProductMonth.objects.filter(is_synthetic=True).exists():
        return 0
    until = month_last_complete(as_of)
    regions = {code: _region(place, code) for place, code in enumerate(REGIONS)}
    products = {shape.code: _product(shape.code, shape.en, shape.zh) for shape in SHAPES}
    RegionMonth.objects.bulk_create(
        RegionMonth(
            region=regions[region],
            month=month,
            indicator=indicator,
            value=value,
            event_at=_end_of(month),
            known_at=_end_of(month),
            recorded_at=at,
            source=SOURCE,
        )
        for region, month, indicator, value in indicator_rows(until, months, seed)
    )
    rows = ProductMonth.objects.bulk_create(
        ProductMonth(
            product=products[row.product],
            region=regions[row.region],
            month=row.month,
            as_of=month_end(row.month),
            is_synthetic=True,
            **row.counts,
        )
        for row in product_rows(until, months, seed)
    )
    entry_append(
        kind="regions.synthetic",
        object_type="product",
        object_id=SHAPES[0].code,
        actor="system:regions",
        payload={"months": months, "seed": seed, "until": until.isoformat()},
        recorded_at=at,
    )
    return len(rows)


def synthetic_influence_ensure(*, as_of: date, at: datetime, seed: int = SEED) -> int:
    """Fit and keep Yxtz for the made-up products from made-up loans unless it is there. Raises NoRegionPolicy."""
    live = region_policy_live(as_of)
    policy, month, written = region_policy_of(live), month_last_complete(as_of), 0
    for shape in SHAPES:
        product = Product.objects.get(code=shape.code)
        if RegionInfluence.objects.filter(product=product).exists():
            continue
        known = business_date_end(as_of, product.timezone)
        features = features_of(policy, indicators_as_of(known), own_indicators(product, policy.base_least))
        ids = dict(Region.objects.filter(code__in=REGIONS).values_list("code", "pk"))
        made = loans(
            [feature.code for feature in policy.features],
            {code: features.of(ids[code], month) for code in REGIONS},
            seed=seed,
        )
        influence_write(
            product=product,
            as_of=as_of,
            at=at,
            policy_hash=live.content_hash,
            found=(found := influence_fit(made, policy.least)),
            loans=made,
            features=features,
            why=found.why,
            is_synthetic=True,
        )
        written += 1
    return written


def _region(place: int, code: str) -> Region:
    row, column = divmod(place, SIDE)
    names = {"name_en": f"Made-up region {place + 1}", "name_zh": f"虚构地区{place + 1}"}
    return Region.objects.get_or_create(code=code, defaults={**names, "tile_column": column, "tile_row": row})[0]


def _product(code: str, english: str, chinese: str) -> Product:
    names = {"name_en": english, "name_zh": chinese, "currency": "CNY", "timezone": "Asia/Shanghai"}
    return Product.objects.get_or_create(code=code, defaults={**names, "is_active": False})[0]


def _end_of(month: date) -> datetime:
    end = month_end(month)
    return datetime(end.year, end.month, end.day, 12, tzinfo=UTC)
