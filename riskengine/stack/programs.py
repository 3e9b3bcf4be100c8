"""Our own three programs as children: web, worker and beat; and commands of `manage.py` before them."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from riskengine.env import BASE_DIR, StackEnvironment
from riskengine.stack.console import follow
from riskengine.stack.ports import http_status
from riskengine.stack.service import Service
from riskengine.stack.supervisor import Supervisor

OK = 200
QUIET_AS_ROOT = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
"""Who runs the demo as root need not be told by Celery, in nine lines, at each start."""


def web(stack: StackEnvironment, environment: Mapping[str, str]) -> Service:
    """gunicorn; ready when it answers."""
    base = base_url(stack)

    def is_ready() -> bool:
        return http_status(f"{base}/readyz") == OK

    return Service(
        name="web",
        command=[_program("gunicorn"), "-c", "python:riskengine.gunicorn_config", "riskengine.wsgi"],
        environment=environment,
        folder=BASE_DIR,
        is_ready=is_ready,
    )


def worker(stack: StackEnvironment, environment: Mapping[str, str], flag: Path) -> Service:
    """Celery's worker; `flag` appears when it takes tasks, see `riskengine.celery`."""
    command = ["worker", "--pool", "prefork", "--concurrency", str(stack.worker_processes)]
    return Service(
        name="worker",
        command=[*_celery(), *command, "--without-gossip", "--without-mingle", *_level(environment)],
        environment={**environment, **QUIET_AS_ROOT, "WORKER_READY_FILE": str(flag)},
        folder=BASE_DIR,
        is_ready=flag.exists,
        before=lambda: flag.unlink(missing_ok=True),
    )


def beat(environment: Mapping[str, str]) -> Service:
    """Celery's clock; one a system. It keeps its schedule in the database and needs nobody to wait for it."""
    return Service(
        name="beat",
        command=[*_celery(), "beat", "--pidfile", "", *_level(environment)],
        environment=environment,
        folder=BASE_DIR,
        is_ready=lambda: True,
    )


def base_url(stack: StackEnvironment) -> str:
    """The address a person on this machine opens."""
    is_every_address = not stack.web_host.strip("0.:")  # 0.0.0.0 and ::
    host = "127.0.0.1" if is_every_address else stack.web_host
    return f"http://{host}:{stack.port}"


def manage(supervisor: Supervisor, environment: Mapping[str, str], *arguments: str) -> bool:
    """Run a command of manage.py to its end while the children are kept running; whether it succeeded.

    Without Django's checks, which take twice as long as the command where there is nothing to do: the worker runs them.
    """
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, str(BASE_DIR / "manage.py"), *arguments, "--skip-checks"],
        env=dict(environment),
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    if process.stdout:
        follow(process.stdout, arguments[0][:8])
    try:
        supervisor.wait_for(lambda: process.poll() is not None)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return process.returncode == 0


def _level(environment: Mapping[str, str]) -> list[str]:
    return ["--loglevel", environment.get("LOG_LEVEL") or "INFO"]


def _celery() -> list[str]:
    return [_program("celery"), "--app", "riskengine", "--quiet"]


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)
