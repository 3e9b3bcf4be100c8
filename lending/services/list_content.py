"""What an entry of a list says, under one hash: the database computes the same and holds approvals to it. Pure."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

import msgspec

from lending.identifiers import UnusableIdentifierError, normalise
from lending.vault import blind_index
from riskengine.errors import InvalidInput

MAX_SOURCE, MAX_REASON, MAX_VALUE = 80, 400, 200
HINT_OF = frozenset({"national_id", "phone", "bank_card", "device_id"})
"""Of names of places and employers even the end tells; of these it does not."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){5,}")
Field = Literal["kind", "dimension", "value", "source", "reason", "start", "expiry"]


class InvalidListEntry(InvalidInput):
    """An entry cannot be kept like this; `facts["problems"]` names field and code, never the value."""

    code = "list_entry_invalid"

    def problems(self) -> "list[EntryProblem]":
        """Everything wrong with it."""
        return cast("list[EntryProblem]", self.facts["problems"])


class EntryProblem(msgspec.Struct, frozen=True):
    """One thing wrong with one field; words by code are in the admin of lists."""

    field: Field
    code: str


class EntryContent(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a checker approves of an entry."""

    kind: str
    dimension: str
    blind_index: bytes
    hint: str
    source: str
    reason: str
    from_at: datetime
    until_at: datetime | None

    def content_hash(self) -> str:
        """SHA-256 of the fields between unit separators; the twin of SQL's list_entry_hash."""
        parts = [
            self.kind,
            self.dimension,
            self.blind_index.hex(),
            self.hint,
            self.source,
            self.reason,
            _micros(self.from_at),
            _micros(self.until_at),
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def end_hash(content_hash: str) -> str:
    """What a checker approves who lets an entry end: this entry, and its end."""
    return hashlib.sha256(f"end\x1f{content_hash}".encode()).hexdigest()


def _micros(at: datetime | None) -> str:
    return "" if at is None else str((at - _EPOCH) // timedelta(microseconds=1))


def hint_of(dimension: str, value: str) -> str:
    """The last characters that may be shown: a third of the value, two to four of them, or none."""
    if dimension not in HINT_OF:
        return ""
    normal = normalise(dimension, value)
    shown = min(4, len(normal) // 3)
    return normal[-shown:] if shown >= 2 else ""


def entry_content(
    *,
    kind: str,
    dimension: str,
    value: str,
    source: str,
    reason: str,
    from_at: datetime,
    until_at: datetime | None,
    kinds: frozenset[str],
    dimensions: frozenset[str],
) -> EntryContent:
    """Check and hash what somebody typed; the value goes no further. Raises InvalidListEntry with every problem."""
    source, reason = " ".join(source.split()), " ".join(reason.split())
    found = [
        *([EntryProblem("kind", "unknown_list")] if kind not in kinds else []),
        *([EntryProblem("dimension", "unknown_dimension")] if dimension not in dimensions else []),
        *_text_problems("source", source, MAX_SOURCE, value),
        *_text_problems("reason", reason, MAX_REASON, value),
        *([EntryProblem("expiry", "expires_before_start")] if until_at is not None and until_at <= from_at else []),
    ]
    index = b""
    if len(value) > MAX_VALUE:
        found.append(EntryProblem("value", "too_long"))
    elif dimension in dimensions:
        try:
            index = blind_index(dimension, value)
        except UnusableIdentifierError:
            found.append(EntryProblem("value", "value_unusable"))
    if found:
        raise InvalidListEntry("This entry cannot be kept like this.", problems=found)
    return EntryContent(
        kind=kind,
        dimension=dimension,
        blind_index=index,
        hint=hint_of(dimension, value),
        source=source,
        reason=reason,
        from_at=from_at,
        until_at=until_at,
    )


def _text_problems(field: Field, text: str, longest: int, value: str) -> list[EntryProblem]:
    """A source or reason is read by many and kept for ever: it must not name the very thing that is hashed."""
    folded, plain = value.strip().casefold(), text.casefold()
    checks = {
        "missing": not text,
        "too_long": len(text) > longest,
        "control_characters": not text.isprintable(),
        "names_identifier": bool(_LONG_NUMBER.search(text)) or (len(folded) >= 4 and folded in plain),
    }
    return [EntryProblem(field, code) for code, is_found in checks.items() if is_found]


def content_facts(content: EntryContent) -> dict[str, Any]:
    """The content as JSON, the index in hex."""
    facts: dict[str, Any] = msgspec.to_builtins(content)
    return {**facts, "blind_index": content.blind_index.hex()}


def content_of_facts(facts: dict[str, Any]) -> EntryContent:
    """The content from its JSON."""
    return msgspec.convert({**facts, "blind_index": bytes.fromhex(facts["blind_index"])}, EntryContent)
