"""Rows to learn from after payout: what a review would have read of a loan on a day, and what became of it since."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import polars as pl

from audit.services.governed_live import governed_live
from lending.models import Product
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.delinquency.states import portraits_dated, portraits_filled
from monitoring.services.drift_cases import outcomes_of_loans
from monitoring.services.findings import skipped
from monitoring.services.portraits.reading import Extent, portrait_variables, portraits_read
from monitoring.services.reviews import review_as_of
from riskengine.errors import InvalidInput
from scoring.post_loan import CUSTOMER_MONTH
from scoring.services.bad_definitions import KIND_CODE as BAD_DEFINITION
from scoring.services.catalogues.life import catalogue_live

TARGET, AS_OF = "bad", "as_of"
_SOURCES: Final = frozenset({CUSTOMER_MONTH, "delinquency"})
"""Of the sources that reviews alone know: a score of ours must not learn from a score of ours, and few loans are
traced."""


class NoBadDefinition(InvalidInput):
    """No definition of bad is in force for the product."""

    code = "no_bad_definition"


def post_loan_rows(*, product: Product, days: Sequence[date], until: date) -> pl.DataFrame:
    """The catalogue's variables by name, `as_of` and `bad` (1, 0), a row a loan; outcomes as known by the end of
    `until`, under the definition of bad then in force.

    Each loan stands there once, on one of the days, chosen by its number: no fold sees a loan that another learnt
    from. Loans whose outcome is not known, and those a review would have skipped, are left out. Raises
    NoBadDefinition.
    """
    definition = governed_live(BAD_DEFINITION, product.code, on=until)
    if definition is None:
        raise NoBadDefinition(f"No definition of bad is in force for {product.code}.", product=product.code)
    parts = []
    for place, day in enumerate(sorted(days)):
        found = _portraits(product, day, review_as_of(day, product))
        found = found.filter(pl.col("_loan_id") % len(days) == place)
        cases = found.rename({"_loan_id": "loan_id"}).with_columns(business_date=pl.lit(day))
        parts.append(outcomes_of_loans(cases, definition.value, product, until))
    rows = pl.concat(parts).sort("loan_id")
    named = [name for name in rows.columns if not name.startswith("_") and name not in ("loan_id", "business_date")]
    return rows.select(pl.col("business_date").alias(AS_OF), *(name for name in named if name != TARGET), TARGET)


def _portraits(product: Product, day: date, as_of: datetime) -> pl.DataFrame:
    catalogue = catalogue_live()
    own = catalogue.of_product(product.code).values()
    variables = portrait_variables(catalogue, product.code, [one.name for one in own if one.source in _SOURCES])
    frame = portraits_read(Extent(product_id=product.pk, as_of=as_of, business_date=day), variables)
    states = delinquency_of(frame["_loan_id"].to_list(), day, as_of)
    usable, _skips = skipped(portraits_dated(portraits_filled(frame, states, variables), states, day), day)
    return usable
