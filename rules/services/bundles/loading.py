"""Bundles: the rule-set version, model and catalogue a decision is made with, verified against their approvals.

What is live is read in the decision's own transaction; what it means is cached per process by content hash, so a
new activation is seen at once and nothing is compiled twice. A row that no longer has the content its approval was
given for is refused at load.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any, TypeVar, cast

import msgspec
from django.db import DatabaseError, connection

from audit.canonical import content_hash
from riskengine.errors import Conflict, InvalidInput, RiskEngineError, Unavailable
from rules.engine.document import RuleSetDocument, document_read
from rules.engine.patterns import PatternProgram, compile_patterns
from rules.engine.program import Program, compile_program
from rules.services.bundles.rows import Pointer, catalogue_row, model_row, pointer_of_hashes, rule_set_row
from scoring.catalogue import Catalogue, Reason
from scoring.package import ScoringModel
from scoring.variables import VariableSchema

logger = logging.getLogger(__name__)
Part = TypeVar("Part")
PRE_LOAN, POST_LOAN = "PRE_LOAN", "POST_LOAN"
_MAX_CACHED = 32
_RETRY_SECONDS = 5.0  # a bundle that does not load is tried again after this


class UnknownProduct(InvalidInput):
    """No active product has this code."""

    code = "unknown_product"


class NoLiveVersion(Conflict):
    """The product has no live rule-set version, or no catalogue is live: there is nothing to decide with."""

    code = "no_live_version"


class BundleBroken(Unavailable):
    """A live part does not load or is not what was approved; `facts["faults"]` names each part and why."""

    code = "bundle_broken"


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a decision depends on besides its input. A part that did not load is None and named in `faults`."""

    product_code: str
    stage: str
    currency: str
    timezone: str
    """IANA name; gives the business date of an instant."""
    rule_set_version_id: int | None
    rule_set_hash: str
    model_hash: str
    """Empty where the product has no champion."""
    catalogue_hash: str
    bundle_hash: str
    program: Program | None
    patterns: PatternProgram | None
    model: ScoringModel | None
    catalogue: Catalogue | None
    schema: VariableSchema | None
    wordings: dict[str, Reason]
    """Reasons by code."""
    reason_codes: dict[str, str]
    """Reason code by variable, for the model's own reasons."""
    faults: dict[str, str]
    """Code of what failed by part: rule_set, patterns, model, catalogue."""
    models: dict[str, ScoringModel | None] = {}
    """Models for other purposes than the main score, by purpose."""
    others: tuple[tuple[str, str], ...] = ()
    """Purposes and content hashes of those among them that the rule set may ask for."""
    is_stopped: bool = False
    """Under an emergency stop: every application goes to a person."""


def bundle_hash(
    rule_set_hash: str, model_hash: str, catalogue_hash: str, others: tuple[tuple[str, str], ...] = ()
) -> str:
    """The name of a bundle: SHA-256 of the canonical JSON of its content hashes, other models only where there are."""
    named: dict[str, Any] = {"rule_set": rule_set_hash, "model": model_hash, "catalogue": catalogue_hash}
    return content_hash({**named, "models": dict(others)} if others else named)


def others_used(program: Program | None, others: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Of models for other purposes, those that the rule set may ask for."""
    return tuple(pair for pair in others if program is not None and pair[0] in program.purposes)


# One cheap statement; `{at}` is an SQL expression for the instant. Decisions embed it in their own first read.
POINTER_SQL = """
    SELECT p.id, p.code, %(stage)s::text, p.currency, a.version_id, v.content_hash, a.approval_id,
           m.content_hash, c.content_hash, p.timezone, s.id,
           (SELECT array_agg(ARRAY[o.purpose, o.content_hash] ORDER BY o.purpose) FROM scoring_modelpackage o
            WHERE o.product_id = p.id AND o.state = 'CHAMPION' AND o.purpose NOT IN ('MAIN', 'POST_LOAN'))
    FROM lending_product p
    LEFT JOIN rules_ruleset r ON r.product_id = p.id AND r.stage = %(stage)s
    LEFT JOIN rules_rulesetactivation a
           ON a.rule_set_id = r.id AND a.from_at <= {at} AND (a.until_at IS NULL OR a.until_at > {at})
    LEFT JOIN rules_emergencystop s
           ON s.rule_set_id = r.id AND s.declared_at <= {at} AND (s.lifted_at IS NULL OR s.lifted_at > {at})
    LEFT JOIN rules_rulesetversion v ON v.id = a.version_id
    LEFT JOIN LATERAL (
        -- After payout the model of its own, where there is one.
        SELECT content_hash FROM scoring_modelpackage
        WHERE product_id = p.id AND state = 'CHAMPION'
            AND (purpose = 'MAIN' OR (purpose = 'POST_LOAN' AND %(stage)s = 'POST_LOAN'))
        ORDER BY purpose = 'MAIN' LIMIT 1
    ) m ON true
    LEFT JOIN scoring_catalogueversion c ON c.is_live
    WHERE p.code = %(product)s AND p.is_active
"""


def pointer_of(product_code: str, row: tuple | None) -> Pointer:
    """A row of POINTER_SQL as a Pointer. Raises UnknownProduct or NoLiveVersion."""
    if row is None or row[0] is None:
        raise UnknownProduct(
            "There is no such product.",
            problems=[{"field": "product", "code": "unknown_product", "message": "There is no such product."}],
        )
    if row[4] is None or row[8] is None:
        raise NoLiveVersion("The product has no live rule set.", product=product_code)
    return Pointer(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7] or "", row[8], row[9], row[10], others_of(row)
    )


def others_of(row: tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
    """Purposes and content hashes of the other champions in a row of POINTER_SQL."""
    return tuple((purpose, model_hash) for purpose, model_hash in row[11] or ())


def pointer_row(product_code: str, stage: str) -> tuple[Any, ...] | None:
    """The row of POINTER_SQL as of now."""
    with connection.cursor() as cursor:
        cursor.execute(POINTER_SQL.format(at="statement_timestamp()"), {"product": product_code, "stage": stage})
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def bundle_live(product_code: str, stage: str) -> Bundle:
    """The whole bundle that is live now. Raises UnknownProduct, NoLiveVersion, or BundleBroken if a part fails."""
    bundle = bundle_pinned(pointer_of(product_code, pointer_row(product_code, stage)))
    if bundle.faults:
        raise BundleBroken("The live bundle does not load.", product=product_code, faults=bundle.faults)
    return bundle


_LOCK = RLock()
_BUNDLES: dict[Pointer, tuple[float, Bundle]] = {}
_PARTS: dict[tuple[str, ...], object] = {}


def bundle_pinned(pointer: Pointer) -> Bundle:
    """The bundle a pointer names, from this process's cache or loaded and verified. Never raises for a broken part."""
    entry = _BUNDLES.get(pointer)
    if entry is not None and entry[0] > time.monotonic():
        return entry[1]
    with _LOCK:
        entry = _BUNDLES.get(pointer)
        if entry is not None and entry[0] > time.monotonic():
            return entry[1]
        bundle = _assemble(pointer)
        keep = _RETRY_SECONDS if bundle.faults else float("inf")
        _put(_BUNDLES, pointer, (time.monotonic() + keep, bundle))
        return bundle


def bundle_load(rule_set_hash: str, model_hash: str, catalogue_hash: str, version_id: int | None = None) -> Bundle:
    """The bundle of three content hashes, live or long replaced; `version_id` tells versions of one content apart.

    Raises PartMissing, NotApproved, BundleBroken.
    """
    bundle = bundle_pinned(pointer_of_hashes(rule_set_hash, model_hash, catalogue_hash, version_id))
    if bundle.faults:
        raise BundleBroken("The bundle does not load.", faults=bundle.faults)
    return bundle


def bundles_forget() -> None:
    """Empty this process's cache, as tests do."""
    with _LOCK:
        _BUNDLES.clear()
        _PARTS.clear()


def _put(cache: dict, key: object, value: object) -> None:
    while len(cache) >= _MAX_CACHED:
        cache.pop(next(iter(cache)))  # the oldest
    cache[key] = value


def _assemble(pointer: Pointer) -> Bundle:
    parts = _Parts(pointer)
    catalogue = parts.load("catalogue", (pointer.catalogue_hash,), lambda: catalogue_row(pointer.catalogue_hash))
    schema, program, patterns = None, None, None
    if catalogue is not None:
        key = (pointer.catalogue_hash, pointer.product_code)
        schema = parts.load("catalogue", ("schema", *key), lambda: VariableSchema(catalogue, pointer.product_code))
    document = None
    if pointer.rule_set_hash:
        document = parts.load("rule_set", _approved(pointer), lambda: _document(pointer))
    if document is not None and catalogue is not None:
        both = (pointer.rule_set_hash, pointer.catalogue_hash, pointer.product_code)
        program = parts.load("rule_set", ("program", *both), lambda: _program(document, catalogue, pointer))
        patterns = parts.load("patterns", ("patterns", pointer.rule_set_hash), lambda: _patterns(document))
    models: dict[str, ScoringModel | None] = {}
    others = others_used(program, pointer.others)
    for purpose, model_hash in pointer.others:
        model = parts.load(purpose, (model_hash,), partial(model_row, model_hash))
        if model is not None:
            models[purpose] = model
        elif (purpose, model_hash) not in others:
            del parts.faults[purpose]  # nobody asks for it
    return Bundle(
        product_code=pointer.product_code,
        stage=pointer.stage,
        currency=pointer.currency,
        timezone=pointer.timezone,
        rule_set_version_id=pointer.version_id,
        rule_set_hash=pointer.rule_set_hash,
        model_hash=pointer.model_hash,
        catalogue_hash=pointer.catalogue_hash,
        bundle_hash=bundle_hash(pointer.rule_set_hash, pointer.model_hash, pointer.catalogue_hash, others),
        program=program,
        patterns=patterns,
        model=parts.load("model", (pointer.model_hash,), lambda: model_row(pointer.model_hash))
        if pointer.model_hash
        else None,
        models=models,
        others=others,
        catalogue=catalogue,
        schema=schema,
        wordings=catalogue.reasons_by_code() if catalogue else {},
        reason_codes=_reason_codes(catalogue, pointer.product_code) if catalogue else {},
        faults=parts.faults,
        is_stopped=pointer.stop_id is not None,
    )


def _reason_codes(catalogue: Catalogue, product_code: str) -> dict[str, str]:
    return {name: variable.reason_code for name, variable in catalogue.of_product(product_code).items()}


class _Parts:
    """Loads the parts of one bundle, each from the cache if it is there, and notes what fails."""

    def __init__(self, pointer: Pointer) -> None:
        self.faults: dict[str, str] = {}
        self._product = pointer.product_code

    def load(self, name: str, key: tuple[str, ...], make: Callable[[], Part]) -> Part | None:
        """The part, or None with its fault noted. Lets a database error through: that one is not the bundle's."""
        found = _PARTS.get((name, *key))
        if found is not None:
            return cast(Part, found)
        try:
            part = make()
        except DatabaseError:
            raise
        except Exception as error:
            code = error.code if isinstance(error, RiskEngineError) else type(error).__name__
            self.faults[name] = code
            logger.exception("bundle_part_broken", extra={"product": self._product, "part": name, "fault": code})
            return None
        _put(_PARTS, (name, *key), part)
        return part


def _approved(pointer: Pointer) -> tuple[str, ...]:
    """A document is read once per approval, so that a second activation of the same content is verified too."""
    return "document", pointer.rule_set_hash, str(pointer.version_id), str(pointer.rule_set_approval_id)


def _document(pointer: Pointer) -> RuleSetDocument:
    return document_read(rule_set_row(pointer))


def _program(document: RuleSetDocument, catalogue: Catalogue, pointer: Pointer) -> Program:
    return compile_program(document, catalogue, product=pointer.product_code, stage=pointer.stage)


def _patterns(document: RuleSetDocument) -> PatternProgram:
    patterns = compile_patterns([pattern for pattern in document.patterns if pattern.enabled])
    patterns.warm()
    return patterns
