"""`make run`'s launcher with real servers: it starts, mends, stops in order, and recovers from any kill."""

import json
import os
import signal
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from riskengine.stack.processes import identity_of, is_running
from tests.factories.stack import Launcher, launcher

BACK_SECONDS = 60
"""It tries again within a second or two; on a busy machine Django alone takes many to load."""
PROGRAMS = ["postgres", "valkey", "worker", "beat", "web"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launcher(tmp_path_factory.mktemp("stack") / "var", LOAD_DEMO="false") as made:
        yield made


@pytest.fixture
def running(stack: Launcher) -> Launcher:
    if not stack.is_running:
        stack.start()
    return stack


@pytest.fixture
def stopped(stack: Launcher) -> Launcher:
    """Started once at least, and stopped in order; tests that start it themselves follow those that stop it."""
    if not (stack.var / "postgres.place").exists():
        stack.start()
    if stack.is_running:
        stack.stop()
    return stack


def eventually(is_so: Callable[[], bool], seconds: float = BACK_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def answers(base: str, path: str = "/readyz") -> bool:
    try:
        with urllib.request.urlopen(base + path, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def test_it_answers_when_it_says_ready(running: Launcher) -> None:
    assert answers(running.base)
    assert answers(running.base, "/admin/login/")


def test_every_line_of_a_child_carries_its_label(running: Launcher) -> None:
    labels = {line.split("|")[0].strip() for line in running.lines if "|" in line}
    assert set(PROGRAMS) - {"web", "valkey"} <= labels  # which say nothing while all is well


def test_children_are_recorded_in_the_order_of_their_start(running: Launcher) -> None:
    assert list(running.children()) == PROGRAMS
    assert all(is_running(identity) for identity in running.children().values())


def test_secrets_are_readable_by_their_owner_alone(running: Launcher) -> None:
    for name in ("keys.json", "stack.json"):
        assert stat.S_IMODE((running.var / name).stat().st_mode) == 0o600


def test_no_secret_is_visible_in_a_list_of_processes(running: Launcher) -> None:
    secrets = json.loads((running.var / "keys.json").read_text()).values()
    for identity in running.children().values():
        command = Path(f"/proc/{identity.pid}/cmdline").read_text()
        assert not [secret for secret in secrets if secret in command]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_killed_child_comes_back(running: Launcher, name: str) -> None:
    before = running.children()[name]
    os.kill(before.pid, signal.SIGKILL)

    def is_back() -> bool:
        now = running.children()[name]
        return now != before and is_running(now) and answers(running.base)

    assert eventually(is_back), running.text
    assert running.says(f"{name} was killed by SIGKILL: starting it again")


def test_it_refuses_to_run_twice_in_one_folder(running: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    from riskengine.stack import run
    from riskengine.stack.places import Places, StackError
    from riskengine.stack.processes import Roster
    from riskengine.stack.supervisor import Supervisor

    monkeypatch.setattr(run, "LOCK_SECONDS", 0.0)
    places = Places(running.var)
    with (
        pytest.raises(StackError, match="running already"),
        run.alone(places, Supervisor(Roster(places.roster), mark="x")),
    ):
        pytest.fail("two stacks would share one database")


def test_ctrl_c_stops_everything_in_order(running: Launcher) -> None:
    stops_in_order(running, signal.SIGINT)


def test_it_leaves_a_stranger_alone_that_has_the_number_of_a_dead_child(stopped: Launcher) -> None:
    """The record names a living process that is not ours: pid right, start time wrong."""
    stranger = identity_of("web", os.getpid())
    assert stranger
    record = stopped.var / "run" / "children.json"
    record.write_text(json.dumps([asdict(replace(stranger, started="another boot:1"))]))
    stopped.start()
    assert is_running(stranger)


def test_a_request_to_end_stops_everything_in_order(running: Launcher) -> None:
    stops_in_order(running, signal.SIGTERM)


def test_a_postmaster_lock_whose_number_a_stranger_has_is_removed(stopped: Launcher) -> None:
    """After a restart of the machine the number may belong to anything; PostgreSQL would refuse to start."""
    data = Path((stopped.var / "postgres.place").read_text().strip()) / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    stopped.start()
    assert answers(stopped.base)


def test_it_recovers_when_everything_was_killed_at_once(running: Launcher) -> None:
    killed = running.kill_everything()
    assert killed >= 1 + len(PROGRAMS)
    assert (running.var / "run" / "children.json").exists()
    running.start()
    assert answers(running.base)


def test_it_ends_what_a_killed_launcher_left(running: Launcher) -> None:
    orphans = running.children()
    running.kill()
    assert is_running(orphans["postgres"])
    running.start()
    assert not any(is_running(identity) for identity in orphans.values())
    assert list(running.children()) == PROGRAMS


def stops_in_order(running: Launcher, number: signal.Signals) -> None:
    """Nothing is left, and PostgreSQL had the time to write what it held."""
    children = running.children()
    assert running.stop(number) == 0
    assert running.lines[-1].endswith("stopped\n")
    assert running.survivors() == []
    assert not any(is_running(identity) for identity in children.values())
    assert running.says("database system is shut down")
