"""Ours beside other people's libraries on the same folds; these run in a Python of their own, given by --peers."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.model_quality import peers_run, splits_of, table_compared
from benchmarks.model_tables import table_of
from benchmarks.quality.measure import Asked, NotMeasured
from scoring.metrics import auc
from scoring.training.columns import columns_plan
from scoring.training.directions import directions_infer
from scoring.training.families import family_of
from scoring.training.fitting import Recipe
from scoring.training.table import target_read

TABLES = ("german", "hmda", "taiwan", "levels", "rare", "large", "turning", "dense", "segments")
QUICK = ("german",)
_OPTBINNING = Path(__file__).parents[1] / "scorecard_peer.py"
_SEED = 42


def boosters(asked: Asked) -> Mapping[str, float]:
    """By how much AUC ours is short of the best of XGBoost, LightGBM and CatBoost, by table and at worst."""
    python = _with(asked, "lightgbm", "catboost")
    found = {}
    for name in QUICK if asked.is_quick else TABLES:
        compared = table_compared(name, python=python, kept=asked.kept, monotone="auto")
        if compared is not None:
            found[name] = float(compared["short"])
            print(f"  {name}: short by {found[name]:.4f}", flush=True)
    return {"worst": max(found.values()), **found}


def scorecards(asked: Asked) -> Mapping[str, float]:
    """By how much AUC our scorecard is short of the better of two of optbinning's, by table and at worst."""
    python = _with(asked, "optbinning")
    found = {}
    for name in QUICK if asked.is_quick else TABLES:
        made = table_of(name)
        if made is None:
            continue
        frame, target = made
        outcome, _ = target_read(frame[target])
        splits = splits_of(outcome)
        plain = frame.with_columns(pl.Series(target, outcome.astype("int64")))
        settings = peers_run(_OPTBINNING, python, plain, target, splits, asked.kept / f"optbinning_{name}.json")
        theirs = max(float(np.mean(aucs)) for aucs in settings.values())
        columns = columns_plan(frame, target=target).columns
        recipe = Recipe(columns, lambda rows, bads, columns=columns: directions_infer(columns, rows, bads), _SEED)
        ours = []
        for split in splits:
            model = family_of("scorecard")(frame[split["train"]], outcome[split["train"]], recipe).model
            ours.append(auc(outcome[split["test"]], model.predict_pd(frame[split["test"]])))
        found[name] = theirs - float(np.mean(ours))
        print(f"  {name}: ours {np.mean(ours):.4f}, optbinning {theirs:.4f}", flush=True)
    return {"worst": max(found.values()), **found}


def _with(asked: Asked, *names: str) -> Path:
    """The Python that has these libraries. Raises NotMeasured."""
    if asked.peers is None:
        raise NotMeasured("peer not installed: name a Python that has it with --peers", is_optional=True)
    check = f"import importlib.util as u; raise SystemExit(not all(u.find_spec(n) for n in {list(names)!r}))"
    try:
        done = subprocess.run([asked.peers, "-c", check], check=False)  # noqa: S603 the caller's own Python
    except OSError as error:
        raise NotMeasured(f"peer not installed: {error}", is_optional=True) from error
    if done.returncode:
        raise NotMeasured(f"peer not installed: {asked.peers} has no {', '.join(names)}", is_optional=True)
    return asked.peers
