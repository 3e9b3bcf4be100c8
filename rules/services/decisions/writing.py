"""From a verdict to its document, the same for the first time and for replay. Pure, but for the sealing's nonce."""

from typing import Any

import msgspec
from msgspec import UNSET

from audit.services.log import instant_text
from rules.services.bundles.loading import Bundle
from rules.services.bundles.rows import BundleRef
from rules.services.decisions.deciding import Inputs, Verdict
from rules.services.decisions.document import DecisionDocument, Sealed, sealed_text


def sealed_of(inputs: Inputs, verdict: Verdict) -> Sealed:
    """The part only the customer's key opens."""
    evaluation = verdict.evaluation
    return Sealed(
        given=inputs.given,
        standing=inputs.standing,
        own=inputs.own,
        alternative=inputs.alternative,
        facts=[fact_json(fact) for fact in inputs.facts],
        customer=inputs.customer,
        trace=None if evaluation is None else evaluation.trace_json(),
        pattern_hits=[fact_json(hit) for hit in verdict.pattern_hits],
        contributions=verdict.contributions,
        margin=verdict.score.margin if verdict.score else None,
        replacement=verdict.replacement,
        offer=verdict.offer,
    )


def fact_json(part: msgspec.Struct) -> dict[str, Any]:
    """A flat struct as a map; quicker than a general conversion."""
    return {name: getattr(part, name) for name in part.__struct_fields__}


def document_of(
    *,
    decision_id: str,
    decided_at: str,
    inputs: Inputs,
    bundle: Bundle,
    verdict: Verdict,
    salt: str,
    key: bytes | None = None,
    sealed: str = "",
) -> DecisionDocument:
    """The document of a verdict, sealed under `key`; or with a part that is `sealed` already, or without any."""
    if key is not None:
        sealed = sealed_text(key, decision_id, sealed_of(inputs, verdict))
    evaluation, score = verdict.evaluation, verdict.score
    return DecisionDocument(
        id=decision_id,
        product=bundle.product_code,
        stage=bundle.stage,
        as_of=instant_text(inputs.as_of),
        decided_at=decided_at,
        bundle=BundleRef(
            bundle.bundle_hash,
            bundle.rule_set_hash,
            bundle.model_hash,
            bundle.catalogue_hash,
            bundle.rule_set_version_id,
            bundle.others,
        ),
        outcome=verdict.outcome,
        grade=verdict.grade,
        pd=score.pd if score else None,
        pd_horizon_months=verdict.pd_horizon_months,
        points=score.points if score else None,
        scored_by=verdict.scored_by if score and verdict.scored_by else UNSET,
        reasons=verdict.reasons,
        answer_reasons=verdict.answer_reasons,
        hits=evaluation.hits if evaluation else [],
        unknown=evaluation.unknown if evaluation else [],
        pattern_hits=list(dict.fromkeys(hit.code for hit in verdict.pattern_hits)),
        is_counter_offer=bool(verdict.offer and verdict.offer["is_counter_offer"]),
        causes=verdict.causes,
        salt=salt,
        sealed=sealed,
    )
