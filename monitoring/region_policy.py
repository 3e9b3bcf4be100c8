"""The governed policy on products and regions: weights, least cases, thresholds DY and DR, which features count.

DS, the threshold of the personal coefficient GRx, stands in the warning scheme alone.
"""

from typing import Annotated, Final, Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_fields import INDEX_FORMAT
from audit.governed_kinds import Kind
from monitoring.regions.features import OWN, PROTECTED
from monitoring.regions.fluctuation import Limits
from monitoring.regions.influence import Least

KIND_CODE: Final = "region_policy"
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Index = Annotated[float, msgspec.Meta(ge=0.0, le=1.0, extra_json_schema={"format": INDEX_FORMAT})]
Weight = Annotated[float, msgspec.Meta(ge=0.0, le=100.0)]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]


class RegionFeature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is read of an indicator of regions."""

    code: Code
    indicator: Code
    kind: Literal["LEVEL", "CHANGE", "VOLATILITY"] = "LEVEL"


FEATURES: Final = (
    RegionFeature("gdp_growth", "gdp_growth"),
    RegionFeature("unemployment", "unemployment"),
    RegionFeature("income_gap", "income_gap"),
    RegionFeature("house_price_change", "house_price_index", "CHANGE"),
    RegionFeature("house_price_volatility", "house_price_index", "VOLATILITY"),
    RegionFeature("mortgage_rate_volatility", "mortgage_rate", "VOLATILITY"),
    RegionFeature("consumption_change", "consumption", "CHANGE"),
    RegionFeature("financial_information", "financial_information"),
    RegionFeature("acceptance", "own_acceptance"),
    RegionFeature("approval_rate", "own_approval_rate"),
)


class RegionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every number that the figures of products and regions depend on."""

    a1: Weight = 1.0
    a2: Weight = 1.0
    a3: Weight = 1.0
    months_least: Annotated[int, msgspec.Meta(ge=1, le=6)] = 3
    base_least: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 30
    weight_applications: Weight = 0.2
    weight_rate: Weight = 0.3
    weight_default: Weight = 0.5
    fit_months_least: Annotated[int, msgspec.Meta(ge=24, le=600)] = 24
    level: Annotated[float, msgspec.Meta(ge=0.0001, le=0.5)] = 0.05
    dr_percentile: Share = 0.8
    dr_months_least: Annotated[int, msgspec.Meta(ge=12, le=600)] = 24
    dy: Index = 0.5
    features: tuple[RegionFeature, ...] = FEATURES
    indicator_age_months: Annotated[int, msgspec.Meta(ge=0, le=36)] = 6
    loans_least: Annotated[int, msgspec.Meta(ge=200, le=10_000_000)] = 1_000
    bads_least: Annotated[int, msgspec.Meta(ge=20, le=1_000_000)] = 50
    regions_least: Annotated[int, msgspec.Meta(ge=5, le=10_000)] = 10
    impact_least: Index = 0.8

    @property
    def amplify(self) -> tuple[float, float, float]:
        """A1, A2, A3."""
        return self.a1, self.a2, self.a3

    @property
    def stated(self) -> tuple[float, float, float]:
        """The weights of Zh where none are fitted."""
        return self.weight_applications, self.weight_rate, self.weight_default

    @property
    def limits(self) -> Limits:
        return Limits(self.months_least, self.base_least)

    @property
    def least(self) -> Least:
        return Least(self.loans_least, self.bads_least, self.regions_least, self.level)


def _check(policy: RegionPolicy, _name: str) -> list[str]:
    codes = [feature.code for feature in policy.features]
    own = [feature.indicator for feature in policy.features if feature.indicator.startswith("own_")]
    checks = {
        _("A share of a protected group may not be a feature: it is there to test with."): any(
            feature.indicator.startswith(PROTECTED) for feature in policy.features
        ),
        _("Two features have one code."): len(set(codes)) < len(codes),
        _("There is no feature."): not codes,
        _("Of our own book only the approval rate and the acceptance are features."): not set(own) <= set(OWN),
        _("Zh has no weight at all."): not any(policy.stated),
        _("A1, A2 and A3 are above zero: one of zero would hide what it weighs."): not all(policy.amplify),
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


KIND = Kind(
    KIND_CODE,
    RegionPolicy,
    title=gettext_lazy("Policy on products and regions"),
    help=gettext_lazy(
        "How products and regions are measured, and from where on a month or a region counts as risky. For marketing"
        " and concentration only: no decision on a person reads it."
    ),
    check=_check,
    name_choices=lambda: [("", gettext_lazy("all products"))],
    labels={
        "a1": gettext_lazy("A1, weight of the application fluctuation"),
        "a2": gettext_lazy("A2, weight of the rate fluctuation"),
        "a3": gettext_lazy("A3, weight of the default fluctuation"),
        "months_least": gettext_lazy("Months of history below which it is short"),
        "base_least": gettext_lazy("Cases below which a base is low"),
        "weight_applications": gettext_lazy("Stated weight of applications in Zh"),
        "weight_rate": gettext_lazy("Stated weight of the rate in Zh"),
        "weight_default": gettext_lazy("Stated weight of defaults in Zh"),
        "fit_months_least": gettext_lazy("Fewest months to fit the weights of Zh on"),
        "level": gettext_lazy("Chance of being better by luck that is accepted"),
        "dr_percentile": gettext_lazy("DR as a percentile of a product's own Zh"),
        "dr_months_least": gettext_lazy("Fewest months behind DR"),
        "dy": gettext_lazy("DY: a region is risky from this Yxtz on"),
        "features": gettext_lazy("Features of a region"),
        "features.code": gettext_lazy("Feature"),
        "features.indicator": gettext_lazy("Indicator"),
        "features.kind": gettext_lazy("What is read of it"),
        "features.kind=LEVEL": gettext_lazy("its value"),
        "features.kind=CHANGE": gettext_lazy("its change over a year"),
        "features.kind=VOLATILITY": gettext_lazy("how much it swings in a year"),
        "indicator_age_months": gettext_lazy("Months after which an indicator is too old"),
        "loans_least": gettext_lazy("Fewest matured loans"),
        "bads_least": gettext_lazy("Fewest bads, and goods, among matured loans"),
        "regions_least": gettext_lazy("Fewest regions with matured loans"),
        "impact_least": gettext_lazy("Lowest ratio of reach of a protected group to that of others"),
    },
)
