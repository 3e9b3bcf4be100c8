"""Databases are read only, APIs only over https or on this machine; imports go on where the last one ended."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from django.db import connection

from lending.models import BookSource, Repayment
from lending.services.book_imports import http_source
from lending.services.book_imports.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from lending.services.book_imports.reachable import addresses_of
from lending.services.book_imports.running import import_run
from lending.services.book_imports.sources import source_rows, source_save
from lending.services.book_imports.staging import import_ask
from tests.book.factory import loan_make
from tests.book.importing import REPAID, counts, mapping_of
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def listed(settings: Any) -> Any:
    """The servers of the tests, and one name: nothing else may be read."""
    settings.BOOK_SOURCE_HOSTS = f"127.0.0.1:{connection.settings_dict['PORT']}, public.example, rebinds.example:9"
    return settings


def list_also(settings: Any, *entries: str) -> None:
    settings.BOOK_SOURCE_HOSTS = ",".join([settings.BOOK_SOURCE_HOSTS, *entries])


def source_of(kind: str, address: str, query: str = "", token: str = "") -> BookSource:
    return source_save(name="s", kind=kind, address=address, token=token, query=query, by=user(), at=AT)


def _address(role: str, database: str) -> str:
    told = connection.settings_dict
    return f"postgresql://{role}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{database}"


@pytest.fixture
def reader() -> Iterator[str]:
    """A role that is no superuser, for as long as a test lasts."""
    name, told = f"reader_{os.getpid()}", connection.settings_dict
    server = psycopg2.connect(_address(told["USER"], "postgres"))
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{told['PASSWORD'] or 'reader'}'")
        yield name
        cursor.execute(f"DROP ROLE {name}")
    server.close()


class _Api(BaseHTTPRequestHandler):
    items: list[dict[str, Any]] = []
    seen: list[str] = []

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        type(self).seen.append(self.headers.get("Authorization", ""))
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            return
        later = [item for item in self.items if item["no"] > asked.get("since", [""])[0]]
        page = int(asked["page"][0])
        body = json.dumps({"data": {"items": later[2 * page - 2 : 2 * page]}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def api(listed: Any) -> Iterator[str]:
    _Api.items = [{"contract": "L-1", "no": f"P-{n}", "day": "2026-03-01", "sum": 5 + n} for n in range(5)]
    _Api.seen = []
    server = HTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    list_also(listed, f"127.0.0.1:{server.server_port}")
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pages_are_read_to_their_end_and_later_imports_begin_after_the_watermark(api: str) -> None:
    loan_make()
    mapping = mapping_of("repayments", REPAID, watermark="no")
    source = source_of("HTTP", f"{api}/rows", "data.items", token="t0ken")
    first = import_run(book_import_id=import_ask(mapping=mapping, source=source, by=None, at=AT).pk, now=lambda: AT)
    _Api.items.append({**_Api.items[0], "no": "P-9"})
    later = import_run(book_import_id=import_ask(mapping=mapping, source=source, by=None, at=AT).pk, now=lambda: AT)
    assert (counts(first), counts(later), later.rows) == ({"new": 5}, {"new": 1}, 1)
    assert (first.watermark_to, later.watermark_from, later.watermark_to) == ("P-4", "P-4", "P-9")
    assert set(_Api.seen) == {"Bearer t0ken"}
    assert Repayment.objects.filter(source="s").count() == 6


def test_no_redirect_is_followed_and_no_other_shape_taken(api: str) -> None:
    with pytest.raises(SourceUnavailable):
        list(source_rows(source_of("HTTP", f"{api}/moved"), ""))
    BookSource.objects.all().delete()
    with pytest.raises(SourceUnreadable):
        list(source_rows(source_of("HTTP", f"{api}/rows", "data.nothing"), ""))


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:1/x", "https://localhost/x", "https://[::1]/x", "https://[::ffff:127.0.0.1]/x"),
        *("https://10.0.0.1/x", "https://169.254.169.254/x", "https://2130706433/x", "https://0x7f.1/x"),
        *("https://public.example:22/x", "https://public.example@127.0.0.1/x", "https://a.public.example/x"),
        *(
            "file:///etc/passwd",
            "ftp://public.example/b",
            "gopher://public.example/",
            "https://public.example/\r\nX: y",
        ),
    ],
)
def test_what_the_operator_does_not_list_is_no_source(address: str) -> None:
    with pytest.raises(SourceRefused):
        source_of("HTTP", address)


@pytest.mark.parametrize(
    "told",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
        ),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1:1::1"),
    ],
)
def test_a_listed_name_leads_to_no_address_inside(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = socket.AF_INET6 if ":" in told else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(family, socket.SOCK_STREAM, 6, "", (told, 443))])
    reached: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *given, **_: reached.append(given))
    for kind, address, query in (
        ("HTTP", "https://public.example/x", ""),
        ("SQL", "postgresql://r@public.example/book", "SELECT 1 AS n"),
    ):
        BookSource.objects.all().delete()
        with pytest.raises(SourceRefused) as refused:
            list(source_rows(source_of(kind, address, query), ""))
        assert refused.value.facts["reason"] == "address_not_listed"
    assert reached == []


def test_the_twin_the_same_address_is_reached_where_its_network_is_listed(
    listed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def means(told: str) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (told, 443))])

    list_also(listed, "10.1.0.0/16", "169.254.0.0/16")
    means("10.1.2.3")
    assert addresses_of("public.example", 443) == ["10.1.2.3"]
    for told in ("169.254.169.254", "10.2.2.3"):
        means(told)
        with pytest.raises(SourceRefused):
            addresses_of("public.example", 443)


def test_no_proxy_of_the_environment_is_asked(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert len(list(source_rows(source_of("HTTP", f"{api}/rows", "data.items"), ""))) == 5


def test_a_page_that_comes_in_drops_ends(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(self: _Api) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    monkeypatch.setattr(_Api, "do_GET", drip)
    monkeypatch.setattr(http_source, "PAGE_SECONDS", 0.5)
    with pytest.raises(SourceUnavailable):
        list(source_rows(source_of("HTTP", f"{api}/rows"), ""))


def test_a_select_is_read_in_a_session_that_cannot_write(reader: str) -> None:
    source = source_of(
        "SQL",
        _address(reader, "postgres"),
        "SELECT n AS id, 1.5 AS share FROM generate_series(1, 3) AS n WHERE 'a' LIKE 'a%'",
    )
    assert [row["id"] for row in source_rows(source, "")] == [1, 2, 3]
    BookSource.objects.update(query="WITH x AS (DELETE FROM pg_database RETURNING oid) SELECT * FROM x")
    with pytest.raises(SourceUnavailable):
        list(source_rows(BookSource.objects.get(), ""))


def test_neither_our_own_database_nor_a_superuser_is_a_source(reader: str) -> None:
    superuser, ours = connection.settings_dict["USER"], connection.settings_dict["NAME"]
    for role, database, reason in (
        (reader, ours, "own_database"),
        (superuser, ours, "own_database"),
        (superuser, "postgres", "superuser"),
    ):
        BookSource.objects.all().delete()
        with pytest.raises(SourceRefused) as refused:
            list(source_rows(source_of("SQL", _address(role, database), "SELECT 1 AS n"), ""))
        assert refused.value.facts["reason"] == reason


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(
    listed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = socket.create_server(("127.0.0.1", 0))
    inside.settimeout(0.2)
    list_also(listed, f"rebinds.example:{inside.getsockname()[1]}")
    resolve, asked, reached = socket.getaddrinfo, [], []

    def rebinds(host: str, *given: Any, **more: Any) -> Any:
        asked.append(host)
        told = "1.1.1.1" if asked.count("rebinds.example") < 2 else "127.0.0.1"  # as of the second question
        return resolve(told if host == "rebinds.example" else host, *given, **more)

    def refuses(address: tuple[str, int], *_: Any, **__: Any) -> Any:
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinds)
    monkeypatch.setattr(socket, "create_connection", refuses)
    address = f"https://rebinds.example:{inside.getsockname()[1]}/rows"
    with pytest.raises(SourceUnavailable):
        list(source_rows(source_of("HTTP", address), ""))
    assert (asked, reached) == (["rebinds.example"], ["1.1.1.1"])
    inside.close()


@pytest.mark.parametrize("address", ["https://a:99999/x", "https://[::1", "https://" + 70 * "a" + ".example/x"])
def test_what_is_no_address_is_refused_or_does_not_answer(address: str) -> None:
    with pytest.raises((SourceRefused, SourceUnavailable)):
        list(source_rows(source_of("HTTP", address), ""))


def test_an_answer_that_is_no_http_is_no_answer(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Api, "do_GET", lambda self: self.wfile.write(b"NOT HTTP AT ALL\r\n\r\n"))
    with pytest.raises(SourceUnavailable):
        list(source_rows(source_of("HTTP", f"{api}/rows"), ""))


def test_what_follows_a_hash_in_an_address_takes_no_page_with_it(api: str) -> None:
    assert [row["no"] for row in http_source.http_rows(f"{api}/rows?shop=1#first", "", "data.items", "", 10)][
        -1
    ] == "P-4"
