"""The environment variables the project reads, typed; bad values stop the start, every one of them named."""

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from django.core.exceptions import ImproperlyConfigured

Check = Callable[[str], str]
"""What is wrong with a value, or nothing."""
Kind = TypeVar("Kind", bound=msgspec.Struct)

BASE_DIR = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DATABASE_SCHEMES = ("postgres", "postgresql", "pgsql")
BROKER_SCHEMES = ("redis", "rediss", "redis+socket", "amqp", "amqps", "pyamqp", "sentinel", "memory")


class Environment(msgspec.Struct, rename="upper", frozen=True):
    """Every setting an operator can change; the field's name in capitals is the variable's."""

    secret_key: str
    """Signs sessions and forms; at least 50 characters."""
    database_url: str
    """PostgreSQL, as postgres://user:password@host:port/name."""
    celery_broker_url: str
    """Valkey or Redis (redis://host:port/0) or RabbitMQ (amqp://user:password@host:port/)."""
    field_encryption_key: str
    """32 bytes, base64: wraps each customer's key. Lost, personal data is lost. A new one goes after a comma."""
    blind_index_key: str
    """32 bytes, base64: keys the blind indexes of identifiers. Changed, look-ups find nothing."""
    debug: bool = False
    """Django's debug pages; never on a server."""
    allowed_hosts: str = "127.0.0.1,localhost,[::1]"
    """Host names answered to, separated by commas."""
    csrf_trusted_origins: str = ""
    """Origins forms may come from (https://credit.example.com), separated by commas."""
    var_dir: str = str(BASE_DIR / "var")
    """Where keys, checkpoints and the embedded servers' data live."""
    is_https: bool = False
    """Behind TLS: secure cookies, HSTS, redirect to https."""
    trusted_proxy_count: int = 0
    """Proxies in front whose X-Forwarded-For may be believed; 0 ignores the header."""
    is_otp_required: bool = True
    """Ask staff for a one-time password in the admin; off in the demo."""
    api_rate_limit_per_second: int = 100
    """Requests a second for each API key and process, unless the key has its own limit."""
    audit_signing_key: str = ""
    """32 bytes, base64: signs the audit log's checkpoints. Empty: a key of its own is made in VAR_DIR/keys."""
    creditor_name: str = ""
    """Who lends, as letters to applicants name them. Empty: the product's name stands alone."""
    creditor_contact: str = ""
    """Where applicants ask, object and correct: address, telephone or mail, on one line of the letters."""
    training_data_dir: str = str(BASE_DIR / "data")
    """Folder of the parquet and CSV files that models may be trained on from the admin."""
    holder_channel: str = ""
    """How holders of health codes get their links: a class (package.module.Class), or file to try it. Empty: not."""
    book_source_hosts: str = ""
    """What imports may read: host, host:port, and private networks (10.2.0.0/16), with commas. Empty: nothing."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING, ERROR or CRITICAL."""


class StackEnvironment(msgspec.Struct, rename="upper", frozen=True):
    """What only the servers' start reads: `make run`, gunicorn and the worker."""

    port: int = 8000
    """The web server's port."""
    web_host: str = "127.0.0.1"
    """The address the web server listens on."""
    web_workers: int = 2
    """Web processes."""
    web_threads: int = 8
    """Threads of each web process; each keeps a database connection."""
    worker_processes: int = 2
    """Processes of the Celery worker that `make run` starts."""
    load_demo: str = "auto"
    """Load the demo on the first start: true, false, or auto (only into the embedded database)."""


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Read `variables` (the process environment unless given), or name every one that is missing or malformed."""
    return _read(Environment, _ENVIRONMENT_CHECKS, variables)


def read_stack_environment(variables: Mapping[str, str] | None = None) -> StackEnvironment:
    """Like `read_environment`, for what the launcher and the web server read."""
    return _read(StackEnvironment, _STACK_CHECKS, variables)


def _base64_key(value: str) -> str:
    try:
        is_sound = len(base64.b64decode(value, validate=True)) == 32
    except (binascii.Error, ValueError):
        is_sound = False
    return "" if is_sound else "must be 32 bytes in base64 (make one: head -c 32 /dev/urandom | base64)"


def _base64_keys(value: str) -> str:
    return next(filter(None, map(_base64_key, value.split(","))), "")


def _base64_key_or_none(value: str) -> str:
    return _base64_key(value) if value else ""


def _url(*schemes: str) -> Check:
    def check(value: str) -> str:
        return "" if urlsplit(value).scheme in schemes else f"must be a URL that begins with {schemes[0]}://"

    return check


def _one_of(*allowed: str) -> Check:
    def check(value: str) -> str:
        return "" if value in allowed else f"must be one of {', '.join(allowed)}"

    return check


def _hosts(value: str) -> str:
    try:
        for entry in filter(None, (part.strip() for part in value.split(","))):
            host, _, port = entry.rpartition(":") if entry.count(":") == 1 or "]:" in entry else (entry, "", "1")
            is_sound = ip_network(entry) is not None if "/" in entry else bool(host) and 0 < int(port) < 65_536
            if not is_sound:
                raise ValueError
    except ValueError:
        return "must be hosts, hosts with ports, or networks such as 10.2.0.0/16, separated by commas"
    return ""


def _within(least: int, most: int) -> Check:
    def check(value: str) -> str:
        return "" if least <= int(value) <= most else f"must be from {least} to {most}"

    return check


def _not_shorter(least: int) -> Check:
    def check(value: str) -> str:
        return "" if len(value) >= least else f"must have at least {least} characters"

    return check


_ENVIRONMENT_CHECKS: dict[str, Check] = {
    "secret_key": _not_shorter(50),
    "database_url": _url(*DATABASE_SCHEMES),
    "celery_broker_url": _url(*BROKER_SCHEMES),
    "field_encryption_key": _base64_keys,
    "blind_index_key": _base64_key,
    "audit_signing_key": _base64_key_or_none,
    "trusted_proxy_count": _within(0, 10),
    "api_rate_limit_per_second": _within(1, 1_000_000),
    "book_source_hosts": _hosts,
    "log_level": _one_of(*LOG_LEVELS),
}
_STACK_CHECKS: dict[str, Check] = {
    "port": _within(1, 65_535),
    "web_workers": _within(1, 256),
    "web_threads": _within(1, 256),
    "worker_processes": _within(1, 256),
    "load_demo": _one_of("auto", "true", "false"),
}


def _read(kind: type[Kind], checks: Mapping[str, Check], variables: Mapping[str, str] | None) -> Kind:
    given = os.environ if variables is None else variables
    values: dict[str, object] = {}
    problems: list[str] = []
    for field in msgspec.structs.fields(kind):
        value = given.get(field.encode_name)
        if value is None:
            if field.required:
                problems.append(f"{field.encode_name} is not set")
            continue
        try:
            converted = msgspec.convert(value, field.type, strict=False)
        except msgspec.ValidationError:
            problems.append(f"{field.encode_name} must be {_KINDS[field.type]}")
            continue
        problem = checks[field.name](value) if field.name in checks else ""
        # The value itself is not repeated: it may be a secret.
        problems.extend([f"{field.encode_name} {problem}"] if problem else [])
        values[field.name] = converted
    if problems:
        raise ImproperlyConfigured(
            f"Environment: {'; '.join(problems)}. `make run` and `make test` set everything for a demo and for the"
            " tests; .env.example lists every variable."
        )
    return kind(**values)


_KINDS: dict[object, str] = {bool: "true or false", int: "a whole number", str: "text"}
