"""The decision: claim the key, lock, read, decide, record, answer, in one transaction without broker or network."""

import logging
import secrets
import uuid
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError

from audit.services.log import entry_values, instant_text
from audit.services.outbox import message_values
from lending.services.customers import CustomerErasedError, identifier_context
from lending.vault import VaultError, key_new, key_unwrap, seal
from rules.services.bundles.loading import Bundle, bundle_pinned
from rules.services.bundles.versions import bundle_with, version_by_id
from rules.services.decisions import store
from rules.services.decisions.answer import answer_bytes, dry_run_bytes
from rules.services.decisions.deciding import DECISION, Inputs, Verdict, decide, failure_verdict, with_fault
from rules.services.decisions.document import SALT_BYTES, document_bytes, document_hash
from rules.services.decisions.errors import ApplicationDiffers, AsOfInFuture
from rules.services.decisions.inputs import SOURCE, inputs_for, is_news, opened_for
from rules.services.decisions.request import DecisionRequest
from rules.services.decisions.sql import ENTRY_TYPES, MESSAGE_TYPES
from rules.services.decisions.store import Case, Made, Window
from rules.services.decisions.terms import WORKING_DAYS, amount_asked
from rules.services.decisions.transaction import DecisionTransaction
from rules.services.decisions.writing import document_of
from scoring.services.alternative.opening import uses_record

logger = logging.getLogger(__name__)

# The window of the bundle last seen per product: facts are read with it before the live pointer is known.
_WINDOWS: dict[str, Window] = {}


def decision_make(*, client_id: int, actor: str, idempotency_key: str, request: DecisionRequest) -> Made:
    """Decide an application once per client and key; a repeat gets the first answer, waiting for it if need be.

    Raises UnknownProduct, NoLiveVersion, InvalidVariables, IdempotencyKeyReused, ApplicationDiffers, AsOfInFuture,
    each leaving nothing behind, and django.db errors where the database fails. Everything else that goes wrong on
    our side after the key is claimed ends in a recorded REFER.
    """
    for is_last in (False, True):
        with DecisionTransaction() as work:
            try:
                key_id = store.key_claim(work, client_id=client_id, key=idempotency_key, request=request)
            except (OperationalError, InterfaceError):
                if work.is_lost and not is_last:
                    continue  # the connection kept from an earlier request has died since: take a new one
                raise
            if key_id is None:
                return store.answer_before(work, client_id=client_id, key=idempotency_key, request=request)
            return _Making(work, client_id, actor, key_id, request).make()
    raise AssertionError("unreachable")


def decision_dry_run(*, client_id: int, actor: str, request: DecisionRequest, version: str = "") -> bytes:
    """What the answer would be now, marked as such: decided in a transaction that is rolled back.

    Nothing is stored, logged or announced, and no Idempotency-Key used up. `version` is the id or content hash of the
    rule-set version to decide with, a draft's too; empty for the live one. Raises what `decision_make` raises, and
    UnknownVersion, DocumentInvalid, ContentChanged.
    """
    key = f"dry run {uuid.uuid4()}"  # with a space: no caller's key
    with DecisionTransaction() as work:
        key_id = store.key_claim(work, client_id=client_id, key=key, request=request)
        assert key_id is not None  # noqa: S101 nobody else has this key
        making = _Making(work, client_id, actor, key_id, request, is_dry_run=True, version=version)
        return dry_run_bytes(making.make().body, making.decided_with)


class _Making:
    """One decision on its way."""

    def __init__(
        self,
        work: DecisionTransaction,
        client_id: int,
        actor: str,
        key_id: int,
        request: DecisionRequest,
        *,
        is_dry_run: bool = False,
        version: str = "",
    ) -> None:
        self.work = work
        self.client_id = client_id
        self.actor = actor
        self.key_id = key_id
        self.request = request
        self.is_dry_run = is_dry_run
        self.version = version
        self.decided_with: int | None = None

    def make(self) -> Made:
        """Read the case, decide it and write it; once more if somebody else wrote the same customer in between."""
        try:
            return self._attempt()
        except IntegrityError:
            # An import, say, does not take our locks: read what it wrote.
            logger.info("decision_read_again")
            store.savepoint_return(self.work)
            return self._attempt()

    def _attempt(self) -> Made:
        case, bundle = self._read()
        opened = opened_for(case, bundle, self.request)
        inputs = inputs_for(case, bundle, self.request, opened)
        key, wrapped = _customer_key(case)
        if key is None:  # nothing could be sealed: what cannot be recorded whole is not decided by us
            inputs = with_fault(inputs, DECISION, "customer_key_broken")
        try:
            made = decide(inputs, bundle)
            if opened.pilots:
                uses_record(application_id=case.application_id, pilots=opened.pilots, at=case.now)
            return self._write(case, bundle, inputs, made, key, wrapped)
        except (IntegrityError, OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("decision_failed", extra={"product": bundle.product_code})
            store.savepoint_return(self.work)
            return self._write(case, bundle, inputs, failure_verdict(inputs, bundle, error), key, wrapped)

    def _read(self) -> tuple[Case, Bundle]:
        request, known = self.request, _WINDOWS.get(self.request.product, Window())
        case = store.case_read(self.work, client_id=self.client_id, request=request, window=known)
        _check(case, request)
        bundle = bundle_pinned(case.pointer)
        if self.version:
            bundle = bundle_with(bundle, version_by_id(bundle.product_code, self.version))
        self.decided_with = bundle.rule_set_version_id
        window = Window.of(bundle)
        if not known.covers(window):
            _WINDOWS[request.product] = window
            store.facts_read(self.work, client_id=self.client_id, request=request, window=window, case=case)
        return case, bundle

    def _write(
        self, case: Case, bundle: Bundle, inputs: Inputs, verdict: Verdict, key: bytes | None, wrapped: bytes | None
    ) -> Made:
        decision_id = uuid.uuid4()
        document = document_of(
            decision_id=str(decision_id),
            decided_at=instant_text(case.now),
            inputs=inputs,
            bundle=bundle,
            verdict=verdict,
            salt=secrets.token_hex(SALT_BYTES),
            key=key,
        )
        data = document_bytes(document)
        hashed = document_hash(data)
        answer = answer_bytes(document, hashed, verdict.offer, bundle.wordings)
        record = {
            "key_id": self.key_id,
            "client": self.client_id,
            "product": case.pointer.product_id,
            "decision": decision_id,
            "outcome": document.outcome,
            "grade": document.grade or "",
            "pd": document.pd,
            "points": document.points,
            "reasons": _json_list(document.reasons),
            "document": data,
            "document_hash": hashed,
            "bundle_hash": bundle.bundle_hash,
            "as_of": case.as_of,
            "now": case.now,
            "answer": answer,
            "asked_minor": amount_asked(bundle, inputs.values),
            "working_days": WORKING_DAYS,
            **self._told(case, str(decision_id), document.outcome, bundle.bundle_hash, hashed),
            **self._lent(case, document.outcome, key, wrapped),
        }
        if not self.is_dry_run:
            store.record_write(self.work, record)
        return Made(str(decision_id), answer, False)

    def _told(self, case: Case, decision_id: str, outcome: str, used_hash: str, hashed: str) -> dict[str, Any]:
        """What the audit log and the outbox are told: ids and hashes."""
        entry = entry_values(
            kind="decision.made",
            object_type="decision",
            object_id=decision_id,
            actor=self.actor,
            payload={"bundle_hash": used_hash, "document_hash": hashed, "outcome": outcome},
            recorded_at=case.now,
        )
        message = message_values(
            topic="decision.made",
            key=str(case.application_id),
            payload={"decision": decision_id, "outcome": outcome},
            at=case.now,
        )
        return dict(zip(ENTRY_TYPES, entry, strict=True)) | dict(zip(MESSAGE_TYPES, message, strict=True))

    def _lent(self, case: Case, outcome: str, key: bytes | None, wrapped: bytes | None) -> dict[str, Any]:
        """The customer, their identifiers, the application and its events, as far as they are new."""
        request, known = self.request, set(case.known_kinds)
        new = [kind for kind in request.identifiers if kind not in known] if key is not None else []
        events: list[str] = []
        if request.as_of is None:  # deciding as of another time is not a new event
            events = ["application"] * is_news(case, request) + ["decline"] * (outcome == "DECLINE")
        return {
            "customer": case.customer_id,
            "wrapped_key": wrapped,
            "kinds": new,
            "indexes": [request.indexes[kind] for kind in new],
            "sealed": [self._sealed(case.customer_id, key, kind) for kind in new],
            "application": case.application_id,
            "is_new_application": case.is_new_application,
            "external_id": request.external_id,
            "events": events,
            "source": SOURCE,
            **request.shared_keys(),
        }

    def _sealed(self, customer_id: int, key: bytes | None, kind: str) -> bytes:
        assert key is not None  # noqa: S101 nothing is new to a customer whose key does not open
        return seal(key, self.request.identifiers[kind].encode(), identifier_context(customer_id, kind))


def _check(case: Case, request: DecisionRequest) -> None:
    """What can only be told with the case in hand. Raises ApplicationDiffers, AsOfInFuture, CustomerErasedError."""
    if case.as_of > case.now:
        raise AsOfInFuture(
            "as_of lies in the future.",
            problems=[{"field": "as_of", "code": "as_of_in_future", "message": "This must not be after now."}],
        )
    if not case.is_new_customer and case.wrapped_key is None:
        raise CustomerErasedError("The personal data of this application's customer is erased.", field="external_id")
    if case.is_new_application:
        return
    if case.application_product_id != case.pointer.product_id:
        raise ApplicationDiffers("This application number was used for another product.", field="external_id")
    # Another national ID is another person's, whether we know them yet or not: two people must not become one.
    is_other = case.has_national_id and "national_id" in request.indexes and "national_id" not in case.known_kinds
    if is_other or case.national_id_owner not in (None, case.customer_id):
        raise ApplicationDiffers("This application number is another person's.", field="external_id")


def _customer_key(case: Case) -> tuple[bytes | None, bytes | None]:
    """The customer's key, and its wrapped form if it is new. None where it does not open: then nothing is sealed."""
    if case.is_new_customer:
        return key_new()
    if case.wrapped_key is None:
        return None, None
    try:
        return key_unwrap(case.wrapped_key), None
    except VaultError:
        logger.exception("customer_key_broken", extra={"customer": case.customer_id})
        return None, None


def _json_list(codes: list[str]) -> str:
    return "[" + ", ".join(f'"{code}"' for code in codes) + "]"
