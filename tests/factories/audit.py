"""Staff, clients and entries for tests of the audit app."""

from datetime import UTC, datetime
from itertools import count

from django.contrib.auth.models import Permission

from audit.models import ApiClient, AuditEntry, User
from audit.services.log import entry_append

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_numbers = count(1)


def user(*, person_id: str = "", is_checker: bool = False, permissions: tuple[str, ...] = (), **fields) -> User:
    """A member of staff with the named permissions ("app.codename")."""
    number = next(_numbers)
    person = User.objects.create(username=f"staff{number}", person_id=person_id or f"P{number}", **fields)
    wanted = (*permissions, "audit.check_approval") if is_checker else permissions
    for name in wanted:
        app, codename = name.split(".")
        person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return User.objects.get(pk=person.pk)


def api_client(code: str = "lender") -> ApiClient:
    """A lending system."""
    return ApiClient.objects.create(code=code, name=code.title())


def entry(number: int = 0, **fields) -> AuditEntry:
    """One entry of the log; call it inside a transaction."""
    values = {
        "kind": "test.happened",
        "object_type": "thing",
        "object_id": str(number),
        "actor": "system:tests",
        "payload": {"number": number},
        "recorded_at": AT,
    }
    return entry_append(**values | fields)
