"""The currency of a product's money, for the governed settings that hold some."""

from audit.governed_kinds import Currency
from lending.models import Product
from lending.money import MINOR_DIGITS


def product_currency(code: str) -> Currency | None:
    """What money of the product of this code is in; None where there is none of it."""
    product = Product.objects.filter(code=code).only("currency").first()
    return Currency(product.currency, MINOR_DIGITS.get(product.currency, 2)) if product else None
