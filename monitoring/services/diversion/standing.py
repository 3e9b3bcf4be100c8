"""Confirmed diversion reaches decisions on new applications through the customer's standing, at once."""

from datetime import datetime
from typing import Final

from django.db import connection

from lending.models import CustomerStanding

CONFIRMED: Final = """
    SELECT own.customer_id FROM (
        SELECT DISTINCT ON (f.loan_id) f.loan_id, f.state FROM monitoring_diversionfinding f
        WHERE f.known_at <= %(known_at)s
            AND f.loan_id IN (SELECT loan_id FROM monitoring_diversionfinding WHERE state = 'CONFIRMED')
        ORDER BY f.loan_id, f.known_at DESC, f.id DESC
    ) last JOIN lending_loan own ON own.id = last.loan_id WHERE last.state = 'CONFIRMED'
"""
"""SQL: customers with a loan whose diversion was confirmed and not lifted, as known at an instant."""


def standing_write(*, customer_id: int, at: datetime) -> None:
    """A standing as of now that differs from the last one only in what is known of diversion."""
    latest = CustomerStanding.objects.filter(customer=customer_id, known_at__lte=at).order_by("-as_of", "-known_at")
    standing = latest.first() or CustomerStanding(customer_id=customer_id)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %(customer)s IN ({CONFIRMED})", {"known_at": at, "customer": customer_id})
        standing.has_confirmed_diversion = cursor.fetchone()[0]
    standing.pk, standing.as_of, standing.known_at = None, at, at
    standing.save(force_insert=True)
