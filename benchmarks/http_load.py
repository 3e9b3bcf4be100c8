"""Driving a server over loopback and reading what it cost: CPU per process, latency per request."""

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local

import msgspec


class Batch(msgspec.Struct, frozen=True):
    """What one batch of requests cost."""

    web_cpu_ms: float
    """CPU of the web process, per request."""
    database_cpu_ms: float
    """CPU of PostgreSQL's backends, per request."""
    latencies_ms: list[float]


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU used by these processes so far, all threads, to the nanosecond (Linux)."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


class Load:
    """A client with `connections` kept open to one server."""

    def __init__(self, port: int, authorization: str, connections: int) -> None:
        self._port = port
        self._headers = {"Authorization": authorization, "Content-Type": "application/json"}
        self._kept = local()
        self._pool = ThreadPoolExecutor(connections)

    def run(
        self, path: str, batch: Sequence[tuple[str, bytes]], *, web: Sequence[int], database: Sequence[int]
    ) -> Batch:
        """POST each (Idempotency-Key, body); every answer must be 201."""
        web_before, database_before = cpu_seconds(web), cpu_seconds(database)
        latencies = list(self._pool.map(lambda one: self._post(path, *one), batch))
        web_used, database_used = cpu_seconds(web) - web_before, cpu_seconds(database) - database_before
        return Batch(1e3 * web_used / len(batch), 1e3 * database_used / len(batch), latencies)

    def _post(self, path: str, key: str, body: bytes) -> float:
        connection = getattr(self._kept, "connection", None)
        if connection is None:
            connection = self._kept.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        began = time.perf_counter()
        connection.request("POST", path, body, {**self._headers, "Idempotency-Key": key})
        answer = connection.getresponse()
        text = answer.read()
        took = 1e3 * (time.perf_counter() - began)
        if answer.status != 201:
            raise RuntimeError(f"{path} answered {answer.status}: {text[:300]!r}")
        return took
