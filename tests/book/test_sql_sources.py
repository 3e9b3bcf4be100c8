"""A query of an import reads rows and does nothing else: not by its words, and not where words do not tell."""

import time
from typing import Any

import psycopg2
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lending.book_imports.statements import statement_problem
from lending.models import BookSource
from lending.services.book_imports import sql_source
from lending.services.book_imports.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from lending.services.book_imports.sources import source_rows
from tests.book.test_sources import _address, listed, reader, source_of

__all__ = ["listed", "reader"]
pytestmark = pytest.mark.django_db
REFUSED = [
    ("", "select"),
    ("DELETE FROM x", "select"),
    ("COPY x TO PROGRAM 'y'", "select"),
    ("SET statement_timeout = 0", "select"),
    ("(SELECT 1)", "select"),
    ("SELECT 1; DROP TABLE x", "several"),
    ("SELECT ';'; SELECT 1", "several"),
    ("SELECT 1 -- x", "comment"),
    ("SELECT 1 /* /* */ */", "comment"),
    ("SELECT set_config('statement_timeout', '0', false)", "function"),
    ("SELECT pg_sleep(1000)", "function"),
    ("SELECT PG_Sleep (1)", "function"),
    ('SELECT "pg_sleep"(1)', "function"),
    ("SELECT pg_catalog.pg_read_file('/etc/passwd')", "function"),
    ("SELECT somebody.count(1)", "function"),
    ("SELECT * FROM dblink('host=10.0.0.1', 'SELECT 1') AS t", "function"),
    ("SELECT lo_export(1, '/tmp/x')", "function"),
    ("SELECT query_to_xml('DROP TABLE x', true, true, '')", "function"),
    ("SELECT pg_terminate_backend(1), 'a'", "function"),
    ("SELECT nextval('x')", "function"),
    ("WITH x AS (SELECT pg_advisory_lock(1)) SELECT 1", "function"),
    ("SELECT E'\\\\'' || pg_sleep(9) || ''", "literal"),
    ("SELECT E'\\\\' || pg_sleep(9)", "function"),
    ("SELECT $$a$$", "literal"),
    ("SELECT $a$;$a$", "literal"),
    ('SELECT U&"pg_sle\\0065p"(1)', "function"),
    ("SELECT 'open", "literal"),
]


@pytest.mark.parametrize(("query", "problem"), REFUSED)
def test_only_one_select_of_known_functions_is_a_source(query: str, problem: str) -> None:
    assert statement_problem(query) == problem
    with pytest.raises(SourceRefused):
        source_of("SQL", _address("reader", "book"), query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM a",
        "select a.id, coalesce(b, 'x;--') from a join b on (a.id = b.id) where d > date '2026-01-01';",
        "WITH x AS (SELECT 1) SELECT * FROM x WHERE n IN (1, 2) AND EXISTS (SELECT 1)",
        "SELECT \"Name\", 'it''s', E'a\\'b', cast(x AS numeric(10, 2)) FROM t WHERE at > %(watermark)s LIMIT 5",
        "SELECT sum(x) OVER (PARTITION BY y), extract(year FROM d) FROM t GROUP BY (y)",
        "SELECT 金额 FROM 合同",
    ],
)
def test_what_reads_is_taken(query: str) -> None:
    assert statement_problem(query) == ""


@given(st.lists(st.sampled_from([*"'\"();$-/*\\ Ee%", "select", "pg_sleep", "count", "\n", "$$", "U&"]), max_size=30))
def test_no_arrangement_of_quotes_hides_a_call(parts: list[str]) -> None:
    """What is taken holds no call outside its texts: looked for by another way, with the texts cut out."""
    query = "select " + "".join(parts)
    if statement_problem(query) == "":
        bare = _without_texts(query).rstrip().rstrip(";").rstrip()
        assert "pg_sleep(" not in bare.replace(" ", "").replace("\n", "")
        assert ";" not in bare


def _without_texts(query: str) -> str:
    kept, quote, is_escaping, place = "", "", False, 0
    while place < len(query):
        sign = query[place]
        if quote:
            if is_escaping and sign == "\\":
                place += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote, is_escaping = sign, sign == "'" and kept[-1:] in ("e", "E")
        else:
            kept += sign
        place += 1
    return kept


@pytest.fixture
def believing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are not looked at: only what stands behind them."""
    monkeypatch.setattr(sql_source, "statement_problem", lambda _query: "")


def rows_of(reader: str, query: str, most: int = 10) -> list[Any]:
    return list(source_rows(source_of("SQL", _address(reader, "postgres"), query), "", most))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT 1 AS n; CREATE TABLE made_by_import (n int)",
        "SELECT nextval('no_such_sequence')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_creat(-1)",
        "WITH x AS (DELETE FROM pg_database RETURNING oid) SELECT * FROM x",
    ],
)
def test_the_server_refuses_by_itself(reader: str, believing: None, query: str) -> None:
    with pytest.raises(SourceUnavailable):
        rows_of(reader, query)


def test_a_query_that_lifts_its_own_limit_is_cut_off_from_outside(
    reader: str, believing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_source, "STATEMENT_SECONDS", 0.5)
    monkeypatch.setattr(sql_source, "_SESSION", sql_source._SESSION.replace("300000", "0"))
    query = "SELECT set_config('statement_timeout', '0', false), pg_sleep(0.02 * n) FROM generate_series(1, 2000) n"
    with pytest.raises(SourceUnavailable):
        rows_of(reader, query, 2_000)


def test_a_server_that_does_not_hear_is_cut_off_too(
    reader: str, believing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_source, "STATEMENT_SECONDS", 0.3)
    monkeypatch.setattr(sql_source, "GRACE_SECONDS", 0.3)
    monkeypatch.setattr(sql_source, "_cancel", lambda _connection: None)
    began = time.monotonic()
    with pytest.raises(SourceUnavailable):
        rows_of(reader, "SELECT pg_sleep(20)")
    assert time.monotonic() - began < 20


def test_the_twin_without_the_cut_it_would_run_on(
    reader: str, believing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_source, "STATEMENT_SECONDS", 60)
    query = "SELECT set_config('statement_timeout', '0', false), pg_sleep(0.3), n FROM generate_series(1, 3) n"
    assert len(rows_of(reader, query)) == 3


def test_a_role_that_reads_files_of_its_server_is_none(reader: str) -> None:
    told = connection.settings_dict
    server = psycopg2.connect(_address(told["USER"], "postgres"))
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"GRANT pg_read_server_files TO {reader}")
        try:
            with pytest.raises(SourceRefused) as refused:
                rows_of(reader, "SELECT 1 AS n")
        finally:
            cursor.execute(f"REVOKE pg_read_server_files FROM {reader}")
            server.close()
    assert refused.value.facts["reason"] == "superuser"


def test_rows_are_bounded_in_number_and_width(reader: str, believing: None) -> None:
    assert len(rows_of(reader, "SELECT n FROM generate_series(1, 5000) AS n", 1_200)) == 1_200
    BookSource.objects.all().delete()
    with pytest.raises(SourceUnreadable):
        rows_of(reader, "SELECT repeat('x', 1000001) AS wide")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///book?host=/var/run/postgresql",
        "postgresql://127.0.0.1,10.0.0.1/book",
        "postgresql://127.0.0.1/book?hostaddr=10.0.0.1",
        "postgresql://127.0.0.1/book?service=other",
        "postgresql://127.0.0.1/book?passfile=/etc/passwd",
        "postgresql://127.0.0.1/book?options=-cstatement_timeout=0",
        "postgresql://127.0.0.1:1/book",
        "postgresql://10.0.0.1/book",
        "host=127.0.0.1",
        "postgresql://%zz",
    ],
)
def test_a_database_is_one_listed_host_and_no_option(address: str) -> None:
    with pytest.raises(SourceRefused):
        source_of("SQL", address, "SELECT 1 AS n")
