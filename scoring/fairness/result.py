"""A fairness measurement as it is kept: in a model's card, beside a rule-set version, in a report. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from scoring.fairness.protected import Grouping, attribute_read
from scoring.fairness.ratios import AttributeFairness, Count, State, Thresholds, attribute_fairness

Basis = Literal["out_of_fold", "scored", "decided", "history"]
CutOffSource = Literal["live", "given", "share", "good_share", "recorded"]
Favourable = Literal["approved", "not_declined"]
_COARSE = [place / 100 for place in range(1, 100)]
GRID = [*(place / 1000 for place in range(1, 100)), *_COARSE[9:]]
"""Cut-offs at which a model's approvals are counted, so that a verdict can be had at another one later: finer below a
tenth, where cut-offs of ordinary books lie."""
_SAME = 5e-7
OUTCOME_NOTE = {
    "en": "Outcomes exist for accepted cases only: what became of those turned away is not known, so equal opportunity"
    " is measured among the accepted.",
    "zh": "只有已通过的申请才有还款结果：被拒者的结果未知，机会均等差距仅在已通过者中衡量。",
}


class Proxy(msgspec.Struct, frozen=True):
    """How well a variable predicts the attribute: cross-fitted AUC, the highest over the attribute's groups."""

    variable: str
    auc: float


class Curve(msgspec.Struct, frozen=True):
    """Approvals of one group at every cut-off of `grid`."""

    label: str
    approved: list[int]
    good_approved: list[int] | None = None

    @property
    def grid(self) -> list[float]:
        """GRID; results from before it was finer had whole percents."""
        return _COARSE if len(self.approved) == len(_COARSE) else GRID


class AttributeResult(msgspec.Struct, frozen=True):
    """One attribute measured."""

    verdict: AttributeFairness
    is_read: bool = False
    """Whether what decides reads the attribute itself."""
    proxies: list[Proxy] = []
    """Strongest first."""
    joint_auc: float | None = None
    """AUC of all inputs together; None where it was not measured."""
    curves: list[Curve] = []


class FairnessResult(msgspec.Struct, frozen=True, kw_only=True):
    """Every attribute measured, on what, and at which cut-off."""

    basis: Basis
    """Of the rows: PDs out of fold, scored by a finished model, decided by a rule set, or recorded decisions."""
    rows: int
    cut_off: float | None
    """PD up to which is approved; None where a rule set has no single one."""
    cut_off_source: CutOffSource
    """The live rule set's, one given, that of a share to approve, that which approves as many as were good, or none:
    approvals as recorded or as a rule set gives them."""
    approve_share: float
    source: str
    """Name and SHA-256 of the table, or what was read."""
    attributes: list[AttributeResult]
    thresholds: Thresholds = Thresholds()
    favourable: Favourable = "approved"
    """What is counted where the rows call it approved."""

    @property
    def state(self) -> State:
        """flag where any attribute is flagged, else not_enough_data where any is, else pass."""
        states = {one.verdict.state for one in self.attributes}
        return "flag" if "flag" in states else "not_enough_data" if "not_enough_data" in states else "pass"

    def of(self, attribute: str) -> AttributeResult | None:
        """What was measured of an attribute, None if it was not."""
        return next((one for one in self.attributes if one.verdict.attribute == attribute), None)


def result_json(result: FairnessResult) -> dict[str, Any]:
    """As JSON data, figures rounded to six digits."""
    rounded: dict[str, Any] = _rounded(msgspec.to_builtins(result))
    return rounded


def result_read(data: Mapping[str, Any]) -> FairnessResult | None:
    """A result from what `result_json` gave; None where the data are none."""
    try:
        return msgspec.convert(data, FairnessResult)
    except msgspec.ValidationError:
        return None


def counts_of(grouping: Grouping, approved: np.ndarray, good: np.ndarray | None) -> list[Count]:
    """The counts of each group. `approved` and `good` are Booleans of shape (rows,); `good` None: no outcomes."""
    found = []
    for label, members in grouping.members.items():
        goods = None if good is None else members & good
        found.append(
            Count(
                label,
                int(members.sum()),
                int((members & approved).sum()),
                None if goods is None else int(goods.sum()),
                None if goods is None else int((goods & approved).sum()),
            )
        )
    return found


def curves_of(grouping: Grouping, pds: np.ndarray, good: np.ndarray | None) -> list[Curve]:
    """Approvals of each group at every cut-off of GRID, from PDs of shape (rows,)."""
    return [
        Curve(label, _approved(pds[members]), None if good is None else _approved(pds[members & good]))
        for label, members in grouping.members.items()
    ]


def result_at(result: FairnessResult, cut_off: float | None, thresholds: Thresholds) -> FairnessResult:
    """The verdicts by other thresholds, and of a model at another cut-off (None: the one measured) from its curves.

    Another cut-off than the one measured is the nearest at which approvals were counted.
    """
    is_same = cut_off is None or result.cut_off is None or abs(cut_off - result.cut_off) < _SAME
    grid = next((one.curves[0].grid for one in result.attributes if one.curves), GRID)
    place = None if is_same else min(range(len(grid)), key=lambda number: abs(grid[number] - float(cut_off or 0.0)))
    attributes = [_again(one, place, thresholds) for one in result.attributes]
    result = msgspec.structs.replace(result, attributes=attributes, thresholds=thresholds)
    if place is None:
        return result if cut_off is None else msgspec.structs.replace(result, cut_off_source="live")
    groups = next((one.verdict.groups for one in attributes if one.curves), [])
    people = sum(group.count for group in groups)
    share = sum(group.approved for group in groups) / people if people else result.approve_share
    return msgspec.structs.replace(result, cut_off=grid[place], cut_off_source="live", approve_share=round(share, 6))


def _again(one: AttributeResult, place: int | None, thresholds: Thresholds) -> AttributeResult:
    """The verdict at the cut-off of that place (None: on the counts as they are) by other thresholds."""
    verdict = one.verdict
    curves = {curve.label: curve for curve in one.curves} if place is not None else {}
    counts = [_count(group, curves.get(group.label), place) for group in verdict.groups]
    verdict = attribute_fairness(
        verdict.attribute,
        counts,
        unknown=verdict.unknown,
        reference=attribute_read(verdict.attribute).rest,
        thresholds=thresholds,
    )
    return msgspec.structs.replace(one, verdict=verdict)


def _count(group: Any, curve: Curve | None, place: int | None) -> Count:
    if curve is None or place is None:
        good_approved = None if group.good is None else round((group.good_rate or 0.0) * group.good)
        return Count(group.label, group.count, group.approved, group.good, good_approved)
    good_approved = None if curve.good_approved is None else curve.good_approved[place]
    return Count(group.label, group.count, curve.approved[place], group.good, good_approved)


def _approved(pds: np.ndarray) -> list[int]:
    counts: list[int] = np.searchsorted(np.sort(pds), GRID, side="right").tolist()
    return counts


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, Sequence) and not isinstance(value, str) else value
