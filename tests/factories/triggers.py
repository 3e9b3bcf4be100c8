"""Somebody who can switch triggers off, for the twin of a test and for tampering."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def unguarded(*tables: str) -> Iterator[CursorWrapper]:
    """A cursor while the tables' triggers are off; afterwards each is as it was, also for later tests."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END"
            " FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid::regclass::text = ANY(%s)",
            [list(tables)],
        )
        triggers = cursor.fetchall()
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table, name, state in triggers:
            cursor.execute(f"ALTER TABLE {table} {state} TRIGGER {name}")
