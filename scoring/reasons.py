"""From a model's contributions to the few principal reasons a person is owed. Pure.

Contributions are in margin space (log odds of bad) and add up. A reason is what sets this applicant apart from a
stated reference population: the excess of a contribution over the reference's, where it raises the risk.
"""

from collections.abc import Iterable, Mapping

import msgspec

PRINCIPAL_REASONS = 4


class Contribution(msgspec.Struct, frozen=True):
    """What one variable adds to the margin of one application."""

    variable: str
    value: float


class ModelReason(msgspec.Struct, frozen=True):
    """A principal reason: its code, the variables behind it (largest first) and their joint excess in the margin.

    Where nothing exceeds the reference, `excess` is over the average of the training data.
    """

    code: str
    variables: list[str]
    excess: float


def principal_reasons(
    contributions: Iterable[Contribution],
    *,
    reference: Mapping[str, float],
    reason_codes: Mapping[str, str],
    limit: int = PRINCIPAL_REASONS,
) -> list[ModelReason]:
    """At most `limit` reasons that raise the risk most against `reference`, largest first; ties by code.

    `reference` gives the reference population's contribution by variable (absent: 0, the average of the training
    data). Variables without a reason code never become a reason; variables of one code are added up, and only those
    that raise the risk count. If none exceeds the reference, the largest contributions themselves: who is declined
    by a score is owed a reason. Empty only where no variable has a code.
    """
    excesses = [
        (item.value - reference.get(item.variable, 0.0), item.value, item.variable)
        for item in contributions
        if reason_codes.get(item.variable)
    ]
    raising = [(excess, name) for excess, _, name in excesses if excess > 0.0]
    adverse = [(value, name) for _, value, name in excesses if value > 0.0]
    parts = raising or adverse or [(value, name) for _, value, name in excesses]
    return _ranked(parts, reason_codes)[:limit]


def _ranked(parts: Iterable[tuple[float, str]], reason_codes: Mapping[str, str]) -> list[ModelReason]:
    by_code: dict[str, list[tuple[float, str]]] = {}
    for part in parts:
        by_code.setdefault(reason_codes[part[1]], []).append(part)
    reasons = [
        ModelReason(code, [name for _, name in sorted(found, key=lambda part: (-part[0], part[1]))], excess)
        for code, found in by_code.items()
        for excess in [sum(part for part, _ in found)]
    ]
    return sorted(reasons, key=lambda reason: (-reason.excess, reason.code))
