"""What the demo's variables were observed to be, measured on the shipped training tables."""

from datetime import datetime

import polars as pl

from lending.models import Product
from riskengine.demo.frames import SHIPPED
from riskengine.demo.places import DATA_DIR
from scoring.models import VariableProfile
from scoring.services.profiles import profiles_store

SOURCES = {
    "instalment": ("German credit data, 1,000 instalment loans", "德国信贷数据，1,000 笔分期贷款"),
    "card": ("Taiwan card data, 21,095 accounts", "台湾信用卡数据，21,095 个账户"),
}


def profiles_ensure(*, product: Product, at: datetime) -> int:
    """Measure a product's variables unless somebody has; how many were measured now."""
    if VariableProfile.objects.filter(product=product).exists():
        return 0
    source_en, source_zh = SOURCES[product.code]
    frame = pl.read_parquet(DATA_DIR / SHIPPED[product.code].file)
    return len(profiles_store(product=product, frame=frame, source_en=source_en, source_zh=source_zh, as_of=at.date()))
