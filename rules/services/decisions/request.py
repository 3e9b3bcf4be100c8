"""What a caller asks to be decided, checked and with its identifiers turned into keyed indexes."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from lending.identifiers import UnusableIdentifierError
from lending.models import Identifier
from lending.vault import blind_index, keyed_hash
from rules.services.decisions.errors import InvalidRequest
from scoring.variables import FieldProblem

IDENTIFIER_KINDS = tuple(Identifier.Kind.values)
# The kinds under which two applications can be told to share something, and the fact's field for each.
SHARED_KINDS = {"phone": "phone_key", "device_id": "device_key", "address": "address_key"}
MAX_EXTERNAL_ID = 80
MAX_IDENTIFIER = 200
_FIELDS = frozenset({"product", "external_id", "applicant", "variables", "as_of"})
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII)


class DecisionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose shape is right; its variables are checked against the bundle that decides."""

    product: str
    external_id: str
    variables: dict[str, Any]
    identifiers: dict[str, str]
    indexes: dict[str, bytes]
    """Blind index by kind of identifier."""
    as_of: datetime | None
    body_hash: bytes
    """Keyed hash of the body with its names sorted: the same body in another spacing or order is the same."""

    def shared_keys(self) -> dict[str, str]:
        """phone_key, device_key and address_key (hex, or empty) as risk events carry them."""
        return {field: self.indexes[kind].hex() if kind in self.indexes else "" for kind, field in SHARED_KINDS.items()}

    def locks(self, client_id: int) -> list[int]:
        """Numbers of the advisory locks of this request, sorted: every decision takes them in one order."""
        own = hashlib.blake2b(f"{client_id}/{self.external_id}".encode(), digest_size=8).digest()
        marks = [own, *(index[:8] for kind, index in self.indexes.items() if kind in _LOCKED)]
        return sorted({int.from_bytes(mark, "big", signed=True) for mark in marks})


_LOCKED = frozenset({"national_id", *SHARED_KINDS})


def request_read(body: object) -> DecisionRequest:
    """A request from a parsed body. Raises InvalidRequest with every problem found."""
    if not isinstance(body, dict):
        raise InvalidRequest("The body must be a JSON object.", problems=[_wrong("body", "a JSON object")])
    problems = [
        FieldProblem(str(name)[:80], "unknown_field", "There is no such field.") for name in body if name not in _FIELDS
    ]
    problems += _text_problems(body, "product", 40) + _text_problems(body, "external_id", MAX_EXTERNAL_ID)
    if "variables" not in body:
        problems.append(FieldProblem("variables", "missing", "This field is required."))
    elif not isinstance(body["variables"], dict):
        problems.append(_wrong("variables", "a JSON object"))
    as_of = _as_of(body.get("as_of"), problems)
    identifiers, indexes = _applicant(body.get("applicant"), problems)
    if problems:
        raise InvalidRequest("The request is not valid.", problems=problems)
    return DecisionRequest(
        product=body["product"],
        external_id=body["external_id"],
        variables=body["variables"],
        identifiers=identifiers,
        indexes=indexes,
        as_of=as_of,
        body_hash=_body_hash(body),
    )


def _body_hash(body: Mapping[str, Any]) -> bytes:
    """Keyed, since a body is guessable: whoever reads the table must not be able to try names and numbers."""
    return keyed_hash("idempotency", msgspec.json.encode(body, order="sorted"))


def _wrong(field: str, wanted: str) -> FieldProblem:
    return FieldProblem(field, "wrong_type", f"This must be {wanted}.")


def _text_problems(body: Mapping[str, Any], field: str, longest: int) -> list[FieldProblem]:
    value = body.get(field)
    if value is None:
        return [FieldProblem(field, "missing", "This field is required.")]
    if not isinstance(value, str):
        return [_wrong(field, "a JSON string")]
    if not value.strip() or len(value) > longest or not value.isprintable():
        return [FieldProblem(field, "out_of_range", f"This must be 1 to {longest} printable characters.")]
    return []


def _as_of(value: object, problems: list[FieldProblem]) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        problems.append(_wrong("as_of", "a date and time, 2024-01-31T12:00:00Z"))
        return None
    try:
        instant = datetime.fromisoformat(value.upper())
        if instant.tzinfo is None:
            problems.append(FieldProblem("as_of", "naive_datetime", "This must state its offset from UTC, such as Z."))
            return None
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(_wrong("as_of", "a date and time that exists"))
        return None


def _applicant(value: object, problems: list[FieldProblem]) -> tuple[dict[str, str], dict[str, bytes]]:
    if value is None:
        return {}, {}
    if not isinstance(value, dict):
        problems.append(_wrong("applicant", "a JSON object"))
        return {}, {}
    given = {kind: text for kind, text in value.items() if text is not None}
    indexes: dict[str, bytes] = {}
    for kind, text in given.items():
        problem = _identifier_problem(kind, text)
        if problem is not None:
            problems.append(problem)
            continue
        try:
            indexes[kind] = blind_index(kind, text)
        except UnusableIdentifierError:
            problems.append(FieldProblem(f"applicant.{kind}", "identifier_unusable", "Nothing is left of this value."))
    return given, indexes


def _identifier_problem(kind: str, text: object) -> FieldProblem | None:
    field = f"applicant.{kind[:80]}"
    if kind not in IDENTIFIER_KINDS:
        return FieldProblem(field, "unknown_field", "There is no such field.")
    if not isinstance(text, str):
        return _wrong(field, "a JSON string")
    if len(text) > MAX_IDENTIFIER:
        return FieldProblem(field, "too_long", f"At most {MAX_IDENTIFIER} characters.")
    return None
