"""How a product's month differs from those before it: applications (SQbd), rate (Lbd), missed due dates (Wyx).

Our reading of a method whose formula pictures are not available; docs/regions.md says what was chosen. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from monitoring.regions.months import month_add

MONTHS_BEFORE: Final = 6
"""Months whose mean this month's applications are held against."""


class State(StrEnum):
    """What a fluctuation is when it is not a value; only VALUE ever enters a sum."""

    VALUE = "VALUE"
    SHORT_HISTORY = "SHORT_HISTORY"
    LOW_BASE = "LOW_BASE"
    NO_BASE = "NO_BASE"
    NO_MONTH = "NO_MONTH"


@dataclass(frozen=True)
class Month:
    """What a product did in one month. Money in minor units, rates as shares; a customer counts once a month.

    `rate_amount` is the sum of amount × annual rate over the contracts whose rate is known, `rated_minor` their
    amount, `rated` their number.
    """

    applications: int = 0
    contracts: int = 0
    rated: int = 0
    rated_minor: int = 0
    rate_amount: float = 0.0
    customers_due: int = 0
    customers_missed: int = 0

    @property
    def rate(self) -> float | None:
        """The amount-weighted mean annual rate of new contracts; None where none has a rate."""
        return self.rate_amount / self.rated_minor if self.rated_minor > 0 else None

    @property
    def missed_share(self) -> float | None:
        """Customers who missed a due date among those who had one; None where nobody had one."""
        return self.customers_missed / self.customers_due if self.customers_due > 0 else None


@dataclass(frozen=True)
class Limits:
    """When a fluctuation has no value: fewer months than `months_least` before it, fewer cases than `base_least`."""

    months_least: int = 3
    base_least: int = 30


@dataclass(frozen=True)
class Fluctuation:
    """A value (a share: 0.2 is a fifth up) or a state, with what it was worked out from.

    `now` and `base` are what is compared (applications and their mean, rates, shares), `cases` and `base_cases` the
    counts behind them, `months` how many months of history there were.
    """

    state: State
    value: float | None
    now: float | None
    base: float | None
    cases: float
    base_cases: float
    months: int

    @property
    def positive(self) -> float | None:
        """The part that counts as a risk: max(value, 0); None where there is no value."""
        return None if self.value is None else max(self.value, 0.0)


@dataclass(frozen=True)
class Fluctuations:
    """The three of one product in one month."""

    applications: Fluctuation
    rate: Fluctuation
    default: Fluctuation

    @property
    def parts(self) -> tuple[Fluctuation, Fluctuation, Fluctuation]:
        return self.applications, self.rate, self.default


Months = Mapping[date, Month]
"""A product's months by their first day. A month that is not there between two that are has nothing in it."""


def fluctuations(months: Months, month: date, weights: tuple[float, float, float], limits: Limits) -> Fluctuations:
    """SQbd, Lbd and Wyx of a month, weighted with A1, A2, A3.

    SQbd = A1·(n − mean of up to six months before) / that mean; Lbd = A2·(r − r₋₁)/r₋₁ with amount-weighted mean rates
    of new contracts; Wyx = A3·(d − d₋₁)/d₋₁ with shares of customers who missed a due date.
    """
    before = _history(months, month)
    now, last = months.get(month, Month()), months.get(month_add(month, -1), Month())
    counts = [months.get(month_add(month, -back), Month()).applications for back in range(before, 0, -1)]
    counts = counts[-MONTHS_BEFORE:]
    mean = sum(counts) / len(counts) if counts else 0.0
    is_there = bool(months) and month <= max(months)
    rates, shares = (now.rate, last.rate), (now.missed_share, last.missed_share)
    found = [
        _judged(weight, pair, cases, before, limits) if is_there else _nothing(pair, cases, before)
        for weight, pair, cases in (
            (weights[0], (float(now.applications), mean), (mean, mean)),
            (weights[1], rates, (float(now.rated), float(last.rated))),
            (weights[2], shares, (float(now.customers_due), float(last.customers_due))),
        )
    ]
    return Fluctuations(*found)


def _history(months: Months, month: date) -> int:
    """Months from the product's first to the one before `month`."""
    if not months:
        return 0
    first = min(months)
    return max((month.year - first.year) * 12 + month.month - first.month, 0)


def _judged(
    weight: float, pair: tuple[float | None, float | None], cases: tuple[float, float], before: int, limits: Limits
) -> Fluctuation:
    now, base = pair
    state, value = State.VALUE, None
    if before < limits.months_least:
        state = State.SHORT_HISTORY
    elif base is None or base <= 0.0:
        state = State.NO_BASE
    elif now is None:
        state = State.NO_MONTH
    elif min(cases) < limits.base_least:
        state = State.LOW_BASE
    else:
        value = weight * (now - base) / base
    return Fluctuation(state, value, now, base, cases[0], cases[1], min(before, MONTHS_BEFORE))


def _nothing(pair: tuple[float | None, float | None], cases: tuple[float, float], before: int) -> Fluctuation:
    return Fluctuation(State.NO_MONTH, None, *pair, *cases, min(before, MONTHS_BEFORE))
