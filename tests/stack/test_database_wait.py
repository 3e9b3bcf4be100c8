"""A database server that says nothing: the web process stops waiting, and recovers by itself."""

import socket
import time

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from psycopg2 import extensions

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
