"""The products to choose from, for governed settings with one document each."""

from audit.governed_kinds import Words
from lending.models import Product


def products_named() -> list[tuple[str, Words]]:
    """(code, name) of every product."""
    return [(product.code, str(product)) for product in Product.objects.order_by("code")]
