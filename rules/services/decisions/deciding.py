"""The decision as a pure function: what is known of an application, and a bundle, to a verdict with its whole trace.

A stage that fails is named among the inputs' faults and left out, and the verdict is at least REFER. So replay, which
is given the recorded faults, walks the same way as the first time.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from lending.business_dates import business_date_of
from riskengine.errors import RiskEngineError
from rules.engine.patterns import Fact, PatternHit
from rules.engine.principal import (
    CAUSE_CODES,
    FAILED_CODE,
    NO_RULE_CODE,
    reasons_for_caller,
    reasons_merged,
    reasons_of_outcome,
)
from rules.engine.program import Evaluation, ScoreInput
from rules.services.bundles.loading import Bundle
from rules.services.bundles.model_choice import bundle_chosen
from rules.services.decisions.document import Cause
from scoring.package import Contribution, Score
from scoring.reasons import principal_reasons
from scoring.replacement import Replacement
from scoring.variables import standing_values

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

REFER, DECLINE = "REFER", "DECLINE"
MISSING = "missing"
STOPPED = "stopped"
MODEL_CHOICE = "model_choice"
ALTERNATIVE = "alternative"
DECISION = "decision"
# Without these parts there are no rules to evaluate.
_ESSENTIAL = frozenset({"catalogue", "rule_set", "rules", STOPPED, DECISION})


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a decision depends on besides its bundle."""

    given: dict[str, Any]
    values: dict[str, Any]
    refer: list[str]
    standing: dict[str, Any] | None
    own: dict[str, Any] | None = None
    """List and velocity variables by name as they were found, already among `values`; None where there are none."""
    alternative: dict[str, str] | None = None
    """Why alternative variables were not read, by name; None where the product has none or all are open."""
    facts: list[Fact]
    customer: str
    as_of: datetime
    faults: dict[str, str]
    """Code of what failed on our side, by stage."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided and why, before it is written down."""

    outcome: str
    grade: str | None = None
    score: Score | None = None
    scored_by: str | None = None
    """Purpose of the model that scored; None where the rules do not choose one."""
    pd_horizon_months: int | None = None
    reasons: list[str]
    answer_reasons: list[str]
    offer: dict[str, Any] | None = None
    evaluation: Evaluation | None = None
    pattern_hits: list[PatternHit] = []
    contributions: dict[str, float] | None = None
    replacement: Replacement | None = None
    """How the model's own reasons were found, where the model has a reference applicant and they are owed."""
    causes: list[Cause]


class _StageFailed(Exception):
    def __init__(self, stage: str, code: str) -> None:
        super().__init__(stage)
        self.stage, self.code = stage, code


def decide(inputs: Inputs, bundle: Bundle, *, score: Score | None = None) -> Verdict:
    """The verdict. Deterministic; never raises for a stage that fails. `score`, if given, stands for the model's."""
    if not _ESSENTIAL.isdisjoint(inputs.faults) or bundle.program is None:
        return _undecided(inputs, bundle)
    try:
        verdict = _decide(inputs, bundle, score)
        read = _alternative_read(inputs, bundle) if verdict.outcome == DECLINE and score is None else []
        if read:
            without = _decide(_without(inputs, read), bundle, None)
            if without.outcome != DECLINE:
                return without
        return verdict
    except _StageFailed as failed:
        return decide(with_fault(inputs, failed.stage, failed.code), bundle, score=score)


def _alternative_read(inputs: Inputs, bundle: Bundle) -> list[str]:
    """Alternative variables whose value is known."""
    variables = bundle.schema.alternative if bundle.schema is not None else ()
    return [item.name for item in variables if inputs.values.get(item.name) is not None]


def _without(inputs: Inputs, names: list[str]) -> Inputs:
    """The inputs as if these were unknown: what only they would decline, a person decides, for other reasons."""
    values = {**inputs.values, **dict.fromkeys(names)}
    return with_fault(msgspec.structs.replace(inputs, values=values), ALTERNATIVE, "alternative_decisive")


def failure_verdict(inputs: Inputs, bundle: Bundle, error: Exception) -> Verdict:
    """REFER for a decision that could not be recorded as it came out."""
    return _undecided(with_fault(inputs, DECISION, _code(error)), bundle)


def with_fault(inputs: Inputs, stage: str, code: str) -> Inputs:
    """The inputs with one more stage known to fail."""
    return msgspec.structs.replace(inputs, faults={**inputs.faults, stage: code})


def _decide(inputs: Inputs, bundle: Bundle, score: Score | None) -> Verdict:
    values = inputs.values
    if bundle.schema is not None and inputs.standing is not None:
        values = {**values, **standing_values(bundle.schema.standing, inputs.standing)}
    inputs, bundle, scored_by = _chosen(inputs, bundle, values)
    score = score or _score(inputs, bundle, values)
    hits = _pattern_hits(inputs, bundle)
    program = bundle.program
    assert program is not None  # noqa: S101 decide() has looked
    given_score = None if score is None else ScoreInput(score.pd, score.points)
    evaluation = _stage(
        "rules",
        lambda: program.evaluate(
            values, score=given_score, pattern_hits=hits, business_date=_business_date(inputs, bundle)
        ),
    )
    causes = _causes(inputs)
    outcome = REFER if causes and evaluation.level == 0 else evaluation.outcome
    told, is_score_cause = reasons_of_outcome(evaluation, outcome)
    replacement = _replacement(bundle, values, score) if is_score_cause else None
    # Proven reasons need no contributions, which cost as much as all the rest: whoever looks at them works them out.
    is_proven = replacement is not None and bool(replacement.reasons)
    contributions = _contributions(bundle, values, score) if is_score_cause and not is_proven else None
    reasons = reasons_merged(
        [*told, *(_cause_reasons(causes) if outcome == REFER else ())],
        _model_reasons(bundle, contributions, replacement),
        is_score_cause=is_score_cause,
    )
    if not reasons and outcome != "APPROVE":
        reasons = [NO_RULE_CODE]
    offer = evaluation.offer if outcome == "APPROVE" else None
    return Verdict(
        outcome=outcome,
        grade=evaluation.grade,
        score=score,
        scored_by=scored_by,
        pd_horizon_months=_horizon(bundle, score),
        reasons=reasons,
        answer_reasons=_told(reasons, bundle, outcome),
        offer=offer.as_answer(bundle.currency) if offer is not None else None,
        evaluation=evaluation,
        pattern_hits=hits,
        contributions=None if contributions is None else {item.variable: item.value for item in contributions},
        replacement=replacement,
        causes=causes,
    )


def _chosen(inputs: Inputs, bundle: Bundle, values: Mapping[str, Any]) -> tuple[Inputs, Bundle, str | None]:
    chosen, purpose, code = _stage("rules", lambda: bundle_chosen(bundle, values, inputs.as_of))
    return with_fault(inputs, MODEL_CHOICE, code) if code else inputs, chosen, purpose


def _business_date(inputs: Inputs, bundle: Bundle) -> str | None:
    """The product's date of the decision, where the rules ask for it."""
    if bundle.program is None or not bundle.program.plan.reads_date:
        return None
    return business_date_of(inputs.as_of, bundle.timezone).isoformat()


def _undecided(inputs: Inputs, bundle: Bundle) -> Verdict:
    """A person decides, because we could not."""
    causes = _causes(inputs)
    reasons = reasons_merged(_cause_reasons(causes) or [FAILED_CODE], [], is_score_cause=False)
    return Verdict(outcome=REFER, reasons=reasons, answer_reasons=_told(reasons, bundle, REFER), causes=causes)


def _causes(inputs: Inputs) -> list[Cause]:
    causes = [Cause(stage, code) for stage, code in sorted(inputs.faults.items())]
    if inputs.refer:
        causes.append(Cause(MISSING, "required_information_missing", inputs.refer))
    return causes


def _cause_reasons(causes: list[Cause]) -> list[str]:
    return [CAUSE_CODES.get(cause.stage, FAILED_CODE) for cause in causes]


def _told(reasons: list[str], bundle: Bundle, outcome: str) -> list[str]:
    return reasons_for_caller(reasons, bundle.wordings, outcome)


def _score(inputs: Inputs, bundle: Bundle, values: Mapping[str, Any]) -> Score | None:
    model = bundle.model
    if model is None or "model" in inputs.faults:
        return None
    return _stage("model", lambda: model.score(values))


def _contributions(bundle: Bundle, values: Mapping[str, Any], score: Score | None) -> list[Contribution] | None:
    """Exact contributions to the margin; asked for only where the model's own reasons rest on them, being costly."""
    model = bundle.model
    if model is None or score is None:
        return None
    return _stage("model", lambda: model.contributions(values))


def _replacement(bundle: Bundle, values: Mapping[str, Any], score: Score | None) -> Replacement | None:
    """What putting the reference applicant's values in place proves; None in a model without one."""
    model = bundle.model
    if model is None or score is None:
        return None
    return _stage("model", lambda: model.replacement(values, bundle.reason_codes))


def _model_reasons(
    bundle: Bundle, contributions: list[Contribution] | None, replacement: Replacement | None
) -> list[str]:
    found = replacement.reasons if replacement else []
    # Where nothing lowers the risk alone, the contributions speak: who is declined by a score is owed a reason.
    if not found and contributions is not None and bundle.model is not None:
        reference = bundle.model.schema.reference.contributions
        found = principal_reasons(contributions, reference=reference, reason_codes=bundle.reason_codes)
    return [reason.code for reason in found]


def _pattern_hits(inputs: Inputs, bundle: Bundle) -> list[PatternHit]:
    patterns = bundle.patterns
    if patterns is None or "patterns" in inputs.faults or len(inputs.facts) < patterns.least_facts:
        return []
    at = int(inputs.as_of.timestamp())
    return _stage("patterns", lambda: patterns.match(inputs.facts, at, about=inputs.customer))


def _horizon(bundle: Bundle, score: Score | None) -> int | None:
    if bundle.model is None or score is None:
        return None
    months: int | None = bundle.model.card["pd_horizon_months"]
    return months


def _stage(name: str, run: Callable[[], Result]) -> Result:
    """Run one stage; whatever it raises becomes a fault by name, not the end of the decision."""
    try:
        return run()
    except Exception as error:
        logger.exception("decision_stage_failed", extra={"stage": name})
        raise _StageFailed(name, _code(error)) from error


def _code(error: Exception) -> str:
    return error.code if isinstance(error, RiskEngineError) else type(error).__name__
