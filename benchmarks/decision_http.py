"""`decision_http`: a whole decision over HTTP against a bare DRF view with one INSERT, on one server, turn by turn.

`python -m benchmarks decision_http` runs it alone. The database is the one of DATABASE_URL; it is migrated and filled
with the shipped policy here.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django
import msgspec

from benchmarks.harness import Row
from benchmarks.http_body import bodies, extra_variables
from benchmarks.http_load import Batch, Load

ROOT = Path(__file__).parents[1]
THREADS, CONNECTIONS = 4, 4
WARM, BATCH, ROUNDS = 150, 150, 12
OURS, BARE = "/api/v1/decisions", "/bare/decisions"
REFERENCE = (
    "a bare DRF view on the same gunicorn worker, threads, middleware and authentication, the same 60-field body "
    "parsed with msgspec, one INSERT through the ORM, commit"
)


def prepare() -> str:
    """Migrate, take the shipped policy live with 55 variables, and give an Authorization header."""
    from django.core.management import call_command
    from django.db import connection

    from audit.models import ApiClient
    from audit.services.api_keys import api_key_issue
    from benchmarks.http_bare import CREATE
    from riskengine.demo.book import products_ensure
    from riskengine.demo.people import staff_ensure
    from riskengine.demo.policies import model_ensure, rule_set_ensure

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    at = datetime.now(UTC)
    products, staff = products_ensure(), staff_ensure()
    maker, checker = staff["maker"], staff["checker"]
    _catalogue_ensure(maker, checker, at)
    product = products["instalment"]
    model_ensure(product=product, modeller=staff["modeller"], checker=checker, at=at)
    rule_set_ensure(code="instalment-pre-loan", product=product, maker=maker, checker=checker, at=at)
    client, _ = ApiClient.objects.get_or_create(code="benchmark", defaults={"name": "Benchmark"})
    _key, secret = api_key_issue(client=client, scopes=["decide", "read"], at=at, rate_limit_per_second=0)
    return f"Api-Key {secret}"


def _catalogue_ensure(maker: Any, checker: Any, at: datetime) -> None:
    from riskengine.demo.places import CATALOGUE
    from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit

    document = json.loads(CATALOGUE.read_text())
    document["variables"] += extra_variables()
    version = catalogue_register(document=document, at=at)
    if not version.is_live:
        catalogue_submit(version=version, maker=maker, at=at)
        catalogue_approve(version=version, checker=checker, content_hash=version.content_hash, at=at)


def shipped_rows() -> list[dict[str, Any]]:
    """The 1,000 shipped applications as requests give them."""
    import polars as pl

    from riskengine.demo.frames import shipped_frame
    from riskengine.demo.places import CATALOGUE
    from scoring.catalogue import catalogue_read

    asked = [
        item for item in catalogue_read(CATALOGUE.read_bytes()).of_product("instalment").values()
        if item.source == "application"
    ]  # fmt: skip
    frame = shipped_frame("instalment").select([item.name for item in asked])
    whole = [item.name for item in asked if item.type == "integer"]
    return frame.with_columns(pl.col(whole).cast(pl.Int64)).to_dicts()


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """A gunicorn gthread worker with the project and the bare view; gives its port and the worker's process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.http_settings", "LOG_LEVEL": "WARNING",
        "PORT": str(port), "WEB_WORKERS": "1", "WEB_THREADS": str(THREADS),
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "-c", "python:riskengine.gunicorn_config", "riskengine.wsgi"]
    master = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait(port)
        yield port, _child(master.pid)
    finally:
        master.terminate()
        master.wait(10)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _child(master: int) -> int:
    for _ in range(100):
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.1)
    raise RuntimeError("the server has no worker")


def _backends(worker: int) -> list[int]:
    """PostgreSQL's processes that serve the worker, if they run on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    return [pid for pid in pids if Path(f"/proc/{pid}/task").exists() and worker]


class Measured(msgspec.Struct):
    """Batches of both contenders, round by round."""

    ours: list[Batch]
    bare: list[Batch]


def measure(rounds: int = ROUNDS) -> Measured:
    """Both contenders in turn on one server, `BATCH` requests each a round."""
    authorization, rows = prepare(), shipped_rows()
    asked = bodies(rows, 2 * WARM + BATCH * rounds, seed=int(time.time()))
    sent = [(f"k{one['external_id']}", msgspec.json.encode(one)) for one in asked]
    measured = Measured([], [])
    with server() as (port, worker):
        load = Load(port, authorization, CONNECTIONS)
        for path in (OURS, BARE):
            load.run(path, sent[:WARM], web=[worker], database=[])
        backends = _backends(worker)
        for turn in range(rounds):
            batch = sent[2 * WARM + turn * BATCH : 2 * WARM + (turn + 1) * BATCH]
            contenders = [(OURS, measured.ours), (BARE, measured.bare)]
            for path, results in contenders if turn % 2 else reversed(contenders):
                results.append(load.run(path, batch, web=[worker], database=backends))
    return measured


def rows_of(measured: Measured) -> list[Row]:
    """CPU of the web process, PostgreSQL's beside it, and latencies; ratios are medians over the rounds."""

    def row(name: str, cost: str, words: str) -> Row:
        ours = [getattr(batch, cost) for batch in measured.ours]
        bare = [getattr(batch, cost) for batch in measured.bare]
        ratio = median(one / other for one, other in zip(ours, bare, strict=True)) if all(bare) else 0.0
        return Row(name, round(median(ours), 3), "ms", words, round(ratio, 3), round(median(bare), 3))

    def latency(name: str, percent: int) -> Row:
        ours, bare = (
            quantiles([one for batch in batches for one in batch.latencies_ms], n=100)[percent - 1]
            for batches in (measured.ours, measured.bare)
        )
        words = f"latency of {REFERENCE}; {CONNECTIONS} connections"
        return Row(name, round(ours, 3), "ms", words, round(ours / bare, 3), round(bare, 3))

    return [
        row("decision_http", "web_cpu_ms", f"CPU of the web process per request: {REFERENCE}"),
        row("decision_http_pg", "database_cpu_ms", f"CPU of PostgreSQL per request: {REFERENCE}"),
        latency("decision_http_p50", 50),
        latency("decision_http_p99", 99),
    ]


def decision_http() -> list[Row]:
    """The rows of `var/bench.json`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.http_settings")
    django.setup()
    return rows_of(measure())
