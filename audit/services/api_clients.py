"""Lending systems that may call the API: added, renamed, switched off."""

from datetime import datetime

from django.db import transaction

from audit.models import ApiClient
from audit.services.log import entry_append


@transaction.atomic
def client_create(*, code: str, name: str, at: datetime, actor: str) -> ApiClient:
    """A lending system; it can call once a key is issued to it. Raises IntegrityError if the code is taken."""
    client = ApiClient.objects.create(code=code, name=name)
    _record("api_client.created", client, at, actor)
    return client


@transaction.atomic
def client_change(*, client: ApiClient, name: str, is_active: bool, at: datetime, actor: str) -> ApiClient:
    """Rename a client, or switch all its keys off or on; its code stays, since applications are numbered under it."""
    client = ApiClient.objects.select_for_update().get(pk=client.pk)
    client.name, client.is_active = name, is_active
    client.save(update_fields=["name", "is_active"])
    _record("api_client.changed", client, at, actor)
    return client


def _record(kind: str, client: ApiClient, at: datetime, actor: str) -> None:
    entry_append(
        kind=kind,
        object_type="api_client",
        object_id=client.code,
        actor=actor,
        payload={"is_active": client.is_active},
        recorded_at=at,
    )
