"""The filters that the pages of delinquency share."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from lending.models import Product, Region
from monitoring.models import LoanReview
from monitoring.services.delinquency.figures import Which


def chosen(request: HttpRequest) -> dict[str, Any]:
    """What the reader chose, and what there is to choose."""
    products = list(Product.objects.order_by("code"))
    product = next((one for one in products if one.code == request.GET.get("product")), None)
    if product is None:
        product = _busiest(products)
    if product is None:
        return {"which": None, "products": [], "regions": [], "segments": [], "query": ""}
    region = request.GET.get("region", "")
    segment = request.GET.get("segment", "")
    which = Which(product, int(region) if region.isdecimal() and len(region) < 18 else None, segment[:40])
    segments = LoanReview.objects.filter(product=product).values_list("segment", flat=True).distinct()
    return {
        "which": which,
        "products": products,
        "regions": list(Region.objects.order_by("code")),
        "segments": sorted(segments),
        "query": query_of(request.GET, {"product": product.code}),
    }


def _busiest(products: Sequence[Product]) -> Product | None:
    """A product that was reviewed, else any."""
    return next((one for one in products if one.review_runs.exists()), products[0] if products else None)


def query_of(given: Mapping[str, str], changes: Mapping[str, Any]) -> str:
    """The address's question with some of it changed, without the file format."""
    kept = {name: value for name, value in given.items() if name != "format" and value}
    return urlencode({**kept, **changes})
