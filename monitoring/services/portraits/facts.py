"""Facts about customers in portraits, such as bureau updates: read in bulk where a rule or the model names them."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import polars as pl
from django.utils import timezone

from scoring.catalogue import Variable
from scoring.services.known_facts import facts_of_many

logger = logging.getLogger(__name__)
FACT: Final = "fact"


def with_facts(frame: pl.DataFrame, variables: Sequence[Variable], *, as_of: datetime) -> pl.DataFrame:
    """The portraits with the latest fact of each variable as of an instant, under consents live then and now.

    What does not open is unknown, and logged. Alternative data are never read after payout.
    """
    wanted = [item for item in variables if item.source == FACT and not item.is_alternative]
    if not wanted or frame.is_empty():
        return frame
    broken: set[int] = set()
    known = facts_of_many(
        wanted,
        customer_ids=frame["_customer_id"].unique().to_list(),
        as_of=as_of,
        read_at=max(as_of, timezone.now()),
        broken=broken,
    )
    for customer in sorted(broken):
        logger.error("customer_facts_broken", extra={"customer": customer})
    # As the statement gives such columns: 0 and 1 for a boolean, text for a date.
    rows = [(customer, *(_plain(told[item.name]) for item in wanted)) for customer, told in known.items()]
    schema = {"_customer_id": pl.Int64} | {item.name: frame.schema[item.name] for item in wanted}
    facts = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.drop(item.name for item in wanted).join(facts, on="_customer_id", how="left", maintain_order="left")


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value
