"""The demo's staff and API client, with generated secrets that are written to one private file."""

import json
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from audit.models import ApiClient, ApiKey, Scope, User
from audit.services.api_keys import api_key_issue
from monitoring.models import HealthRecipient
from monitoring.services.health.recipients import is_recipient, recipient_code_renew
from riskengine.env import read_stack_environment
from riskengine.roles import ROLES, roles_ensure

CLIENT = "demo-lender"
AUDITOR_CLIENT = "demo-auditor"
NO_LIMIT = 0
STAFF = {**{role: role for role in ROLES}, "senior_reviewer": "reviewer"}
"""Role by user name: one of each, and a second reviewer who confirms above the first one's authority."""
KEYS: dict[str, tuple[str, str, list[str], int | None]] = {
    # Entry in the file: client, its name, scopes, requests a second.
    "api_key": (CLIENT, "Demo lending system", [Scope.DECIDE, Scope.READ, Scope.REPORT], NO_LIMIT),
    "auditor_api_key": (
        AUDITOR_CLIENT,
        "Demo auditor",
        [Scope.DECIDE, Scope.READ, Scope.AS_OF, Scope.DRY_RUN],
        None,
    ),
}


@transaction.atomic
def staff_ensure() -> dict[str, User]:
    """The users of STAFF, without a usable password until `credentials_ensure` gives one."""
    groups = roles_ensure()
    users = {}
    for number, (name, role) in enumerate(STAFF.items(), start=1):
        user, is_new = User.objects.get_or_create(
            username=name,
            defaults={
                "person_id": f"DEMO-{number:04d}",
                "email": f"{name}@demo.invalid",
                "first_name": name.replace("_", " ").capitalize(),
                "last_name": "(demo)",
                "is_staff": True,
            },
        )
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        user.groups.set([groups[role]])
        users[name] = user
    return users


@transaction.atomic
def credentials_ensure(*, path: Path, at: datetime) -> dict[str, Any]:
    """Give every demo user a password, every client a key, every recipient a code, kept in `path`; what works stays.

    The file is written before the transaction ends: secrets that cannot be kept are not given out.
    """
    known = _read(path)
    users = {name: _password(name, known.get("users", {}).get(name, {})) for name in STAFF}
    keys = {entry: _key(entry, known.get(entry, ""), at) for entry in KEYS}
    codes = {one.code: _access_code(one, known.get("recipients", {}).get(one.code, ""), at) for one in _recipients()}
    stack = read_stack_environment()
    credentials = {"base_url": f"http://127.0.0.1:{stack.port}", **keys, "users": users, "recipients": codes}
    _write_private(path, credentials)
    return credentials


def _password(name: str, known: dict[str, str]) -> dict[str, str]:
    user = User.objects.get(username=name)
    password = known.get("password", "")
    if not password or not user.check_password(password):
        password = secrets.token_urlsafe(15)
        user.set_password(password)
        user.save(update_fields=["password"])
    return {"username": name, "password": password}


def _key(entry: str, known: str, at: datetime) -> str:
    code, name, scopes, limit = KEYS[entry]
    client, _ = ApiClient.objects.get_or_create(code=code, defaults={"name": name})
    prefix = known.partition(".")[0]
    if known and ApiKey.objects.filter(client=client, prefix=prefix, revoked_at__isnull=True).exists():
        return known
    return api_key_issue(client=client, scopes=scopes, at=at, rate_limit_per_second=limit, actor="system:demo")[1]


def _recipients() -> QuerySet[HealthRecipient]:
    """Those who may be shown health codes with an access code of their own."""
    return HealthRecipient.objects.filter(ended_at=None).order_by("code")


def _access_code(recipient: HealthRecipient, known: str, at: datetime) -> str:
    if known and is_recipient(recipient, known):
        return known
    keeper = User.objects.get(username="administrator")
    return recipient_code_renew(recipient=recipient, actor=keeper, at=at)


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}


def _write_private(path: Path, credentials: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(credentials, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
