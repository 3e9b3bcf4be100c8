"""What is known of the use of loans as of an instant, in bulk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import polars as pl
from django.db import connection

COLUMNS: Final = {
    "loan_id": pl.Int64,
    "state": pl.String,
    "diverted_share": pl.Float64,
    "untraceable_share": pl.Float64,
}
_LATEST: Final = """
    SELECT DISTINCT ON (loan_id) loan_id, state, diverted_share, untraceable_share FROM monitoring_diversionfinding
    WHERE loan_id = ANY(%(ids)s) AND known_at <= %(as_of)s ORDER BY loan_id, known_at DESC, id DESC
"""


def diversion_of(loan_ids: Sequence[int], as_of: datetime) -> pl.DataFrame:
    """[loan_id, state, diverted_share, untraceable_share] of the loans of which something was found by `as_of`.

    Shares are of the amount paid out, 0 … 1. A loan whose payout reached no known account has no row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"ids": list(loan_ids), "as_of": as_of})
        return pl.DataFrame(cursor.fetchall(), schema=COLUMNS, orient="row")
