"""A lending system on the wire: threads that ask, keep a journal, and repeat until they are answered."""

import hashlib
import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.factories.decisions import body

REPEATS = 0.02
PAUSE = 0.1
GIVE_UP = 60.0


class LendingSystem:
    """Asks for decisions in `threads` threads; every key is repeated until it gets its 201."""

    def __init__(
        self, port: int, api_key: str, journal: Path, *, seed: int, threads: int = 4, pause: float = 0
    ) -> None:
        self._port = port
        self._api_key = api_key
        self._seed = seed
        self._pause = pause
        self._file = journal.open("a")
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(threads)]
        self.acks: list[tuple[float, float]] = []
        """(asked at, answered at) of each first answer, in monotonic seconds."""
        self.tries: Counter[str] = Counter()
        self.unexpected: list[str] = []
        self.slowest_503 = 0.0
        self.replayed_unseen = 0
        """Answers that had been given before and had not arrived: a kill fell between commit and reply."""

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every thread finish what it asked for."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(GIVE_UP + 10)
        self._file.close()

    def answered_since(self, instant: float) -> float | None:
        """When the first request that began after `instant` was answered."""
        found = [end for begin, end in self.acks[-500:] if begin >= instant]
        return min(found) if found else None

    def longest_silence(self) -> float:
        """The longest time in which no request of any thread was answered for the first time."""
        ends = sorted(end for _begin, end in self.acks)
        return max((after - before for before, after in itertools.pairwise(ends)), default=0.0)

    def _work(self, number: int) -> None:
        rng = random.Random(f"{self._seed}/{number}")
        for count in itertools.count():
            if self._stopping.is_set():
                return
            self._decide(rng, f"{self._seed}-{number}-{count}", number * 1_000_000 + count)
            time.sleep(self._pause)

    def _decide(self, rng: random.Random, key: str, number: int) -> None:
        asked = json.dumps({**body(number), "external_id": f"K-{key}"}).encode()
        self._note(asked=key, external_id=f"K-{key}")
        began = time.monotonic()
        answer = self._until_answered(key, asked)
        if answer is None:
            return
        with self._lock:
            self.acks.append((began, time.monotonic()))
        if rng.random() < REPEATS:
            self._until_answered(key, asked, is_repeat=True)

    def _until_answered(self, key: str, asked: bytes, *, is_repeat: bool = False) -> bytes | None:
        until = time.monotonic() + GIVE_UP
        for attempt in itertools.count():
            status, headers, text = self._post(key, asked)
            if status == 201:
                self._answered(key, text, is_unseen=attempt > 0 and not is_repeat and "Idempotent-Replayed" in headers)
                return text
            if status not in (0, 502, 503) or time.monotonic() > until:
                with self._lock:
                    self.unexpected.append(f"{key}: {status} {text[:300]!r}")
                return None
            if status == 503 and not headers.get("Retry-After"):
                self.unexpected.append(f"{key}: 503 without Retry-After")
            time.sleep(PAUSE)
        return None

    def _answered(self, key: str, text: bytes, *, is_unseen: bool) -> None:
        told = json.loads(text)
        with self._lock:
            self.replayed_unseen += is_unseen
        self._note(acked=key, id=told["id"], body=hashlib.sha256(text).hexdigest(), document_hash=told["document_hash"])

    def _post(self, key: str, asked: bytes) -> tuple[int, Any, bytes]:
        """One try; status 0 where nobody answered."""
        headers = {"Authorization": self._api_key, "Idempotency-Key": key, "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        began = time.monotonic()
        try:
            connection.request("POST", "/api/v1/decisions", asked, headers)
            response = connection.getresponse()
            status, sent, text = response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException):
            status, sent, text = 0, {}, b""
        finally:
            connection.close()
        with self._lock:
            self.tries[str(status)] += 1
            if status == 503:
                self.slowest_503 = max(self.slowest_503, time.monotonic() - began)
        return status, sent, text

    def _note(self, **entry: str) -> None:
        with self._lock:
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
