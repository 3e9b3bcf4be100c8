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
    """A principal reason: its code, the variables behind it (largest first) and their joint excess in the margin."""

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
    that raise the risk count. Empty if nothing raises the risk.
    """
    by_code: dict[str, list[tuple[float, str]]] = {}
    for contribution in contributions:
        code = reason_codes.get(contribution.variable, "")
        excess = contribution.value - reference.get(contribution.variable, 0.0)
        if code and excess > 0.0:
            by_code.setdefault(code, []).append((excess, contribution.variable))
    reasons = [
        ModelReason(code, [name for _, name in sorted(parts, key=lambda part: (-part[0], part[1]))], excess)
        for code, parts in by_code.items()
        for excess in [sum(part for part, _ in parts)]
    ]
    return sorted(reasons, key=lambda reason: (-reason.excess, reason.code))[:limit]
