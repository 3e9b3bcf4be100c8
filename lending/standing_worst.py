"""What post-loan knows of customers as of an instant: the worst over the newest standing of each product, as SQL."""

from typing import Final

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
# In the order of the index `standing_once` read backwards. Rows without a product count where there are no others.
_WORST: Final = """
SELECT customer_id, max(as_of) AS as_of, max(known_at) AS known_at,
    ({levels})[max(array_position({levels}, warning_level::text))] AS warning_level,
    sum(open_warnings)::int AS open_warnings, max(months_late)::int AS months_late, max(dpd) AS dpd,
    (array_agg(loan_category::text ORDER BY category_severity DESC NULLS LAST, loan_category)
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
