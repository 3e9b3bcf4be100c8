"""A bad variable stops the start with its name, and never with its value."""

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from django.core.exceptions import ImproperlyConfigured

from riskengine.env import Environment, StackEnvironment, read_environment, read_stack_environment
from riskengine.stack.environment_table import environment_table, example_file

ROOT = Path(__file__).resolve().parents[2]
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
GOOD = {
    "SECRET_KEY": "s" * 50,
    "DATABASE_URL": "postgres://user@host/name",
    "CELERY_BROKER_URL": "amqp://user@host/",
    "FIELD_ENCRYPTION_KEY": KEY,
    "BLIND_INDEX_KEY": KEY,
}
BAD = {
    "SECRET_KEY": "short-secret",
    "DATABASE_URL": "mysql://host/name",
    "CELERY_BROKER_URL": "localhost:6379",
    "FIELD_ENCRYPTION_KEY": "bm90LWEta2V5",
    "BLIND_INDEX_KEY": "not base64!",
    "DEBUG": "perhaps",
    "IS_HTTPS": "",
    "IS_OTP_REQUIRED": "2",
    "TRUSTED_PROXY_COUNT": "-1",
    "API_RATE_LIMIT_PER_SECOND": "many",
    "BOOK_SOURCE_HOSTS": "core.bank.example, 10.2.0.1/16",
    "LOG_LEVEL": "LOUD",
}
BAD_STACK = {"PORT": "0", "WEB_WORKERS": "none", "WEB_THREADS": "9999", "WORKER_PROCESSES": "0", "LOAD_DEMO": "yes"}


def test_good_values_are_read_with_their_types() -> None:
    environment = read_environment({**GOOD, "IS_HTTPS": "true", "TRUSTED_PROXY_COUNT": "1"})
    assert (environment.is_https, environment.trusted_proxy_count, environment.debug) == (True, 1, False)


@pytest.mark.parametrize(("name", "value"), BAD.items())
def test_a_bad_value_names_its_variable_and_keeps_it_secret(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        read_environment({**GOOD, name: value})
    assert name in str(caught.value)
    assert len(value) < 6 or value not in str(caught.value)


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_value_names_its_variable(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not set"):
        read_environment({key: value for key, value in GOOD.items() if key != name})


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        read_environment(BAD)
    assert all(name in str(caught.value) for name in BAD)


@pytest.mark.parametrize(("name", "value"), BAD_STACK.items())
def test_a_bad_value_for_the_launcher_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read_stack_environment({name: value})


def test_the_command_line_says_it_without_a_traceback() -> None:
    environment = {**os.environ, **GOOD, "LOG_LEVEL": "LOUD"}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "LOG_LEVEL must be one of" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_example_file_lists_every_variable() -> None:
    assert (ROOT / ".env.example").read_text() == example_file()


def test_the_deployment_guide_has_the_table_of_every_variable() -> None:
    assert environment_table() in (ROOT / "docs/deployment.md").read_text()


def test_nothing_reads_the_environment_past_the_one_file() -> None:
    """Every `os.environ` in the sources outside the launcher would be a setting that no table lists."""
    allowed = {"env.py", "celery.py", "wsgi.py", "manage.py"}
    known = {field.encode_name for kind in (Environment, StackEnvironment) for field in msgspec.structs.fields(kind)}
    pattern = re.compile(r"os\.(?:environ(?:\.get)?|getenv)[\[(]\s*[\"'](\w+)")
    for folder in ("riskengine", "monitoring", "rules", "scoring", "lending", "audit"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name not in allowed and "stack" not in path.parts:
                assert set(pattern.findall(path.read_text())) <= known, path
