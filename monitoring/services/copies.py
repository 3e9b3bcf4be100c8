"""Many rows at once from PostgreSQL, as columns."""

import io
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db import connection
from psycopg2 import sql


def copied(statement: str, values: Mapping[str, sql.Composable], types: dict[str, Any]) -> pl.DataFrame:
    """What a statement of the form COPY … TO STDOUT WITH (FORMAT csv) gives, its columns by name and type in order."""
    into = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(sql.SQL(statement).format(**values), into)
    into.seek(0)
    return pl.read_csv(into, has_header=False, schema=types)
