"""How well diversion is found in labelled streams: recall by pattern, false positives, precision. Pure."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from monitoring.diversion.model import Labelled, Pattern
from monitoring.diversion.policy import LoanUsePolicy
from monitoring.diversion.verdict import State, judge

PREVALENCES: Final = (0.01, 0.03, 0.05)
RECALL_WANTED: Final[Mapping[Pattern, float]] = {
    Pattern.SINGLE: 0.95,
    Pattern.SPLIT: 0.95,
    Pattern.TWO_HOPS: 0.85,
    Pattern.DELAYED: 0.85,
}
FALSE_POSITIVES_MOST: Final = 0.02
Z: Final = 1.959964
"""Of a 95 % interval."""


def measured(streams: Sequence[Labelled], policy: LoanUsePolicy) -> dict[str, Any]:
    """Figures of one method on labelled streams; only SUSPECTED counts as found.

    `recall` and `false_positives` with counts and Wilson intervals (95 %); `share_error`: mean absolute difference of
    the diverted share found and injected; `precision` at stated prevalences by Bayes' rule from both rates, and
    `precision_at_least` from the unfavourable ends of their intervals.
    """
    states: dict[Pattern, Counter[State]] = {pattern: Counter() for pattern in Pattern}
    missed: Counter[str] = Counter()
    errors = []
    for one in streams:
        _, verdict = judge(one.stream, policy)
        states[one.pattern][verdict.state] += 1
        if one.is_diverted:
            errors.append(abs(verdict.diverted_minor - one.diverted_minor) / verdict.disbursed_minor)
            missed[one.category] += verdict.state is not State.SUSPECTED
    rows = {str(pattern): _rate(found) for pattern, found in states.items() if found}
    none = rows.pop(str(Pattern.NONE), _rate(Counter()))
    diverted = sum((states[pattern] for pattern in Pattern if pattern is not Pattern.NONE), Counter[State]())
    recall = _rate(diverted)
    return {
        "method": policy.method.value,
        "recall": {**rows, "all": recall},
        "false_positives": none,
        "missed_by_category": {category: count for category, count in sorted(missed.items()) if count},
        "share_error": sum(errors) / len(errors) if errors else None,
        "precision": {f"{share:.0%}": precision_at(share, recall["share"], none["share"]) for share in PREVALENCES},
        "precision_at_least": {
            f"{share:.0%}": precision_at(share, recall["low"], none["high"]) for share in PREVALENCES
        },
        "is_reached": _is_reached(rows, none),
    }


def precision_at(prevalence: float, recall: float | None, false_positives: float | None) -> float | None:
    """Share of suspected loans that are diverted where `prevalence` of all are; None where nothing is suspected."""
    if recall is None or false_positives is None:
        return None
    right, wrong = prevalence * recall, (1 - prevalence) * false_positives
    return right / (right + wrong) if right + wrong else None


def _is_reached(recall: Mapping[str, Any], none: Mapping[str, Any]) -> bool:
    found = {pattern: recall.get(str(pattern)) for pattern in RECALL_WANTED}
    is_enough = all(row is not None and row["share"] >= RECALL_WANTED[pattern] for pattern, row in found.items())
    return is_enough and none["share"] is not None and none["share"] <= FALSE_POSITIVES_MOST


def _rate(states: Counter[State]) -> dict[str, Any]:
    total, found = states.total(), states[State.SUSPECTED]
    low, high = wilson(found, total) if total else (None, None)
    return {
        "streams": total,
        "suspected": found,
        "untraceable": states[State.UNTRACEABLE],
        "share": found / total if total else None,
        "low": low,
        "high": high,
    }


def wilson(found: int, total: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); `total` ≥ 1."""
    share, spread = found / total, Z * Z / total
    middle = share + spread / 2
    half = Z * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
