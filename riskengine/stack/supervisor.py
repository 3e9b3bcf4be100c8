"""Starts children in order, starts again those that die, and stops them in the opposite order."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from riskengine.stack.console import say
from riskengine.stack.places import StackError
from riskengine.stack.processes import Roster, end
from riskengine.stack.service import Child, Service

TICK = 0.1
DEATHS_AT_START = 6
"""A child that dies so often before it answers will not recover by itself; a killed database needs two or three."""


class Stopped(Exception):
    """Somebody asked the stack to stop."""


class Supervisor:
    """The children of one stack."""

    def __init__(self, roster: Roster, mark: str) -> None:
        self._roster = roster
        self._mark = mark
        self._children: list[Child] = []
        self._is_stopping = threading.Event()
        self._make = _parent_make()

    def listen(self) -> None:
        """Stop on SIGINT and SIGTERM, even where a shell has told its background jobs to ignore the first."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._is_stopping.set())

    def end_left_behind(self) -> None:
        """End what a killed run left, newest first, so that the database goes last."""
        left = self._roster.left_behind()
        for identity in reversed(left):
            end([identity], self._mark, seconds=5, first=signal.SIGINT)
        self._roster.clear()

    def launch(self, service: Service) -> None:
        """Start a child without waiting for it."""
        child = Child(service, self._mark)
        self._children.append(child)
        self._launch(child)

    def start(self, service: Service) -> None:
        """Start a child and wait until it, too, answers."""
        self.launch(service)
        self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until every child answers; one may fail on the way, e.g. while its killed predecessor lets go."""
        until = time.monotonic() + max(child.service.ready_seconds for child in self._children)
        waiting, pause = list(self._children), TICK
        while waiting := [child for child in waiting if not (child.is_alive and child.service.is_ready())]:
            if time.monotonic() > until or any(child.deaths >= DEATHS_AT_START for child in waiting):
                names = ", ".join(child.service.name for child in waiting)
                raise StackError(f"Could not be started: {names}; see the lines above.")
            self._tend_all()
            # A database that recovers logs a line for each question.
            pause = min(pause * 1.5, 1.0)
            self.pause(pause)

    def pause(self, seconds: float) -> None:
        """Wait, unless asked to stop."""
        until = time.monotonic() + seconds
        while True:
            self._look_at_parent()
            if self._is_stopping.wait(max(0.0, min(TICK, until - time.monotonic()))):
                raise Stopped
            if time.monotonic() >= until:
                return

    def watch(self) -> None:
        """Keep every child running until asked to stop."""
        while True:
            self.pause(2 * TICK)
            self._tend_all()

    def wait_for(self, is_done: Callable[[], bool]) -> None:
        """Keep the children running until `is_done`."""
        while not is_done():
            self.pause(TICK)
            self._tend_all()

    def stop(self) -> None:
        """Stop the children, last started first; what does not stop in its time is killed."""
        for child in reversed(self._children):
            if child.is_alive:
                child.signal(child.service.stop_signal)
                if not child.wait(child.service.stop_seconds):
                    say(f"{child.service.name} did not stop in {child.service.stop_seconds:.0f} s: killed")
            self._sweep(child)
            child.wait(5)
        self._roster.clear()

    def _tend_all(self) -> None:
        for child in self._children:
            self._tend(child)

    def _tend(self, child: Child) -> None:
        if child.is_alive:
            return
        if not child.start_again_at:
            seconds = child.plan_next_start()
            say(f"{child.service.name} {child.how_it_ended()}: starting it again in {seconds:g} s")
        elif time.monotonic() >= child.start_again_at:
            self._launch(child)

    def _launch(self, child: Child) -> None:
        self._sweep(child)
        child.start_again_at = 0.0
        self._roster.put(child.start())

    def _sweep(self, child: Child) -> None:
        """Kill what a dead child left of its group: they hold its port and its shared memory."""
        if child.identity:
            end([child.identity], self._mark, seconds=0, first=signal.SIGKILL)

    def _look_at_parent(self) -> None:
        """Under make: stop when it was interrupted (it passes SIGTERM on, but not SIGINT) or is gone."""
        if self._make and (os.getppid() != self._make or not _catches_sigint(self._make)):
            self._is_stopping.set()


def _parent_make() -> int | None:
    """The pid of the make that started us, if one did."""
    try:
        name = Path(f"/proc/{os.getppid()}/comm").read_text().strip()
    except OSError:
        return None
    return os.getppid() if name in ("make", "gmake") else None


def _catches_sigint(pid: int) -> bool:
    """Whether the process still handles or ignores SIGINT; make gives that up when it has received one."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    masks = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    handled = int(masks["SigCgt"], 16) | int(masks["SigIgn"], 16)
    return bool(handled & 1 << (signal.SIGINT - 1))
