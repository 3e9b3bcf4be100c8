"""Replay: decide a stored decision again from its own document and bundle, and compare byte for byte."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import DatabaseError
from django.db.models import QuerySet

from lending.vault import VaultError, key_unwrap
from riskengine.errors import RiskEngineError
from rules.engine.patterns import Fact
from rules.models import Decision
from rules.services.bundles.loading import Bundle, bundle_pinned
from rules.services.bundles.rows import pointer_of_ref
from rules.services.decisions.deciding import MISSING, MODEL_CHOICE, Inputs, Verdict, decide
from rules.services.decisions.document import (
    DecisionDocument,
    Sealed,
    document_bytes,
    document_hash,
    document_open,
    sealed_open,
    sealed_plain,
)
from rules.services.decisions.writing import document_of, sealed_of
from scoring.variables import Variables

logger = logging.getLogger(__name__)

_CHUNK = 500
MAX_FAILURES = 100
_FOUND_ANEW = (MISSING, MODEL_CHOICE)
"""Causes that deciding finds by itself."""


class Failure(msgspec.Struct, frozen=True):
    """A decision that did not come out the same, or could not be tried."""

    decision: str
    why: str


class ReplayReport(msgspec.Struct, kw_only=True):
    """Counts of a replay; total = same + erased + failed + unreplayable."""

    total: int = 0
    same: int = 0
    erased: int = 0
    """The customer's key is destroyed: the hash is checked, the content is gone."""
    failed: int = 0
    unreplayable: int = 0
    """Nothing was sealed, or the key does not open it."""
    failures: list[Failure] = []

    def add(self, decision: UUID, kind: str, why: str = "") -> None:
        """Count one decision."""
        self.total += 1
        setattr(self, kind, getattr(self, kind) + 1)
        if why and len(self.failures) < MAX_FAILURES:
            self.failures.append(Failure(str(decision), why))


def decisions_replay(*, ids: Sequence[UUID] | None = None) -> ReplayReport:
    """Replay these decisions, or all. Changes nothing."""
    report = ReplayReport(failures=[])
    for decision in _decisions(ids):
        kind, why = decision_replay(decision)
        report.add(decision.pk, kind, why)
    return report


def decision_replay(decision: Decision) -> tuple[str, str]:
    """("same" | "erased" | "failed" | "unreplayable", why) of one decision. Nothing found in it ends the replay."""
    data = bytes(decision.document)
    if document_hash(data) != decision.document_hash:
        return "failed", "the stored document is not what its hash names"
    try:
        document = document_open(data)
    except msgspec.MsgspecError:
        return "failed", "the stored document cannot be read"
    wrapped = decision.application.customer.wrapped_key
    if wrapped is None:
        return "erased", ""
    if not document.sealed:
        return "unreplayable", "nothing was sealed"
    try:
        plain, sealed = sealed_open(key_unwrap(wrapped), document)
    except VaultError:
        return "unreplayable", "the customer's key does not open the sealed part"
    except msgspec.MsgspecError:
        return "failed", "the sealed part cannot be read"
    try:
        _verdict, again, sealed_again = decided_again(document, sealed, bundle_of(document))
    except RiskEngineError as error:
        return "failed", f"{error.code}: {error.message}"
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("decision_replay_failed", extra={"decision": str(decision.pk)})
        return "failed", type(error).__name__
    if sealed_again != plain:
        return "failed", "the sealed part comes out differently"
    if again != data:
        return "failed", "the document comes out differently"
    return "same", ""


def decided_again(document: DecisionDocument, sealed: Sealed, bundle: Bundle) -> tuple[Verdict, bytes, bytes]:
    """The verdict of a bundle on the recorded values, with the document and the plain text of its sealed part."""
    inputs = inputs_of(document, sealed, bundle)
    verdict = decide(inputs, bundle)
    again = document_of(
        decision_id=document.id,
        decided_at=document.decided_at,
        inputs=inputs,
        bundle=bundle,
        verdict=verdict,
        salt=document.salt,
        sealed=document.sealed,
    )
    return verdict, document_bytes(again), sealed_plain(sealed_of(inputs, verdict))


def bundle_of(document: DecisionDocument) -> Bundle:
    """The document's own bundle; parts that failed then may fail now. Raises PartMissing, NotApproved."""
    ref = document.bundle
    pointer = pointer_of_ref(ref)
    return bundle_pinned(pointer)


def inputs_of(document: DecisionDocument, sealed: Sealed, bundle: Bundle) -> Inputs:
    """What the decision was made from, faults of then included."""
    faults = {cause.stage: cause.code for cause in document.causes if cause.stage not in _FOUND_ANEW}
    if bundle.schema is None or "catalogue" in faults:
        variables = Variables(sealed.given, sealed.given, [])
    else:
        variables = bundle.schema.complete(bundle.schema.read(sealed.given), sealed.own)
    return Inputs(
        given=variables.given,
        values=variables.values,
        refer=variables.refer,
        standing=sealed.standing,
        own=sealed.own,
        alternative=sealed.alternative,
        facts=msgspec.convert(sealed.facts, list[Fact]),
        customer=sealed.customer,
        as_of=datetime.fromisoformat(document.as_of),
        faults=faults,
    )


def _decisions(ids: Sequence[UUID] | None) -> Iterator[Decision]:
    decisions: QuerySet[Decision] = Decision.objects.select_related("application__customer").order_by("decided_at")
    if ids is not None:
        decisions = decisions.filter(pk__in=ids)
    return decisions.iterator(chunk_size=_CHUNK)
