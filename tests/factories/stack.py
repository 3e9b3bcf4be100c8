"""A real launcher with servers, folder and ports of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from riskengine.stack.ports import free_port
from riskengine.stack.processes import Identity, group_members, has_mark, is_running

ROOT = Path(__file__).resolve().parents[2]
READY = "Ready after"
START_SECONDS = 300
"""The first start migrates and loads the demo: a minute on a machine of its own, longer on a busy one."""


class Launcher:
    """`python -m riskengine.stack run` on a `var/` of its own; the folder outlives its starts."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.var = var
        self.port = free_port()
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None
        self.lines: list[str] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the shell of a new user has: nothing of ours."""
        ours = {"VAR_DIR": str(self.var), "PORT": str(self.port), "WEB_WORKERS": "1", "WORKER_PROCESSES": "1"}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, **ours, **self._environment}

    def start(self) -> float:
        """Start and wait until it says that it is ready; the seconds it took."""
        began = time.monotonic()
        self.lines = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "riskengine.stack", "run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        while not self.says(READY):
            assert self._process.poll() is None, self.text
            assert time.monotonic() - began < START_SECONDS, self.text
            time.sleep(0.05)
        return time.monotonic() - began

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 40) -> int:
        """Ask it to stop; its exit code."""
        assert self._process
        self._process.send_signal(number)
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End the launcher alone, as the kernel would."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def kill_everything(self) -> int:
        """End the launcher and every process of it at once; how many."""
        victims = [pid for each in self.children().values() for pid in group_members(each.pid)]
        self.kill()
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(victims) + 1

    def children(self) -> dict[str, Identity]:
        record = self.var / "run" / "children.json"
        return {entry["name"]: Identity(**entry) for entry in json.loads(record.read_text())}

    def survivors(self) -> list[int]:
        """Processes of this stack that still run, by their mark."""
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if has_mark(pid, str(self.var)) and pid != os.getpid()]

    def says(self, text: str) -> bool:
        return any(text in line for line in list(self.lines))

    @property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.lines.append(line)


@contextmanager
def launcher(var: Path, **environment: str) -> Iterator[Launcher]:
    """A launcher that leaves nothing behind, neither process nor database."""
    made = Launcher(var, **environment)
    try:
        yield made
    finally:
        if made.is_running:
            made.stop()
        with suppress(OSError, ValueError):
            for identity in made.children().values():
                if is_running(identity):
                    os.killpg(identity.pid, signal.SIGKILL)
        remove_database(var)


def remove_database(var: Path) -> None:
    """The database of a root's launcher may lie outside its folder."""
    from riskengine.stack.places import Places

    Places(var).remove_postgres()
