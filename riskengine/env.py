"""The environment variables the project reads, typed; a bad value stops the start with its name."""

import os
from pathlib import Path

import msgspec
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(msgspec.Struct, rename="upper", frozen=True):
    """Every setting an operator can change; the field's name in capitals is the variable's."""

    secret_key: str
    database_url: str
    celery_broker_url: str
    field_encryption_key: str
    """32 bytes, base64: wraps each customer's key."""
    blind_index_key: str
    """32 bytes, base64: keys the blind indexes of identifiers."""
    debug: bool = False
    allowed_hosts: str = "127.0.0.1,localhost,[::1]"
    csrf_trusted_origins: str = ""
    var_dir: str = str(BASE_DIR / "var")
    """Where keys, checkpoints, logs and the embedded servers' data live."""
    is_https: bool = False
    """Behind TLS: secure cookies, HSTS, redirect to https."""
    trusted_proxy_count: int = 0
    """Proxies in front whose X-Forwarded-For may be believed; 0 ignores the header."""
    is_otp_required: bool = True
    """Ask staff for a one-time password in the admin; off in the demo."""
    api_rate_limit_per_second: int = 100
    log_level: str = "INFO"


def read_environment() -> Environment:
    """Read the process environment, or say which variable is missing or malformed."""
    try:
        return msgspec.convert(dict(os.environ), Environment, strict=False)
    except msgspec.ValidationError as error:
        raise ImproperlyConfigured(
            f"Environment: {error}. `make run` sets everything for a demo; .env.example lists every variable."
        ) from error
