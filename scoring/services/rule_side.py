"""What this app needs of the rules, which lie above this app: they register it at start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from scoring.grade_scale import GradeScale


def _no_cut_off(_product: str, _is_referral_favourable: bool) -> float | None:
    return None


def _no_subjects() -> list[tuple[str, str]]:
    return []


def _no_scores(_product: str, _content_hash: str) -> dict[date, list[float]]:
    return {}


def _no_grades(_product: str, _is_post_loan: bool) -> GradeScale | None:
    return None


@dataclass(frozen=True)
class RuleSide:
    """`cut_off(product code, is_referral_favourable)`: the PD up to which the live rule set approves, or does not
    decline; None without one. `subjects()`: hash and label of versions that may need a recorded necessity.
    `scores(product code, content hash)`: PDs of a model in recorded decisions, by the first day of their month.
    `grades(product code, is_post_loan)`: the scale of the live rule set before payout or of reviews; None without."""

    cut_off: Callable[[str, bool], float | None] = _no_cut_off
    subjects: Callable[[], list[tuple[str, str]]] = _no_subjects
    scores: Callable[[str, str], dict[date, list[float]]] = _no_scores
    grades: Callable[[str, bool], GradeScale | None] = _no_grades


_REGISTERED: list[RuleSide] = []


def rule_side_register(side: RuleSide) -> None:
    """Called once by the app of the rules."""
    _REGISTERED[:] = [side]


def rule_side() -> RuleSide:
    """What is registered, or one that knows nothing."""
    return _REGISTERED[0] if _REGISTERED else RuleSide()
