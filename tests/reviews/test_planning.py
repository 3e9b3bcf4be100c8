"""What PostgreSQL is told of tables that a review fills and reads."""

from collections.abc import Iterator

import pytest
from django.db import connection

from monitoring.services.planning import joined_as_sets, statistics_refresh

pytestmark = pytest.mark.django_db
TABLE = "planning_filled"
JOIN = f"EXPLAIN SELECT count(*) FROM {TABLE} a JOIN {TABLE} b ON b.id = a.id WHERE a.id = ANY(%(ids)s)"


@pytest.fixture(autouse=True)
def filled() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id int); CREATE INDEX ON {TABLE} (id)")
        cursor.execute(f"INSERT INTO {TABLE} SELECT generate_series(1, 20000)")
        yield


def rows_believed() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [TABLE])
        return float(cursor.fetchone()[0])


def plan() -> str:
    with connection.cursor() as cursor:
        cursor.execute(JOIN, {"ids": [1]})
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_table_just_filled_is_looked_at_once() -> None:
    assert rows_believed() < 0
    assert statistics_refresh([TABLE]) == [TABLE]
    assert rows_believed() == 20_000
    assert statistics_refresh([TABLE]) == []


def test_a_table_that_has_grown_is_looked_at_again() -> None:
    statistics_refresh([TABLE])
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} SELECT generate_series(1, 20000)")
    assert statistics_refresh([TABLE]) == [TABLE]
    assert rows_believed() == 40_000


def test_a_name_that_is_no_table_is_left_alone() -> None:
    assert statistics_refresh(["planning_missing"]) == []


def test_rows_are_joined_as_sets_inside_and_as_before_outside() -> None:
    statistics_refresh([TABLE])
    assert "Nested Loop" in plan()  # the planner holds one row for few
    with joined_as_sets():
        assert "Nested Loop" not in plan()
    assert "Nested Loop" in plan()
