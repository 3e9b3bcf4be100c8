"""Where the launcher keeps things: the layout of `var/`, and a home for PostgreSQL when started by root."""

import os
import pwd
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

PRIVATE = 0o700
OTHERS_MAY_ENTER = 0o001


class StackError(Exception):
    """The stack cannot start; the message says what a person can do about it."""


@dataclass(frozen=True)
class Account:
    """The account PostgreSQL runs as, where that is not our own: it refuses to run as root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """The files under one `var/`: one running stack each."""

    var: Path

    @property
    def keys(self) -> Path:
        return self.var / "keys.json"

    @property
    def environment(self) -> Path:
        """What the running stack gave its children, for `manage.py` in another terminal."""
        return self.var / "stack.json"

    @property
    def demo(self) -> Path:
        return self.var / "demo.json"

    @property
    def tour_headers(self) -> Path:
        """The headers of a call with the demo's API key, for curl."""
        return self.var / "tour.headers"

    @property
    def tour_application(self) -> Path:
        return self.var / "tour.json"

    @property
    def roster(self) -> Path:
        return self.var / "run" / "children.json"

    @property
    def lock(self) -> Path:
        return self.var / "run" / "lock"

    @property
    def ports(self) -> Path:
        """The servers' ports of the last run, taken again where they are free."""
        return self.var / "run" / "ports.json"

    @property
    def worker_flag(self) -> Path:
        return self.var / "run" / "worker.ready"

    @property
    def valkey(self) -> Path:
        return self.var / "valkey"

    @property
    def postgres_record(self) -> Path:
        """Names the directory that holds PostgreSQL's data."""
        return self.var / "postgres.place"

    def make(self) -> None:
        """Create what must exist before anything starts."""
        self.var.mkdir(parents=True, exist_ok=True)
        for folder in (self.var / "run", self.valkey):
            folder.mkdir(exist_ok=True, mode=PRIVATE)
        (self.var / "static").mkdir(exist_ok=True)
        (self.var / "checkpoints").mkdir(exist_ok=True)

    def postgres_home(self, account: Account | None) -> Path:
        """The directory for PostgreSQL's data and, if need be, a copy of its binaries; recorded on first use."""
        if self.postgres_record.exists():
            return Path(self.postgres_record.read_text().strip())
        home = self.var / "postgres"
        if account and not can_enter(self.var):
            home = Path("/var/lib") / f"riskengine-{secrets.token_hex(4)}"
        write_private(self.postgres_record, f"{home}\n")
        return home

    def remove_postgres(self) -> None:
        """Delete the database with everything in it."""
        if self.postgres_record.exists():
            shutil.rmtree(self.postgres_record.read_text().strip(), ignore_errors=True)
            self.postgres_record.unlink()


def postgres_account() -> Account | None:
    """Another account for PostgreSQL when we are root (initdb wants one with a name), else none."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise StackError("PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to run it as.")


def can_enter(path: Path) -> bool:
    """Whether any account may pass through `path` and every folder above it."""
    return all(folder.stat().st_mode & OTHERS_MAY_ENTER for folder in (path, *path.parents))


def write_private(path: Path, text: str) -> None:
    """Write `text` whole or not at all, readable by its owner alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold `path` for this process, or yield False; a killed holder lets go by itself."""
    with path.open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
