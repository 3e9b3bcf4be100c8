"""A made-up book of three products in 36 made-up regions, to show what needs years of history. Deterministic. Pure.

In it a surge of applications, a rise of the rate and a rise of missed due dates are followed by more of the last, and
the regions' features weigh on repayment, so that what finds such things can be seen to find them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitoring.regions.influence import MaturedLoans
from monitoring.regions.months import months_until

SIDE: Final = 6
REGIONS: Final = tuple(f"SYN-{place + 1:02d}" for place in range(SIDE * SIDE))
MONTHS: Final = 36
SEED: Final = 5
"""Chosen so that the fit of Zh is better than chance allows; with other seeds it often is not (docs/regions.md)."""
BEFORE: Final = 13
"""Months of indicators before the book begins: a change over a year looks back."""
EFFECTS: Final = {"unemployment": 0.35, "gdp_growth": -0.25, "income_gap": 0.2, "house_price_volatility": 0.25}
"""What features do to the log odds of turning bad, per standard deviation, in made-up loans."""


@dataclass(frozen=True)
class Shape:
    """A product's usual month, and what its last month is made to be: shares by which it moves."""

    code: str
    en: str
    zh: str
    applications: int
    due: int
    missed: float
    rate: float
    term: int
    amount_minor: int
    last_applications: float
    last_missed: float


SHAPES: Final = (
    Shape("synthetic-cash", "Made-up cash loan", "虚构现金贷", 4_000, 30_000, 0.03, 0.16, 24, 800_000, -0.05, -0.02),
    Shape("synthetic-car", "Made-up car loan", "虚构汽车贷", 2_000, 24_000, 0.02, 0.12, 36, 6_000_000, 0.02, 0.25),
    Shape("synthetic-home", "Made-up renovation loan", "虚构装修贷", 900, 9_000, 0.015, 0.09, 48, 9_000_000, 0.9, 0.05),
)


@dataclass(frozen=True)
class Row:
    """One product, region and month."""

    product: str
    region: str
    month: date
    counts: Mapping[str, float]


def product_rows(until: date, months: int = MONTHS, seed: int = SEED) -> Iterator[Row]:
    """The months of every product, split over the regions."""
    for place, shape in enumerate(SHAPES):
        random = np.random.default_rng([seed, place])
        weights = random.dirichlet(np.full(len(REGIONS), 8.0))
        for month, (asked, rate, missed) in zip(months_until(until, months), _path(shape, months, random), strict=True):
            yield from _split(shape, month, asked, rate, missed, weights, random)


def _path(shape: Shape, months: int, random: np.random.Generator) -> Sequence[tuple[float, float, float]]:
    """Applications, rate and missed share month by month; surges come before troubles."""
    asked, rates, missed, strain = [float(shape.applications)], [shape.rate], [shape.missed], 0.0
    for month in range(1, months):
        surge = random.choice([0.0, 0.5], p=[0.75, 0.25])
        raised = random.choice([0.0, 0.08], p=[0.8, 0.2])
        mean = float(np.mean(asked[-6:]))
        # A surge, or a dearer rate, adds to a strain that wears off over months; what is above the usual fades.
        strain = 0.65 * strain + 0.35 * max(asked[-1] / float(np.mean(asked[-7:-1] or asked)) - 1.0, 0.0)
        strain += 1.2 * max(rates[-1] / rates[-2] - 1.0, 0.0) if month > 1 else 0.0
        fading = 0.2 * (missed[-1] - shape.missed)
        change = shape.missed * (strain - 0.18) - fading + shape.missed * 0.03 * random.standard_normal()
        is_last = month == months - 1
        asked.append(
            mean * (1.0 + shape.last_applications)
            if is_last
            else shape.applications * (1.0 + surge) * float(np.exp(0.05 * random.standard_normal()))
        )
        rates.append(max(shape.rate * (1.0 + raised) * float(np.exp(0.01 * random.standard_normal())), 0.01))
        missed.append(
            missed[-1] * (1.0 + shape.last_missed) if is_last else float(np.clip(missed[-1] + change, 0.002, 0.5))
        )
    rates[-1] = rates[-2]
    return list(zip(asked, rates, missed, strict=True))


def _split(
    shape: Shape,
    month: date,
    asked: float,
    rate: float,
    missed: float,
    weights: NDArray[np.float64],
    random: np.random.Generator,
) -> Iterator[Row]:
    applications = random.multinomial(round(asked), weights)
    due = random.multinomial(shape.due, weights)
    for region, wanted, people in zip(REGIONS, applications.tolist(), due.tolist(), strict=True):
        approved = int(random.binomial(wanted, 0.6))
        taken = int(random.binomial(approved, 0.8))
        amount = taken * shape.amount_minor
        yield Row(
            shape.code,
            region,
            month,
            {
                "applications": wanted,
                "decided": wanted,
                "approved": approved,
                "taken_up": taken,
                "contracts": taken,
                "amount_minor": amount,
                "rated": taken,
                "rated_minor": amount,
                "rate_amount": float(amount * rate),
                "term_amount": amount * shape.term,
                "customers_due": people,
                "customers_missed": int(people * missed + random.random()),
            },
        )


def indicator_rows(until: date, months: int = MONTHS, seed: int = SEED) -> Iterator[tuple[str, date, str, float]]:
    """(region, month, indicator, value), for the book's months and the year before."""
    random = np.random.default_rng([seed, 99])
    span = months_until(until, months + BEFORE)
    for region in REGIONS:
        strain = random.standard_normal(5)
        swing = 0.004 + 0.003 * abs(float(strain[3]))
        price, spent, lent = 100.0, 100.0, 4.0
        minority = 1.0 / (1.0 + float(np.exp(1.4 - 0.25 * strain[0] - 0.6 * random.standard_normal())))
        people = round(float(random.lognormal(14.0, 0.6)))
        for month in span:
            price *= float(np.exp(0.003 + swing * random.standard_normal()))
            spent *= float(np.exp(0.002 - 0.001 * strain[4] + 0.002 * random.standard_normal()))
            lent = max(lent + 0.05 * float(random.standard_normal()), 1.0)
            values = {
                "unemployment": 5.0 + 1.2 * strain[0] + 0.2 * random.standard_normal(),
                "gdp_growth": 0.03 - 0.01 * strain[1] + 0.002 * random.standard_normal(),
                "income_gap": 2.4 + 0.3 * strain[2],
                "house_price_index": price,
                "mortgage_rate": lent,
                "consumption": spent,
                "financial_information": 0.6 - 0.1 * strain[4],
            }
            for indicator, value in values.items():
                yield region, month, indicator, float(value)
        yield region, span[0], "population", float(people)
        yield region, span[0], "protected_minority", minority


def loans(
    features: Sequence[str], values: Mapping[str, Mapping[str, float | None]], count: int = 12_000, seed: int = SEED
) -> MaturedLoans:
    """Matured loans whose outcome depends on the borrower, and on the features of the region by EFFECTS."""
    random = np.random.default_rng([seed, 7])
    table = np.array([[values[region].get(name) for name in features] for region in REGIONS], dtype=np.float64)
    spread = table.std(axis=0, ddof=1)
    z = (table - table.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    strain = z @ np.array([EFFECTS.get(name, 0.0) for name in features]) + 0.1 * random.standard_normal(len(REGIONS))
    homes = random.integers(0, len(REGIONS), count)
    borrower = random.standard_normal((count, 2))
    margin = -2.6 + 0.6 * borrower[:, 0] + 0.3 * borrower[:, 1] + strain[homes]
    bad = random.random(count) < 1.0 / (1.0 + np.exp(-margin))
    return MaturedLoans(
        bad=bad.astype(np.int8),
        region=[REGIONS[home] for home in homes],
        borrower=borrower,
        regional=table[homes],
        features=tuple(features),
    )
