"""Mappings kept: a change is a new version."""

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from audit.canonical import content_hash
from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.book_imports.kinds import ATTRIBUTE
from lending.book_imports.mapping import Mapping, mapping_problems
from lending.models import BookMapping
from lending.services.book_imports.errors import InvalidMapping
from lending.services.book_imports.variable_side import loan_attributes_of


def mapping_of(row: BookMapping) -> Mapping:
    """The mapping a row holds. Raises InvalidMapping where it is not what was saved."""
    if content_hash(row.document) != row.content_hash:
        raise InvalidMapping("The mapping was changed outside this system.", problems=[])
    return mapping_read(row.document)


def mapping_read(document: dict[str, Any]) -> Mapping:
    """A mapping from JSON data. Raises InvalidMapping with every problem."""
    try:
        mapping = msgspec.convert(document, Mapping)
    except msgspec.ValidationError as error:
        raise InvalidMapping("The mapping is not of the right shape.", problems=[str(error)[:200]]) from None
    if problems := [*mapping_problems(mapping), *_attribute_problems(mapping)]:
        raise InvalidMapping("The mapping does not fit.", problems=problems)
    return mapping


def _attribute_problems(mapping: Mapping) -> list[str]:
    """Attributes that the catalogue has of no product, or not of the one that the mapping names."""
    names = [column.field for column in mapping.columns if column.field.startswith(ATTRIBUTE)]
    if not names:
        return []
    product = next((column.constant for column in mapping.columns if column.field == "product"), "")
    known = {f"{ATTRIBUTE}{one.name}" for one in loan_attributes_of(product)}
    return [f"unknown_variable:{name}" for name in names if name not in known]


@transaction.atomic
def mapping_save(*, name: str, document: dict[str, Any], by: User, at: datetime) -> BookMapping:
    """Keep a mapping as the next version of its name; the same content is not kept twice. Raises InvalidMapping."""
    mapping = mapping_read(document)
    plain = msgspec.to_builtins(mapping)
    latest = BookMapping.objects.select_for_update().filter(name=name).order_by("-version").first()
    if latest is not None and latest.content_hash == content_hash(plain):
        return latest
    row = BookMapping.objects.create(
        name=name,
        version=latest.version + 1 if latest else 1,
        kind=mapping.kind,
        document=plain,
        content_hash=content_hash(plain),
        created_by=by,
        created_at=at,
    )
    entry_append(
        kind="book_mapping.saved",
        object_type="book_mapping",
        object_id=str(row.pk),
        actor=actor_user(by),
        payload={"name": name, "version": row.version, "content_hash": row.content_hash},
        recorded_at=at,
    )
    return row
