"""All figures of products and regions as of a day, as JSON: what the pages show, for machines."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from lending.models import Product, Region
from monitoring.models import ProductMonth, RegionInfluence
from monitoring.region_policy import RegionPolicy
from monitoring.regions.fluctuation import Fluctuation
from monitoring.regions.months import month_last_complete, month_window
from monitoring.services.regions.influences import influence_keep
from monitoring.services.regions.months import SyntheticMonths, months_of_regions, product_months_keep
from monitoring.services.regions.placements import placement_of
from monitoring.services.regions.plans import plan_find
from monitoring.services.regions.policies import PLAIN, NoRegionPolicy, region_policy_live, region_policy_of
from monitoring.services.regions.products import ProductMove, product_moves


def region_report(*, as_of: date, at: datetime, months: int = 6) -> dict[str, Any]:
    """Count what is complete, fit what can be, and tell it. A past day is judged by the policy of `at`.

    Without a policy in force fluctuations are shown with the shipped numbers, and nothing is judged.
    """
    try:
        live = region_policy_live(at.date())
    except NoRegionPolicy:
        live = None
    policy = region_policy_of(live) if live else PLAIN
    for product in Product.objects.order_by("code"):
        try:
            product_months_keep(product=product, as_of=as_of, at=at)
        except SyntheticMonths:
            continue
        if live is not None and ProductMonth.objects.filter(product=product).exists():
            influence_keep(product=product, as_of=as_of, at=at)
    month = month_last_complete(as_of)
    window = month_window(month, months)
    moves = product_moves(policy, window)
    return {
        "as_of": as_of.isoformat(),
        "month": month.isoformat(),
        "policy": live.content_hash if live else None,
        "weighting": asdict(moves.weighting),
        "products": [_product(move, policy, as_of, window, is_judged=live is not None) for move in moves.products],
    }


def _product(
    move: ProductMove, policy: RegionPolicy, as_of: date, window: Sequence[date], *, is_judged: bool
) -> dict[str, Any]:
    product = Product.objects.get(code=move.code)
    judged = asdict(move.judged) if is_judged else {**asdict(move.judged), "state": "NOT_ASSESSED"}
    found: dict[str, Any] = {
        "product": move.code,
        "is_synthetic": ProductMonth.objects.filter(product=product, is_synthetic=True).exists(),
        "months": [
            {
                "month": month.isoformat(),
                **asdict(counts),
                "missed_share": counts.missed_share,
                "sqbd": _part(parts.applications),
                "lbd": _part(parts.rate),
                "wyx": _part(parts.default),
            }
            for month, counts, parts in move.months
        ],
        "zh": judged,
        "influence": None,
        "placement": None,
        "plan": None,
        "regions": _regions(product, window),
    }
    if is_judged:
        placement, plan = placement_of(product, policy, as_of), plan_find(product, policy, as_of)
        found["influence"] = None if placement.influence is None else _influence(placement.influence)
        found["placement"] = {
            "why": placement.why,
            "ranked": [{"region": one.region.code, "yxtz": one.yxtz} for one in placement.ranked],
            "redlining": [asdict(impact) for impact in placement.impacts],
        }
        feasible = plan.outcome.feasible if plan.outcome else ()
        found["plan"] = {
            "state": plan.state,
            "label": "scenario, not causal",
            "tried": plan.outcome.tried if plan.outcome else 0,
            "feasible": len(feasible),
            "against": dict(plan.outcome.against) if plan.outcome else {},
            "best": asdict(feasible[0]) if feasible else None,
        }
    return found


def _regions(product: Product, window: Sequence[date]) -> list[dict[str, Any]]:
    """What a product did in each region over the window."""
    codes = dict(Region.objects.values_list("pk", "code"))
    sums = months_of_regions(product, window[0], window[-1])
    rows: list[dict[str, Any]] = [{"region": codes[region], **counts} for region, counts in sums.items()]
    return sorted(rows, key=lambda one: one["region"])


def _influence(influence: RegionInfluence) -> dict[str, Any]:
    figures = influence.figures.select_related("region").order_by("region__code")
    return {
        "as_of": influence.as_of.isoformat(),
        "state": influence.state,
        "why": influence.why,
        "loans": influence.loans,
        "bads": influence.bads,
        "effects": influence.document["effects"],
        "left_out": influence.document["left_out"],
        "is_synthetic": influence.is_synthetic,
        "regions": [
            {"region": one.region.code, "yxtz": one.yxtz, "missing": one.missing, "features": one.features}
            for one in figures
            if one.loans or any(value is not None for value in one.features.values())
        ],
    }


def _part(part: Fluctuation) -> dict[str, Any]:
    return {**asdict(part), "state": str(part.state)}
