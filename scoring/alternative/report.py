"""A value report from the request to its figures as JSON data. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from scoring.alternative.graph_files import GraphTables, graph_read
from scoring.alternative.value import Sides, Value, thin_read, value_measure
from scoring.fairness.measure import groupings_of
from scoring.fairness.protected import attribute_read
from scoring.paired import PairedDifference
from scoring.training.errors import TrainingInputError
from scoring.training.folds import seed_require
from scoring.training.request import FEWEST_CASES
from scoring.training.table import Outcome, table_read, target_read

GRAPH = "graph"
_KEYS = ("nodeid", "party")
_MOST_FOLDS = 20


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    data: Path
    target: str
    source: Sequence[str]
    """Columns, or `graph`."""
    without: Sequence[str] | None = None
    drop: Sequence[str] = ()
    graph: Path | None = None
    key: str | None = None
    thin: str | None = None
    attributes: Sequence[str] = ()
    folds: int = 5
    seed: int = 42
    least: float = 0.0


def report_make(asked: Asked, *, progress: Callable[[str], None]) -> dict[str, Any]:
    """Read, compare and put in words. Raises TrainingInputError, UnknownAttributeError."""
    frame, outcome, digest = _read(asked)
    tables = _graph(asked, frame)
    sides = _sides(asked, frame, tables)
    value = value_measure(
        frame,
        outcome,
        sides,
        folds=asked.folds,
        seed=asked.seed,
        thin=None if asked.thin is None else thin_read(asked.thin, frame),
        groupings=groupings_of([attribute_read(text) for text in asked.attributes], frame),
        least=asked.least,
        progress=progress,
    )
    return report_json(asked, value, {"file": asked.data.name, "sha256": digest, "target": asked.target})


def report_json(asked: Asked, value: Value, data: dict[str, str]) -> dict[str, Any]:
    """The figures under the keys that other tools read, rounded to six digits."""
    everybody = value.all_rows
    return {
        "verdict": value.verdict,
        "auc_without": round(everybody.first, 6),
        "auc_with": round(everybody.second, 6),
        "auc_difference": round(everybody.difference, 6),
        "interval": [round(everybody.low, 6), round(everybody.high, 6)],
        "confidence": everybody.confidence,
        "p_value": round(everybody.p_value, 6),
        "n": everybody.n,
        "bads": everybody.bads,
        "least": asked.least,
        "thin_file": None if asked.thin is None else {"condition": asked.thin, **_thin(value.thin_files)},
        "fairness": [{**msgspec.to_builtins(change), "is_broken": change.is_broken} for change in value.fairness],
        "fairness_state": _fairness_state(value),
        "with": list(asked.source),
        "columns_with": value.columns_with,
        "columns_without": value.columns_without,
        "folds": asked.folds,
        "seed": asked.seed,
        "method": "boosted trees, nothing tuned; DeLong et al. (1988) within folds, out of fold",
        "training_data": data,
    }


def _thin(found: PairedDifference | None) -> dict[str, Any]:
    if found is None:
        return {"state": "not_enough_data"}
    return {
        "state": "measured",
        "n": found.n,
        "bads": found.bads,
        "auc_without": round(found.first, 6),
        "auc_with": round(found.second, 6),
        "auc_difference": round(found.difference, 6),
        "interval": [round(found.low, 6), round(found.high, 6)],
    }


def _fairness_state(value: Value) -> str:
    """broken, kept, not_enough_data or not_measured."""
    if not value.fairness:
        return "not_measured"
    if any(change.is_broken for change in value.fairness):
        return "broken"
    return "not_enough_data" if any(one.state_with == "not_enough_data" for one in value.fairness) else "kept"


def _read(asked: Asked) -> tuple[pl.DataFrame, Outcome, str]:
    if not 2 <= asked.folds <= _MOST_FOLDS:
        raise TrainingInputError(f"--cv takes 2 to {_MOST_FOLDS} folds.")
    seed_require(asked.seed)
    if not -1.0 < asked.least < 1.0:
        raise TrainingInputError("--least is a difference of AUCs, between -1 and 1.")
    if asked.target in (*asked.source, *(asked.without or ())):
        raise TrainingInputError(f"{asked.target} is the outcome: nothing may read it.")
    frame = table_read(asked.data)
    counts = [*Counter(asked.source).items(), *Counter(asked.without or ()).items()]
    twice = [name for name, count in counts if count > 1]
    if twice:
        raise TrainingInputError(f"{', '.join(twice)} is named twice.")
    named = [asked.target, *(name for name in asked.source if name != GRAPH), *(asked.without or ()), *asked.drop]
    named += [asked.key] if asked.key else []
    unknown = [name for name in named if name not in frame.columns]
    if unknown:
        raise TrainingInputError(f"There is no column {', '.join(unknown)}; there are {', '.join(frame.columns)}.")
    outcome, _note = target_read(frame[asked.target])
    known = np.isfinite(outcome)
    frame, outcome = frame.filter(known), outcome[known]
    if min(outcome.sum(), outcome.size - outcome.sum()) < FEWEST_CASES:
        raise TrainingInputError(f"A comparison needs at least {FEWEST_CASES} bad and {FEWEST_CASES} good cases.")
    return frame, outcome, hashlib.sha256(asked.data.read_bytes()).hexdigest()


def _graph(asked: Asked, frame: pl.DataFrame) -> GraphTables | None:
    if (asked.graph is None) != (GRAPH not in asked.source):
        raise TrainingInputError("--graph and --with graph belong together.")
    if asked.graph is None:
        return None
    key = asked.key or next((name for name in _KEYS if name in frame.columns), None)
    if key is None:
        raise TrainingInputError("--key: say which column names each row's party in the graph.")
    return graph_read(asked.graph, frame[key])


def _sides(asked: Asked, frame: pl.DataFrame, tables: GraphTables | None) -> Sides:
    source = [name for name in asked.source if name != GRAPH]
    attributes = {attribute_read(text).column for text in asked.attributes}
    left_out = {asked.target, *source, *asked.drop, *attributes, *([asked.key or "nodeid"] if tables else [])}
    without = [name for name in asked.without or frame.columns if name not in left_out]
    if not source and tables is None:
        raise TrainingInputError("--with names no column.")
    if not without and (tables is None or not tables.account.width):
        raise TrainingInputError("There is nothing to compare with: --without names no column.")
    return Sides(without, source, tables)
