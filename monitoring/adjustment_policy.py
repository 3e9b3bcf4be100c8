"""The governed assumptions of the adjustment planner, one for each product: what may be offered, what is assumed."""

from typing import Annotated, Final

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_fields import MONEY_FORMAT, SHARE_FORMAT
from audit.governed_kinds import Kind
from lending.models import Product
from lending.product_currency import product_currency
from lending.product_names import products_named
from monitoring.regions.planner import Assumptions, Bounds

KIND_CODE: Final = "adjustment_policy"
RATES_MOST: Final = 200
PERCENT: Final = {"format": SHARE_FORMAT}
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Money = Annotated[int, msgspec.Meta(ge=1, le=10**15, extra_json_schema={"format": MONEY_FORMAT})]
Rate = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Up = Annotated[float, msgspec.Meta(ge=0.0, le=10.0)]
Down = Annotated[float, msgspec.Meta(ge=-10.0, le=0.0)]


class AdjustmentPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of an offer, and assumptions with their ranges. Money in minor units of the product's currency."""

    terms: tuple[Annotated[int, msgspec.Meta(ge=1, le=480)], ...] = (12, 18, 24, 36, 48, 60)
    rate_least: Rate = 0.06
    rate_most: Rate = 0.24
    rate_step: Annotated[float, msgspec.Meta(ge=0.0005, le=0.05, extra_json_schema=PERCENT)] = 0.005
    burden_most: Share = 0.35
    cost_rise_most: Annotated[float, msgspec.Meta(ge=0.0, le=2.0, extra_json_schema=PERCENT)] = 0.25
    margin_least: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0, extra_json_schema=PERCENT)] = 0.02
    income_monthly_minor: Money = 500_000
    annual_pd: Annotated[float, msgspec.Meta(ge=0.0001, le=0.9, extra_json_schema=PERCENT)] = 0.03
    lgd: Share = 0.6
    funding_rate: Rate = 0.03
    default_low: Up = 0.3
    default_middle: Up = 0.6
    default_high: Up = 1.0
    volume_low: Down = -1.0
    volume_middle: Down = -0.6
    volume_high: Down = -0.2
    horizon_months: Annotated[int, msgspec.Meta(ge=1, le=60)] = 6

    @property
    def bounds(self) -> Bounds:
        """Every term with every rate from the least on; the most is always among them."""
        count = int((self.rate_most - self.rate_least) / self.rate_step + 1e-9)
        rates = [round(self.rate_least + place * self.rate_step, 6) for place in range(count + 1)]
        return Bounds(
            terms=tuple(sorted(set(self.terms))),
            rates=tuple(sorted({*rates, self.rate_most})),
            burden_most=self.burden_most,
            cost_rise_most=self.cost_rise_most,
            margin_least=self.margin_least,
        )

    @property
    def assumptions(self) -> Assumptions:
        return Assumptions(
            income_monthly_minor=float(self.income_monthly_minor),
            annual_pd=self.annual_pd,
            lgd=self.lgd,
            funding_rate=self.funding_rate,
            default_elasticity=(self.default_low, self.default_middle, self.default_high),
            volume_elasticity=(self.volume_low, self.volume_middle, self.volume_high),
            horizon_months=self.horizon_months,
        )


def _check(policy: AdjustmentPolicy, name: str) -> list[str]:
    checks = {
        _("There is no product of this code."): not Product.objects.filter(code=name).exists(),
        _("The least rate lies above the most."): policy.rate_least > policy.rate_most,
        _("No term is offered."): not policy.terms,
        _("Steps of the rate are so small that there are more than %(most)d.") % {"most": RATES_MOST}: len(
            policy.bounds.rates
        )
        > RATES_MOST,
        _("The range of an assumption runs from low to high."): not (
            policy.default_low <= policy.default_middle <= policy.default_high
            and policy.volume_low <= policy.volume_middle <= policy.volume_high
        ),
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


KIND = Kind(
    KIND_CODE,
    AdjustmentPolicy,
    title=gettext_lazy("Assumptions of the adjustment planner"),
    help=gettext_lazy(
        "What may be offered to new customers of a product, and what is assumed of their incomes, of defaults and of"
        " demand. A plan counts only where it holds over the whole of each range."
    ),
    check=_check,
    name_choices=products_named,
    currency=product_currency,
    labels={
        "terms": gettext_lazy("Terms that may be offered, in months"),
        "rate_least": gettext_lazy("Lowest annual rate"),
        "rate_most": gettext_lazy("Highest annual rate, the legal cap at most"),
        "rate_step": gettext_lazy("Step of the rate"),
        "burden_most": gettext_lazy("Highest share of income for the instalment"),
        "cost_rise_most": gettext_lazy("Most by which the total cost to the customer may rise"),
        "margin_least": gettext_lazy("Least margin over the life, share of the amount"),
        "income_monthly_minor": gettext_lazy("Monthly income of a borrower"),
        "annual_pd": gettext_lazy("PD in a year on today's terms"),
        "lgd": gettext_lazy("Loss given default"),
        "funding_rate": gettext_lazy("Annual cost of funds"),
        "default_low": gettext_lazy("Defaults per change of the instalment, low"),
        "default_middle": gettext_lazy("Defaults per change of the instalment, middle"),
        "default_high": gettext_lazy("Defaults per change of the instalment, high"),
        "volume_low": gettext_lazy("Contracts per change of the instalment, low"),
        "volume_middle": gettext_lazy("Contracts per change of the instalment, middle"),
        "volume_high": gettext_lazy("Contracts per change of the instalment, high"),
        "horizon_months": gettext_lazy("Months of new business looked at"),
    },
)
