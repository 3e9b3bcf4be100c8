"""What the pages of products and regions share: the day, the window of one to six months, the tabs between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.page import page_url
from lending.models import Product
from monitoring.models import ProductMonth
from monitoring.region_policy import RegionPolicy
from monitoring.regions.months import WINDOW_LEAST, WINDOW_MOST, month_last_complete, month_window
from monitoring.services.regions.policies import PLAIN, NoRegionPolicy, region_policy_live, region_policy_of


@dataclass(frozen=True)
class View:
    """What the reader looks at, and the policy it is judged by (None: none is in force, and nothing is judged)."""

    as_of: date
    months: int
    policy: RegionPolicy | None
    query: str

    @property
    def window(self) -> list[date]:
        return month_window(month_last_complete(self.as_of), self.months)

    @property
    def shown(self) -> RegionPolicy:
        """The policy, or the shipped numbers to show fluctuations with."""
        return self.policy or PLAIN


def view_of(request: HttpRequest) -> View:
    """The day and the window asked for; today and six months where they make no sense."""
    today = timezone.now().date()
    try:
        as_of = min(date.fromisoformat(request.GET.get("as_of", "")), today)
    except ValueError:
        as_of = today
    asked = request.GET.get("months", "")
    months = int(asked) if asked in map(str, range(WINDOW_LEAST, WINDOW_MOST + 1)) else WINDOW_MOST
    try:
        policy = region_policy_of(region_policy_live(today))
    except NoRegionPolicy:
        policy = None
    changes = {"months": months, **({"as_of": as_of.isoformat()} if as_of != today else {})}
    return View(as_of, months, policy, urlencode(changes))


def products_counted() -> list[Product]:
    """Products that have months, made-up ones last."""
    made_up = synthetic_codes()
    found = Product.objects.filter(pk__in=ProductMonth.objects.values("product").distinct())
    return sorted(found, key=lambda product: (product.code in made_up, product.code))


def synthetic_codes() -> set[str]:
    """Codes of products whose months are made up."""
    return set(ProductMonth.objects.filter(is_synthetic=True).values_list("product__code", flat=True).distinct())


def frame(view: View, here: str, product: Product | None) -> Mapping[str, Any]:
    """The head that all pages share: tabs, the product chosen, filters."""
    code = product.code if product else ""
    tabs = [
        ("products", _("Products"), page_url("monitoring_productmonth_changelist")),
        ("map", _("Regions"), page_url("monitoring_regioninfluence_changelist") + f"?product={code}"),
    ]
    if code:
        tabs += [
            ("placement", _("Placement"), page_url("monitoring_regioninfluence_placement", code)),
            ("planner", _("Adjustment planner"), page_url("monitoring_productmonth_planner", code)),
        ]
    return {
        "tabs": [
            {"title": title, "url": f"{url}{'&' if '?' in url else '?'}{view.query}", "is_here": name == here}
            for name, title, url in tabs
        ],
        "view": view,
        "windows": range(WINDOW_LEAST, WINDOW_MOST + 1),
        "is_synthetic": product is not None and product.code in synthetic_codes(),
        "product": product,
        "products": products_counted(),
        "here": here,
    }
