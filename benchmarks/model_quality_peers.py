"""What a specialist's XGBoost, LightGBM and CatBoost reach on given splits; run by a Python that has them.

`python model_quality_peers.py TABLE.parquet TARGET SPLITS.json OUT.json [PEER …]`. Each peer gets its categories as it
likes them, several settings known to do well on credit tables, and rounds by early stopping on a fifth of the training
rows, then all of them; the setting that does best on the rows left out counts. That flatters the peers: they choose
by the answer.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

_THREADS = 2
_XGBOOST = [
    {"max_depth": 3, "learning_rate": 0.05, "subsample": 0.7, "colsample_bynode": 0.4, "min_child_weight": 5},
    {"max_depth": 5, "learning_rate": 0.03, "subsample": 0.7, "colsample_bynode": 0.5, "min_child_weight": 20,
     "reg_lambda": 10},
    {"max_depth": 7, "learning_rate": 0.03, "subsample": 0.8, "colsample_bynode": 0.5, "min_child_weight": 5},
    {"max_depth": 2, "learning_rate": 0.06, "subsample": 0.8, "colsample_bynode": 0.5, "min_child_weight": 2},
]  # fmt: skip
_LIGHTGBM = [
    {"num_leaves": 7, "learning_rate": 0.04, "min_child_samples": 30, "subsample": 0.7, "colsample_bytree": 0.5},
    {"num_leaves": 15, "learning_rate": 0.03, "min_child_samples": 60, "subsample": 0.7, "colsample_bytree": 0.5,
     "reg_lambda": 10},
    {"num_leaves": 40, "learning_rate": 0.03, "min_child_samples": 100, "subsample": 0.8, "colsample_bytree": 0.5},
    {"num_leaves": 4, "learning_rate": 0.06, "min_child_samples": 20, "subsample": 0.8, "colsample_bytree": 0.6},
]  # fmt: skip
_CATBOOST: list[dict[str, Any]] = [{}, {"depth": 4, "learning_rate": 0.05}, {"depth": 6, "l2_leaf_reg": 10}]


def _xgboost(setting: dict[str, Any], train: pl.DataFrame, y: Any, test: pl.DataFrame) -> Any:
    import xgboost

    fixed = {"n_jobs": _THREADS, "tree_method": "hist", "enable_categorical": True, "max_cat_to_onehot": 8, **setting}
    frame, last = _categories(train), _categories(test)
    rows, stop = _stopping(y)
    probe = xgboost.XGBClassifier(n_estimators=3_000, early_stopping_rounds=60, eval_metric="auc", **fixed)
    probe.fit(frame.iloc[rows], y[rows], eval_set=[(frame.iloc[stop], y[stop])], verbose=False)
    model = xgboost.XGBClassifier(n_estimators=probe.best_iteration + 1, **fixed).fit(frame, y)
    return model.predict_proba(last)[:, 1]


def _lightgbm(setting: dict[str, Any], train: pl.DataFrame, y: Any, test: pl.DataFrame) -> Any:
    import lightgbm

    fixed = {"subsample_freq": 1, "n_jobs": _THREADS, "verbose": -1, **setting}
    frame, last = _categories(train), _categories(test)
    rows, stop = _stopping(y)
    probe = lightgbm.LGBMClassifier(n_estimators=3_000, **fixed)
    probe.fit(
        frame.iloc[rows], y[rows], eval_set=[(frame.iloc[stop], y[stop])], eval_metric="auc",
        callbacks=[lightgbm.early_stopping(60, verbose=False)],
    )  # fmt: skip
    model = lightgbm.LGBMClassifier(n_estimators=probe.best_iteration_, **fixed).fit(frame, y)
    return model.predict_proba(last)[:, 1]


def _catboost(setting: dict[str, Any], train: pl.DataFrame, y: Any, test: pl.DataFrame) -> Any:
    import catboost

    codes = [name for name in train.columns if train[name].dtype == pl.String]
    frame, last = (part.with_columns(pl.col(pl.String).fill_null("")).to_pandas() for part in (train, test))
    fixed = {"thread_count": _THREADS, "verbose": False, "allow_writing_files": False, "cat_features": codes,
             "eval_metric": "AUC", **setting}  # fmt: skip
    rows, stop = _stopping(y)
    probe = catboost.CatBoostClassifier(iterations=1_500, od_type="Iter", od_wait=60, **fixed)
    probe.fit(frame.iloc[rows], y[rows], eval_set=(frame.iloc[stop], y[stop]))
    fixed["learning_rate"] = probe.learning_rate_
    model = catboost.CatBoostClassifier(iterations=probe.get_best_iteration() + 1, **fixed).fit(frame, y)
    return model.predict_proba(last)[:, 1]


def _stopping(y: Any) -> Any:
    return train_test_split(np.arange(len(y)), test_size=0.2, stratify=y, random_state=0)


def _categories(frame: pl.DataFrame) -> Any:
    pandas = frame.to_pandas()
    for name in frame.columns:
        if frame[name].dtype == pl.String:
            levels = _LEVELS[name]
            pandas[name] = pandas[name].astype("category").cat.set_categories(levels)
        else:
            pandas[name] = pandas[name].astype(float)
    return pandas


PEERS: dict[str, tuple[Callable[..., Any], list[dict[str, Any]]]] = {
    "xgboost": (_xgboost, _XGBOOST),
    "lightgbm": (_lightgbm, _LIGHTGBM),
    "catboost": (_catboost, _CATBOOST),
}
_LEVELS: dict[str, list[str]] = {}


def _splits(path: Path) -> Iterator[tuple[list[int], list[int]]]:
    for split in json.loads(path.read_text()):
        yield split["train"], split["test"]


def main(table: str, target: str, splits: str, out: str, *names: str) -> None:
    """Write {peer: {setting: [AUC of each split]}}."""
    frame = pl.read_parquet(table)
    outcome = frame[target].to_numpy()
    frame = frame.drop(target)
    for series in frame:
        if series.dtype == pl.String:
            _LEVELS[series.name] = sorted(series.drop_nulls().unique().to_list())
    found: dict[str, dict[str, list[float]]] = {}
    for name in names or PEERS:
        fit, settings = PEERS[name]
        for setting in settings:
            for train, test in _splits(Path(splits)):
                pds = fit(setting, frame[train], outcome[train], frame[test])
                figure = float(roc_auc_score(outcome[test], np.asarray(pds)))
                found.setdefault(name, {}).setdefault(str(setting), []).append(figure)
    Path(out).write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
