"""What a specialist's XGBoost, LightGBM and CatBoost reach on given splits; run by a Python that has them.

`python model_quality_peers.py TABLE.parquet TARGET SPLITS.json OUT.json [PEER …]`. Each peer gets its categories as it
likes them and several settings known to do well on credit tables. A setting is tried on three inner folds of the
training rows (one, where those are 60,000 or more), with early stopping by AUC; it is then fitted with the mean number
of rounds on all training rows. Both its mean inner AUC, by which an honest specialist chooses, and its AUC on the rows
left out are told.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

_THREADS = 1
_INNER = 3
_ONE_FOLD_FROM = 60_000
_XGBOOST = [
    {"max_depth": 3, "learning_rate": 0.05, "subsample": 0.7, "colsample_bynode": 0.4, "min_child_weight": 5},
    {"max_depth": 5, "learning_rate": 0.03, "subsample": 0.7, "colsample_bynode": 0.5, "min_child_weight": 20,
     "reg_lambda": 10},
    {"max_depth": 7, "learning_rate": 0.03, "subsample": 0.8, "colsample_bynode": 0.5, "min_child_weight": 5},
    {"max_depth": 2, "learning_rate": 0.06, "subsample": 0.8, "colsample_bynode": 0.5, "min_child_weight": 2},
    {"max_depth": 5, "learning_rate": 0.03, "subsample": 0.8, "min_child_weight": 20, "reg_lambda": 10},
]  # fmt: skip
_LIGHTGBM = [
    {"num_leaves": 7, "learning_rate": 0.04, "min_child_samples": 30, "subsample": 0.7, "colsample_bytree": 0.5},
    {"num_leaves": 15, "learning_rate": 0.03, "min_child_samples": 60, "subsample": 0.7, "colsample_bytree": 0.5,
     "reg_lambda": 10},
    {"num_leaves": 40, "learning_rate": 0.03, "min_child_samples": 100, "subsample": 0.8, "colsample_bytree": 0.5},
    {"num_leaves": 4, "learning_rate": 0.06, "min_child_samples": 20, "subsample": 0.8, "colsample_bytree": 0.6},
    {"num_leaves": 20, "learning_rate": 0.03, "min_child_samples": 50, "subsample": 0.8, "reg_lambda": 10},
]  # fmt: skip
_CATBOOST: list[dict[str, Any]] = [
    {},
    {"depth": 4, "learning_rate": 0.05},
    {"depth": 6, "l2_leaf_reg": 10},
    {"depth": 6, "learning_rate": 0.03},
]


Probe = Callable[[Any, Any, Any, Any], tuple[float, int]]


def _xgboost(setting: dict[str, Any], train: pl.DataFrame, y: Any, test: pl.DataFrame) -> tuple[float, Any]:
    import xgboost

    fixed = {"n_jobs": _THREADS, "tree_method": "hist", "enable_categorical": True, "max_cat_to_onehot": 8, **setting}
    frame, last = _categories(train), _categories(test)

    def probe(rows: Any, y_rows: Any, stop: Any, y_stop: Any) -> tuple[float, int]:
        model = xgboost.XGBClassifier(n_estimators=3_000, early_stopping_rounds=60, eval_metric="auc", **fixed)
        model.fit(rows, y_rows, eval_set=[(stop, y_stop)], verbose=False)
        return model.best_score, model.best_iteration + 1

    inner, rounds = _inner(probe, frame, y)
    return inner, xgboost.XGBClassifier(n_estimators=rounds, **fixed).fit(frame, y).predict_proba(last)[:, 1]


def _lightgbm(setting: dict[str, Any], train: pl.DataFrame, y: Any, test: pl.DataFrame) -> tuple[float, Any]:
    import lightgbm

    fixed = {"subsample_freq": 1, "n_jobs": _THREADS, "verbose": -1, **setting}
    frame, last = _categories(train), _categories(test)

    def probe(rows: Any, y_rows: Any, stop: Any, y_stop: Any) -> tuple[float, int]:
        model = lightgbm.LGBMClassifier(n_estimators=3_000, metric="auc", **fixed)
        stopping = [lightgbm.early_stopping(60, verbose=False)]
        model.fit(rows, y_rows, eval_set=[(stop, y_stop)], eval_metric="auc", callbacks=stopping)
        return model.best_score_["valid_0"]["auc"], model.best_iteration_

    inner, rounds = _inner(probe, frame, y)
    return inner, lightgbm.LGBMClassifier(n_estimators=rounds, **fixed).fit(frame, y).predict_proba(last)[:, 1]


def _catboost(setting: dict[str, Any], train: pl.DataFrame, y: Any, test: pl.DataFrame) -> tuple[float, Any]:
    import catboost

    codes = [name for name in train.columns if train[name].dtype == pl.String]
    frame, last = (part.with_columns(pl.col(pl.String).fill_null("")).to_pandas() for part in (train, test))
    fixed = {"thread_count": _THREADS, "verbose": False, "allow_writing_files": False, "cat_features": codes,
             "eval_metric": "AUC", **setting}  # fmt: skip
    rates: list[float] = []

    def probe(rows: Any, y_rows: Any, stop: Any, y_stop: Any) -> tuple[float, int]:
        model = catboost.CatBoostClassifier(iterations=1_500, od_type="Iter", od_wait=60, **fixed)
        model.fit(rows, y_rows, eval_set=(stop, y_stop))
        rates.append(model.learning_rate_)
        return model.get_best_score()["validation"]["AUC"], model.get_best_iteration() + 1

    inner, rounds = _inner(probe, frame, y)
    fixed["learning_rate"] = float(np.mean(rates))
    return inner, catboost.CatBoostClassifier(iterations=rounds, **fixed).fit(frame, y).predict_proba(last)[:, 1]


def _inner(probe: Probe, frame: Any, y: Any) -> tuple[float, int]:
    """(mean AUC, mean number of rounds) of a setting over inner folds of the training rows."""
    splits = list(StratifiedKFold(_INNER, shuffle=True, random_state=0).split(y, y))
    seen = [
        probe(frame.iloc[rows], y[rows], frame.iloc[stop], y[stop])
        for rows, stop in (splits[:1] if len(y) >= _ONE_FOLD_FROM else splits)
    ]
    return float(np.mean([auc for auc, _ in seen])), max(1, round(float(np.mean([rounds for _, rounds in seen]))))


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
    """Write {peer: {setting: [[inner AUC, AUC on the rows left out] of each split]}}; what is there already is kept."""
    frame = pl.read_parquet(table)
    outcome = frame[target].to_numpy()
    frame = frame.drop(target)
    for series in frame:
        if series.dtype == pl.String:
            _LEVELS[series.name] = sorted(series.drop_nulls().unique().to_list())
    kept = Path(out)
    found: dict[str, dict[str, list[list[float]]]] = json.loads(kept.read_text()) if kept.is_file() else {}
    for name in names or PEERS:
        fit, settings = PEERS[name]
        measured = found.setdefault(name, {})
        for setting in settings:
            if str(setting) in measured:
                continue
            seen = []
            for train, test in _splits(Path(splits)):
                inner, pds = fit(setting, frame[train], outcome[train], frame[test])
                seen.append([inner, float(roc_auc_score(outcome[test], np.asarray(pds)))])
            measured[str(setting)] = seen
            kept.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
