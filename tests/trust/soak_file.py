"""The result of `make soak`: var/soak.json, a line for each trust test, rewritten as each of them ends."""

import json
import os
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import pytest

IS_SOAK = bool(os.environ.get("RISKENGINE_SOAK"))
PLACE = Path(__file__).resolve().parents[2] / "var" / "soak.json"
FAILED, NOT_RUN = "failed", "not run"


@dataclass
class Campaign:
    """Faults that were planned and those that really happened, from one seed."""

    name: str
    seed: int
    planned: int = 0
    injected: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def figures(self) -> dict[str, Any]:
        return {"seed": self.seed, "planned": self.planned, "injected": self.injected, **self.more}

    def told(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.figures().items())


def campaign_of(test: str) -> Campaign:
    """A campaign with the seed of RISKENGINE_SEED, or a new one."""
    return Campaign(test, int(os.environ.get("RISKENGINE_SEED", random.randrange(10**6))))


def entry_of(report: pytest.TestReport) -> dict[str, Any]:
    """The line of a test: what its campaign says, and how it ended."""
    entry: dict[str, Any] = {"name": report.nodeid, "seed": None, "planned": None, "injected": None}
    for name, value in report.user_properties:
        entry |= value if isinstance(value, dict) else {name: value}
    is_short = entry["planned"] is not None and (entry["injected"] or 0) < entry["planned"]
    entry["result"] = NOT_RUN if is_short or report.outcome == "skipped" else report.outcome
    entry["seconds"] = round(report.duration, 1)
    entry["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    return entry


def entry_keep(entry: dict[str, Any], place: Path = PLACE) -> None:
    """Put the line in the file; the newest of each name stays, and of a test's three phases the worst result."""
    place.parent.mkdir(exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)  # two soaks at once both keep their lines
        _rewrite(entry, place)


def _rewrite(entry: dict[str, Any], place: Path) -> None:
    kept = {line["name"]: line for line in json.loads(place.read_text())} if place.exists() else {}
    before = kept.get(entry["name"], {})
    if before.get("run") == os.getpid():
        results = (before["result"], entry["result"])
        entry = {**before, **{name: value for name, value in entry.items() if value is not None}}
        entry["result"] = next((result for result in (FAILED, NOT_RUN) if result in results), results[0])
        entry["seconds"] = max(before["seconds"], entry["seconds"])
    kept[entry["name"]] = {**entry, "run": os.getpid()}
    draft = place.with_suffix(".new")
    draft.write_text(json.dumps(sorted(kept.values(), key=lambda line: line["name"]), indent=1) + "\n")
    draft.replace(place)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A hook of pytest's, imported by tests/conftest.py."""
    if not IS_SOAK or "soak" not in report.keywords or "PYTEST_XDIST_WORKER" in os.environ:
        return
    if report.when == "call" or report.outcome != "passed" or (report.when == "teardown" and report.user_properties):
        entry_keep(entry_of(report))
