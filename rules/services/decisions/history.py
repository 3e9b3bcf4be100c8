"""Recorded decisions as a table: the one reader behind impact and certification. Sealed values are opened in bulk."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import polars as pl
from django.db.models import QuerySet
from msgspec import UNSET

from lending.business_dates import business_date_of
from lending.vault import VaultError, key_unwrap
from riskengine.errors import RiskEngineError
from rules.engine.choice import MAIN
from rules.engine.columns import PATTERN_OUTCOME
from rules.engine.outcomes import LADDERS, level_of
from rules.language.types import OF_CATALOGUE, Type
from rules.models import Decision
from rules.services.bundles.loading import PRE_LOAN, bundle_pinned
from rules.services.bundles.model_choice import features_read
from rules.services.bundles.rows import BundleRef, pointer_of_ref
from rules.services.decisions.document import DecisionDocument, Sealed, document_open, sealed_open
from scoring.catalogue import Variable
from scoring.services.catalogues.life import catalogue_live
from scoring.variables import VariableSchema, standing_values

logger = logging.getLogger(__name__)

_CHUNK = 500
_TYPES: dict[Type, type[pl.DataType]] = {Type.NUMBER: pl.Float64, Type.BOOLEAN: pl.Boolean}
RECORD_SCHEMA: dict[str, type[pl.DataType]] = {
    "decision_id": pl.String,
    "decided_at": pl.String,
    "business_date": pl.String,
    "pd": pl.Float64,
    "score_points": pl.Float64,
    PATTERN_OUTCOME: pl.String,
    "decided_outcome": pl.String,
    "decided_grade": pl.String,
    "decided_amount_minor": pl.Int64,
    "decided_rate": pl.Float64,
    "decided_term_months": pl.Int64,
    "had_causes": pl.Boolean,
}
"""Columns beside the variables, and what they mean: `business_date` is the product's date of `as_of`;
`pattern_outcome` the worst outcome of the pattern hits of then; `decided_…` what was decided (the offer's columns null
without one); `had_causes` that something failed or was missing, so that it went to a person whatever the rules said."""
TRACKED_SCHEMA: dict[str, Any] = {
    "application_id": pl.Int64,
    "hits": pl.List(pl.String),
    "model_hash": pl.String,
    "rule_set_hash": pl.String,
    "unread": pl.Categorical,
}
"""What following decisions over time needs beside: rules that held, which main model (empty: a model for another
purpose scored) and rules decided, and alternative data that nothing which decided named, so that none is on record
(joined by `UNREAD_JOIN`)."""
UNREAD_JOIN = "|"


def history_frame(product: str, stage: str, last: int = 10_000) -> pl.DataFrame:
    """The last decisions of a product, newest first: a column per variable of the live catalogue (numbers are Float64,
    dates and texts String) as the decision had it, and those of RECORD_SCHEMA.

    Left out are decisions whose customer is erased, whose sealed part does not open, or whose bundle is gone. Reviews
    after payout keep no values here: POST_LOAN is empty. Raises NoLiveCatalogueError.
    """
    variables = catalogue_live().of_product(product)
    schema = {name: _dtype(variable) for name, variable in variables.items()} | RECORD_SCHEMA
    decisions = _readable(product).order_by("-decided_at", "-pk")[:last]
    return _frame(_rows(decisions) if stage == PRE_LOAN else [], schema)


def history_between(product: str, since: datetime, until: datetime, first: int | None = None) -> pl.DataFrame:
    """Decisions made as of `since` or later and before `until`, oldest first, the `first` so many of them: the columns
    of `history_frame` and those of TRACKED_SCHEMA. What is left out there is left out here."""
    variables = catalogue_live().of_product(product)
    schema = {name: _dtype(variable) for name, variable in variables.items()} | RECORD_SCHEMA | TRACKED_SCHEMA
    decisions = _readable(product).filter(as_of__gte=since, as_of__lt=until).order_by("as_of", "decided_at", "pk")
    return _frame(_rows(decisions[:first]), schema)


def _readable(product: str) -> QuerySet[Decision]:
    return Decision.objects.filter(product__code=product, application__customer__wrapped_key__isnull=False)


def _frame(found: Iterable[dict[str, Any]], schema: dict[str, Any]) -> pl.DataFrame:
    rows = list(found)
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema, strict=False)


def decision_values(document: DecisionDocument, sealed: Sealed) -> dict[str, Any]:
    """Every variable as the decision had it, completed by the policies of its own catalogue.

    Raises RiskEngineError where its bundle is gone or its catalogue does not load.
    """
    schema = _schema(document.bundle)
    values = schema.complete(schema.read(sealed.given), sealed.own).values
    return {**values, **standing_values(schema.standing, sealed.standing)}


def _schema(ref: BundleRef) -> VariableSchema:
    pointer = pointer_of_ref(ref)
    schema = bundle_pinned(pointer).schema
    if schema is None:
        raise RiskEngineError("The catalogue of the decision does not load.", catalogue=ref.catalogue_hash)
    return schema


def _dtype(variable: Variable) -> type[pl.DataType]:
    return _TYPES.get(OF_CATALOGUE[variable.type], pl.String)


def _rows(decisions: QuerySet[Decision]) -> Iterator[dict[str, Any]]:
    fields = ("document", "application__customer__wrapped_key", "product__code", "product__timezone", "application_id")
    schemas: dict[BundleRef, VariableSchema | None] = {}
    unread: dict[BundleRef, str] = {}
    for data, wrapped, product, timezone, application in decisions.values_list(*fields).iterator(chunk_size=_CHUNK):
        document = document_open(bytes(data))
        ref = document.bundle
        if ref not in schemas:
            schemas[ref] = _schema_or_none(ref)
            unread[ref] = _unread(ref, product) if schemas[ref] else ""
        schema = schemas[ref]
        if schema is None or not document.sealed:
            continue
        try:
            _, sealed = sealed_open(key_unwrap(wrapped), document)
            values = schema.complete(schema.read(sealed.given), sealed.own).values
        except (RiskEngineError, VaultError, msgspec.MsgspecError):
            continue
        beside = {"application_id": application, "unread": unread[ref]}
        yield {**values, **_record(document, sealed, timezone), **beside}


def _unread(ref: BundleRef, product: str) -> str:
    """Alternative variables of the decision's own catalogue that neither its rules nor its models named."""
    bundle = bundle_pinned(pointer_of_ref(ref))
    known = bundle.catalogue.of_product(product) if bundle.catalogue else {}
    return UNREAD_JOIN.join(sorted({name for name, one in known.items() if one.is_alternative} - features_read(bundle)))


def _schema_or_none(ref: BundleRef) -> VariableSchema | None:
    try:
        return _schema(ref)
    except RiskEngineError:
        logger.warning("history_bundle_gone", extra={"bundle": ref.bundle_hash})
        return None


def _record(document: DecisionDocument, sealed: Sealed, timezone: str) -> dict[str, Any]:
    offer = sealed.offer or {}
    outcomes = [hit["outcome"] for hit in sealed.pattern_hits if hit["outcome"] in LADDERS[document.stage]]
    return {
        "decision_id": document.id,
        "decided_at": document.decided_at,
        "business_date": business_date_of(datetime.fromisoformat(document.as_of), timezone).isoformat(),
        "pd": document.pd,
        "score_points": document.points,
        PATTERN_OUTCOME: max(outcomes, key=lambda outcome: level_of(outcome, document.stage), default=None),
        "decided_outcome": document.outcome,
        "decided_grade": document.grade,
        "decided_amount_minor": offer.get("amount_offered_minor"),
        "decided_rate": offer.get("annual_rate"),
        "decided_term_months": offer.get("term_months"),
        "had_causes": bool(document.causes),
        "hits": document.hits,
        "model_hash": document.bundle.model_hash if document.scored_by in (UNSET, MAIN) else "",
        "rule_set_hash": document.bundle.rule_set_hash,
    }
