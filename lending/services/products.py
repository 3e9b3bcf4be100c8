"""What is lent, in which money and by which calendar; every change is on the record."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from audit.services.log import entry_append
from lending.models import Product
from riskengine.errors import InvalidInput


class UnknownTimezoneError(InvalidInput):
    """The time zone is none that we know: no business date could be told, and nothing decided or reviewed."""

    code = "product_timezone_unknown"


@transaction.atomic
def product_save(*, product: Product, at: datetime, actor: str) -> Product:
    """Create a product, or keep its changes; its code and currency stay once given, since amounts on record use them.

    Raises UnknownTimezoneError.
    """
    try:
        ZoneInfo(product.timezone)
    except (LookupError, OSError, ValueError):
        raise UnknownTimezoneError("There is no such time zone; an example is Asia/Shanghai.") from None
    kind = "product.created" if product.pk is None else "product.changed"
    kept = ["name_en", "name_zh", "timezone", "grace_days", "is_active"]
    product.save(update_fields=None if product.pk is None else kept)
    entry_append(
        kind=kind,
        object_type="product",
        object_id=product.code,
        actor=actor,
        payload={"currency": product.currency} | {name: getattr(product, name) for name in kept},
        recorded_at=at,
    )
    return product
