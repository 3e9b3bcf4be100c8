"""Is our XGBoost as good as a specialist's? Ours and peers' on the same folds of real and made-up tables.

`python -m benchmarks.model_quality [TABLE …] [--peers PYTHON] [--monotone auto|none] [--report FILE]`. PYTHON is the
interpreter of an environment of its own with xgboost, lightgbm, catboost, scikit-learn, pandas, polars and pyarrow;
without it only ours is measured. Peers' figures are kept in the folder of the report and read from there again. A peer
chooses its setting on its training rows; which of the three families counts is still told by the rows left out, against
us. `by_answer` is what a peer would reach if it chose its setting by those rows too.
"""

import argparse
import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.model_tables import TABLES, table_of
from scoring.metrics import all_metrics
from scoring.training.columns import columns_plan
from scoring.training.directions import directions_infer
from scoring.training.families import family_of
from scoring.training.fitting import DirectionFit, Recipe
from scoring.training.folds import stratified_folds
from scoring.training.sweep import monotonicity_violations
from scoring.training.table import Outcome, target_read

_SEED = 42
_PEERS = Path(__file__).with_name("model_quality_peers.py")
Splits = list[dict[str, list[int]]]
Figures = dict[str, float]


def splits_of(outcome: Outcome) -> Splits:
    """Five folds of small tables, three of middling ones, one of three of large ones: enough to tell 0.003 apart."""
    folds = 5 if outcome.size <= 3_000 else 3
    kept = folds if outcome.size <= 50_000 else 1
    found = [
        {"train": train.tolist(), "test": test.tolist()} for train, test in stratified_folds(outcome, folds, _SEED)
    ]
    return found[:kept]


def ours_on(frame: pl.DataFrame, outcome: Outcome, target: str, splits: Splits, monotone: str) -> dict[str, Any]:
    """Means over the splits of our figures, with seconds for tuning and fitting."""
    columns = columns_plan(frame, target=target).columns
    infer: DirectionFit = partial(directions_infer, columns) if monotone == "auto" else lambda rows, bads: {}
    rows = []
    for split in splits:
        train, test = split["train"], split["test"]
        started = time.perf_counter()
        fitted = family_of("xgboost")(frame[train], outcome[train], Recipe(columns, infer, _SEED))
        figures = all_metrics(outcome[test], fitted.model.predict_pd(frame[test]))
        figures["violations"] = monotonicity_violations(fitted.model, frame[test])
        figures["fit_seconds"], figures["seconds"] = fitted.fit_seconds, time.perf_counter() - started
        rows.append(figures)
    return {name: round(sum(row[name] for row in rows) / len(rows), 5) for name in rows[0]}


def peers_on(python: Path, frame: pl.DataFrame, target: str, splits: Splits, kept: Path) -> dict[str, Figures]:
    """Mean AUC of each peer over the splits, as `chosen` has it."""
    found = peers_run(_PEERS, python, frame, target, splits, kept)
    return {name: chosen(list(settings.values())) for name, settings in found.items()}


def peers_run(script: Path, python: Path, frame: pl.DataFrame, target: str, splits: Splits, kept: Path) -> Any:
    """What a script of peers says of a table and its splits; it keeps that in `kept`, and skips what it finds."""
    table, where = kept.with_suffix(".parquet"), kept.with_suffix(".splits")
    frame.write_parquet(table)
    where.write_text(json.dumps(splits))
    subprocess.run([python, script, table, target, where, kept], check=True)  # noqa: S603 the caller's own Python
    table.unlink()
    where.unlink()
    return json.loads(kept.read_text())


def chosen(settings: list[list[tuple[float, float]]]) -> Figures:
    """A peer's figures from (inner AUC, AUC on the rows left out) of each split, for each of its settings.

    `auc`: in each split the setting that is best on inner folds of its training rows, as an honest specialist chooses.
    `by_answer`: the setting that is best on the rows left out, which flatters.
    """
    honest = [max(split)[1] for split in zip(*settings, strict=True)]
    by_answer = max(sum(auc for _, auc in splits) / len(splits) for splits in settings)
    return {"auc": round(sum(honest) / len(honest), 5), "by_answer": round(by_answer, 5)}


def table_compared(name: str, *, python: Path | None, kept: Path, monotone: str) -> dict[str, Any] | None:
    """Ours and the peers' on a table, and by how much ours is short of the best; None where its file is not here."""
    found = table_of(name)
    if found is None:
        return None
    frame, target = found
    outcome, _ = target_read(frame[target])
    splits = splits_of(outcome)
    plain = frame.with_columns(pl.Series(target, outcome.astype("int64")))
    peers = peers_on(python, plain, target, splits, kept / f"peers_{name}.json") if python else {}
    ours = ours_on(frame, outcome, target, splits, monotone)
    short, flattered = (
        round(max((peer[which] for peer in peers.values()), default=ours["auc"]) - ours["auc"], 5)
        for which in ("auc", "by_answer")
    )
    return {"ours": ours, "peers": peers, "short": short, "short_by_answer": flattered}


def main(arguments: list[str]) -> int:
    """Measure and print; exit 1 if ours lies more than 0.003 under the best peer somewhere."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.model_quality", description=__doc__)
    parser.add_argument("tables", nargs="*", default=list(TABLES))
    parser.add_argument("--peers", type=Path, help="Python interpreter that has the peers")
    parser.add_argument("--monotone", choices=["auto", "none"], default="auto")
    parser.add_argument("--report", type=Path, default=Path("var") / "model_quality.json")
    options = parser.parse_args(arguments)
    results = {}
    for name in options.tables:
        found = table_compared(name, python=options.peers, kept=options.report.parent, monotone=options.monotone)
        if found is None:
            print(f"{name:14} skipped: its file is not here")
            continue
        results[name] = found
        print(f"{name:14} {json.dumps(found)}", flush=True)
        options.report.write_text(json.dumps(results, indent=2))
    return int(max((found["short"] for found in results.values()), default=0.0) > 0.003)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
