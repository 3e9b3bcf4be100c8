"""`make run`: everything, in order, until it is asked to stop."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from riskengine.env import BASE_DIR, Environment, StackEnvironment, read_environment, read_stack_environment
from riskengine.stack import programs, tour
from riskengine.stack.console import say, say_plain
from riskengine.stack.keys import keys_read
from riskengine.stack.places import Places, StackError, locked, write_private
from riskengine.stack.ports import free_port, is_free
from riskengine.stack.postgres import Postgres
from riskengine.stack.processes import Roster
from riskengine.stack.supervisor import Stopped, Supervisor
from riskengine.stack.valkey import Valkey

LOCK_SECONDS = 25.0
"""How long a start waits for the last one to finish stopping."""

LENDER = {"CREDITOR_NAME": "Demo Lender", "CREDITOR_CONTACT": "1 Example Street, +49 30 000000, letters@demo.invalid"}
"""Who signs the demo's letters: made up."""


@dataclass
class Stack:
    """One stack about to run: its places, its children, and the environment they get."""

    places: Places
    supervisor: Supervisor
    environment: dict[str, str]
    is_embedded: bool = False


def run() -> int:
    """Start everything and keep it running; 0 after an orderly stop."""
    began = time.monotonic()
    places = Places(Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve())
    places.make()
    supervisor = Supervisor(Roster(places.roster), mark=str(places.var))
    supervisor.listen()
    with suppress(Stopped), alone(places, supervisor):
        supervisor.end_left_behind()
        stack = Stack(places, supervisor, dict(os.environ))
        try:
            settings = read_stack_environment()
            _check_port(settings)
            start_servers(stack)
            _start_programs(stack, settings)
            say_plain(tour.text(programs.base_url(settings), places, seconds=time.monotonic() - began))
            supervisor.watch()
        finally:
            say("stopping")
            supervisor.stop()
            say("stopped")
    return 0


def start_servers(stack: Stack, *, is_durable: bool = True, is_owner: bool = False) -> None:
    """Start PostgreSQL and Valkey unless the operator names servers, and complete the environment."""
    places, environment = stack.places, stack.environment
    keys = keys_read(places)
    remembered = _remembered(places)
    for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEY", "BLIND_INDEX_KEY"):
        environment.setdefault(name, keys[name])
    environment.setdefault("VAR_DIR", str(places.var))
    if "DATABASE_URL" not in environment:
        port = free_port(remembered.get("postgres"))
        postgres = Postgres(places, keys, port, is_durable=is_durable)
        stack.supervisor.start(postgres.service())
        postgres.prepare()
        environment["DATABASE_URL"] = postgres.owner_url if is_owner else postgres.url
        stack.is_embedded, remembered["postgres"] = True, port
        say(f"PostgreSQL answers on port {port}")
    if "CELERY_BROKER_URL" not in environment:
        port = free_port(remembered.get("valkey"))
        valkey = Valkey(places, keys, port)
        stack.supervisor.start(valkey.service())
        environment["CELERY_BROKER_URL"] = valkey.url
        remembered["valkey"] = port
        say(f"Valkey answers on port {port}")
    write_private(places.ports, json.dumps(remembered))


def _start_programs(stack: Stack, settings: StackEnvironment) -> None:
    is_demo = settings.load_demo == "true" or (settings.load_demo == "auto" and stack.is_embedded)
    if is_demo:
        stack.environment.setdefault("IS_OTP_REQUIRED", "false")
        stack.environment.setdefault("LOG_LEVEL", "WARNING")  # the tour is to stay on the screen
        for name, value in LENDER.items():
            stack.environment.setdefault(name, value)
    environment = stack.environment
    read_environment(environment)  # loud now, not in four children
    _keep_environment(stack.places, environment)
    if not programs.manage(stack.supervisor, environment, "migrate", "--no-input", "--verbosity", "0"):
        raise StackError("The database could not be migrated; see the lines above.")
    if is_demo and not stack.places.demo.exists():
        say("loading the demo, once")
        if not programs.manage(stack.supervisor, environment, "load_demo"):
            raise StackError("The demo could not be loaded; see the lines above.")
    elif not is_demo:
        say("your own database: the demo is not loaded into it (LOAD_DEMO=true does)")
    supervisor = stack.supervisor
    # At once, for each takes seconds to load; stopped in the opposite order: no new work, then no new tasks.
    supervisor.launch(programs.worker(settings, environment, stack.places.worker_flag))
    supervisor.launch(programs.beat(environment))
    supervisor.launch(programs.web(settings, environment))
    supervisor.wait_ready()
    tour.files_write(programs.base_url(settings), stack.places)


@contextmanager
def alone(places: Places, supervisor: Supervisor) -> Iterator[None]:
    """Be the only stack of this `var/`; a predecessor that is still stopping is waited for."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        with locked(places.lock) as is_ours:
            if is_ours:
                yield
                return
        if time.monotonic() > until:
            raise StackError(f"The stack of {places.var} is running already. Stop it, or give VAR_DIR another folder.")
        supervisor.pause(0.3)


def _check_port(settings: StackEnvironment) -> None:
    if not is_free(settings.port, settings.web_host):
        raise StackError(f"Port {settings.port} is taken by another program. Choose another: make run PORT=8001")


def _remembered(places: Places) -> dict[str, int]:
    try:
        return dict(json.loads(places.ports.read_text()))
    except (OSError, ValueError):
        return {}


def _keep_environment(places: Places, environment: Mapping[str, str]) -> None:
    """Leave our variables for `manage.py` in another terminal."""
    names = [field.encode_name for field in msgspec.structs.fields(Environment)]
    write_private(places.environment, json.dumps({name: environment[name] for name in names if name in environment}))
