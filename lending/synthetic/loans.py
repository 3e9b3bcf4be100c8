"""Made-up loans and how they run month by month, by columns. Pure: the same seed gives the same rows.

Arrears follow a Markov chain: a loan's own frailty, its region, its purpose and a wave through time move the chance
that a month is missed; each further month rolls on or is cured. Nothing here was fitted to anybody's customers.
"""

from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

REGIONS: Final = 8
"""Regions are made up too; their frailty rises with their number."""
PURPOSES: Final = ("", "education", "house_renovation", "car", "medical", "refinance", "business", "travel")
_PURPOSE_SHARES: Final = (0.30, 0.08, 0.17, 0.12, 0.07, 0.12, 0.08, 0.06)
_PURPOSE_FRAILTY: Final = (0.0, -0.1, -0.1, -0.1, 0.1, 0.4, 0.35, 0.15)
BRANCHES: Final = 24
WORST_STATUS: Final = 8
_LIMITS: Final = (10_000, 20_000, 30_000, 50_000, 80_000, 100_000, 150_000, 200_000, 300_000, 500_000)
_LIMIT_SHARES: Final = (0.03, 0.07, 0.09, 0.20, 0.12, 0.10, 0.12, 0.12, 0.10, 0.05)
_MISS, _ROLL, _CURE = -4.1, 0.0, -0.3
"""Log odds of a loan of no frailty: to miss a month; once late, to go further; to be cured if it does not."""


def month_ends(until: date, months: int) -> list[date]:
    """The last days of the `months` months up to the one that ends on or before `until`, oldest first."""
    following = date.fromordinal(until.toordinal() + 1)
    last = following.year * 12 + following.month - 2
    return [_last_day(number) for number in range(last - months + 1, last + 1)]


def _last_day(month: int) -> date:
    following = month + 1
    return date.fromordinal(date(following // 12, following % 12 + 1, 1).toordinal() - 1)


def loans_frame(rng: np.random.Generator, count: int, ends: list[date]) -> pl.DataFrame:
    """`count` loans: limit and amounts in minor units, opening within the months or up to three years before them,
    `region` (0-based), purpose, rate, term, branch, attributes as JSON and the hidden `frailty` (standard deviations).
    """
    region = rng.integers(0, REGIONS, count)
    purpose = rng.choice(len(PURPOSES), count, p=_PURPOSE_SHARES)
    frailty = rng.normal(0, 1, count) + (region - (REGIONS - 1) / 2) * 0.06 + np.take(_PURPOSE_FRAILTY, purpose)
    limit = rng.choice(_LIMITS, count, p=_LIMIT_SHARES) * 100
    last = ends[-1].toordinal()
    window = max((len(ends) - 6) * 30, 1)
    is_new = rng.random(count) < min(0.6, window / 1_500)
    age = np.where(is_new, rng.integers(0, window, count), window + rng.integers(180, 1_260, count))
    opened = pl.Series((last - age - _EPOCH).astype(np.int32)).cast(pl.Date)
    attributes = [
        f'{{"sex": {sex}, "education": {education}, "marriage": {marriage}, "age_years": {years}}}'
        for sex, education, marriage, years in zip(
            rng.integers(1, 3, count).tolist(),
            rng.choice(4, count, p=(0.35, 0.47, 0.16, 0.02)).__add__(1).tolist(),
            rng.choice(3, count, p=(0.45, 0.53, 0.02)).__add__(1).tolist(),
            np.clip(rng.normal(36, 9, count), 21, 75).astype(int).tolist(),
            strict=True,
        )
    ]
    return pl.DataFrame(
        {
            "limit_minor": limit,
            "opened_on": opened,
            "attributes": attributes,
            "purpose": pl.Series([PURPOSES[number] for number in purpose.tolist()]),
            "region": region,
            "annual_rate": np.round(0.08 + 0.02 * np.clip(frailty, -2, 3) + rng.random(count) * 0.04, 4),
            "term_months": rng.choice((12, 24, 36, 48), count),
            "branch": pl.Series([f"SYN-{number + 1:02d}" for number in rng.integers(0, BRANCHES, count).tolist()]),
            "frailty": frailty,
        }
    )


_EPOCH: Final = date(1970, 1, 1).toordinal()


def months_frame(rng: np.random.Generator, loans: pl.DataFrame, ends: list[date]) -> pl.DataFrame:
    """`place` (row of `loans`), month end, payment status (-2 not used … 8), billed and paid; from the opening on."""
    count = loans.height
    frailty, limit = loans["frailty"].to_numpy(), loans["limit_minor"].to_numpy()
    opened = loans["opened_on"].cast(pl.Int32).to_numpy()
    habit = rng.choice((-2, -1, 0), count, p=(0.12, 0.28, 0.60))
    use = np.clip(0.35 + 0.18 * frailty + rng.normal(0, 0.2, count), 0.01, 1.05)
    late = np.zeros(count, dtype=np.int64)
    billed = (use * limit).astype(np.int64)
    parts = []
    for number, end in enumerate(ends):
        before, billed_before = late, billed
        wave = 0.35 * np.sin(2 * np.pi * (end.year * 12 + end.month) / 30)
        late = _next_late(rng, before, frailty + wave)
        drift = rng.normal(0, 0.06, count) + 0.03 * (late > 0) + 0.015 * (frailty > 1)
        use = np.clip(use + drift + 0.05 * (0.35 - use), 0.0, 1.15)
        billed = np.where((habit == -2) & (late == 0), 0, use * limit).astype(np.int64)
        share = np.where(habit == -1, 1.0, 0.03 + 0.25 * rng.random(count) ** 2)
        paid = np.where(late > before, 0, np.clip(billed_before, 0, None) * share).astype(np.int64)
        status = np.where(late > 0, late, habit)
        is_open = opened <= end.toordinal() - _EPOCH
        parts.append(
            pl.DataFrame(
                {
                    "place": np.flatnonzero(is_open),
                    "month": np.full(int(is_open.sum()), number),
                    "payment_status": status[is_open],
                    "billed_minor": billed[is_open],
                    "paid_minor": paid[is_open],
                }
            )
        )
    # A loan's months side by side: pages are read by loan.
    return pl.concat(parts).sort("place", "month", descending=[False, True])


def _next_late(rng: np.random.Generator, late: Integers, frailty: Floats) -> Integers:
    chance = rng.random(late.size)
    missed = chance < _share(_MISS + 0.9 * frailty)
    rolls = chance < _share(_ROLL + 0.35 * frailty)
    cured = rng.random(late.size) < _share(_CURE - 0.3 * frailty)
    following = np.where(rolls, late + 1, np.where(cured, 0, late))
    kept: Integers = np.where(late > 0, np.minimum(following, WORST_STATUS), missed.astype(np.int64))
    return kept


def _share(odds: Floats) -> Floats:
    share: Floats = 1 / (1 + np.exp(-odds))
    return share


def events_frame(rng: np.random.Generator, count: int, until: date, share: float) -> pl.DataFrame:
    """Risk events of a `share` of the places: `place`, kind, `day` (ordinal), amount, category; one to four each within
    the last 30 days, and one older for as many other places."""
    new = np.sort(rng.choice(count, round(count * share), replace=False))
    old = np.sort(rng.choice(count, round(count * share), replace=False))
    parts: list[tuple[int, int, int]] = []
    for place, story in zip(new.tolist(), rng.integers(0, len(STORIES), new.size).tolist(), strict=True):
        start = int(rng.integers(0, 8))
        parts += [(place, kind, until.toordinal() - back - start) for kind, back in STORIES[story]]
    for place, kind in zip(old.tolist(), rng.integers(0, len(EVENTS), old.size).tolist(), strict=True):
        parts.append((place, kind, until.toordinal() - int(rng.integers(60, 300))))
    kinds = [EVENTS[kind] for _, kind, _ in parts]
    rows: dict[str, Any] = {
        "place": pl.Series([place for place, _, _ in parts], dtype=pl.Int64),
        "kind": pl.Series([kind for kind, _ in kinds], dtype=pl.String),
        "day": pl.Series([day for _, _, day in parts], dtype=pl.Int64),
        "category": pl.Series([category for _, category in kinds], dtype=pl.String),
        "amount_minor": rng.integers(1, 500, len(parts)) * 10_000,
    }
    return pl.DataFrame(rows)


EVENTS: Final = (
    ("loan_elsewhere", "consumer_lender"),
    ("instalment_missed", ""),
    ("transfer_out", "broker"),
    ("enquiry_elsewhere", ""),
    ("instalment_paid", ""),
    ("cash_out", ""),
    ("contact_lost", ""),
    ("transfer_in", "merchant"),
)
STORIES: Final = (
    # Numbers in EVENTS and days before the last one; the first two are what patterns look for, the others are not.
    ((0, 20), (1, 12), (2, 2)),
    ((0, 3), (4, 0)),
    ((3, 9), (3, 4)),
    ((4, 6),),
    ((7, 2),),
    ((2, 14), (4, 8), (0, 1)),
    ((5, 3),),
    ((3, 15), (7, 10), (4, 5), (3, 1)),
)


def account_months_frame(rng: np.random.Generator, places: Integers, frailty: Floats, months: int) -> pl.DataFrame:
    """Sums of account movements of the customers at `places`, for each of the last `months` months (0 the oldest).

    A frail customer's income may stop (1 % of months) or fall; borrowing, cash and gambling rise with frailty.
    """
    size = places.size
    own = frailty[places]
    income = (np.exp(rng.normal(10.9, 0.4, size)) * 100).astype(np.int64)
    parts = []
    stopped = np.zeros(size, dtype=bool)
    for month in range(months):
        stopped |= rng.random(size) < 0.004 + 0.006 * (own > 1)
        earned = np.where(stopped, 0, income * (1 + rng.normal(0, 0.06, size))).astype(np.int64)
        borrows = rng.random(size) < 0.02 + 0.06 * (own > 1)
        lent = np.where(borrows, income * rng.random(size), 0).astype(np.int64)
        spent = (income * (0.6 + 0.1 * rng.random(size))).astype(np.int64)
        parts.append(
            pl.DataFrame(
                {
                    "place": places,
                    "month": np.full(size, month),
                    "income_minor": earned,
                    "lender_in_minor": lent,
                    "lender_out_minor": (lent * 0.8).astype(np.int64),
                    "cash_out_minor": (income * 0.1 * rng.random(size)).astype(np.int64),
                    "gambling_minor": np.where(rng.random(size) < 0.02, income * 0.05, 0).astype(np.int64),
                    "lowest_balance_minor": (income * (0.3 - 0.25 * own + rng.normal(0, 0.2, size))).astype(np.int64),
                    "spend_minor": spent,
                }
            )
        )
    return pl.concat(parts)
