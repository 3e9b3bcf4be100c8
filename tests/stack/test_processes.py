"""Knowing a process beyond doubt, and what is done with those that are ours."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from riskengine.stack.console import follow
from riskengine.stack.keys import keys_read
from riskengine.stack.places import Places, can_enter, locked, write_private
from riskengine.stack.processes import MARK, Roster, end, has_mark, identity_of, is_running, ours
from riskengine.stack.service import BACK_OFF_MOST, Child, Service

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, MARK: "/the/var"}
    process = subprocess.Popen(SLEEP, env=environment, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()


def test_a_process_is_itself_only_with_its_start_time(sleeper: subprocess.Popen[bytes]) -> None:
    identity = identity_of("web", sleeper.pid)
    assert identity
    assert is_running(identity)
    assert not is_running(replace(identity, started="another:1"))


def test_a_zombie_does_not_run(sleeper: subprocess.Popen[bytes]) -> None:
    identity = identity_of("web", sleeper.pid)
    assert identity
    sleeper.kill()
    until = time.monotonic() + 5
    while is_running(identity) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_running(identity)


def test_the_mark_tells_our_processes(sleeper: subprocess.Popen[bytes]) -> None:
    assert has_mark(sleeper.pid, "/the/var")
    assert not has_mark(sleeper.pid, "/the/va")
    assert not has_mark(os.getpid(), "/the/var")


def test_ending_reaches_a_group_whose_leader_is_gone(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = f"import os, time; pid = os.fork(); pid and open({str(pid_file)!r}, 'w').write(str(pid)); time.sleep(60)"
    leader = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, MARK: "/the/var"}, start_new_session=True
    )
    while not (pid_file.exists() and pid_file.read_text()):
        time.sleep(0.01)
    identity, orphan = identity_of("web", leader.pid), int(pid_file.read_text())
    assert identity
    leader.kill()
    leader.wait()
    assert ours(identity, "/the/var") == [orphan]
    assert ours(identity, "/another/var") == []
    end([identity], "/the/var", seconds=0)
    until = time.monotonic() + 5
    while identity_of("", orphan) and time.monotonic() < until:
        time.sleep(0.01)
    assert identity_of("", orphan) is None


def test_ending_leaves_a_stranger_with_the_same_number(sleeper: subprocess.Popen[bytes]) -> None:
    identity = identity_of("web", sleeper.pid)
    assert identity
    end([replace(identity, started="another:1")], "/another/var", seconds=0)
    assert sleeper.poll() is None


def test_the_roster_survives_rubbish(tmp_path: Path) -> None:
    (tmp_path / "children.json").write_text('[{"nam')
    assert Roster(tmp_path / "children.json").left_behind() == []


def test_a_lock_is_held_by_one_and_dies_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = f"""
from riskengine.stack.places import locked
from pathlib import Path
import time
with locked(Path({str(path)!r})) as is_ours:
    print(is_ours, flush=True)
    time.sleep(60)
"""
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    assert holder.stdout.readline() == "True\n"
    with locked(path) as is_ours:
        assert not is_ours
    holder.kill()
    holder.wait()
    with locked(path) as is_ours:
        assert is_ours


def test_a_child_waits_longer_each_time_it_dies() -> None:
    service = Service("web", ["true"], {}, Path("/"), is_ready=lambda: True)
    child = Child(service, mark="x")
    child.start()
    waits = [child.plan_next_start() for _ in range(6)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (0.5, BACK_OFF_MOST)
    child.wait(5)


def test_a_child_says_how_it_ended() -> None:
    child = Child(Service("web", ["sleep", "60"], dict(os.environ), Path("/"), is_ready=lambda: True), mark="x")
    child.start()
    child.signal(signal.SIGKILL)
    assert child.wait(5)
    assert child.how_it_ended() == "was killed by SIGKILL"


def test_lines_of_two_children_are_never_mixed(capfd: pytest.CaptureFixture[str]) -> None:
    code = "import sys\nfor _ in range(300): print(sys.argv[1] * 200, flush=True)"
    processes = [subprocess.Popen([sys.executable, "-c", code, word], stdout=subprocess.PIPE) for word in "ab"]
    for process, label in zip(processes, ("web", "worker"), strict=True):
        assert process.stdout
        follow(process.stdout, label).join(30)
        process.wait()
    lines = capfd.readouterr().out.splitlines()
    assert set(lines) == {f"web      | {'a' * 200}", f"worker   | {'b' * 200}"}
    assert len(lines) == 600


def test_keys_are_made_once_and_kept_private(tmp_path: Path) -> None:
    places = Places(tmp_path)
    first = keys_read(places)
    assert keys_read(places) == first
    assert places.keys.stat().st_mode & 0o777 == 0o600
    assert len(set(first.values())) == len(first)


def test_a_private_file_replaces_an_open_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)


def test_the_database_goes_elsewhere_when_others_may_not_enter(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / "var").mkdir(mode=0o755)
    assert not can_enter(tmp_path / "closed" / "var")
    assert can_enter(Path("/usr/bin"))
