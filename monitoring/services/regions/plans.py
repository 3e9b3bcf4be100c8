"""The adjustment planner on a product's own figures: ends in a draft for approval, or in no feasible plan."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_fields import MONEY_FORMAT
from audit.governed_kinds import Kind
from audit.models import GovernedDocument, User
from audit.services.governed import governed_draft
from lending.models import Product
from lending.product_currency import product_currency
from lending.product_names import products_named
from monitoring.adjustment_policy import AdjustmentPolicy
from monitoring.models import ProductMonth
from monitoring.region_policy import RegionPolicy
from monitoring.regions.months import month_last_complete, month_window
from monitoring.regions.planner import LABEL, Outcome, Plan, Situation, plan_of, plan_search
from monitoring.services.regions.policies import adjustment_policy_of, region_policy_live, region_policy_of
from monitoring.services.regions.products import ProductMove, product_moves
from riskengine.errors import Conflict

KIND_CODE: Final = "product_adjustment"
State = Literal["PLAN", "NO_FEASIBLE_PLAN", "NOT_NEEDED", "NOT_ASSESSED", "NO_ASSUMPTIONS", "NO_NEW_BUSINESS"]


class NotAPlan(Conflict):
    """These terms are no feasible plan for the product now."""

    code = "not_a_plan"


@dataclass(frozen=True)
class Planned:
    """What the planner says of a product. Without a situation there is nothing to search for, and `state` says why."""

    state: State
    month: date
    move: ProductMove | None = None
    situation: Situation | None = None
    policy: AdjustmentPolicy | None = None
    outcome: Outcome | None = None


def plan_find(product: Product, policy: RegionPolicy, as_of: date) -> Planned:
    """Search other terms where Zh ≥ DR. Unknown Zh or DR: NOT_ASSESSED, no plan."""
    month = month_last_complete(as_of, product.grace_days)
    moves = product_moves(policy, month_window(month, 1))
    move = next((one for one in moves.products if one.code == product.code), None)
    if move is None or move.judged.state == "NOT_ASSESSED":
        return Planned("NOT_ASSESSED", month, move)
    if move.judged.state == "CALM":
        return Planned("NOT_NEEDED", month, move)
    assumed = adjustment_policy_of(product.code, as_of)
    if assumed is None:
        return Planned("NO_ASSUMPTIONS", month, move)
    situation = _situation(product, move, month, moves.weighting.weights[2] * policy.a3)
    if situation is None:
        return Planned("NO_NEW_BUSINESS", month, move, policy=assumed)
    outcome = plan_search(situation, assumed.assumptions, assumed.bounds)
    return Planned(outcome.state, month, move, situation, assumed, outcome)


def _situation(product: Product, move: ProductMove, month: date, default_weight: float) -> Situation | None:
    """The product's month as the planner needs it; None where it has no new business to plan for."""
    judged, found = move.judged, move.months[-1][2]
    rows = ProductMonth.objects.filter(product=product, month=month)
    sums = rows.aggregate(
        contracts=Sum("contracts"), amount=Sum("amount_minor"), rated=Sum("rated_minor"), term=Sum("term_amount")
    )
    now, before, rate = found.default.now, found.default.base, move.months[-1][1].rate
    has_terms = sums["contracts"] and sums["rated"] and sums["term"] and rate is not None
    if not has_terms or now is None or not before or judged.threshold is None or rate is None:
        return None
    return Situation(
        steady=(judged.parts[0] or 0.0) + (judged.parts[1] or 0.0),
        default_weight=default_weight,
        threshold=judged.threshold,
        missed_now=now,
        missed_before=before,
        customers_due=round(found.default.cases),
        contracts=sums["contracts"],
        amount_minor=sums["amount"] / sums["contracts"],
        annual_rate=rate,
        term_months=max(1, round(sums["term"] / sums["rated"])),
    )


MONEY: Final = {"format": MONEY_FORMAT}
Amount = Annotated[float, msgspec.Meta(extra_json_schema=MONEY)]
"""Whole minor units."""


class ProductAdjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms for new business of a product, with what they were found to mean. A scenario, not causal."""

    as_of: date
    month: date
    term_months: Annotated[int, msgspec.Meta(ge=1, le=480)]
    annual_rate: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
    instalment_minor: Annotated[int, msgspec.Meta(ge=0, extra_json_schema=MONEY)]
    total_cost_minor: Annotated[int, msgspec.Meta(extra_json_schema=MONEY)]
    volume_low_minor: Amount
    volume_high_minor: Amount
    expected_loss_low_minor: Amount
    expected_loss_high_minor: Amount
    margin_low_minor: Amount
    margin_high_minor: Amount
    zh_high: float
    threshold: float
    label: Literal["scenario, not causal"] = LABEL
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


def adjustment_of(as_of: date, month: date, plan: Plan, threshold: float) -> ProductAdjustment:
    """A plan as it is put before a second person; amounts in whole minor units."""
    return ProductAdjustment(
        as_of=as_of,
        month=month,
        term_months=plan.term_months,
        annual_rate=plan.annual_rate,
        instalment_minor=plan.instalment_minor,
        total_cost_minor=plan.total_cost_minor,
        volume_low_minor=float(round(plan.volume_minor[0])),
        volume_high_minor=float(round(plan.volume_minor[2])),
        expected_loss_low_minor=float(round(plan.expected_loss_minor[0])),
        expected_loss_high_minor=float(round(plan.expected_loss_minor[2])),
        margin_low_minor=float(round(plan.margin_minor[0])),
        margin_high_minor=float(round(plan.margin_minor[2])),
        zh_high=plan.zh[2],
        threshold=threshold,
    )


def plan_draft(
    *, product: Product, as_of: date, term_months: int, annual_rate: float, author: User, at: datetime
) -> GovernedDocument:
    """Draft a feasible plan for approval. Raises NotAPlan, NoRegionPolicy."""
    planned = plan_find(product, region_policy_of(region_policy_live(as_of)), as_of)
    terms = term_months, annual_rate
    feasible = planned.outcome.feasible if planned.outcome else ()
    plan = next((one for one in feasible if (one.term_months, one.annual_rate) == terms), None)
    if plan is None or planned.situation is None:
        raise NotAPlan("These terms are no feasible plan.", term_months=term_months, annual_rate=annual_rate)
    return governed_draft(
        kind=KIND_CODE,
        name=product.code,
        document=adjustment_of(as_of, planned.month, plan, planned.situation.threshold),
        author=author,
        at=at,
        valid_from=at.date(),
    )


def _check(document: ProductAdjustment, name: str) -> list[str]:
    """Work the plan out anew: an edited figure, or one that no longer holds, stops it."""
    product = Product.objects.filter(code=name).first()
    if product is None:
        return [_("There is no product of this code.")]
    try:
        policy = region_policy_of(region_policy_live(document.as_of))
    except Conflict:
        return [_("No policy on products and regions is in force on that day.")]
    planned = plan_find(product, policy, document.as_of)
    if planned.situation is None or planned.policy is None:
        return [_("The product is not risky in that month, or cannot be planned for.")]
    assumed = planned.policy
    plan = plan_of(planned.situation, assumed.assumptions, assumed.bounds, document.term_months, document.annual_rate)
    worked_out = msgspec.structs.replace(
        adjustment_of(document.as_of, planned.month, plan, planned.situation.threshold), note=document.note
    )
    is_offered = document.term_months in assumed.bounds.terms and document.annual_rate in assumed.bounds.rates
    checks = {
        _("The terms are not among those that may be offered."): not is_offered,
        _("The terms are no feasible plan."): bool(plan.breaches),
        _("A figure is not the one worked out."): worked_out != document,
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


def month_words(day: str) -> str:
    """A month by its first day: 2026-10."""
    return day[:7]


KIND = Kind(
    KIND_CODE,
    ProductAdjustment,
    title=gettext_lazy("Adjustment of a product"),
    help=gettext_lazy(
        "Terms for new business, found by the adjustment planner: a scenario, not causal. Once approved, whoever keeps"
        " the rule set's offer table brings them in there, with the table's own approval."
    ),
    check=_check,
    name_choices=products_named,
    currency=product_currency,
    labels={
        "as_of": gettext_lazy("As of"),
        "month": gettext_lazy("Month it was found in"),
        "term_months": gettext_lazy("Term in months"),
        "annual_rate": gettext_lazy("Annual rate"),
        "instalment_minor": gettext_lazy("Instalment"),
        "total_cost_minor": gettext_lazy("Total cost to the customer"),
        "volume_low_minor": gettext_lazy("Volume a month, low"),
        "volume_high_minor": gettext_lazy("Volume a month, high"),
        "expected_loss_low_minor": gettext_lazy("Expected loss, low"),
        "expected_loss_high_minor": gettext_lazy("Expected loss, high"),
        "margin_low_minor": gettext_lazy("Margin, low"),
        "margin_high_minor": gettext_lazy("Margin, high"),
        "zh_high": gettext_lazy("Zh at worst"),
        "threshold": gettext_lazy("DR"),
        "label": gettext_lazy("What it is"),
        "label=scenario, not causal": gettext_lazy("a scenario, not causal"),
        "note": gettext_lazy("Note"),
    },
    words={"month": month_words, "zh_high": "{:.5f}".format, "threshold": "{:.5f}".format},
)
