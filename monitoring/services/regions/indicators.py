"""What is known of regions by month, turned into features; the shares of protected groups are read apart, to test."""

from collections import defaultdict
from datetime import date, datetime
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from lending.models import Product, RegionMonth
from monitoring.models import ProductMonth
from monitoring.region_policy import RegionPolicy
from monitoring.regions.features import PROTECTED, Feature, feature_value
from monitoring.regions.months import month_add

OWN_MONTHS: Final = 6
"""Months of our own book that an approval rate or acceptance is worked out over."""
POPULATION: Final = "population"
Series = dict[int, dict[str, dict[date, float]]]
"""By region, indicator and month."""


def indicators_as_of(as_of: datetime) -> Series:
    """Every indicator but shares of protected groups, each month as known last by an instant."""
    return _series(_known(as_of).exclude(indicator__startswith=PROTECTED))


def indicators_of_region(region: int, as_of: datetime) -> dict[str, dict[date, float]]:
    """One region's indicators but shares of protected groups, as known last by an instant."""
    rows = _known(as_of).filter(region=region).exclude(indicator__startswith=PROTECTED)
    return _series(rows).get(region, {})


def protected_as_of(as_of: datetime, month: date) -> tuple[dict[int, float], dict[int, dict[str, float]]]:
    """To test a placement with, and for nothing else: population, and shares of groups, by region; the latest."""
    rows = _known(as_of).filter(Q(indicator=POPULATION) | Q(indicator__startswith=PROTECTED), month__lte=month)
    population: dict[int, float] = {}
    shares: dict[int, dict[str, float]] = defaultdict(dict)
    for region, indicators in _series(rows).items():
        for indicator, months in indicators.items():
            latest = months[max(months)]
            if indicator == POPULATION:
                population[region] = latest
            else:
                shares[region][indicator.removeprefix(PROTECTED)] = latest
    return population, dict(shares)


def own_indicators(product: Product, least: int) -> Series:
    """Approval rate and acceptance of a product by region, over the six months up to each; None below `least`."""
    counts: dict[int, dict[date, tuple[int, int, int]]] = defaultdict(dict)
    rows = ProductMonth.objects.filter(product=product, region__isnull=False)
    for region, month, *row in rows.values_list("region_id", "month", "decided", "approved", "taken_up"):
        counts[region][month] = (row[0], row[1], row[2])
    found: Series = {}
    for region, months in counts.items():
        rates: dict[date, float] = {}
        taken: dict[date, float] = {}
        for month in months:
            span = [months.get(month_add(month, -back), (0, 0, 0)) for back in range(OWN_MONTHS)]
            decided, approved, taken_up = (sum(one[place] for one in span) for place in range(3))
            if decided >= least:
                rates[month] = approved / decided
            if approved >= least:
                taken[month] = taken_up / approved
        found[region] = {"own_approval_rate": rates, "own_acceptance": taken}
    return found


def features_of(policy: RegionPolicy, *series: Series) -> "Features":
    """A reader of features from indicators of regions and of our own book."""
    joined: Series = defaultdict(dict)
    for each in series:
        for region, indicators in each.items():
            joined[region].update(indicators)
    return Features(policy, joined)


class Features:
    """The features of a region as of a month, each worked out once."""

    def __init__(self, policy: RegionPolicy, series: Series) -> None:
        self._policy, self._series = policy, series
        self._found: dict[tuple[int, date], dict[str, float | None]] = {}

    def of(self, region: int, month: date) -> dict[str, float | None]:
        """By feature; None where it is not known."""
        if (region, month) not in self._found:
            indicators = self._series.get(region, {})
            self._found[region, month] = {
                one.code: feature_value(
                    Feature(one.code, one.indicator, one.kind),
                    indicators.get(one.indicator, {}),
                    month,
                    self._policy.indicator_age_months,
                )
                for one in self._policy.features
            }
        return self._found[region, month]


def _known(as_of: datetime) -> QuerySet[RegionMonth]:
    rows = RegionMonth.objects.filter(known_at__lt=as_of)
    same = rows.filter(region=OuterRef("region"), month=OuterRef("month"), indicator=OuterRef("indicator"))
    return rows.annotate(newest=Subquery(same.order_by("-known_at").values("known_at")[:1])).filter(
        known_at=F("newest")
    )


def _series(rows: QuerySet[RegionMonth]) -> Series:
    found: Series = defaultdict(lambda: defaultdict(dict))
    for region, indicator, month, value in rows.values_list("region_id", "indicator", "month", "value"):
        found[region][indicator][month] = value
    return found
