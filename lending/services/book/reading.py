"""The book as it was known: frames of schedules, repayments and transactions as of an instant, read in bulk."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl
from django.db import connection

INSTALMENT_COLUMNS: Final = {"loan_id": pl.Int64, "number": pl.Int32, "due_on": pl.Date, "due_minor": pl.Int64}
REPAYMENT_COLUMNS: Final = {"loan_id": pl.Int64, "paid_on": pl.Date, "amount_minor": pl.Int64}
_INSTANT: Final = pl.Datetime("us", "UTC")
TRANSACTION_COLUMNS: Final = {
    "transaction_id": pl.Int64,
    "customer_id": pl.Int64,
    "account_id": pl.Int64,
    "is_own": pl.Boolean,
    "account_key": pl.String,
    "currency": pl.String,
    "external_id": pl.String,
    "event_at": _INSTANT,
    "known_at": _INSTANT,
    "amount_minor": pl.Int64,
    "balance_after_minor": pl.Int64,
    "category": pl.String,
    "merchant_category": pl.String,
    "counterparty_key": pl.String,
    "loan_id": pl.Int64,
}

# A schedule is known as a whole: the latest one takes the place of all before it.
_INSTALMENTS: Final = """
    SELECT loan_id, number, due_on, principal_minor + interest_minor + fee_minor
    FROM (
        SELECT i.*, max(known_at) OVER (PARTITION BY loan_id) AS latest
        FROM lending_instalment i WHERE loan_id = ANY(%(ids)s) AND known_at <= %(as_of)s
    ) known WHERE known_at = latest ORDER BY loan_id, number
"""
_REPAYMENTS: Final = """
    SELECT loan_id, paid_on, amount_minor FROM lending_repayment
    WHERE loan_id = ANY(%(ids)s) AND known_at <= %(as_of)s AND event_at <= %(as_of)s ORDER BY loan_id, paid_on, id
"""
_TRANSACTIONS: Final = """
    SELECT t.id, a.customer_id, a.id, a.is_own, a.account_key, a.currency, t.external_id,
        to_char(t.event_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        to_char(t.known_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        t.amount_minor, t.balance_after_minor, t.category, t.merchant_category, t.counterparty_key, t.loan_id
    FROM lending_bankaccount a JOIN lending_accounttransaction t ON t.account_id = a.id
    WHERE a.customer_id = ANY(%(ids)s) AND t.event_at >= %(since)s AND t.event_at <= %(as_of)s
        AND t.known_at <= %(as_of)s
    ORDER BY a.customer_id, t.event_at, t.id
"""


def instalments_as_of(loan_ids: Sequence[int], as_of: datetime) -> pl.DataFrame:
    """The schedule of each loan known last by `as_of`: [loan_id, number, due_on, due_minor], in order of the first two.

    `due_minor` is principal, interest and fees. Loans without a schedule have no rows.
    """
    return _read(_INSTALMENTS, INSTALMENT_COLUMNS, ids=list(loan_ids), as_of=as_of)


def repayments_as_of(loan_ids: Sequence[int], as_of: datetime) -> pl.DataFrame:
    """What had happened and was known by `as_of`: [loan_id, paid_on, amount_minor]; negative: taken back."""
    return _read(_REPAYMENTS, REPAYMENT_COLUMNS, ids=list(loan_ids), as_of=as_of)


def transactions_as_of(customer_ids: Sequence[int], since: datetime, as_of: datetime) -> pl.DataFrame:
    """Transactions of the customers' accounts with since ≤ event_at ≤ `as_of`, known by then: TRANSACTION_COLUMNS.

    By customer, then in order of time. Categories and keys are "" where unknown; texts stay sealed.
    """
    frame = _read(
        _TRANSACTIONS,
        TRANSACTION_COLUMNS | {"event_at": pl.String, "known_at": pl.String, "is_own": pl.String},
        ids=list(customer_ids),
        since=since,
        as_of=as_of,
    )
    return frame.with_columns(
        pl.col("event_at", "known_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f", time_unit="us", time_zone="UTC"),
        pl.col("is_own") == "t",
        pl.col("category", "merchant_category", "counterparty_key", "account_key").fill_null(""),
    )


def _read(query: str, schema: dict[str, Any], **values: Any) -> pl.DataFrame:
    """The rows of a query by COPY; "" and NULL both come as null."""
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        statement = cursor.mogrify(query, values).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)", buffer)
    buffer.seek(0)
    return pl.read_csv(buffer, has_header=False, schema=schema, null_values=[""])
