"""Processes known beyond doubt: a pid with its start time, so that nothing is ended that we did not start."""

import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from riskengine.stack.places import write_private

MARK = "RISKENGINE_STACK"
"""Every child carries this variable with its `var/`: its own children are known by it when it is gone."""


@dataclass(frozen=True)
class Identity:
    """A process, told apart from a later one with the same pid."""

    name: str
    pid: int
    started: str
    """Boot and clock ticks of its start."""


def identity_of(name: str, pid: int) -> Identity | None:
    """Who has this pid now; None when nobody has, or only a zombie."""
    fields = _stat(pid)
    return Identity(name, pid, f"{_boot()}:{fields[19]}") if fields and fields[0] != "Z" else None


def is_running(identity: Identity) -> bool:
    """Whether this very process still runs."""
    return identity_of(identity.name, identity.pid) == identity


def group_members(group: int) -> list[int]:
    """The pids of a process group, zombies left out."""
    found = []
    for entry in Path("/proc").iterdir():
        fields = _stat(int(entry.name)) if entry.name.isdigit() else None
        if fields and fields[0] != "Z" and fields[2] == str(group):
            found.append(int(entry.name))
    return found


def has_mark(pid: int, mark: str) -> bool:
    """Whether the process was started by the stack of this `var/`."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return f"{MARK}={mark}".encode() in environment.split(b"\0")


def ours(identity: Identity, mark: str) -> list[int]:
    """The living processes of a recorded child's group that are certainly ours.

    With the leader alive, all of its group; with the leader gone, those that carry our mark: the number may
    have gone to a stranger since.
    """
    members = group_members(identity.pid)
    if is_running(identity):
        return members
    return [pid for pid in members if has_mark(pid, mark)]


def end(identities: Iterable[Identity], mark: str, *, seconds: float, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask the groups of `identities` to stop, and after `seconds` make them."""
    remaining = list(identities)
    for identity in remaining:
        if is_running(identity):
            _send(identity.pid, first)
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(is_running(identity) for identity in remaining):
        time.sleep(0.05)
    for identity in remaining:
        for pid in ours(identity, mark):
            _send(pid, signal.SIGKILL)


class Roster:
    """The children of one stack, on disk, so that the next start finds what a killed one left."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._present: dict[str, Identity] = {}

    def left_behind(self) -> list[Identity]:
        """Those recorded by an earlier run."""
        try:
            return [Identity(**entry) for entry in json.loads(self._path.read_text())]
        except (OSError, ValueError, TypeError):
            return []

    def put(self, identity: Identity) -> None:
        """Record a child just started, in place of the last of its name."""
        self._present[identity.name] = identity
        write_private(self._path, json.dumps([asdict(each) for each in self._present.values()]))

    def clear(self) -> None:
        """Forget them all: they have been ended."""
        self._present.clear()
        self._path.unlink(missing_ok=True)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on: 0 state, 1 parent, 2 group, 19 start in clock ticks."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
