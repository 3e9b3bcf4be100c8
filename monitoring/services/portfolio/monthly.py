"""Applications and approvals by month, from the months of products that are counted for regions."""

from datetime import date
from typing import NamedTuple

from django.db.models import Sum

from monitoring.models import ProductMonth
from monitoring.services.portfolio.reading import Shown


class Month(NamedTuple):
    """One month of what is shown."""

    month: date
    applications: int
    decided: int
    approved: int

    @property
    def approval_rate(self) -> float | None:
        """Approved as a share of decided; None of none."""
        return self.approved / self.decided if self.decided else None


def product_months(shown: Shown, most: int = 24) -> list[Month]:
    """The last months in order. Applications are known by product and region, not by segment."""
    found = ProductMonth.objects.filter(is_synthetic=False)
    if shown.product:
        found = found.filter(product=shown.product)
    if shown.region:
        found = found.filter(region=shown.region)
    counted = found.values("month").annotate(
        applications=Sum("applications"), decided=Sum("decided"), approved=Sum("approved")
    )
    rows = counted.order_by("-month")[:most]
    return [Month(row["month"], row["applications"], row["decided"], row["approved"]) for row in reversed(rows)]
