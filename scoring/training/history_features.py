"""What a run of monthly statements says of an account: how late, how full, how much is paid, and which way it goes.

Matrices have a row an account and a column a month, the latest first: status (months late; 0 revolving, below 0 paid in
full or not used), bill (the statement) and paid (received in that month, so for the statement of the month before).
"""

import msgspec
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
_MOST_PAID = 2.0
"""Paying a statement twice over says no more than this."""


class History(msgspec.Struct, frozen=True):
    """The months visible, at least two; `limit` is one value an account, in the money of bills."""

    status: Vector
    bill: Vector
    paid: Vector
    limit: Vector


def history_features(history: History) -> dict[str, Vector]:
    """Features by name, each of shape (accounts,); NaN where nothing was owed that could have been paid."""
    months = range(history.status.shape[1])
    levels = {"status": history.status, "bill": history.bill, "paid": history.paid}
    latest = {f"{name}_{month}": matrix[:, month] for name, matrix in levels.items() for month in months}
    return {"limit": history.limit, **latest, **_lateness(history.status), **_use(history), **_paying(history)}


def _lateness(status: Vector) -> dict[str, Vector]:
    late = np.maximum(status, 0.0)
    is_late = late > 0
    months = status.shape[1]
    weights = 1.0 / np.arange(1, months + 1)
    return {
        "late_worst": late.max(axis=1),
        "late_mean": late.mean(axis=1),
        "late_recent_mean": late @ weights / weights.sum(),
        "late_months": is_late.sum(axis=1).astype(np.float64),
        "months_since_late": _since(is_late),
        "status_mean": status.mean(axis=1),
        "status_best": status.min(axis=1),
        "status_change": status[:, 0] - status[:, 1:].mean(axis=1),
        "revolving_months": (status == 0).sum(axis=1).astype(np.float64),
        "settled_months": (status < 0).sum(axis=1).astype(np.float64),
    }


def _use(history: History) -> dict[str, Vector]:
    used = history.bill / np.maximum(history.limit, 1.0)[:, np.newaxis]
    return {
        "used": used[:, 0],
        "used_mean": used.mean(axis=1),
        "used_most": used.max(axis=1),
        "used_least": used.min(axis=1),
        "used_spread": used.std(axis=1),
        "used_trend": _trend(used),
        "used_change": used[:, 0] - used[:, 1],
        "unused_amount": history.limit - history.bill[:, 0],
        "months_without_bill": (history.bill <= 0).sum(axis=1).astype(np.float64),
    }


def _paying(history: History) -> dict[str, Vector]:
    owed, received = history.bill[:, 1:], history.paid[:, :-1]
    is_owed = owed > 0
    share = np.where(is_owed, np.clip(received / np.maximum(owed, 1.0), 0.0, _MOST_PAID), np.nan)
    counted = is_owed.sum(axis=1)
    any_owed = counted > 0
    mean = np.where(any_owed, np.nansum(share, axis=1) / np.maximum(counted, 1), np.nan)
    of_limit = history.paid / np.maximum(history.limit, 1.0)[:, np.newaxis]
    logs = np.log1p(np.maximum(history.paid, 0.0))
    return {
        "paid_share": share[:, 0],
        "paid_share_mean": mean,
        "paid_share_least": np.where(any_owed, np.where(is_owed, share, np.inf).min(axis=1), np.nan),
        "paid_share_most": np.where(any_owed, np.where(is_owed, share, -np.inf).max(axis=1), np.nan),
        "paid_of_billed": received.sum(axis=1) / np.maximum(np.maximum(owed, 0.0).sum(axis=1), 1.0),
        "paid_of_limit_mean": of_limit.mean(axis=1),
        "paid_of_limit_most": of_limit.max(axis=1),
        "paid_least": history.paid.min(axis=1),
        "paid_log_mean": logs.mean(axis=1),
        "paid_log_trend": _trend(logs),
        "months_unpaid": (history.paid <= 0).sum(axis=1).astype(np.float64),
        "months_since_paid": _since(history.paid > 0),
    }


def _since(happened: npt.NDArray[np.bool_]) -> Vector:
    """Months since it last happened, 0 for the latest month; all months where it never did."""
    never = float(happened.shape[1])
    since: Vector = np.where(happened.any(axis=1), happened.argmax(axis=1).astype(np.float64), never)
    return since


def _trend(matrix: Vector) -> Vector:
    """Least-squares change a month, positive where it rises towards the latest."""
    time = np.arange(matrix.shape[1], 0.0, -1.0)
    centred = time - time.mean()
    trend: Vector = matrix @ centred / (centred @ centred)
    return trend
