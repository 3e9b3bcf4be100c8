"""Monthly sums of a customer's accounts, one row for every instant at which more became known."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from psycopg2.extras import execute_values

from lending.business_dates import business_date_end, business_date_of
from lending.models import BankAccount, Product
from lending.services.book.inputs import TransactionInput

INCOME: Final = ("salary", "income")
LENDER: Final = "other_lender"
CASH: Final = "cash"
GAMBLING: Final = "gambling"
OWN: Final = "own_account"

Touched = dict[tuple[int, date, str], datetime]
"""By customer, month and currency, the earliest instant at which something new became known."""


def customer_months_update(*, items: Iterable[TransactionInput], accounts: Mapping[int, BankAccount]) -> int:
    """Work out anew the months that these transactions touch; returns the number of rows written.

    A month is that of the products lent in the account's currency, or of UTC. Only own accounts count, in the
    currency of the customer's first one. The customers' rows are held by the caller.
    """
    zones = _zones()
    touched: Touched = {}
    for item in items:
        account = accounts[item.account_id]
        if not account.is_own:
            continue
        month = business_date_of(item.event_at, zones.get(account.currency, "UTC")).replace(day=1)
        key = (account.customer_id, month, account.currency)
        touched[key] = min(item.known_at, touched.get(key, item.known_at))
    if not touched:
        return 0
    values = [
        (customer, month, *_span(month, zones.get(currency, "UTC")), currency, since)
        for (customer, month, currency), since in sorted(touched.items())
    ]
    names = {"income": list(INCOME), "lender": LENDER, "cash": CASH, "gambling": GAMBLING, "own": OWN}
    with connection.cursor() as cursor:
        statement = cursor.mogrify(_UPDATE, names).decode().replace("VALUES ROWS", "VALUES %s")
        execute_values(cursor.cursor, statement, values, page_size=len(values))
        return int(cursor.rowcount)


def _zones() -> dict[str, str]:
    """The time zone of the first product lent in each currency."""
    return dict(Product.objects.order_by("-pk").values_list("currency", "timezone"))


def _span(month: date, zone: str) -> tuple[datetime, datetime]:
    """The first instant of a month and the first that is no longer in it."""
    following = (month + timedelta(days=32)).replace(day=1)
    return business_date_end(month - timedelta(days=1), zone), business_date_end(following - timedelta(days=1), zone)


# What comes from or goes to the lender of a loan in the book is neither income nor spending; nor is a transfer
# between own accounts.
_UPDATE: Final = """
WITH touched (customer_id, month, starts, ends, currency, since) AS (VALUES ROWS),
own AS (
    SELECT a.id, a.customer_id, a.account_key FROM lending_bankaccount a
    JOIN touched t ON t.customer_id = a.customer_id AND t.currency = a.currency
    WHERE a.is_own AND a.currency = (
        SELECT f.currency FROM lending_bankaccount f
        WHERE f.customer_id = a.customer_id AND f.is_own ORDER BY f.id LIMIT 1)
    GROUP BY a.id
),
moved AS (
    SELECT t.customer_id, t.month, t.since, x.known_at, x.balance_after_minor AS balance,
        greatest(x.amount_minor, 0) AS paid_in, greatest(-x.amount_minor, 0) AS paid_out, x.category,
        x.loan_id IS NOT NULL AS is_ours,
        x.category = %(own)s OR EXISTS (
            SELECT FROM own o WHERE o.customer_id = t.customer_id AND o.account_key = x.counterparty_key
            AND x.counterparty_key <> '') AS is_between_own
    FROM touched t JOIN own ON own.customer_id = t.customer_id
    JOIN lending_accounttransaction x
        ON x.account_id = own.id AND x.event_at >= t.starts AND x.event_at < t.ends
),
known AS (
    SELECT customer_id, month, since, known_at,
        sum(paid_in) FILTER (WHERE category = ANY(%(income)s) AND NOT is_ours AND NOT is_between_own) AS income,
        sum(paid_in) FILTER (WHERE category = %(lender)s AND NOT is_ours) AS lender_in,
        sum(paid_out) FILTER (WHERE category = %(lender)s AND NOT is_ours) AS lender_out,
        sum(paid_out) FILTER (WHERE category = %(cash)s) AS cash_out,
        sum(paid_out) FILTER (WHERE category = %(gambling)s) AS gambling,
        sum(paid_out) FILTER (WHERE category <> %(lender)s AND NOT is_ours AND NOT is_between_own) AS spent,
        min(balance) AS lowest
    FROM moved GROUP BY customer_id, month, since, known_at
),
summed AS (
    SELECT customer_id, month, since, known_at,
        coalesce(sum(income) OVER then_known, 0) AS income_minor,
        coalesce(sum(lender_in) OVER then_known, 0) AS lender_in_minor,
        coalesce(sum(lender_out) OVER then_known, 0) AS lender_out_minor,
        coalesce(sum(cash_out) OVER then_known, 0) AS cash_out_minor,
        coalesce(sum(gambling) OVER then_known, 0) AS gambling_minor,
        min(lowest) OVER then_known AS lowest_balance_minor,
        coalesce(sum(spent) OVER then_known, 0) AS spend_minor
    FROM known WINDOW then_known AS (PARTITION BY customer_id, month ORDER BY known_at)
)
INSERT INTO lending_customermonth (customer_id, month, known_at, income_minor, lender_in_minor, lender_out_minor,
    cash_out_minor, gambling_minor, lowest_balance_minor, spend_minor)
SELECT customer_id, month, known_at, income_minor, lender_in_minor, lender_out_minor,
    cash_out_minor, gambling_minor, lowest_balance_minor, spend_minor
FROM summed WHERE known_at >= since
ON CONFLICT (customer_id, month, known_at) DO UPDATE SET
    income_minor = excluded.income_minor, lender_in_minor = excluded.lender_in_minor,
    lender_out_minor = excluded.lender_out_minor, cash_out_minor = excluded.cash_out_minor,
    gambling_minor = excluded.gambling_minor, lowest_balance_minor = excluded.lowest_balance_minor,
    spend_minor = excluded.spend_minor
"""
