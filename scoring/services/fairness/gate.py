"""Fairness stands before approval: what was measured, what the policy asks, and what compliance has justified."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from audit.models import Approval
from audit.services.governed import Live, governed_live
from riskengine.errors import Conflict
from scoring.fairness.measure import groupings_of, source_text
from scoring.fairness.protected import attribute_read
from scoring.fairness.ratios import State
from scoring.fairness.result import FairnessResult, result_at, result_json, result_read
from scoring.models import ModelPackage
from scoring.package import package_read
from scoring.services.catalogues.life import catalogue_live
from scoring.services.fairness.kinds import NECESSITY, POLICY
from scoring.services.fairness.tables import training_table
from scoring.services.rule_side import rule_side

EVIDENCE: Final = "fairness"
"""Under which an approval's evidence and a model's card keep the measurement."""


class FairnessMissingError(Conflict):
    """The policy names attributes that were not measured: what is not known is not fair."""

    code = "fairness_missing"


class FairnessFlaggedError(Conflict):
    """Groups fare unequally, or it cannot be told, and no necessity is in force; `facts["attributes"]` names them."""

    code = "fairness_flagged"


class Standing(NamedTuple):
    """Where a model or version stands on a day."""

    result: FairnessResult | None
    """By the policy's thresholds and at the live cut-off; None where nothing was measured."""
    policy: Live | None
    missing: list[str]
    """Attributes that the policy names and nobody measured."""
    open: list[str]
    """Attributes flagged, or without enough data, that no necessity covers."""
    necessity: Live | None

    @property
    def state(self) -> State:
        """flag, pass or not_enough_data, over the attributes that the policy names; all measured without a policy."""
        if self.result is None or self.missing:
            return "not_enough_data"
        wanted = _wanted(self.policy) or [one.verdict.attribute for one in self.result.attributes]
        states = {one.verdict.state for one in self.result.attributes if one.verdict.attribute in wanted}
        return "flag" if "flag" in states else "not_enough_data" if "not_enough_data" in states else "pass"


def fairness_policy(product: str, on: date) -> Live | None:
    """The product's policy in force, None where fairness is not governed."""
    return governed_live(POLICY, product, on=on)


def fairness_standing(result: FairnessResult | None, *, product: str, content_hash: str, on: date) -> Standing:
    """Hold a measurement against the policy and against what compliance has justified."""
    policy, necessity = fairness_policy(product, on), governed_live(NECESSITY, content_hash, on=on)
    if necessity is not None and necessity.value.expires_on < on:
        necessity = None
    result = _as_of_policy(result, policy, product)
    wanted = _wanted(policy)
    measured = {one.verdict.attribute: one.verdict.state for one in result.attributes} if result else {}
    covered = set(necessity.value.attributes) if necessity else set()
    return Standing(
        result=result,
        policy=policy,
        missing=[name for name in wanted if name not in measured],
        open=[name for name in wanted if measured.get(name, "pass") != "pass" and name not in covered],
        necessity=necessity,
    )


def fairness_require(result: FairnessResult | None, *, product: str, content_hash: str, on: date) -> Standing:
    """Refuse what the policy does not let go live; without a policy everything passes.

    Raises FairnessMissingError, FairnessFlaggedError.
    """
    standing = fairness_standing(result, product=product, content_hash=content_hash, on=on)
    if standing.missing:
        raise FairnessMissingError(
            f"Fairness was not measured by {', '.join(standing.missing)}.", problems=standing.missing
        )
    if standing.open:
        raise FairnessFlaggedError(
            f"Groups fare unequally by {', '.join(standing.open)}, or too little is known to tell. Compliance must"
            " record the necessity and the search for alternatives first.",
            problems=standing.open,
        )
    return standing


def fairness_evidence(evidence: Mapping[str, Any], model: ModelPackage, on: date) -> dict[str, Any]:
    """The evidence of a model's approval with our own measurement in it; one that came along is not believed."""
    shown = {name: value for name, value in evidence.items() if name != EVIDENCE}
    result = fairness_of(model, on)
    return shown if result is None else {**shown, EVIDENCE: result_json(result)}


def fairness_in(evidence: Mapping[str, Any]) -> FairnessResult | None:
    """The measurement in an approval's evidence or a model's card."""
    return result_read(evidence[EVIDENCE]) if evidence.get(EVIDENCE) else None


def fairness_require_model(model: ModelPackage, evidence: Mapping[str, Any], on: date) -> Standing:
    """`fairness_require` for a model and what its approval shows."""
    result = fairness_in(evidence)
    return fairness_require(result, product=model.product.code, content_hash=model.content_hash, on=on)


def fairness_shown(model: ModelPackage, on: date) -> Standing:
    """Where a model stands, for its page: by its newest approval's evidence or its card, else measured now."""
    wanted = _wanted(fairness_policy(model.product.code, on))
    approvals = Approval.objects.filter(object_type="model_package", object_id=str(model.pk)).order_by("-pk")
    kept = [fairness_in(evidence) for evidence in (*approvals.values_list("evidence", flat=True)[:1], model.card)]
    result = next((one for one in kept if one is not None and all(one.of(name) for name in wanted)), None)
    if result is None and model.state != ModelPackage.State.RETIRED:
        result = fairness_of(model, on)
    return fairness_standing(result, product=model.product.code, content_hash=model.content_hash, on=on)


def fairness_of(model: ModelPackage, on: date) -> FairnessResult | None:
    """What the card says, or else a measurement on the training table, where that is at hand.

    The latter approves up to the live cut-off (or as many as were good) and scores the rows the model learnt from.
    """
    kept = fairness_in(model.card)
    wanted = _wanted(fairness_policy(model.product.code, on))
    if kept is not None and all(kept.of(name) for name in wanted):
        return kept
    return _measured(model, wanted, on) or kept


def _measured(model: ModelPackage, wanted: list[str], on: date) -> FairnessResult | None:
    # Training loads slowly, and what only decides never needs it.
    from scoring.training.columns import Column
    from scoring.training.fairness import fairness_measure

    product = model.product.code
    found = training_table(model.card, catalogue_live()) if wanted else None
    if found is None:
        return None
    frame, good = found
    scorer = package_read(bytes(model.package))
    live = _live_cut_off(product, fairness_policy(product, on))
    return fairness_measure(
        frame=frame,
        columns=[Column(one.name, one.kind, one.is_integer_code) for one in scorer.schema.features],
        pds=scorer.predict_pd(frame),
        good=good,
        groupings=groupings_of([attribute_read(text) for text in wanted], frame),
        source=source_text(model.card["training_data"]),
        cut_off=live,
        cut_off_source="live",
        basis="scored",
    )


def _as_of_policy(result: FairnessResult | None, policy: Live | None, product: str) -> FairnessResult | None:
    """A model's verdicts by the policy's limits and at the live cut-off; decisions have no other cut-off."""
    if result is None:
        return None
    thresholds = policy.value.thresholds if policy else result.thresholds
    cut_off = None if result.cut_off_source == "recorded" else _live_cut_off(product, policy)
    return result_at(result, cut_off, thresholds)


def _live_cut_off(product: str, policy: Live | None) -> float | None:
    return rule_side().cut_off(product, policy is not None and policy.value.is_referral_favourable)


def _wanted(policy: Live | None) -> list[str]:
    return [attribute_read(text).text for text in policy.value.attributes] if policy else []
