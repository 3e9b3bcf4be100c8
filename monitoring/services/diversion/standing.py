"""Confirmed diversion reaches decisions on new applications through the customer's standing, at once."""

from datetime import datetime
from typing import Final

from django.db import connection

from lending.models import CustomerStanding

# The state of each of the customer's loans is that of its last finding.
CONFIRMED: Final = """
    EXISTS (
        SELECT FROM lending_loan own CROSS JOIN LATERAL (
            SELECT state FROM monitoring_diversionfinding f
            WHERE f.loan_id = own.id AND f.known_at <= {known_at} ORDER BY f.known_at DESC, f.id DESC LIMIT 1
        ) last WHERE own.customer_id = {customer} AND last.state = 'CONFIRMED')
"""
"""SQL: whether a customer has a loan whose diversion is confirmed, as known at an instant."""


def standing_write(*, customer_id: int, at: datetime) -> None:
    """A standing as of now that differs from the last one only in what is known of diversion."""
    latest = CustomerStanding.objects.filter(customer=customer_id, known_at__lte=at).order_by("-as_of", "-known_at")
    standing = latest.first() or CustomerStanding(customer_id=customer_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT" + CONFIRMED.format(known_at="%(at)s", customer="%(customer)s"), {"at": at, "customer": customer_id}
        )
        standing.has_confirmed_diversion = cursor.fetchone()[0]
    standing.pk, standing.as_of, standing.known_at = None, at, at
    standing.save(force_insert=True)
