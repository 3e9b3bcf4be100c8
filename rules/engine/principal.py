"""The principal reasons of a decision: which, in which order, and what the caller may read of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from rules.engine.outcomes import MILDEST, MISSING_REASON, UNKNOWN_LEVEL
from rules.engine.program import Evaluation
from rules.engine.reasons import reasons_of, reasons_of_rule
from scoring.catalogue import Reason
from scoring.reasons import PRINCIPAL_REASONS

NEUTRAL_CODE = "PERSON_REVIEW"
DECLINED_CODE = "DECLINED_AFTER_CHECKS"
NO_RULE_CODE = "NO_RULE_APPLIED"
FAILED_CODE = "DECISION_FAILED"
# The reason of each cause that sends a decision to a person.
CAUSE_CODES: dict[str, str] = {
    "missing": MISSING_REASON,
    "model": "MODEL_UNAVAILABLE",
    "model_choice": "MODEL_UNAVAILABLE",
    "patterns": "PATTERN_ENGINE_FAILED",
    "facts": "PATTERN_ENGINE_FAILED",
    "rules": "RULE_NOT_EVALUABLE",
    "stopped": NEUTRAL_CODE,
    "alternative": NEUTRAL_CODE,
}


def reasons_of_outcome(evaluation: Evaluation, outcome: str) -> tuple[list[str], bool]:
    """The rules' own reasons for this very outcome, and whether the score was a cause of it.

    What asked for something milder did not bring the outcome about and is no reason for it: to change it would
    change nothing.
    """
    program = evaluation.program
    level = program.level_of(outcome)
    if evaluation.level != level:
        return [], False
    if level == MILDEST:
        return reasons_of(evaluation), False  # a counter-offer's, or none
    then_of = dict(zip(program.codes, program.thens, strict=True))
    asked = [(then_of[code].outcome, then_of[code].reason) for code in evaluation.hits]
    for number in evaluation.hit_numbers():
        if program.plan.rules[number].scorecards:
            told_of_rule = reasons_of_rule(evaluation, number)
            asked += [(program.thens[number].outcome, reason) for reason in told_of_rule]
    asked += [(hit.outcome, hit.reason) for hit in evaluation.pattern_hits]
    levels: dict[str, int] = {}
    for wanted, reason in asked:
        if wanted:
            levels[reason] = max(levels.get(reason, 0), program.level_of(wanted))
    told = [
        reason
        for reason in reasons_of(evaluation)
        if levels.get(reason, level) == level and (reason != MISSING_REASON or level == UNKNOWN_LEVEL)
    ]
    return told, any(then_of[code].outcome == outcome for code in evaluation.score_cut_offs)


def reasons_merged(rule_reasons: Iterable[str], model_reasons: Iterable[str], *, is_score_cause: bool) -> list[str]:
    """At most four distinct codes: the rules' own in their order, then the model's where its score was a cause."""
    ordered = dict.fromkeys([*rule_reasons, *(model_reasons if is_score_cause else ())])
    return [code for code in ordered if code][:PRINCIPAL_REASONS]


def reasons_for_caller(codes: Sequence[str], wordings: Mapping[str, Reason], outcome: str) -> list[str]:
    """The codes a caller may read: internal ones, and any without wording, become one neutral code.

    A decline gets a neutral code of its own, for nobody reviews it unless asked; catalogues from before it have none.
    """
    neutral = DECLINED_CODE if outcome == "DECLINE" and DECLINED_CODE in wordings else NEUTRAL_CODE
    told = (code if code in wordings and wordings[code].audience != "internal" else neutral for code in codes)
    return list(dict.fromkeys(told))[:PRINCIPAL_REASONS]
