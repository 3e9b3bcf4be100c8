"""The worst over products is one thing, worked out by the database for many customers and here for one."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending.models import Customer, CustomerStanding
from lending.standing_worst import COLUMNS, standing_newest, standing_worst, worst_of
from tests.factories.monitoring import AT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ROW = st.fixed_dictionaries(
    {
        "product_id": st.sampled_from([None, 1, 2, 3]),
        "as_of": st.integers(0, 9),
        "known": st.integers(0, 9),
        "warning_level": st.sampled_from(CustomerStanding.Level.values),
        "open_warnings": st.integers(0, 3),
        "months_late": st.integers(0, 6),
        "dpd": st.none() | st.integers(0, 200),
        "loan_category": st.sampled_from(["", "NORMAL", "LOSS", "OWN"]),
        "category_severity": st.none() | st.integers(0, 4),
        "has_confirmed_diversion": st.booleans(),
        "grx": st.none() | st.sampled_from([0.0, 0.25, 1.0]),
    }
)
ROWS = st.lists(ROW, max_size=9, unique_by=lambda row: (row["product_id"], row["as_of"], row["known"]))


def brute(rows: list[dict[str, Any]], hour: int) -> dict[str, Any] | None:
    """Of each product the newest known by then; of those the worst."""
    newest: dict[Any, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["as_of"], row["known"])):
        if row["known"] <= hour and row["as_of"] <= hour:
            newest[row["product_id"]] = row
    told = [row for product, row in newest.items() if product is not None] or list(newest.values())
    if not told:
        return None
    levels = CustomerStanding.Level.values
    found = {
        "warning_level": levels[max(levels.index(row["warning_level"]) for row in told)],
        "open_warnings": sum(row["open_warnings"] for row in told),
        "months_late": max(row["months_late"] for row in told),
        "has_confirmed_diversion": any(row["has_confirmed_diversion"] for row in told),
    }
    for name in ("dpd", "grx"):
        found[name] = max((row[name] for row in told if row[name] is not None), default=None)
    named = [row for row in told if row["loan_category"]]
    worst = max((-1 if row["category_severity"] is None else row["category_severity"] for row in named), default=None)
    of_worst = [
        row["loan_category"]
        for row in named
        if (-1 if row["category_severity"] is None else row["category_severity"]) == worst
    ]
    return found | {"loan_category": min(of_worst, default=None)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, hour=st.integers(0, 9))
def test_a_decision_reads_the_worst_over_products_of_what_was_newest_by_then(
    rows: list[dict[str, Any]], hour: int
) -> None:
    customer = Customer.objects.create(wrapped_key=b"k", created_at=AT)
    CustomerStanding.objects.bulk_create(
        CustomerStanding(
            customer=customer,
            as_of=AT + row["as_of"] * HOUR,
            known_at=AT + row["known"] * HOUR,
            **{name: value for name, value in row.items() if name not in ("as_of", "known")},
        )
        for row in rows
    )
    values = {"who": customer.pk, "at": AT + hour * HOUR}
    with connection.cursor() as cursor:
        newest = standing_newest(customer="%(who)s", as_of="%(at)s")
        cursor.execute(f"SELECT json_agg(newest)::text FROM ({newest}) newest", values)
        of_one = worst_of(json.loads(cursor.fetchone()[0] or "[]"))
        worst = standing_worst(which="customer_id = %(who)s", as_of="%(at)s")
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ({worst}) worst", values)
        of_many = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    expected = brute(rows, hour)
    assert of_one == expected
    assert of_many == ([] if expected is None else [expected])
