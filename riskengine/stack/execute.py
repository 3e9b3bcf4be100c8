"""A stack of its own for one command: tests, checks and benchmarks never touch what `make run` keeps."""

import os
import signal
import subprocess
from contextlib import suppress

from riskengine.env import BASE_DIR
from riskengine.stack.console import say
from riskengine.stack.places import Places, StackError, locked
from riskengine.stack.processes import Roster
from riskengine.stack.run import Stack, start_servers
from riskengine.stack.supervisor import Stopped, Supervisor

MOST_AT_ONCE = 8


def execute(command: list[str], *, is_durable: bool) -> int:
    """Run `command` with a fresh PostgreSQL and Valkey; its exit code.

    `is_durable` False turns off waiting for the disk, for whoever kills no server.
    """
    for number in range(MOST_AT_ONCE):
        places = Places((BASE_DIR / "var" / f"test-{number}").resolve())
        places.make()
        with locked(places.lock) as is_ours:
            if is_ours:
                return _in(places, command, is_durable=is_durable)
    raise StackError(f"{MOST_AT_ONCE} test stacks are running already.")


def _in(places: Places, command: list[str], *, is_durable: bool) -> int:
    supervisor = Supervisor(Roster(places.roster), mark=str(places.var))
    supervisor.listen()
    supervisor.end_left_behind()
    places.remove_postgres()
    places.keys.unlink(missing_ok=True)
    # What an operator has set must not lead tests to a real server.
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
    stack = Stack(places, supervisor, inherited | {"VAR_DIR": str(places.var), "IS_OTP_REQUIRED": "false"})
    try:
        start_servers(stack, is_durable=is_durable, is_owner=True)
        return _follow(command, stack)
    except Stopped:
        return 128 + signal.SIGINT
    finally:
        supervisor.stop()
        places.remove_postgres()


def _follow(command: list[str], stack: Stack) -> int:
    say(" ".join(command))
    process = subprocess.Popen(command, env=stack.environment, cwd=BASE_DIR, stdin=subprocess.DEVNULL)  # noqa: S603
    try:
        stack.supervisor.wait_for(lambda: process.poll() is not None)
    except Stopped:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        raise
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return process.returncode if process.returncode >= 0 else 128 - process.returncode
