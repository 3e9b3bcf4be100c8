"""What optbinning's scorecard reaches on given splits; run by a Python that has it, with polars and pyarrow.

`python scorecard_peer.py TABLE.parquet TARGET SPLITS.json OUT.json`. Two settings: its defaults, and monotone bins with
variables of an information value from 0.02, both over scikit-learn's logistic regression.
"""

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

_MONOTONE = {"monotonic_trend": "auto_asc_desc"}


def _scorecard(frame: Any, codes: list[str], *, is_monotone: bool) -> Any:
    names = list(frame.columns)
    binning = BinningProcess(
        names,
        categorical_variables=codes,
        selection_criteria={"iv": {"min": 0.02}} if is_monotone else None,
        binning_fit_params={name: _MONOTONE for name in names if name not in codes} if is_monotone else None,
    )
    return Scorecard(binning_process=binning, estimator=LogisticRegression(max_iter=1_000))


def main(table: str, target: str, splits: str, out: str) -> None:
    """Write {setting: [AUC on the rows left out of each split]}; what is there already is kept."""
    if Path(out).is_file():
        return
    data = pl.read_parquet(table)
    codes = [name for name in data.columns if data[name].dtype == pl.String]
    outcome, frame = data[target].to_numpy(), data.drop(target).to_pandas()
    found: dict[str, list[float]] = {}
    for setting in ("default", "monotone"):
        found[setting] = []
        for split in json.loads(Path(splits).read_text()):
            train, test = split["train"], split["test"]
            card = _scorecard(frame, codes, is_monotone=setting == "monotone").fit(frame.iloc[train], outcome[train])
            found[setting].append(float(roc_auc_score(outcome[test], card.predict_proba(frame.iloc[test])[:, 1])))
    Path(out).write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
