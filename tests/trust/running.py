"""A whole product to do harm to: the launcher of `make run` on servers of its own, with a policy that is live."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import psycopg2

from riskengine.stack.processes import Identity, group_members, is_running
from tests.factories.stack import ROOT, Launcher

CLIENT = "kill-test"
GOES_LIVE = """
import django; django.setup()
from tests.decisions.test_shipped_policies import goes_live
from tests.factories import decisions as make
from riskengine.roles import roles_ensure
roles_ensure()
goes_live("instalment")
print(make.lender("kill-test", scopes=("decide", "read"))[1])
"""


class Running:
    """A started launcher, its API key and its database."""

    def __init__(self, launcher: Launcher) -> None:
        self.launcher = launcher
        self.environment: dict[str, str] = {**launcher.environment, **self._own()}
        self.api_key = self.python(GOES_LIVE).splitlines()[-1]

    def _own(self) -> dict[str, str]:
        values = json.loads((self.launcher.var / "stack.json").read_text())
        return {name: str(value) for name, value in values.items()} | {
            "DJANGO_SETTINGS_MODULE": "riskengine.settings",
            "PYTHONPATH": str(ROOT),
        }

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    def python(self, code: str, *arguments: str) -> str:
        return self.run([sys.executable, "-c", code, *arguments])

    def manage(self, *arguments: str) -> str:
        return self.run([sys.executable, "manage.py", *arguments])

    def run(self, command: list[str]) -> str:
        """A program beside the stack; its output. Fails on another exit code than 0."""
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def kill(self, name: str, rng: Random) -> tuple[Identity, int]:
        """kill -9 of a child: all of its group, its leader or one member; who it was, and how many died."""
        identity = self.launcher.children()[name]
        members = group_members(identity.pid)
        victims = rng.choice([members, [identity.pid], [rng.choice(members)]]) if members else []
        count = 0
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                count += 1
        return identity, count

    @contextmanager
    def paused(self, *names: str) -> Iterator[None]:
        """These children stand still, and run on afterwards."""
        pids = [pid for name in names for pid in group_members(self.launcher.children()[name].pid)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def is_back(self, name: str) -> bool:
        """Whether a child of this name runs now."""
        with suppress(KeyError, ValueError):
            return is_running(self.launcher.children()[name])
        return False

    def waiting(self) -> int:
        """Messages of the outbox that nobody delivered yet."""
        return int(self.query("SELECT count(*) FROM audit_outboxmessage WHERE delivered_at IS NULL")[0][0])

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.database_url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()


def wait_until(is_so: Any, seconds: float, pause: float = 0.1) -> float | None:
    """Seconds until `is_so`, or None after `seconds`."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with suppress(psycopg2.Error):
            if is_so():
                return time.monotonic() - began
        time.sleep(pause)
    return None
