"""The reasons of an evaluation: each rule's own, a scorecard's in their place, the engine's, and a counter-offer's."""

from collections.abc import Sequence

from rules.engine.document import Scorecard
from rules.engine.outcomes import DEFAULT_REASON, MILDEST, MISSING_REASON, NO_OFFER_REASON, UNKNOWN_LEVEL
from rules.engine.trace import Evaluation
from rules.engine.trace_parts import CharacteristicHit
from scoring.reasons import PRINCIPAL_REASONS


def reasons_of(evaluation: Evaluation) -> list[str]:
    """Reason codes, most severe first, each once. Score cut-offs add none (see `Evaluation.score_cut_offs`).

    What could not be told, a default outcome and an approval without an offer add the engine's own; a counter-offer
    adds the document's. Empty only for the mildest outcome without a counter-offer, or for score cut-offs alone.
    """
    program = evaluation.program
    found = [(program.level_of(hit.outcome), hit.reason) for hit in evaluation.pattern_hits if hit.outcome]
    found = [(level, reason) for level, reason in found if level > MILDEST]
    for number in evaluation.hit_numbers():
        level = program.plan.rules[number].level
        if level:
            found += [(level, reason) for reason in reasons_of_rule(evaluation, number)]
    if any(program.plan.rules[number].refers_unknown for number in evaluation.unknown_numbers()):
        found.append((UNKNOWN_LEVEL, MISSING_REASON))
    if evaluation.has_no_offer:
        found.append((UNKNOWN_LEVEL, NO_OFFER_REASON))
    if evaluation.is_default and evaluation.level > MILDEST and not evaluation.has_no_offer:
        found.append((evaluation.level, DEFAULT_REASON))
    found += [(MILDEST, reason) for reason in _counter_offer_reasons(evaluation)]
    found.sort(key=lambda entry: -entry[0])
    return list(dict.fromkeys(reason for _, reason in found if reason))


def reasons_of_rule(evaluation: Evaluation, number: int) -> list[str]:
    """The reasons the rule at place `number` gives where it hits.

    One that reads a scorecard's total gives those of the characteristics that lost the most points, its own only where
    none did; a score cut-off gives none.
    """
    rule = evaluation.program.plan.rules[number]
    own = [] if rule.reads_score else [evaluation.program.thens[number].reason]
    if not rule.scorecards:
        return own
    told = evaluation.scorecards
    listed = [entry for entry in evaluation.program.document.scorecards if entry.name in rule.scorecards]
    return [reason for entry in listed for reason in scorecard_reasons(entry, told[entry.name])] or own


def scorecard_reasons(scorecard: Scorecard, told: Sequence[CharacteristicHit]) -> list[str]:
    """Reason codes of the characteristics that lost points, most points lost first, each once, at most four.

    Points lost are measured against the characteristic's best bin ("points below the maximum", a usual way to choose
    adverse-action reasons from a scorecard: Siddiqi, Intelligent Credit Scoring, 2nd ed. 2017, on adverse codes; 12 CFR
    1002.9(b)(2), official interpretation 5, names two averages to measure from and leaves room for other methods). Ties
    keep the scorecard's order. Where a characteristic names no reason, the next one speaks.
    """
    lost = [
        (hit.lost, characteristic.reason)
        for hit, characteristic in zip(told, scorecard.characteristics, strict=True)
        if hit.lost is not None and hit.lost > 0 and characteristic.reason
    ]
    lost.sort(key=lambda entry: -entry[0])
    return list(dict.fromkeys(reason for _, reason in lost))[:PRINCIPAL_REASONS]


def _counter_offer_reasons(evaluation: Evaluation) -> list[str]:
    made, terms = evaluation.offer, evaluation.program.document.offer
    if made is None or terms is None:
        return []
    reasons = []
    if made.is_amount_cut:
        reasons.append(terms.cap_reason if made.is_amount_legal else terms.amount_reason)
    if made.is_term_cut:
        reasons.append(terms.cap_reason if made.is_term_legal else terms.term_reason)
    return reasons
