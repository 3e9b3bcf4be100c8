"""Standings from before they were kept by product lose nothing bad when the book is brought up to date."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from lending.models import Customer, CustomerStanding, Loan, Product, RiskEvent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, tzinfo=UTC)
STEPS = import_module("lending.migrations.0011_standing_per_product")


def _loan(customer: Customer, code: str, **more: Any) -> Loan:
    told = {"name_en": code, "name_zh": code, "currency": "CNY", "timezone": "UTC"}
    product, _is_new = Product.objects.get_or_create(code=code, defaults=told)
    opened = {"limit_minor": 1, "opened_on": date(2025, 1, 1), "external_id": code}
    return Loan.objects.create(customer=customer, product=product, **opened, **more)


def _brought(*, is_diverted: bool) -> dict[str, tuple[str, bool]]:
    """What stands by product of a customer with an open card and a closed loan of which a diversion was confirmed."""
    customer = Customer.objects.create(wrapped_key=b"k", created_at=AT)
    _loan(customer, "card")
    closed = _loan(customer, "closed", closed_on=date(2026, 1, 1))
    event = {"kind": RiskEvent.Kind.DIVERSION_CONFIRMED, "event_at": AT, "known_at": AT, "source": "t"}
    RiskEvent.objects.create(customer=customer, loan=closed, **event)
    said = {"warning_level": "RED", "open_warnings": 1, "has_confirmed_diversion": is_diverted}
    CustomerStanding.objects.create(customer=customer, as_of=AT, known_at=AT, **said)
    with connection.cursor() as cursor:
        for statement in (STEPS._NEWEST, STEPS._DIVERTED):
            cursor.execute(statement)
    rows = CustomerStanding.objects.filter(product__isnull=False)
    return {row.product.code: (row.warning_level, row.has_confirmed_diversion) for row in rows if row.product}


def test_what_was_said_of_the_customer_is_said_of_each_open_product_and_a_diversion_of_the_closed_one() -> None:
    assert _brought(is_diverted=True) == {"card": ("RED", True), "closed": ("NONE", True)}


def test_of_a_closed_product_nothing_is_said_where_no_diversion_stood() -> None:
    assert _brought(is_diverted=False) == {"card": ("RED", False)}
