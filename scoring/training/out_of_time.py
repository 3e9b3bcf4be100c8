"""How a model does on applications later than those it learnt from: what it will meet, which shuffled folds hide."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from scoring.metrics import all_metrics
from scoring.training.families import Fit
from scoring.training.folds import Places
from scoring.training.grading import BANDS, Grading
from scoring.training.request import Prepared
from scoring.training.table import Outcome

_PERIODS = 5
_TESTED = 2
_FEWEST_CASES = 25


def out_of_time(
    prepared: Prepared, fit: Fit, *, grading: Grading = BANDS, progress: Callable[[str], None]
) -> dict[str, Any] | None:
    """Train on all earlier rows, test on each of the last two of five periods; None without dates.

    Periods hold about equally many rows; a day lies in one period only. Everything is learnt and tuned on the earlier
    rows alone. Keys: those of `all_metrics` (means over the periods tested), `periods` with the figures of each,
    `calibration_tests` of all rows tested, `rows_without_date`. A period with fewer than 25 good or bad cases, or
    after fewer, is left out; `periods` is empty if none is left.
    """
    if prepared.dates is None:
        return None
    days = prepared.dates.cast(pl.Int32).cast(pl.Float64).fill_null(np.nan).to_numpy()
    known = np.isfinite(days)
    edges = np.unique(np.quantile(days[known], np.linspace(0, 1, _PERIODS + 1)[-_TESTED - 1 :], method="nearest"))
    rows, outcomes, pds = [], [], []
    for start, end in pairwise(edges):
        is_last = end == edges[-1]
        train = np.flatnonzero(known & (days < start))
        test = np.flatnonzero(known & (days >= start) & ((days <= end) if is_last else (days < end)))
        if _fewest(prepared.outcome[train]) < _FEWEST_CASES or _fewest(prepared.outcome[test]) < _FEWEST_CASES:
            continue
        fitted = fit(prepared.frame[train], prepared.outcome[train], prepared.recipe)
        found = fitted.model.predict_pd(prepared.frame[test])
        figures = all_metrics(prepared.outcome[test], found)
        rows.append({**_period(prepared.dates, prepared.outcome, train, test), **figures})
        outcomes.append(prepared.outcome[test])
        pds.append(found)
        progress(f"out of time from {rows[-1]['test_from']}: auc {figures['auc']:.4f}, ece {figures['ece']:.4f}")
    missing = int((~known).sum())
    if not rows:
        return {"periods": [], "rows_without_date": missing}
    return {
        **{name: float(np.mean([row[name] for row in rows])) for name in figures},
        "periods": rows,
        "calibration_tests": grading.tests(np.concatenate(outcomes), np.concatenate(pds), on="out_of_time"),
        "rows_without_date": missing,
    }


def _fewest(outcome: Outcome) -> int:
    bads = int(outcome.sum())
    return min(bads, outcome.size - bads)


def _period(dates: pl.Series, outcome: Outcome, train: Places, test: Places) -> dict[str, Any]:
    return {
        "train_until": str(dates[train].max()),
        "test_from": str(dates[test].min()),
        "test_until": str(dates[test].max()),
        "n_train": int(train.size),
        "n_test": int(test.size),
        "bad_rate": float(outcome[test].mean()),
    }
