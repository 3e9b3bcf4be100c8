"""What a child is, and one running child."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from riskengine.stack.console import follow
from riskengine.stack.places import Account
from riskengine.stack.processes import MARK, Identity, identity_of

BACK_OFF_FIRST = 0.5
BACK_OFF_MOST = 4.0
SETTLED_SECONDS = 8.0
"""Longer than a start takes: who ran so long did answer, and its death is no reason to make others wait."""


@dataclass(frozen=True)
class Service:
    """How to start a child, see that it answers, and stop it."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    is_ready: Callable[[], bool]
    ready_seconds: float = 60
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15
    before: Callable[[], None] = field(default=lambda: None)
    """Clears what a killed predecessor left, before each start."""
    unsaid: tuple[bytes, ...] = ()
    """Parts of lines that ask nothing of whoever reads the terminal."""


class Child:
    """A running service and its history of deaths."""

    def __init__(self, service: Service, mark: str) -> None:
        self.service = service
        self.mark = mark
        self.deaths = 0
        self.start_again_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self.identity: Identity | None = None

    def start(self) -> Identity:
        """Start it in a session of its own: a Ctrl-C in the terminal reaches the launcher alone."""
        service = self.service
        service.before()
        account = service.account
        self._process = subprocess.Popen(  # noqa: S603
            service.command,
            env={**service.environment, MARK: self.mark},
            cwd=service.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077,
        )
        self._began = time.monotonic()
        self.identity = identity_of(service.name, self._process.pid) or Identity(service.name, self._process.pid, "")
        if self._process.stdout:
            follow(self._process.stdout, service.name, service.unsaid)
        return self.identity

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def how_it_ended(self) -> str:
        code = self._process.returncode if self._process else None
        if code is None:
            return "is gone"
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def plan_next_start(self) -> float:
        """Seconds until it may start again: longer each time, from the beginning once it has run a while."""
        if time.monotonic() - self._began > SETTLED_SECONDS:
            self.deaths = 0
        seconds = min(BACK_OFF_FIRST * 2.0**self.deaths, BACK_OFF_MOST)
        self.deaths += 1
        self.start_again_at = time.monotonic() + seconds
        return seconds

    def signal(self, number: signal.Signals) -> None:
        if self._process and self.is_alive:
            os.kill(self._process.pid, number)

    def wait(self, seconds: float) -> bool:
        """Whether it ended within `seconds`."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
