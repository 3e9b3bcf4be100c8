"""Reads a package in a process of its own first: a hostile booster can end, hang or exhaust the one that loads it."""

import os
import resource
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import msgspec

from riskengine.errors import RiskEngineError
from scoring.package.errors import BrokenPackageError

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 30
_MEMORY = 4 * 1024**3
REFUSED = 3


@lru_cache(maxsize=8)
def package_probe(data: bytes) -> str:
    """Load the package in a sub-process with limits on time, memory and files; its content hash if it loads.

    Bytes that have just loaded are not tried again: a process with the booster's library takes seconds to start.

    Raises BrokenPackageError with what the sub-process said, or that it died or hung.
    """
    is_refused, output = run_apart("scoring.package.probe", data)
    answer = msgspec.json.decode(output, type=dict[str, str])
    if is_refused:
        raise BrokenPackageError(answer["message"], reason=answer["code"])
    return answer["content_hash"]


def run_apart(module: str, data: bytes) -> tuple[bool, bytes]:
    """Run one of our modules on `data` in a sub-process under the limits: whether it refused, and its answer.

    Raises BrokenPackageError if the process died or hung.
    """
    environment = {"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    try:
        # The interpreter and the module are our own; what came from outside goes in as bytes on its standard input.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", module],
            input=data,
            capture_output=True,
            timeout=_SECONDS * 2,
            env=environment,
            cwd=_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BrokenPackageError("The package did not load in time.", seconds=_SECONDS * 2) from error
    if done.returncode not in (0, REFUSED):
        raise BrokenPackageError("Loading the package ended its process.", exit_status=done.returncode)
    return done.returncode == REFUSED, done.stdout


def limits_set() -> None:
    """Hold this process to the limits from here on."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Read a package from standard input; 0 and its hash, or 3 and what is wrong, as JSON on standard output."""
    data = sys.stdin.buffer.read()
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the library prints its warnings on standard output
    limits_set()
    from scoring.package.reading import package_read  # under the limits: importing it costs memory too

    try:
        answer, status = {"content_hash": package_read(data).content_hash}, 0
    except RiskEngineError as error:
        answer, status = {"code": error.code, "message": error.message}, REFUSED
    os.write(answers, msgspec.json.encode(answer))
    return status


if __name__ == "__main__":
    sys.exit(main())
