"""Who will default 30, 60 or 90 days from now, told from what was visible then: months not yet seen are not read.

The schema is that of the Taiwan card data: default in October 2005; statements from September (`PAY_0`, `BILL_AMT1`,
`PAY_AMT1`) back to April. A payment of a month (`PAY_AMT1`) settles the statement before it (`BILL_AMT2`).
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.metrics import auc, ece
from scoring.training.booster import BoosterParameters
from scoring.training.columns import Column
from scoring.training.errors import TrainingInputError
from scoring.training.fitting import Recipe, fit_xgboost
from scoring.training.history_features import History, history_features
from scoring.training.table import Outcome, target_read

TARGET = "default"
HIDDEN_MONTHS = {30: 0, 60: 1, 90: 2}
"""Latest statements not read, by days before the end of October: after 30 days' notice September's is the latest."""
_MONTHS = ("September", "August", "July", "June", "May", "April")
_STATUS = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
_BILL = tuple(f"BILL_AMT{number}" for number in range(1, 7))
_PAID = tuple(f"PAY_AMT{number}" for number in range(1, 7))
_LIMIT, _EDUCATION = "LIMIT_BAL", "EDUCATION"
NEEDED = (_LIMIT, _EDUCATION, *_STATUS, *_BILL, *_PAID, TARGET)
"""Sex, marriage and age may lie in the file; they are never read."""
_TOP = 0.1
_PARAMETERS = BoosterParameters(
    rounds=300,
    max_depth=4,
    learning_rate=0.03,
    subsample=0.5,
    colsample_bynode=0.15,
    min_child_weight=20.0,
    reg_lambda=10.0,
    calibration="piecewise",
)


def early_warning_report(train: pl.DataFrame, test: pl.DataFrame, *, seed: int = 42) -> dict[str, Any]:
    """Learn on `train`, measure on `test`: for each horizon H the keys `auc_H`, `precision_top10_H` (share of bads
    among the riskiest tenth), `ece_H`, and `…_current_H` of accounts not late in the latest visible month.

    Raises TrainingInputError if a column is missing or a table holds one outcome only.
    """
    for name, frame in (("train", train), ("test", test)):
        missing = [column for column in NEEDED if column not in frame.columns]
        if missing:
            raise TrainingInputError(f"The {name} file has no column {', '.join(missing)}.", columns=missing)
    bads = target_read(train[TARGET])[0], target_read(test[TARGET])[0]
    known = [np.isfinite(outcome) for outcome in bads]
    train, test = train.filter(known[0]), test.filter(known[1])
    learnt, seen = bads[0][known[0]], bads[1][known[1]]
    report: dict[str, Any] = {"n_train": train.height, "n_test": test.height, "bad_rate": float(seen.mean()),
                              "ids_in_both": _in_both(train, test), "seed": seed, "horizons": {}}  # fmt: skip
    for days, hidden in HIDDEN_MONTHS.items():
        visible = visible_table(train, hidden)
        recipe = _recipe(visible.columns, seed)
        pds = fit_xgboost(visible, learnt, recipe).model.predict_pd(visible_table(test, hidden))
        report |= _figures(days, seen, pds, test[_STATUS[hidden]].to_numpy() <= 0)
        report["horizons"][str(days)] = {
            "latest_month_visible": f"{_MONTHS[hidden]} 2005",
            "columns_read": [*_STATUS[hidden:], *_BILL[hidden:], *_PAID[hidden:], _LIMIT, _EDUCATION],
            "features": visible.columns,
        }
    return report


def visible_table(frame: pl.DataFrame, hidden: int) -> pl.DataFrame:
    """The features of what is known without the latest `hidden` statements and payments."""
    status, bill, paid = (_matrix(frame, names[hidden:]) for names in (_STATUS, _BILL, _PAID))
    history = History(status, bill, paid, _number(frame, _LIMIT))
    columns = {**history_features(history), "education": _number(frame, _EDUCATION)}
    return pl.DataFrame({name: pl.Series(values, nan_to_null=True) for name, values in columns.items()})


def _recipe(names: Sequence[str], seed: int) -> Recipe:
    parameters = msgspec.structs.replace(_PARAMETERS, seed=seed)
    return Recipe([Column(name, "number") for name in names], lambda frame, outcome: {}, seed, parameters)


def _figures(days: int, outcome: Outcome, pds: Outcome, is_current: npt.NDArray[np.bool_]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for word, rows in (("", np.ones(outcome.size, dtype=bool)), ("_current", is_current)):
        bads, scores = outcome[rows], pds[rows]
        if bads.size == 0 or bads.min() == bads.max():
            raise TrainingInputError("The test file needs bad and good accounts, among those not late too.")
        top = np.argsort(-scores, kind="stable")[: max(1, round(_TOP * bads.size))]
        figures |= {
            f"auc{word}_{days}": round(auc(bads, scores), 6),
            f"precision_top10{word}_{days}": round(float(bads[top].mean()), 6),
            f"ece{word}_{days}": round(ece(bads, scores), 6),
            f"n{word}_{days}": int(bads.size),
        }
    return figures


def _in_both(train: pl.DataFrame, test: pl.DataFrame) -> int | None:
    if "ID" not in train.columns or "ID" not in test.columns:
        return None
    return len(set(train["ID"].to_list()) & set(test["ID"].to_list()))


def _matrix(frame: pl.DataFrame, names: Sequence[str]) -> Outcome:
    return np.column_stack([_number(frame, name) for name in names])


def _number(frame: pl.DataFrame, name: str) -> Outcome:
    values: Outcome = frame[name].cast(pl.Float64, strict=False).fill_null(0.0).to_numpy()
    return values
