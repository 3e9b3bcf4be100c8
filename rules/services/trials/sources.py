"""What a draft is tried on: a past decision, a case of the version, or the product's example application."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction
from msgspec import UNSET

from audit.models import AuditEntry, User
from audit.services.log import actor_user, entry_append
from lending.business_dates import business_date_at
from lending.vault import VaultError, key_unwrap
from riskengine.errors import Conflict, InvalidInput, NotFound, NotPermitted
from rules.engine.cases import APPLICANT, case_facts
from rules.engine.choice import MAIN
from rules.engine.document import RuleSetDocument
from rules.models import Decision
from rules.services.bundles.loading import PRE_LOAN, Bundle
from rules.services.decisions.deciding import Inputs
from rules.services.decisions.document import document_open, sealed_open
from rules.services.decisions.errors import DecisionNotFound
from rules.services.decisions.replay import inputs_of
from scoring.package import Score
from scoring.scaling import margin_from_pd

VIEW_PERMISSION = "rules.view_decision"
OPENED = "decision.opened"
RECENT = 20
NOON = 12


class CaseNotFound(NotFound):
    """The document has no case of this name."""

    code = "case_not_found"


class DecisionNotPermitted(NotPermitted):
    """The account may not look at decisions."""

    code = "decision_not_permitted"


class DecisionSealed(Conflict):
    """The decision's values cannot be read any more."""

    code = "decision_sealed"


class SourceUnknown(InvalidInput):
    """Not one of the kinds a draft is tried on."""

    code = "trial_source_unknown"


class TrialSource(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it was, or as it is made up."""

    label: str
    inputs: Inputs
    score: Score | None = None
    """As recorded, or as the case says."""
    outcome: str = ""
    """What was decided then."""
    is_whole: bool = True
    """A request as the API would take it; a case may leave variables out."""


def trial_source(
    *, kind: str, key: str, document: RuleSetDocument, live: Bundle, viewer: User, at: datetime
) -> TrialSource:
    """The source a page names: decision (its id), case (its name) or example.

    Raises SourceUnknown, CaseNotFound, DecisionNotFound, DecisionNotPermitted, DecisionSealed, InvalidVariables.
    """
    if kind == "decision":
        return _of_decision(key, live, viewer, at)
    if kind == "case":
        return _of_case(key, document, live, at)
    if kind == "example":
        return _example(live, at)
    raise SourceUnknown("This is not something a draft can be tried on.", kind=kind[:40])


def decisions_recent(*, product_code: str, search: str = "") -> list[Decision]:
    """Decisions of a product, newest first; `search` is a whole application number or decision number."""
    decisions = Decision.objects.filter(product__code=product_code).select_related("application").defer("document")
    term = search.strip()
    if term:
        try:
            decisions = decisions.filter(pk=UUID(term))
        except ValueError:
            decisions = decisions.filter(application__external_id=term)
    return list(decisions.order_by("-decided_at")[:RECENT])


def _of_decision(key: str, live: Bundle, viewer: User, at: datetime) -> TrialSource:
    if not viewer.has_perm(VIEW_PERMISSION):
        raise DecisionNotPermitted("This account may not look at decisions.")
    try:
        number = UUID(key)
    except ValueError:
        raise DecisionNotFound("There is no such decision.") from None
    decisions = Decision.objects.select_related("application__customer")
    decision = decisions.filter(pk=number, product__code=live.product_code).first()
    if decision is None or live.stage != PRE_LOAN:
        raise DecisionNotFound("There is no such decision of this product.")
    document = document_open(bytes(decision.document))
    wrapped = decision.application.customer.wrapped_key
    try:
        if wrapped is None or not document.sealed:
            raise DecisionSealed("Its values are erased or were never sealed.")
        _plain, sealed = sealed_open(key_unwrap(wrapped), document)
    except VaultError:
        raise DecisionSealed("The customer's key does not open its values.") from None
    _note_opened(decision, viewer, at)
    score = None
    if document.pd is not None and document.scored_by in (UNSET, MAIN):
        margin = margin_from_pd(document.pd) if sealed.margin is None else sealed.margin
        score = Score(document.pd, margin, document.points)  # type: ignore[arg-type]  # recorded together
    inputs = msgspec.structs.replace(inputs_of(document, sealed, live), faults={})
    return TrialSource(label=decision.application.external_id, inputs=inputs, score=score, outcome=document.outcome)


def _note_opened(decision: Decision, viewer: User, at: datetime) -> None:
    """The log says once of each person that they opened this decision's values to try a draft on them."""
    actor = actor_user(viewer)
    entries = AuditEntry.objects.filter(object_type="decision", object_id=str(decision.pk), kind=OPENED, actor=actor)
    if entries.exists():
        return
    with transaction.atomic():
        entry_append(
            kind=OPENED,
            object_type="decision",
            object_id=str(decision.pk),
            actor=actor,
            payload={"purpose": "trial", "document_hash": decision.document_hash},
            recorded_at=at,
        )


def _of_case(key: str, document: RuleSetDocument, live: Bundle, at: datetime) -> TrialSource:
    case = next((entry for entry in document.cases if entry.name == key), None)
    if case is None:
        raise CaseNotFound("The version has no such case.", case=key[:200])
    as_of = business_date_at(date.fromisoformat(case.business_date), NOON, live.timezone) if case.business_date else at
    inputs = Inputs(
        given={name: value for name, value in case.inputs.items() if value is not None},
        values=case.inputs,
        refer=[],
        standing=None,
        facts=list(case_facts(case.events, int(as_of.timestamp()))),
        customer=APPLICANT,
        as_of=as_of,
        faults={},
    )
    score = None
    if case.pd is not None and 0 < case.pd < 1:
        score = Score(case.pd, margin_from_pd(case.pd), case.score_points)  # type: ignore[arg-type]  # may be a fraction
    return TrialSource(label=case.name, inputs=inputs, score=score, is_whole=False)


def _example(live: Bundle, at: datetime) -> TrialSource:
    assert live.schema is not None  # noqa: S101 `trial_bundle` gives a catalogue
    read = live.schema.read(live.schema.example())
    inputs = Inputs(
        given=read.given,
        values=read.values,
        refer=read.refer,
        standing=None,
        facts=[],
        customer=APPLICANT,
        as_of=at,
        faults={},
    )
    return TrialSource(label="", inputs=inputs)
