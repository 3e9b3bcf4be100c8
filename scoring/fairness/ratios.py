"""Whether approvals fall unequally on groups: ratios, gaps and their intervals, from counts alone. Pure.

A group is flagged where its approval ratio lies below the least one allowed (four fifths) and chance alone does not
explain it: the interval excludes 1. That is the reading of the Uniform Guidelines (29 CFR 1607.4 D): a ratio below four
fifths is evidence of adverse impact, unless it rests on small numbers and is not statistically significant. A test
against four fifths itself would let plain cases pass: 0.79 measured on 339 people is never significantly below 0.80.
"""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

State = Literal["pass", "flag", "not_enough_data"]
Cause = Literal["within", "below_least", "chance_not_excluded", "too_few", "too_many_unknown", "nobody_approved"]
Z = 1.959963984540054
"""Two-sided 95 %."""
METHODS = {
    "ratio": "Katz et al. (1978), log ratio, 95 %; half an approval added where a group has none (Walter 1975)",
    "rate": "Wilson (1927), 95 %",
    "gap": "Newcombe (1998), method 10, 95 %",
    "proxy": "cross-fitted AUC; 0.56, 0.64, 0.71 are a small, medium and large difference (Rice and Harris 2005)",
}


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as unequal, and what as too little to tell."""

    ratio_least: float = 0.8
    """Least approval ratio, above 0 to 1."""
    group_least: int = 30
    """Fewest people in a group and in its reference."""
    share_least: float = 0.02
    """A group below `group_least` and below this share of all is left out of the verdict (29 CFR 1607.4 D's 2 %)."""
    unknown_most: float = 0.2
    """Largest share of people whose group is not known."""
    proxy_auc: float = 0.64
    """AUC from which a variable counts as a proxy: a medium difference between the groups."""


class Interval(msgspec.Struct, frozen=True):
    """An estimate between its 95 % bounds."""

    value: float
    low: float
    high: float


class Count(msgspec.Struct, frozen=True):
    """The people of one group. `good` and `good_approved` are None where no outcomes exist."""

    label: str
    count: int
    approved: int
    good: int | None = None
    good_approved: int | None = None


class GroupFairness(msgspec.Struct, frozen=True):
    """One group beside the reference."""

    label: str
    count: int
    approved: int
    rate: Interval | None
    """Share approved; None for a group without people."""
    good: int | None
    good_rate: float | None
    """Share approved among the good (the true positive rate of approval)."""
    ratio: Interval | None
    """Approval rate over the reference's; None for the reference, and where nobody there is approved."""
    gap: Interval | None
    """`good_rate` less the reference's, -1 to 1: the equal-opportunity difference."""
    state: State
    cause: Cause


class AttributeFairness(msgspec.Struct, frozen=True):
    """The verdict on one attribute."""

    attribute: str
    state: State
    cause: Cause
    reference: str
    """Label of the group that the others are compared with."""
    ratio: Interval | None
    """The lowest ratio among groups large enough."""
    unknown: int
    """People whose group is not known; in no count."""
    groups: list[GroupFairness]


def ratio_interval(approved: int, count: int, reference_approved: int, reference_count: int) -> Interval | None:
    """Approval rate of a group over its reference's, with Katz's log interval. None without a reference approval.

    `exp(ln r ± z * sqrt(1/a - 1/n + 1/b - 1/m))`; a group without approvals counts half a one in the interval.
    """
    if not (count and reference_approved):
        return None
    value = (approved / count) / (reference_approved / reference_count)
    a, n, b, m = float(approved), float(count), float(reference_approved), float(reference_count)
    if approved == 0:
        a, n, b, m = a + 0.5, n + 0.5, b + 0.5, m + 0.5
    centre = math.log((a / n) / (b / m))
    spread = Z * math.sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    return Interval(value, min(value, math.exp(centre - spread)), math.exp(centre + spread))


def rate_interval(approved: int, count: int) -> Interval | None:
    """A share with Wilson's interval, within 0 to 1. None without people."""
    if not count:
        return None
    share, square = approved / count, Z * Z
    centre = (share + square / (2 * count)) / (1 + square / count)
    spread = Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return Interval(share, max(0.0, min(share, centre - spread)), min(1.0, max(share, centre + spread)))


def gap_interval(approved: int, count: int, reference_approved: int, reference_count: int) -> Interval | None:
    """A difference of two shares with Newcombe's interval (his method 10). None where a side has no people."""
    one, other = rate_interval(approved, count), rate_interval(reference_approved, reference_count)
    if one is None or other is None:
        return None
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    return Interval(value, low, value + math.hypot(one.high - one.value, other.value - other.low))


def attribute_fairness(
    attribute: str,
    counts: Sequence[Count],
    *,
    unknown: int = 0,
    reference: str | None = None,
    thresholds: Thresholds | None = None,
) -> AttributeFairness:
    """The verdict from the counts of each group; where nobody is approved, nobody is put behind another.

    `reference`: label of the group compared with; None takes the large enough group with the highest approval rate,
    as 29 CFR 1607.4 D does. Without two groups large enough, or with too many unknown, the state is not_enough_data.
    """
    limits = thresholds or Thresholds()
    base = _reference(counts, reference, limits)
    total = sum(one.count for one in counts)
    if base is None:
        groups = [_group(one, None, limits) for one in counts]
        return AttributeFairness(attribute, "not_enough_data", "too_few", reference or "", None, unknown, groups)
    groups = [_group(one, base, limits) for one in counts]
    state, cause = _verdict(groups, base.label, total, unknown, limits)
    ratios = [one.ratio for one in groups if one.ratio is not None and one.count >= limits.group_least]
    lowest = min(ratios, key=lambda ratio: ratio.value, default=None)
    return AttributeFairness(attribute, state, cause, base.label, lowest, unknown, groups)


def _reference(counts: Sequence[Count], reference: str | None, limits: Thresholds) -> Count | None:
    large = [one for one in counts if one.count >= limits.group_least]
    if reference is not None:
        return next((one for one in large if one.label == reference), None)
    return max(large, key=lambda one: (one.approved / one.count, one.count), default=None)


def _group(one: Count, base: Count | None, limits: Thresholds) -> GroupFairness:
    is_base = base is not None and one.label == base.label
    ratio = gap = None
    if base is not None and not is_base:
        ratio = ratio_interval(one.approved, one.count, base.approved, base.count)
        if one.good is not None and one.good_approved is not None and base.good and base.good_approved is not None:
            gap = gap_interval(one.good_approved, one.good, base.good_approved, base.good)
    state, cause = _group_state(one, ratio, is_base, limits)
    return GroupFairness(
        label=one.label,
        count=one.count,
        approved=one.approved,
        rate=rate_interval(one.approved, one.count),
        good=one.good,
        good_rate=one.good_approved / one.good if one.good and one.good_approved is not None else None,
        ratio=ratio,
        gap=gap,
        state=state,
        cause=cause,
    )


def _group_state(one: Count, ratio: Interval | None, is_base: bool, limits: Thresholds) -> tuple[State, Cause]:
    if is_base:
        return "pass", "within"
    if one.count < limits.group_least:
        return "not_enough_data", "too_few"
    if ratio is None:
        return "pass", "nobody_approved"
    if ratio.value >= limits.ratio_least:
        return "pass", "within"
    return ("flag", "below_least") if ratio.high < 1 else ("not_enough_data", "chance_not_excluded")


def _verdict(
    groups: Sequence[GroupFairness], base: str, total: int, unknown: int, limits: Thresholds
) -> tuple[State, Cause]:
    """The worst of the groups that count: a small one counts from its share of all on."""
    others = [one for one in groups if one.label != base]
    flagged = next((one for one in others if one.state == "flag"), None)
    if flagged is not None:
        return "flag", flagged.cause
    if unknown > limits.unknown_most * (total + unknown):
        return "not_enough_data", "too_many_unknown"
    counted = [one for one in others if one.count >= limits.group_least or one.count >= limits.share_least * total]
    unclear = next((one for one in counted if one.state == "not_enough_data"), None)
    if unclear is not None:
        return "not_enough_data", unclear.cause
    if not counted:
        return "not_enough_data", "too_few"
    return "pass", "nobody_approved" if all(one.cause == "nobody_approved" for one in counted) else "within"
