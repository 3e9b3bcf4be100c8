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

from riskengine.stack.processes import group_members, identity_of, is_running
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

    def kill(self, name: str, rng: Random) -> int:
        """kill -9 of a child: all of its group, its leader or one member; how many died."""
        leader = self.launcher.children()[name].pid
        members = group_members(leader)
        # A member may end by itself between the look and the kill, the leader of a living child does not.
        for victims in (rng.choice([members, [leader], rng.sample(members, min(1, len(members)))]), [leader]):
            if count := sum(_kill(pid) for pid in victims):
                # A killed process needs a moment to be gone; until then it would pass for one that is back.
                wait_until(lambda victims=victims: not any(identity_of("", pid) for pid in victims), 5, pause=0.005)
                return count
        return 0

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


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def wait_until(is_so: Any, seconds: float, pause: float = 0.1) -> float | None:
    """Seconds until `is_so`, or None after `seconds`."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with suppress(psycopg2.Error):
            if is_so():
                return time.monotonic() - began
        time.sleep(pause)
    return None
