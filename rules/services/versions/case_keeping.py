"""Keep a decision as a case of a draft: what it was decided from, and what was decided, without who it was about.

The values of a case are ordinary content of a version: they are read by everybody who may read it, for as long as it
is kept, and outlive an erasure of the customer. So keeping one is recorded, no identifier comes along (events carry
letters in place of the keys that people share), and its origin is a hash of what the customer's key seals: once that
key is destroyed, nothing tells whose values they were.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.business_dates import business_date_of
from riskengine.errors import Conflict, NotPermitted
from rules.engine.cases import APPLICANT
from rules.engine.document import Case, CaseEvent, Expect, document_read
from rules.models import Decision, RuleSetVersion
from rules.services.decisions.document import DecisionDocument, Sealed, sealed_plain
from rules.services.decisions.history import decision_values
from rules.services.decisions.reading import decision_record
from rules.services.versions.life import version_edit
from scoring.services.catalogues.life import catalogue_live

OBJECT_TYPE = "decision"
PERMISSIONS = ("rules.view_decision", "rules.change_rulesetversion")
_KEYS = ("phone_key", "device_key", "address_key")


class MayNotKeepCase(NotPermitted):
    """A case shows the values of a decision and changes a draft: it takes the permissions for both."""

    code = "may_not_keep_case"


class DecisionCannotBeCase(Conflict):
    """The decision's values are gone or sealed, it is of another product, or it is a case of the draft already."""

    code = "decision_cannot_be_case"


@transaction.atomic
def case_keep(*, decision: Decision, version: RuleSetVersion, editor: User, at: datetime) -> RuleSetVersion:
    """The draft with one case more, named after the decision, that expects what was decided.

    Raises MayNotKeepCase, DecisionCannotBeCase, and as `version_edit` (VersionIsFrozen).
    """
    if not all(editor.has_perm(permission) for permission in PERMISSIONS):
        raise MayNotKeepCase("Keeping a decision as a case takes the permissions to see decisions and to edit drafts.")
    if decision.product_id != version.rule_set.product_id or version.rule_set.stage != "PRE_LOAN":
        raise DecisionCannotBeCase("The decision is of another product than this draft.")
    record = decision_record(decision)
    if record.sealed is None:
        raise DecisionCannotBeCase("The values of this decision cannot be read any more.", erased=record.is_erased)
    document = document_read(version.document)
    if any(case.origin == _origin(record.sealed) for case in document.cases):
        raise DecisionCannotBeCase("This decision is a case of the draft already.")
    case = case_of(record.document, record.sealed, timezone=decision.product.timezone)
    known = set(catalogue_live().of_product(decision.product.code))
    case = msgspec.structs.replace(case, inputs={name: value for name, value in case.inputs.items() if name in known})
    case = _named_apart(case, {entry.name for entry in document.cases})
    saved = version_edit(
        version=version,
        document={**version.document, "cases": [*version.document.get("cases", []), msgspec.to_builtins(case)]},
        editor=editor,
        at=at,
        expected_hash=version.content_hash,
    )
    entry_append(
        kind="decision.kept_as_case",
        object_type=OBJECT_TYPE,
        object_id=str(decision.pk),
        actor=actor_user(editor),
        payload={"rule_set": version.rule_set.code, "number": version.number, "content_hash": saved.content_hash},
        recorded_at=at,
    )
    return saved


def case_of(document: DecisionDocument, sealed: Sealed, *, timezone: str) -> Case:
    """The decision as a case. Raises RiskEngineError where its catalogue does not load."""
    as_of = datetime.fromisoformat(document.as_of)
    offer = sealed.offer or {}
    expect: dict[str, Any] = {"outcome": document.outcome, "grade": document.grade, "hits": document.hits}
    if offer:
        expect["amount_offered_minor"] = offer["amount_offered_minor"]
    return Case(
        name=f"decision of {document.decided_at[:10]}",
        zh=f"{document.decided_at[:10]} 的决策",
        inputs={name: value for name, value in decision_values(document, sealed).items() if value is not None},
        expect=Expect(**expect),
        pd=document.pd,
        score_points=document.points,
        business_date=business_date_of(as_of, timezone).isoformat(),
        events=list(_events(sealed, int(as_of.timestamp()))),
        origin=_origin(sealed),
    )


def _origin(sealed: Sealed) -> str:
    return f"decision/{sha256(sealed_plain(sealed)).hexdigest()[:32]}"


def _events(sealed: Sealed, as_of: int) -> Iterator[CaseEvent]:
    """Facts by the time before the decision; who and what they share under letters."""
    facts = [fact for fact in sealed.facts if fact["at"] <= as_of]
    letters = {key: _letters(fact[key] for fact in facts) for key in (*_KEYS, "customer")}
    letters["customer"][sealed.customer] = APPLICANT
    for fact in facts:
        yield CaseEvent(
            kind=fact["kind"],
            seconds_before=as_of - fact["at"],
            customer=letters["customer"].get(fact["customer"], ""),
            category=fact["category"],
            amount_minor=fact["amount_minor"],
            **{key: letters[key].get(fact[key], "") for key in _KEYS},
        )


def _letters(values: Iterable[str]) -> dict[str, str]:
    """A letter for each value, in order of appearance; AA after Z."""
    found: dict[str, str] = {}
    for value in values:
        if value and value not in found:
            place = len(found)
            found[value] = ("" if place < 26 else chr(64 + place // 26)) + chr(65 + place % 26)
    return found


def _named_apart(case: Case, taken: set[str]) -> Case:
    number, name = 1, case.name
    while name in taken:
        number += 1
        name = f"{case.name} ({number})"
    return case if name == case.name else msgspec.structs.replace(case, name=name)
