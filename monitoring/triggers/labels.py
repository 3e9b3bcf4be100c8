"""How often officers found trouble where a trigger had spoken: precision by the outcomes of cases. Pure.

Only worked cases have an outcome: those that the policy opened and somebody took. A share says nothing of warnings that
were only watched, and none of accounts that were not warned of, so there is no recall by outcomes.
"""

from typing import Any

import polars as pl

from monitoring.triggers.measures import precision


def labels_measured(labels: pl.DataFrame) -> dict[str, Any]:
    """`cases`, of them `right` (true trouble or cured), `false` (false alarms) and `duplicates` (neither); `precision`
    of right among right and false (0 to 1, null of none) with `precision_interval` at 95 % (Wilson).

    `labels` has a row a case with the Boolean `is_trouble`, null for a duplicate.
    """
    right, false = int(labels["is_trouble"].sum()), int((~labels["is_trouble"]).sum())
    return {
        "cases": labels.height,
        "right": right,
        "false": false,
        "duplicates": int(labels["is_trouble"].null_count()),
        **precision(right, right + false),
    }


def triggers_measured(labels: pl.DataFrame, spoke: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The figures of `labels_measured` by trigger, over the cases in which it spoke.

    `spoke` [case_id, code]: what hit in the reviews behind each case. A case counts for every trigger of it.
    """
    found = labels.join(spoke.unique(), on="case_id", how="inner")
    parts = found.partition_by("code", as_dict=True)
    return {str(code): labels_measured(part) for (code,), part in sorted(parts.items())}


def agreement(labels: pl.DataFrame, defaults: pl.DataFrame) -> dict[str, int]:
    """How officers' outcomes and later defaults go together, by loan: `trouble_default`, `trouble_no_default`,
    `false_default`, `false_no_default`; duplicates are left out.

    `defaults` [loan_id, bad (0, 1 or Boolean)]. Of several cases on one loan the last closed counts.
    """
    last = labels.drop_nulls("is_trouble").sort("closed_at", "case_id").unique("loan_id", keep="last")
    both = last.join(defaults.select("loan_id", pl.col("bad").cast(pl.Boolean)), on="loan_id", how="inner")
    trouble, bad = pl.col("is_trouble"), pl.col("bad")
    cells = {
        "trouble_default": trouble & bad,
        "trouble_no_default": trouble & ~bad,
        "false_default": ~trouble & bad,
        "false_no_default": ~trouble & ~bad,
    }
    return {name: int(both.select(is_in.sum()).item()) for name, is_in in cells.items()}
