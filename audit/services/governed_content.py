"""What a governed document holds: stored in JSON's types, named by its hash, read as its kind's struct."""

from collections.abc import Mapping
from typing import Any

import msgspec

from audit.canonical import canonical_json
from audit.canonical import content_hash as hash_of
from audit.governed_kinds import Kind, is_kind, kind_of
from audit.models import GovernedDocument
from audit.services.governed_errors import GovernedChanged, GovernedInvalid, GovernedKindUnknown

Document = Mapping[str, Any] | msgspec.Struct
LONGEST_NAME = 80


def governed_hash(governed: GovernedDocument) -> str:
    """The content an approval stands for: kind, name, document and validity."""
    return hash_of(
        {
            "kind": governed.kind,
            "name": governed.name,
            "document": governed.document,
            "valid_from": governed.valid_from.isoformat(),
            "valid_until": None if governed.valid_until is None else governed.valid_until.isoformat(),
        }
    )


def governed_value(governed: GovernedDocument) -> Any:
    """The struct a row holds. Raises GovernedKindUnknown, GovernedInvalid."""
    return _converted(governed_kind(governed.kind), governed.document)


def governed_problems(governed: GovernedDocument) -> list[str]:
    """What stops a document's submission, in the reader's language."""
    kind, value = governed_kind(governed.kind), governed_value(governed)
    return [*kind.check(value, governed.name), *kind.day_check(value, governed.valid_from)]


def governed_kind(code: str) -> Kind:
    """The kind of this code. Raises GovernedKindUnknown."""
    if not is_kind(code):
        raise GovernedKindUnknown("There is no such kind of governed document.", kind=code)
    return kind_of(code)


def is_protective(governed: GovernedDocument) -> bool:
    """Whether more would be allowed without a document of its kind."""
    return is_kind(governed.kind) and kind_of(governed.kind).is_protective


def document_stored(code: str, name: str, document: Document) -> dict[str, Any]:
    """The document as it is kept. Raises GovernedKindUnknown, GovernedInvalid (structure, unknown keys, name)."""
    kind = governed_kind(code)
    plain = msgspec.to_builtins(document if isinstance(document, msgspec.Struct) else dict(document))
    stored: dict[str, Any] = msgspec.to_builtins(_converted(kind, plain))
    problems = [f"$.{key}: unknown" for key in plain if key not in kind.struct.__struct_encode_fields__]
    is_choice = kind.name_choices is None or name in [choice for choice, _label in kind.name_choices()]
    if not is_choice or len(name) > LONGEST_NAME:
        problems.append(f"name: {name}")
    try:
        canonical_json(stored)
    except ValueError:
        problems.append("a number that JSON does not hold exactly")
    if problems:
        raise GovernedInvalid("This is not a document of its kind.", problems=problems)
    return stored


def require_order(governed: GovernedDocument) -> None:
    """Raises GovernedInvalid where it would end before it begins."""
    if governed.valid_until is not None and governed.valid_until < governed.valid_from:
        raise GovernedInvalid("It would end before it begins.", problems=[])


def require_sound(governed: GovernedDocument) -> None:
    """Its own hash, and nothing its kind objects to. Raises GovernedChanged, GovernedInvalid."""
    if governed_hash(governed) != governed.content_hash:
        raise GovernedChanged("The stored document does not match its content hash.", governed=governed.pk)
    problems = governed_problems(governed)
    if problems:
        raise GovernedInvalid("This document has problems and goes no further.", problems=problems)


def _converted(kind: Kind, plain: Any) -> Any:
    try:
        return msgspec.convert(plain, kind.struct)
    except msgspec.ValidationError as error:
        raise GovernedInvalid("This is not a document of its kind.", problems=[str(error)]) from error
