"""What would have been approved: the smallest changes an applicant can make, decided by what really decided.

The search evaluates the decision's own program and model; whatever it finds is decided again, whole, before it is told.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from riskengine.errors import InvalidInput
from rules.engine.counterfactual import levers_of, smallest_changes
from rules.services.bundles.loading import Bundle
from rules.services.bundles.model_choice import bundle_chosen, bundle_unscored
from rules.services.decisions.deciding import Inputs, Verdict, decide
from scoring.package import Score
from scoring.variables import standing_values

APPROVE = "APPROVE"
MOST_TRIALS = 1_500
"""Decisions tried at most; about 0.2 ms each."""


class ChangedValue(msgspec.Struct, frozen=True):
    """One variable with another value; None where it was not given."""

    variable: str
    before: Any
    after: Any


class Counterfactual(msgspec.Struct, frozen=True):
    """What would have been approved, had all else been the same; information, never a promise."""

    alternatives: list[list[ChangedValue]]
    """Each alone would have done, smallest first; one variable each, or two where one did not do. May be empty."""
    has_levers: bool
    """Whether any variable of the product can be acted on at all."""
    is_exhausted: bool
    """The search ended for want of trials: there may be more."""


def counterfactual_of(inputs: Inputs, bundle: Bundle) -> Counterfactual | None:
    """Search for what would have been approved. Stores nothing.

    None where the question has no answer: it was approved as asked, or parts of the bundle or of ours had failed.
    """
    if inputs.faults or bundle.faults or bundle.schema is None or bundle.catalogue is None or bundle.program is None:
        return None
    if _is_approved(decide(inputs, bundle)):
        return None
    levers = levers_of(bundle.catalogue.of_product(bundle.product_code), inputs.given)
    trial = _Trial(inputs, bundle)
    found = smallest_changes(levers, trial.would_approve, most=MOST_TRIALS)
    sound = [changes for changes in found.changes if trial.is_proven(changes)]
    return Counterfactual(
        [[ChangedValue(name, inputs.given.get(name), value) for name, value in changes.items()] for changes in sound],
        bool(levers),
        found.is_exhausted,
    )


def inputs_changed(inputs: Inputs, changes: Mapping[str, Any], bundle: Bundle) -> Inputs:
    """The inputs of the same application with other values in its request. Raises InvalidVariables."""
    assert bundle.schema is not None  # noqa: S101 the caller has looked
    read = bundle.schema.read({**inputs.given, **changes})
    return msgspec.structs.replace(
        inputs,
        given=read.given,
        values={**inputs.values, **{name: read.values[name] for name in changes}},
        refer=[name for name in inputs.refer if name not in changes],
    )


class _Trial:
    """The same application again and again, with other values."""

    def __init__(self, inputs: Inputs, bundle: Bundle) -> None:
        self._inputs, self._bundle = inputs, bundle
        self._quick = bundle_unscored(bundle)

    def would_approve(self, changes: Mapping[str, Any]) -> bool:
        try:
            inputs = inputs_changed(self._inputs, changes, self._bundle)
        except InvalidInput:
            return False
        return _is_approved(decide(inputs, self._quick, score=self._score(inputs)))

    def is_proven(self, changes: Mapping[str, Any]) -> bool:
        """Decided whole, as the application itself was."""
        return _is_approved(decide(inputs_changed(self._inputs, changes, self._bundle), self._bundle))

    def _score(self, inputs: Inputs) -> Score | None:
        schema = self._bundle.schema
        if self._bundle.model is None or schema is None:
            return None
        values = inputs.values
        if inputs.standing is not None:
            values = {**values, **standing_values(schema.standing, inputs.standing)}
        model = bundle_chosen(self._bundle, values, inputs.as_of)[0].model
        return None if model is None else model.score(values)


def _is_approved(verdict: Verdict) -> bool:
    """As asked: an offer of less is not what was asked for."""
    return verdict.outcome == APPROVE and not (verdict.offer and verdict.offer["is_counter_offer"])
