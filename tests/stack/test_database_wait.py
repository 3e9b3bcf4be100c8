"""A database server that says nothing: the web process stops waiting, and recovers by itself."""

import io
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from riskengine import database_wait

SLOW = "SELECT pg_sleep(6)"


@pytest.fixture
def limited(monkeypatch):
    """The limit switched on for connections made from here on."""
    options = dict(settings.DATABASES["default"]["OPTIONS"])
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", options)
    monkeypatch.setattr(database_wait, "ANSWER_SECONDS", 0.4)
    database_wait.database_wait_limit()
    return options


def made(**more):
    """A connection of its own to the database of the tests, without a limit of the server."""
    names = ("dbname", "user", "password", "host", "port", "connection_factory", "cursor_factory")
    given = {name: value for name, value in connection.get_connection_params().items() if name in names}
    return psycopg2.connect(**given | more)


@pytest.fixture
def connected(limited, db):
    found = made()
    yield found
    found.close()


def ends_soon(work):
    began = time.monotonic()
    with pytest.raises(psycopg2.OperationalError):
        work()
    assert time.monotonic() - began < 5


def test_a_statement_that_is_not_answered_ends_and_closes_its_connection(connected):
    ends_soon(lambda: connected.cursor().execute(SLOW))
    assert connected.closed


def test_so_does_reading_on_from_a_cursor_on_the_server(connected):
    rows = connected.cursor(name="rows")
    rows.execute("SELECT pg_sleep(6 * (number - 1)) FROM generate_series(1, 2) AS number")
    assert len(rows.fetchmany(1)) == 1
    ends_soon(lambda: rows.fetchmany(1))


def test_so_does_the_end_of_a_transaction(connected):
    with connected.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE slow (id int)")
        cursor.execute(
            "CREATE FUNCTION pg_temp.slowly() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(6); RETURN NULL; END $$"
        )
        cursor.execute(
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION pg_temp.slowly()"
        )
        cursor.execute("INSERT INTO slow VALUES (1)")
    ends_soon(connected.commit)


def test_a_connection_without_the_limit_waits_on(limited, db):
    """The twin."""
    bare = made(connection_factory=None, cursor_factory=None)
    with bare.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
    assert not bare.closed
    bare.close()


def test_what_is_answered_in_time_is_as_ever(connected):
    with connected.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.1); SELECT repeat('x', 10000000)")
        assert len(cursor.fetchone()[0]) == 10_000_000


def test_only_who_waits_too_long_is_given_up(limited, db):
    def one(number):
        own = made()
        try:
            for _ in range(10):
                with own.cursor() as cursor:
                    cursor.execute(SLOW if number == 3 else "SELECT pg_sleep(0.05)")
                own.commit()
        except psycopg2.OperationalError:
            return "given up"
        finally:
            own.close()
        return "done"

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(one, range(8)))
    assert found == ["done"] * 3 + ["given up"] + ["done"] * 4


def test_a_line_that_ended_by_itself_does_not_end_the_watch(connected):
    with socket.socket() as ended, database_wait._WATCH.limited(ended.fileno()):
        time.sleep(0.8)
    ends_soon(lambda: connected.cursor().execute(SLOW))


def test_a_server_that_takes_connections_and_says_nothing_is_given_up(limited):
    assert limited["connect_timeout"] == 2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = {"host": "127.0.0.1", "port": silent.getsockname()[1], "sslmode": "disable", "connect_timeout": 2}
        ends_soon(lambda: psycopg2.connect(dbname="x", user="x", **where))


def test_the_server_too_ends_what_nobody_waits_for(limited):
    assert "-c statement_timeout=400" in limited["options"]


def test_what_is_copied_takes_as_long_as_it_takes_beside_statements_that_are_limited(limited, db):
    """Each alone: a wait callback would be one for all threads, and nobody could copy."""

    def copied(_number):
        with made() as own, own.cursor() as cursor:
            into = io.StringIO()
            cursor.copy_expert("COPY (SELECT pg_sleep(0.6)) TO STDOUT", into)
            cursor.execute("SELECT 1")
            return into.getvalue()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(copied, range(8))) == {"\n"}
