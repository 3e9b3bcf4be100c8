"""What post-loan knows of customers as of an instant: the worst over the newest standing of each product.

As SQL for many customers; for one, on the way of a decision, the newest rows as SQL and the worst of them here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lending.models.standing import CustomerStanding

COLUMNS: Final = (
    "warning_level",
    "open_warnings",
    "months_late",
    "dpd",
    "loan_category",
    "has_confirmed_diversion",
    "grx",
)
_LEVELS: Final = "ARRAY[" + ", ".join(f"'{level}'" for level in CustomerStanding.Level.values) + "]::text[]"
_NEWEST: Final = """
SELECT DISTINCT ON (product_id) product_id, warning_level, open_warnings, months_late, dpd, loan_category,
    category_severity, has_confirmed_diversion, grx
FROM lending_customerstanding
WHERE customer_id = {customer} AND known_at <= {as_of} AND as_of <= {as_of}
ORDER BY product_id DESC, as_of DESC, known_at DESC
"""
# In the order of the index `standing_once` read backwards. Rows without a product count where there are no others.
_WORST: Final = """
SELECT customer_id, max(as_of) AS as_of, max(known_at) AS known_at,
    ({levels})[max(array_position({levels}, warning_level::text))] AS warning_level,
    sum(open_warnings)::int AS open_warnings, max(months_late)::int AS months_late, max(dpd) AS dpd,
    (array_agg(loan_category::text ORDER BY category_severity DESC NULLS LAST, loan_category COLLATE "C")
        FILTER (WHERE loan_category <> ''))[1] AS loan_category,
    bool_or(has_confirmed_diversion) AS has_confirmed_diversion, max(grx) AS grx
FROM (
    SELECT *, bool_or(product_id IS NOT NULL) OVER (PARTITION BY customer_id) AS is_by_product
    FROM (
        SELECT DISTINCT ON (customer_id, product_id) * FROM lending_customerstanding
        WHERE {which} AND known_at <= {as_of} AND as_of {until} {as_of}
        ORDER BY customer_id DESC, product_id DESC, as_of DESC, known_at DESC
    ) newest
) told
WHERE product_id IS NOT NULL OR NOT is_by_product
GROUP BY customer_id
"""


def standing_worst(*, which: str, as_of: str, is_before: bool = False) -> str:
    """SELECT of customer_id, as_of, known_at and COLUMNS, a row per customer that has a standing; nulls are unknown.

    `which`: SQL condition on `customer_id`; `as_of`: SQL of the instant by which a standing must be known and up to
    which (`is_before`: before which) it may speak. The most of every figure counts, the sum of open warnings.
    """
    return _WORST.format(levels=_LEVELS, which=which, as_of=as_of, until="<" if is_before else "<=")


def standing_newest(*, customer: str, as_of: str) -> str:
    """SELECT of the newest standing of each product, of one customer: a walk along an index."""
    return _NEWEST.format(customer=customer, as_of=as_of)


def worst_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """COLUMNS of what `standing_newest` gives, as `standing_worst` has them; None of no row."""
    if not rows:
        return None
    told = [row for row in rows if row["product_id"] is not None] or rows
    levels = CustomerStanding.Level.values
    named = [row for row in told if row["loan_category"]]
    # The most severe; of equals the first by its code.
    worst = min(named, key=lambda row: (-_or_less(row["category_severity"]), row["loan_category"]), default=None)
    return {
        "warning_level": max((row["warning_level"] for row in told), key=levels.index),
        "open_warnings": sum(row["open_warnings"] for row in told),
        "months_late": max(row["months_late"] for row in told),
        "dpd": _most(row["dpd"] for row in told),
        "loan_category": worst and worst["loan_category"],
        "has_confirmed_diversion": any(row["has_confirmed_diversion"] for row in told),
        "grx": _most(row["grx"] for row in told),
    }


def _most(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def _or_less(value: int | None) -> int:
    return -1 if value is None else value
