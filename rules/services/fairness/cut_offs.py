"""Up to which PD a rule set approves: found by asking the rules themselves, whatever they are built of."""

from riskengine.errors import RiskEngineError
from rules.engine.cases import case_hits, case_patterns
from rules.engine.document import Case
from rules.engine.outcomes import LADDERS, MILDEST, UNKNOWN_LEVEL
from rules.engine.patterns.program import PatternHit
from rules.engine.program import Program
from rules.engine.trace import ScoreInput
from rules.services.bundles.loading import PRE_LOAN, bundle_live
from scoring.scaling import Scale, points_from_pd

_STEPS = 1_000_000_000
"""PDs are multiples of a billionth (`scoring.scaling.PD_STEP`)."""


def cut_off_of(program: Program, *, worst: int = MILDEST) -> float | None:
    """The highest PD at which one of the version's own cases that ask for approval is approved.

    `worst`: place on the ladder of the worst outcome that still counts as favourable. From a case's own PD up, that is
    taken to end once; the points follow the PD. None where no case is favoured.
    """
    approved, patterns = LADDERS[program.stage][MILDEST], case_patterns(program.document)
    favoured = LADDERS[program.stage][: worst + 1]
    places = []
    for case in program.document.cases:
        if case.expect.outcome == approved and case.pd is not None:
            hits = case_hits(patterns, case.events) if patterns is not None else []
            places.append(_highest(program, case, hits, favoured))
    return max(places, default=0) / _STEPS or None


def cut_off_live(product: str, is_referral_favourable: bool = False) -> float | None:
    """The PD up to which the product's live rule set approves, or does not decline; None where nothing is live."""
    try:
        program = bundle_live(product, PRE_LOAN).program
    except RiskEngineError:
        return None
    return cut_off_of(program, worst=UNKNOWN_LEVEL if is_referral_favourable else MILDEST) if program else None


def _highest(program: Program, case: Case, hits: list[PatternHit], favoured: tuple[str, ...]) -> int:
    """By bisection, in billionths; 0 where the case is not even favoured at its own PD."""

    def is_approved(place: int) -> bool:
        pd = place / _STEPS
        score = ScoreInput(pd, points_from_pd(pd, Scale()))
        date = case.business_date or None
        return program.evaluate(case.inputs, score=score, pattern_hits=hits, business_date=date).outcome in favoured

    low, high = max(1, round((case.pd or 0.0) * _STEPS)), _STEPS
    if low >= high or not is_approved(low):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_approved(middle) else (low, middle)
    return low
