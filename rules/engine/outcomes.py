"""Outcomes in order of severity, per stage, and the reasons the engine itself gives."""

from typing import Final

LADDERS: Final[dict[str, tuple[str, ...]]] = {
    "PRE_LOAN": ("APPROVE", "REFER", "DECLINE"),
    "POST_LOAN": ("NONE", "BLUE", "YELLOW", "ORANGE", "RED"),
}
"""Mildest first. What cannot be told is at least the second: REFER, or a BLUE warning."""
MILDEST: Final = 0
UNKNOWN_LEVEL: Final = 1
NO_LEVEL: Final = -1

MISSING_REASON: Final = "REQUIRED_INFORMATION_MISSING"
DEFAULT_REASON: Final = "NO_RULE_APPLIED"
NO_OFFER_REASON: Final = "PERSON_REVIEW"
SCORE_NAMES: Final = ("pd", "score_points", "grade")
BUSINESS_DATE: Final = "business_date"
"""The product's calendar date of the decision, YYYY-MM-DD."""


def level_of(outcome: str, stage: str) -> int:
    """Place of the outcome on its stage's ladder, from 0. ValueError if it is not one."""
    return LADDERS[stage].index(outcome)
