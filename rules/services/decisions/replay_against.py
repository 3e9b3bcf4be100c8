"""One recorded decision against any version of its rule set: what would differ, and whether deciding is deterministic.

The record's own values, facts, standing and faults are the input; model and catalogue stay those of then.
"""

from typing import Any

import msgspec

from lending.vault import VaultError, key_unwrap
from riskengine.errors import Conflict
from rules.engine.program import Evaluation
from rules.models import Decision, RuleSetVersion
from rules.services.bundles.loading import Bundle
from rules.services.bundles.versions import bundle_with
from rules.services.decisions.deciding import Verdict, decide
from rules.services.decisions.document import (
    DecisionDocument,
    Sealed,
    document_open,
    sealed_open,
)
from rules.services.decisions.replay import bundle_of, decided_again, decision_replay, inputs_of

TRUTHS = {True: "true", False: "false", None: "unknown"}
ABSENT = "absent"
"""Of a rule that one of the two versions does not have, or that was not evaluated."""


class NotReadable(Conflict):
    """The decision's values cannot be read: the customer is erased, or the key does not open them."""

    code = "decision_not_readable"


class Change(msgspec.Struct, frozen=True):
    """A part of the decision that would differ: outcome, grade, offer, reasons."""

    part: str
    before: Any
    after: Any


class RuleChange(msgspec.Struct, frozen=True):
    """A rule whose truth would differ: true, false, unknown or absent."""

    code: str
    before: str
    after: str


class ReplayDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What one decision would be under another version."""

    decision: str
    version_id: int
    version_number: int
    content_hash: str
    changes: list[Change]
    rules: list[RuleChange]
    is_deterministic: bool
    """Decided twice, each time compiled anew, it gave the same bytes."""
    recorded: str
    """Whether the recorded decision reproduces with its own version: same, erased, failed, unreplayable."""
    recorded_why: str
    has_other_patterns: bool
    """The version looks for other events than the recorded ones: patterns may find less than they would have."""

    @property
    def is_clean(self) -> bool:
        """Nothing would differ, and everything reproduces."""
        return not self.changes and not self.rules and self.is_deterministic and self.recorded == "same"


def decision_against(decision: Decision, version: RuleSetVersion) -> ReplayDiff:
    """Decide again from the record with this version. Stores nothing.

    Raises NotReadable, and what `bundle_of` and `bundle_with` raise.
    """
    document = document_open(bytes(decision.document))
    sealed = _sealed(decision, document)
    own = bundle_of(document)
    other = bundle_with(own, version)
    before = decide(inputs_of(document, sealed, own), own)
    after, *first = decided_again(document, sealed, other)
    _again, *second = decided_again(document, sealed, bundle_with(own, version))
    recorded, why = decision_replay(decision)
    return ReplayDiff(
        decision=str(decision.pk),
        version_id=version.pk,
        version_number=version.number,
        content_hash=version.content_hash,
        changes=_changes(document, sealed, after),
        rules=_rule_changes(before.evaluation, after.evaluation),
        is_deterministic=first == second,
        recorded=recorded,
        recorded_why=why,
        has_other_patterns=_looks_further(own, other),
    )


def _sealed(decision: Decision, document: DecisionDocument) -> Sealed:
    wrapped = decision.application.customer.wrapped_key
    if wrapped is None or not document.sealed:
        raise NotReadable("The values of this decision cannot be read any more.", decision=str(decision.pk))
    try:
        return sealed_open(key_unwrap(wrapped), document)[1]
    except (VaultError, msgspec.MsgspecError):
        raise NotReadable("The values of this decision do not open.", decision=str(decision.pk)) from None


def _changes(document: DecisionDocument, sealed: Sealed, after: Verdict) -> list[Change]:
    pairs = (
        ("outcome", document.outcome, after.outcome),
        ("grade", document.grade, after.grade),
        ("offer", sealed.offer, after.offer),
        ("reasons", document.reasons, after.reasons),
    )
    return [Change(part, old, new) for part, old, new in pairs if old != new]


def _rule_changes(before: Evaluation | None, after: Evaluation | None) -> list[RuleChange]:
    old, new = _truths(before), _truths(after)
    codes = dict.fromkeys([*old, *new])
    pairs = ((code, old.get(code, ABSENT), new.get(code, ABSENT)) for code in codes)
    return [RuleChange(code, was, now) for code, was, now in pairs if was != now]


def _truths(evaluation: Evaluation | None) -> dict[str, str]:
    if evaluation is None:
        return {}
    return {code: TRUTHS[truth] for code, truth in evaluation.truths.items()}


def _looks_further(own: Bundle, other: Bundle) -> bool:
    if other.patterns is None:
        return False
    if own.patterns is None:
        return bool(other.patterns.kinds)
    return other.patterns.lookback_seconds > own.patterns.lookback_seconds or not (
        set(other.patterns.kinds) <= set(own.patterns.kinds)
    )
