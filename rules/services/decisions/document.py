"""The record of a decision: one canonical JSON document that pages, letters, replay and statistics read.

Its open part names nobody and no value of a variable. Variables, facts, the values each rule saw, contributions
and the offer are sealed in it under the customer's key, and a random salt goes into its hash: when the key is
destroyed, the open part still proves what was decided and the rest is gone.
"""

import base64
import hashlib
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from audit.canonical import canonical_json
from lending.vault import seal, unseal
from rules.services.bundles.rows import BundleRef
from scoring.replacement import Replacement

SCHEMA = 1
SALT_BYTES = 16


class Cause(msgspec.Struct, frozen=True):
    """Why a decision could not be made whole and went to a person."""

    stage: str
    """missing, facts, model, model_choice, patterns, rules, rule_set, catalogue, stopped, alternative or decision."""
    code: str
    names: list[str] = []
    """Variables or rules concerned."""


class DecisionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The open part. All of it and the sealed part are covered by `document_hash`."""

    schema: Literal[1] = 1
    id: str
    product: str
    stage: str = "PRE_LOAN"
    as_of: str
    """ISO 8601, UTC, microseconds, Z."""
    decided_at: str
    bundle: BundleRef
    outcome: str
    grade: str | None
    pd: float | None
    pd_horizon_months: int | None
    points: int | None
    scored_by: str | UnsetType = UNSET
    """Purpose of the model that scored; absent where the rules do not choose one."""
    reasons: list[str]
    """Principal reasons, whoever may read them."""
    answer_reasons: list[str]
    """What the caller was told."""
    hits: list[str]
    """Rules that held."""
    unknown: list[str]
    """Rules whose truth could not be told."""
    pattern_hits: list[str]
    is_counter_offer: bool
    causes: list[Cause]
    salt: str
    sealed: str
    """Base64 of the sealed part (`Sealed`), AES-256-GCM under the customer's key."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The part that only the customer's key opens."""

    given: dict[str, Any]
    """Variables as the request gave them."""
    standing: dict[str, Any] | None
    """What post-loan knew of the customer as of then."""
    own: dict[str, Any] | None = None
    """Variables we read ourselves (lists, velocity, open alternative facts) by name as they were found; absent where
    the catalogue has none."""
    alternative: dict[str, str] | None = None
    """Alternative variables that were not read, and why (`scoring.alternative.gate`); absent where there are none."""
    facts: list[dict[str, Any]]
    """Risk events that patterns looked at; id 0 is this application."""
    customer: str
    """The customer's name among the facts."""
    trace: dict[str, Any] | None
    """`Evaluation.trace_json()`: every rule's truth, values seen and distances; `Program.trace_read` reads it."""
    pattern_hits: list[dict[str, Any]]
    """code, outcome, reason, and ids of the facts in the order of the pattern's steps."""
    contributions: dict[str, float] | None
    """Of each variable to the model's margin, where the model's own reasons are owed; else they are derived."""
    margin: float | None
    replacement: Replacement | None = None
    """The model's own reasons as replacement found them; absent where they are not owed or the model cannot."""
    offer: dict[str, Any] | None


def context_of(decision_id: str) -> bytes:
    """What binds the sealed part to its decision."""
    return f"decision/{decision_id}".encode()


def sealed_text(key: bytes, decision_id: str, part: Sealed) -> str:
    """The sealed part as the document holds it."""
    return base64.b64encode(seal(key, sealed_plain(part), context_of(decision_id))).decode()


def sealed_plain(part: Sealed) -> bytes:
    """The canonical JSON that is sealed."""
    return canonical_json(_members(part))


def sealed_open(key: bytes, document: DecisionDocument) -> tuple[bytes, Sealed]:
    """The canonical JSON of the sealed part and what it says. Raises VaultError."""
    plain = unseal(key, base64.b64decode(document.sealed), context_of(document.id))
    return plain, msgspec.json.decode(plain, type=Sealed)


def document_bytes(document: DecisionDocument) -> bytes:
    """The document as it is stored and hashed (RFC 8785)."""
    return canonical_json(msgspec.to_builtins(document))


def document_hash(data: bytes) -> str:
    """SHA-256 of the stored bytes, 64 hex digits. Salted, because the bytes hold a random salt."""
    return hashlib.sha256(data).hexdigest()


def document_open(data: bytes) -> DecisionDocument:
    """The open part of a stored document."""
    return msgspec.json.decode(data, type=DecisionDocument)


def _members(part: Sealed) -> dict[str, Any]:
    members = {name: getattr(part, name) for name in part.__struct_fields__}
    for name in ("own", "alternative", "replacement"):
        if members[name] is None:  # as decisions were sealed before there were such
            del members[name]
    if "replacement" in members:
        members["replacement"] = msgspec.to_builtins(members["replacement"])
    return members
