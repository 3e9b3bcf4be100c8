"""A database server that says nothing: the web process stops waiting, and recovers by itself."""

import io
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from psycopg2 import extensions

from lending.copying import copy_run
from riskengine import database_wait


@pytest.fixture
def limited(monkeypatch):
    """The limit switched on for this process, and off again."""
    options = dict(settings.DATABASES["default"]["OPTIONS"])
    monkeypatch.setitem(settings.DATABASES["default"], "OPTIONS", options)
    monkeypatch.setattr(database_wait, "ANSWER_SECONDS", 0.4)
    monkeypatch.setattr(database_wait, "CONNECT_SECONDS", 0.4)
    database_wait.database_wait_limit()
    yield options
    extensions.set_wait_callback(None)


def parameters():
    return connection.get_connection_params()


@pytest.fixture
def connected(limited, db):
    names = ("dbname", "user", "password", "host", "port")
    made = psycopg2.connect(**{name: value for name, value in parameters().items() if name in names})
    yield made
    made.close()


def test_a_statement_that_is_not_answered_ends_and_closes_its_connection(connected):
    began = time.monotonic()
    with pytest.raises(psycopg2.OperationalError), connected.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")
    assert time.monotonic() - began < 5
    assert connected.closed


def test_what_is_answered_in_time_is_as_ever(connected):
    with connected.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.1); SELECT repeat('x', 10000000)")
        assert len(cursor.fetchone()[0]) == 10_000_000


def test_a_server_that_takes_connections_and_says_nothing_is_given_up(limited):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(host="127.0.0.1", port=silent.getsockname()[1], dbname="x", user="x", sslmode="disable")
        assert time.monotonic() - began < 5


def test_the_server_too_ends_what_nobody_waits_for(limited):
    assert "-c statement_timeout=400" in limited["options"]


def copied(connected, statement="COPY (SELECT 1) TO STDOUT"):
    into = io.StringIO()
    with connected.cursor() as cursor:
        copy_run(cursor, statement, into)
    return into.getvalue()


def test_what_is_copied_sets_the_limit_aside_and_brings_it_back(connected):
    waits = extensions.get_wait_callback()
    assert copied(connected) == "1\n"
    assert extensions.get_wait_callback() is waits is not None
    with pytest.raises(psycopg2.Error):
        copied(connected, "COPY (SELECT nothing) TO STDOUT")
    assert extensions.get_wait_callback() is waits


def test_copies_at_once_bring_it_back_too(limited, db):
    names = ("dbname", "user", "password", "host", "port")
    told = {name: value for name, value in parameters().items() if name in names}
    waits = extensions.get_wait_callback()

    def one(_number):
        with psycopg2.connect(**told) as own:
            return copied(own, "COPY (SELECT pg_sleep(0.05)) TO STDOUT")

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(one, range(12))) == {"\n"}
    assert extensions.get_wait_callback() is waits


def test_the_twin_that_copies_bare_is_refused(connected):
    with pytest.raises(psycopg2.ProgrammingError), connected.cursor() as cursor:
        cursor.copy_expert("COPY (SELECT 1) TO STDOUT", io.StringIO())


def test_nothing_else_copies_bare():
    apps = ("riskengine", "monitoring", "rules", "scoring", "lending", "audit")
    sources = [path for app in apps for path in (Path(settings.BASE_DIR) / app).rglob("*.py")]
    assert [path.name for path in sources if ".copy_expert(" in path.read_text()] == ["copying.py"]
