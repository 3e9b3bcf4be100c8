"""The planner's page: what goes in, every plan beside today's terms, a picture, or why there is none."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest

from lending.models import Product
from lending.money import MINOR_DIGITS
from monitoring.admin.regions.charts import plan_plot
from monitoring.admin.regions.words import BREACHES, PLANS
from monitoring.regions.planner import LABEL, Plan, Situation, plan_of
from monitoring.services.regions.plans import Planned

SHOWN = 12


def planner_context(planned: Planned | None, product: Product, request: HttpRequest) -> dict[str, Any]:
    """What the template needs; `planned` is None where no policy is in force."""
    if planned is None:
        return {"planned": None, "words": PLANS["NOT_ASSESSED"][0], "badge": ""}
    words, badge = PLANS[planned.state]
    found: dict[str, Any] = {"planned": planned, "words": words, "badge": badge, "scale": _scale(product)}
    outcome, situation, policy = planned.outcome, planned.situation, planned.policy
    if outcome is None or situation is None or policy is None:
        return found
    terms, rates = _narrowed(request, policy.bounds.terms), _rates(request, policy.bounds.rates)
    shown = [
        plan for plan in outcome.feasible if plan.term_months in terms and rates[0] <= plan.annual_rate <= rates[1]
    ]
    every = [
        plan_of(situation, policy.assumptions, policy.bounds, term, rate)
        for term in policy.bounds.terms
        for rate in policy.bounds.rates
        if term in terms and rates[0] <= rate <= rates[1]
    ]
    scale = _scale(product)
    return {
        **found,
        "current": _row(outcome.current, scale),
        "plans": [_row(plan, scale) for plan in shown[:SHOWN]],
        "more": max(len(shown) - SHOWN, 0),
        "against": [(BREACHES[breach], count) for breach, count in sorted(outcome.against.items())],
        "plot": _plot(every, outcome.current, situation),
        "terms": [(term, term in terms) for term in policy.bounds.terms],
        "rate_least": f"{rates[0] * 100:.2f}",
        "rate_most": f"{rates[1] * 100:.2f}",
        "income": policy.income_monthly_minor / scale,
        "amount": situation.amount_minor / scale,
    }


def plan_rows(planned: Planned) -> Iterator[Sequence[object]]:
    """Every feasible plan as a file; amounts in minor units."""
    yield [
        "label", "term_months", "annual_rate", "instalment_minor", "total_cost_minor", "volume_low", "volume_high",
        "expected_loss_low", "expected_loss_high", "margin_low", "margin_high", "zh_low", "zh_high",
    ]  # fmt: skip
    for plan in planned.outcome.feasible if planned.outcome else ():
        ranges = [plan.volume_minor, plan.expected_loss_minor, plan.margin_minor, plan.zh]
        ends = [cell for one in ranges for cell in (one[0], one[2])]
        yield [LABEL, plan.term_months, plan.annual_rate, plan.instalment_minor, plan.total_cost_minor, *ends]


def _row(plan: Plan, scale: float) -> dict[str, Any]:
    """A plan in the currency's own unit; volume, loss and margin in thousands, (least, most)."""
    spans = (plan.volume_minor, plan.expected_loss_minor, plan.margin_minor)
    return {
        "plan": plan,
        "rate": f"{plan.annual_rate:.2%}",
        "rate_value": repr(plan.annual_rate),
        "burden": f"{plan.burden:.1%}",
        "instalment": plan.instalment_minor / scale,
        "cost": plan.total_cost_minor / scale,
        "spans": [(span[0] / scale / 1_000.0, span[2] / scale / 1_000.0) for span in spans],
    }


def _plot(plans: Sequence[Plan], current: Plan, situation: Situation) -> dict[str, Any]:
    marks = [
        {
            "instalment": float(plan.instalment_minor),
            "zh": plan.zh[2],
            "is_feasible": not plan.breaches,
            "is_current": plan is current,
            "words": f"{plan.term_months} × {plan.annual_rate:.2%}: Zh ≤ {plan.zh[2]:.5f}",
        }
        for plan in [*plans, current]
    ]
    return plan_plot(marks, situation.threshold)


def _narrowed(request: HttpRequest, terms: Sequence[int]) -> set[int]:
    asked = {int(text) for text in request.GET.getlist("term") if text.isdecimal() and len(text) < 4}
    return asked & set(terms) or set(terms)


def _rates(request: HttpRequest, rates: Sequence[float]) -> tuple[float, float]:
    """The narrower span asked for in percent, within what may be offered."""
    ends = []
    for name, other in (("rate_least", rates[0]), ("rate_most", rates[-1])):
        try:
            ends.append(min(max(float(request.GET.get(name, "")) / 100.0, rates[0]), rates[-1]))
        except ValueError:
            ends.append(other)
    return (ends[0], ends[1]) if ends[0] <= ends[1] else (rates[0], rates[-1])


def _scale(product: Product) -> float:
    return float(10 ** MINOR_DIGITS.get(product.currency, 2))
