"""Databases and other systems as rows: kept sealed, and read by what fits their kind."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import BookSource
from lending.services.book_imports.errors import SourceRefused
from lending.services.book_imports.http_source import address_check, http_rows
from lending.services.book_imports.sql_source import dsn_check, select_check, sql_rows
from lending.services.book_imports.tables import MAX_ROWS, Row
from lending.vault import key_new, key_unwrap, seal, unseal

_CONTEXT: Final = b"book-source"


class Secret(msgspec.Struct, frozen=True):
    """What is sealed of a source: a DSN, or an address with a token for `Authorization: Bearer`."""

    address: str
    token: str = ""


@transaction.atomic
def source_save(*, name: str, kind: str, address: str, token: str, query: str, by: User, at: datetime) -> BookSource:
    """Keep a source, its address and token sealed. Raises SourceRefused."""
    if kind == BookSource.Kind.SQL:
        select_check(query)
        dsn_check(address)
    elif kind == BookSource.Kind.HTTP:
        address_check(address)
    else:
        raise SourceRefused("There is no such kind of source.", reason="kind")
    key, wrapped = key_new()
    source = BookSource.objects.create(
        name=name,
        kind=kind,
        query=query,
        wrapped_key=wrapped,
        sealed=seal(key, msgspec.json.encode(Secret(address, token)), _CONTEXT),
        created_by=by,
        created_at=at,
    )
    entry_append(
        kind="book_source.saved",
        object_type="book_source",
        object_id=str(source.pk),
        actor=actor_user(by),
        payload={"name": name, "kind": kind},
        recorded_at=at,
    )
    return source


def source_rows(source: BookSource, watermark: str, most: int = MAX_ROWS) -> Iterator[Row]:
    """Rows later than the watermark ("" for all), at most `most`.

    Raises SourceRefused, SourceUnavailable, SourceUnreadable.
    """
    secret = msgspec.json.decode(unseal(key_unwrap(source.wrapped_key), source.sealed, _CONTEXT), type=Secret)
    if source.kind == BookSource.Kind.SQL:
        yield from sql_rows(secret.address, source.query, watermark, most)
    else:
        yield from http_rows(secret.address, secret.token, source.query, watermark, most)
