"""What a person decides between two reviews reaches the standing at once: a warning closed, a diversion confirmed."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from lending.business_dates import business_date_of
from lending.models import Customer, CustomerStanding, Loan
from lending.open_loans import is_open_then
from monitoring.levels import LEVELS
from monitoring.services.standings.writing import diverted_customers, open_warnings


def standing_follow(*, loan: Loan, at: datetime) -> None:
    """Say anew, in the caller's transaction, what is open and confirmed on a customer's loans of this loan's product.

    What the last review found stays and so does its instant: the next review takes its place.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=loan.customer_id)  # two at once must count each other
    newest = (
        CustomerStanding.objects.filter(customer=loan.customer_id, product=loan.product_id)
        .order_by("-as_of", "-known_at")
        .first()
    )
    figures = _figures(loan, at)
    standing = newest or CustomerStanding(
        customer_id=loan.customer_id, product_id=loan.product_id, as_of=_opened_at(loan), known_at=at
    )
    if all(getattr(standing, name) == value for name, value in figures.items()):
        return
    kept = {
        field.attname: getattr(standing, field.attname)
        for field in CustomerStanding._meta.concrete_fields
        if field.attname not in ("id", "customer_id", "product_id", "as_of", "known_at")
    }
    CustomerStanding.objects.update_or_create(
        customer_id=loan.customer_id,
        product_id=loan.product_id,
        as_of=standing.as_of,
        known_at=max(at, standing.known_at),
        defaults=kept | figures,
    )


def _figures(loan: Loan, at: datetime) -> dict[str, object]:
    """What is known without a review."""
    day = business_date_of(at, loan.product.timezone)
    held = Loan.objects.filter(is_open_then(day, at), customer=loan.customer_id, product=loan.product_id)
    ranks = open_warnings(list(held.values_list("pk", flat=True)))["rank"].to_list()
    return {
        "warning_level": LEVELS[max(ranks, default=0)],
        "open_warnings": len(ranks),
        "has_confirmed_diversion": bool(diverted_customers([loan.customer_id], loan.product_id, at)),
    }


def _opened_at(loan: Loan) -> datetime:
    """The instant of which it is said before any review: that of the opening, so that every review comes later."""
    return datetime.combine(loan.opened_on, time.min, ZoneInfo(loan.product.timezone))
