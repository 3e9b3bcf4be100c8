"""The adjustment planner: other terms for new business that would take Zh below DR. A scenario, not causal. Pure.

A change of terms works through affordability alone: a lower instalment makes fewer people miss it and more people take
the loan, by elasticities that are assumptions and stated as ranges. A plan is feasible only if it holds at every corner
of the ranges. The planned change of the rate is left out of Lbd: it would count the remedy as the illness.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

from monitoring.regions.annuity import Life, instalment, life

LABEL: Final = "scenario, not causal"
Range = tuple[float, float, float]
"""Low, middle, high of an assumption, or of a result over all corners of the assumptions."""
Breach = Literal["ZH", "BURDEN", "COST", "MARGIN"]


@dataclass(frozen=True)
class Situation:
    """A product's month: what Zh is made of, and its new business. Money in minor units, rates as shares.

    `steady` is what SQbd and Lbd put into Zh; `default_weight` is w3·A3, by which missed shares enter.
    """

    steady: float
    default_weight: float
    threshold: float
    missed_now: float
    missed_before: float
    customers_due: int
    contracts: int
    amount_minor: float
    annual_rate: float
    term_months: int


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of the borrowers and of the money; each elasticity low, middle, high.

    `default_elasticity`: relative change of missed instalments and of defaults per relative change of the instalment.
    `volume_elasticity`: relative change of contracts per relative change of the instalment, at most 0.
    """

    income_monthly_minor: float
    annual_pd: float
    lgd: float
    funding_rate: float
    default_elasticity: Range
    volume_elasticity: Range
    horizon_months: int


@dataclass(frozen=True)
class Bounds:
    """What may be offered, and what a plan must hold."""

    terms: tuple[int, ...]
    rates: tuple[float, ...]
    burden_most: float
    cost_rise_most: float
    margin_least: float


@dataclass(frozen=True)
class Plan:
    """Terms with their consequences a month of new business; ranges over all corners. `breaches` is empty if feasible.

    `total_cost_minor` is all that the customer pays beyond the amount; `margin_share` is margin over volume.
    """

    term_months: int
    annual_rate: float
    instalment_minor: int
    burden: float
    total_cost_minor: int
    volume_minor: Range
    expected_loss_minor: Range
    margin_minor: Range
    margin_share: Range
    zh: Range
    breaches: tuple[Breach, ...]


@dataclass(frozen=True)
class Outcome:
    """The best feasible plan first, or none and how often what stood against it."""

    state: Literal["PLAN", "NO_FEASIBLE_PLAN"]
    current: Plan
    feasible: tuple[Plan, ...]
    tried: int
    against: dict[Breach, int]


def plan_search(situation: Situation, assumptions: Assumptions, bounds: Bounds) -> Outcome:
    """Try every term and rate; feasible plans by worst-case margin, then by what they cost the customer."""
    current = plan_of(situation, assumptions, bounds, situation.term_months, situation.annual_rate)
    tried = [plan_of(situation, assumptions, bounds, *terms) for terms in product(bounds.terms, bounds.rates)]
    feasible = sorted(
        (plan for plan in tried if not plan.breaches), key=lambda plan: (-plan.margin_minor[0], plan.total_cost_minor)
    )
    against = Counter(breach for plan in tried for breach in plan.breaches)
    return Outcome("PLAN" if feasible else "NO_FEASIBLE_PLAN", current, tuple(feasible), len(tried), dict(against))


def plan_of(
    situation: Situation, assumptions: Assumptions, bounds: Bounds, term_months: int, annual_rate: float
) -> Plan:
    """What these terms would mean."""
    before = instalment(situation.annual_rate, situation.term_months)
    after = instalment(annual_rate, term_months)
    change = after / before - 1.0
    corners = [
        _corner(situation, assumptions, change, (term_months, annual_rate), default, volume)
        for default, volume in product(assumptions.default_elasticity, assumptions.volume_elasticity)
    ]
    burden = after * situation.amount_minor / assumptions.income_monthly_minor
    cost, cost_before = after * term_months - 1.0, before * situation.term_months - 1.0
    zh, share = _range([corner.zh for corner in corners]), _range([corner.life.margin for corner in corners])
    is_broken: dict[Breach, bool] = {
        "ZH": zh[2] >= situation.threshold,
        "BURDEN": burden > bounds.burden_most,
        "COST": cost > cost_before * (1.0 + bounds.cost_rise_most),
        "MARGIN": share[0] < bounds.margin_least,
    }
    return Plan(
        term_months=term_months,
        annual_rate=annual_rate,
        instalment_minor=round(after * situation.amount_minor),
        burden=burden,
        total_cost_minor=round(cost * situation.amount_minor),
        volume_minor=_range([corner.volume for corner in corners]),
        expected_loss_minor=_range([corner.volume * corner.life.loss for corner in corners]),
        margin_minor=_range([corner.volume * corner.life.margin for corner in corners]),
        margin_share=share,
        zh=zh,
        breaches=tuple(breach for breach, broken in is_broken.items() if broken),
    )


@dataclass(frozen=True)
class _Corner:
    zh: float
    volume: float
    life: Life


def _corner(
    situation: Situation,
    assumptions: Assumptions,
    change: float,
    terms: tuple[int, float],
    default_elasticity: float,
    volume_elasticity: float,
) -> _Corner:
    missing, taking = max(0.0, 1.0 + default_elasticity * change), max(0.0, 1.0 + volume_elasticity * change)
    contracts = situation.contracts * taking
    # After so many months this share of those with a due date would be on the new terms.
    new = min(1.0, assumptions.horizon_months * contracts / situation.customers_due)
    missed = situation.missed_now * (1.0 - new + new * missing)
    rise = max(0.0, situation.default_weight * (missed / situation.missed_before - 1.0))
    hazard = min(1.0, (1.0 - (1.0 - assumptions.annual_pd) ** (1.0 / 12.0)) * missing)
    term_months, annual_rate = terms
    return _Corner(
        zh=situation.steady + rise,
        volume=contracts * situation.amount_minor,
        life=life(annual_rate, term_months, hazard, assumptions.lgd, assumptions.funding_rate),
    )


def _range(values: Sequence[float]) -> Range:
    """Least, the corner of both middles, most."""
    return min(values), values[len(values) // 2], max(values)
