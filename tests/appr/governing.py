"""What a row of the matrix of four eyes is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from audit.models import User
from tests.admin.conftest import PASSWORD

LATEST = "(SELECT max(id) FROM audit_approval)"


@dataclass(frozen=True)
class Governed:
    """`ask` makes one that waits, by an author; the rest are the ways to put it in force."""

    object_type: str
    ask: Callable[[Any, User], Any]
    approve: Callable[[Any, User, str], Any]
    address: str
    form: Callable[[Any, str], dict[str, Any]]
    sql: str


def word(_thing, content_hash):
    return {"content_hash": content_hash, "password": PASSWORD, "decision": "approve", "comment": "mine"}


def service(function, name, **more):
    return lambda thing, checker, content_hash: function(
        **{name: thing}, checker=checker, content_hash=content_hash, at=timezone.now(), **more
    )
