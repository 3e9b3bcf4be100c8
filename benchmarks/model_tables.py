"""Tables that models are compared on: real ones where they are, and made-up ones, each with a trait that hurts.

Made-up tables are drawn from a seed: the same numbers everywhere, nobody's data.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

Vector = npt.NDArray[np.float64]
_SHIPPED = Path(__file__).parents[1] / "data"
_REAL = {"german": ("german", "bad"), "taiwan": ("taiwan_dev70", "default"), "hmda": ("hmda_boston", "deny"),
         "lending_grade": ("lending_2018q1", "")}  # fmt: skip
_AFTER_PAYOUT = (
    "balance", "paid_total", "paid_principal", "paid_interest", "paid_late_fees", "loan_status", "grade", "sub_grade",
    "interest_rate", "installment", "initial_listing_status", "disbursement_method", "issue_month",
)  # fmt: skip


def table_of(name: str) -> tuple[pl.DataFrame, str] | None:
    """(rows, target) of a table; None where its file is not on this machine."""
    if name in MADE:
        return MADE[name](), "bad"
    stem, target = _REAL[name]
    folders = [_SHIPPED, Path(os.environ.get("RISKENGINE_DATA_DIR", _SHIPPED))]
    path = next((folder / f"{stem}.parquet" for folder in folders if (folder / f"{stem}.parquet").is_file()), None)
    if path is None:
        return None
    frame = pl.read_parquet(path)
    return _lending(frame) if name == "lending_grade" else (frame, target)


def _lending(frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The lender's own dear third (grade D or worse) from what was known of the applicant: no outcome is old enough."""
    bad = (frame["grade"] >= "D").cast(pl.Int64).alias("bad")
    return frame.drop(name for name in _AFTER_PAYOUT if name in frame.columns).with_columns(bad), "bad"


def _drawn(chance: np.random.Generator, margin: Vector, bad_rate: float) -> npt.NDArray[np.int64]:
    """Outcomes of log odds shifted so that about `bad_rate` are bad."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.mean(1 / (1 + np.exp(-(margin + middle)))) < bad_rate else (low, middle)
    return (chance.random(margin.size) < 1 / (1 + np.exp(-(margin + low)))).astype(np.int64)


def _large() -> pl.DataFrame:
    """150,000 × 10: utilisation, late counts with special codes 96 and 98, missing income; 7 % bad."""
    chance = np.random.default_rng(1)
    n = 150_000
    hidden = chance.normal(size=n)
    used = np.clip(chance.beta(0.6, 1.2, n) + 0.15 * hidden, 0, None) * np.where(chance.random(n) < 0.002, 900, 1)
    age = np.clip(chance.normal(52, 15, n), 21, 99).round()
    late = [chance.poisson(np.exp(-1.6 + 0.9 * hidden - drop)) for drop in (0.0, 1.0, 1.2)]
    income = np.exp(chance.normal(8.6, 0.7, n) - 0.15 * hidden)
    debt = np.clip(np.exp(chance.normal(-1.2, 0.9, n)), 0, 5)
    lines, homes = chance.poisson(8, n), chance.poisson(1, n)
    people = chance.poisson(0.8, n)
    margin = (
        1.9 * np.tanh(1.8 * np.minimum(used, 1.4)) + 0.75 * np.log1p(late[0]) + 0.9 * np.log1p(late[1])
        + 0.8 * np.log1p(late[2]) - 0.022 * (age - 50) + 0.35 * np.sin(lines / 3.5)
        + 0.9 * np.minimum(debt, 2) * (income < 5_000) - 0.25 * np.log(income) * (used > 0.5) + 0.06 * people
        + 0.5 * (homes == 0) * (age > 40) + 0.5 * hidden
    )  # fmt: skip
    special = chance.random(n) < 0.0018
    coded = [np.where(special, 98, count) for count in late]
    bad = _drawn(chance, margin + 2.2 * special, 0.067)
    frame = pl.DataFrame(
        {"used_share": used, "age": age, "late_30": coded[0], "late_60": coded[1], "late_90": coded[2],
         "debt_ratio": debt, "income": income.round(), "lines": lines, "homes": homes, "dependents": people, "bad": bad}
    )  # fmt: skip
    return frame.with_columns(
        income=pl.when(pl.Series(chance.random(n) < 0.2)).then(None).otherwise(pl.col("income")),
        dependents=pl.when(pl.Series(chance.random(n) < 0.03)).then(None).otherwise(pl.col("dependents")),
    )


def _rare() -> pl.DataFrame:
    """30,000 × 20, 2 % bad: smooth effects, two of them turning, a product, eight columns of noise."""
    chance = np.random.default_rng(2)
    x = chance.normal(size=(30_000, 20))
    margin = (
        0.7 * x[:, 0] - 0.5 * x[:, 1] + 0.4 * x[:, 2] ** 2 + 0.6 * x[:, 3] * x[:, 4] + 0.5 * np.abs(x[:, 5])
        + 0.4 * np.tanh(2 * x[:, 6]) - 0.3 * x[:, 7] + 0.25 * x[:, 8] + 0.2 * x[:, 9] * (x[:, 10] > 0) - 0.2 * x[:, 11]
    )  # fmt: skip
    return pl.DataFrame({**{f"x{place}": x[:, place] for place in range(20)}, "bad": _drawn(chance, margin, 0.02)})


def _levels() -> pl.DataFrame:
    """20,000 × 14: codes of 800, 60 and 12 levels, 999 and -1 as special codes, half of some columns missing."""
    chance = np.random.default_rng(3)
    n = 20_000
    employer = np.minimum(chance.zipf(1.3, n), 800)
    effect = chance.normal(0, 0.8, 801)
    branch, trade = chance.integers(0, 60, n), chance.integers(0, 12, n)
    branch_effect, trade_effect = chance.normal(0, 0.4, 60), chance.normal(0, 0.5, 12)
    months = np.where(chance.random(n) < 0.55, 999, chance.integers(0, 84, n))
    queries = np.where(chance.random(n) < 0.1, -1, chance.poisson(1.5, n))
    score = chance.normal(size=n)
    numbers = chance.normal(size=(n, 8))
    margin = (
        effect[employer] + branch_effect[branch] + trade_effect[trade] + np.where(months == 999, -0.6, 1 - months / 60)
        + np.where(queries == -1, 0.5, 0.25 * queries) - 0.8 * score + 0.4 * numbers[:, 0] * (trade < 4)
        + 0.4 * numbers[:, 1] - 0.3 * np.maximum(numbers[:, 2], 0)
    )  # fmt: skip
    frame = pl.DataFrame(
        {"employer": [f"E{code}" for code in employer], "branch": [f"B{code}" for code in branch],
         "trade": [f"T{code}" for code in trade], "months_since_late": months, "queries": queries, "bureau": score,
         **{f"n{place}": numbers[:, place] for place in range(8)}, "bad": _drawn(chance, margin, 0.12)}
    )  # fmt: skip
    gone = {name: pl.Series(chance.random(n) < share) for name, share in (("bureau", 0.5), ("n0", 0.4), ("trade", 0.1))}
    return frame.with_columns(
        pl.when(where).then(None).otherwise(pl.col(name)).alias(name) for name, where in gone.items()
    )


def _turning() -> pl.DataFrame:
    """8,000 × 12: effects whose sign depends on another column, which no monotone model can follow."""
    chance = np.random.default_rng(4)
    x = chance.normal(size=(8_000, 12))
    group = chance.integers(0, 3, 8_000)
    margin = (
        x[:, 0] * np.where(x[:, 1] > -0.6, 1.0, -0.8) + 0.8 * x[:, 2] * np.where(group == 0, -0.7, 1.0)
        + 0.5 * np.sin(2 * x[:, 3]) + 0.5 * x[:, 4] + 0.4 * (group == 1) * (x[:, 5] > 0)
    )  # fmt: skip
    return pl.DataFrame(
        {**{f"x{place}": x[:, place] for place in range(12)}, "group": [f"g{code}" for code in group],
         "bad": _drawn(chance, margin, 0.25)}
    )  # fmt: skip


def _dense() -> pl.DataFrame:
    """6,000 × 15: every column acts with every other, as a small network of random weights has it; 20 % bad."""
    chance = np.random.default_rng(5)
    x = chance.normal(size=(6_000, 15)) @ (np.eye(15) + 0.25 * chance.normal(size=(15, 15)))
    first, second = chance.normal(0, 0.35, size=(15, 24)), chance.normal(0, 0.6, 24)
    margin = np.tanh(x @ first + chance.normal(0, 0.5, 24)) @ second
    return pl.DataFrame({**{f"x{place}": x[:, place] for place in range(15)}, "bad": _drawn(chance, margin, 0.2)})


def _segments() -> pl.DataFrame:
    """12,000 × 16: three segments with rules of three columns each, amounts far out, a fifth missing; 10 % bad."""
    chance = np.random.default_rng(6)
    n = 12_000
    channel = chance.integers(0, 6, n)
    years, income = chance.gamma(2.0, 3.0, n), np.exp(chance.normal(8.5, 0.8, n))
    asked = income * np.exp(chance.normal(0.5, 0.7, n))
    used, late = chance.beta(1.0, 2.0, n), chance.poisson(0.4, n)
    noise = chance.normal(size=(n, 10))
    share = asked / income
    margin = (
        np.where(channel < 2, 1.2 * (share > 2) * (years < 4), 0.0)
        + np.where((channel >= 2) & (channel < 4), 1.4 * (used > 0.5) * (late > 0) - 0.4, 0.0)
        + np.where(channel >= 4, 0.9 * np.log(share) * (used > 0.3), 0.3)
        + 0.5 * np.minimum(late, 3) - 0.06 * np.minimum(years, 12) + 0.3 * noise[:, 0]
    )  # fmt: skip
    frame = pl.DataFrame(
        {"channel": [f"C{code}" for code in channel], "years": years, "income": income.round(),
         "asked": asked.round(), "used": used, "late": late,
         **{f"n{place}": noise[:, place] for place in range(10)}, "bad": _drawn(chance, margin, 0.1)}
    )  # fmt: skip
    gone = pl.Series(chance.random(n) < 0.2)
    return frame.with_columns(pl.when(gone).then(None).otherwise(pl.col(name)).alias(name) for name in ("used", "late"))


MADE: dict[str, Callable[[], pl.DataFrame]] = {
    "large": _large,
    "rare": _rare,
    "levels": _levels,
    "turning": _turning,
    "dense": _dense,
    "segments": _segments,
}
TABLES = (*_REAL, *MADE)
