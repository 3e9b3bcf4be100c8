"""How PostgreSQL plans what a review asks: tables that were just filled must not be taken for empty ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.db import connection

READ: Final = (
    "lending_customer",
    "lending_loan",
    "lending_loanmonth",
    "lending_customermonth",
    "lending_instalment",
    "lending_repayment",
    "lending_riskevent",
)
"""What a review reads of the book."""
WRITTEN: Final = (
    "lending_customerstanding",
    "monitoring_delinquencystate",
    "monitoring_earlywarning",
    "monitoring_healthcode",
    "monitoring_reviewresult",
)
"""What its parts write, and the next review reads."""
# By its size, too: rows are counted as changed only once their transaction has ended, and a second later.
_STALE: Final = """
SELECT c.relname FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relname = ANY(%(tables)s) AND s.schemaname = current_schema()
    AND (c.reltuples < 0
        OR s.n_live_tup > 1.5 * c.reltuples + 1000
        OR pg_relation_size(c.oid) / current_setting('block_size')::bigint > 1.5 * c.relpages + 20)
ORDER BY c.relname
"""


def statistics_refresh(tables: Sequence[str]) -> list[str]:
    """Look anew at those of the tables that were never looked at or have grown by half; returns their names.

    Rows written over, as warnings are every day, do not make a table another one. Smaller changes are left to
    autovacuum. Waits for nobody. To be called outside a transaction, or the tables stay locked for other looks until
    it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STALE, {"tables": list(tables)})
        stale = [row[0] for row in cursor.fetchall()]
        if stale:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(stale)}")
    return stale


@contextmanager
def joined_as_sets() -> Iterator[None]:
    """Statements inside join no tables row by row where they need not, whatever the statistics say.

    Rows of a review that were just written count as none, and none joined with none is a product of all with all.
    Inside a transaction only; a rollback takes the settings back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '32MB'")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem TO DEFAULT")
