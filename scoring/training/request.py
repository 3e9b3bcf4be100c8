"""One training request made ready: which rows, which columns, which directions, under which names."""

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from scoring.catalogue import Catalogue
from scoring.grade_scale import GradeScale
from scoring.training.columns import columns_plan
from scoring.training.dates import days_required, with_ages
from scoring.training.directions import Directions, directions_infer, directions_read
from scoring.training.errors import TrainingInputError
from scoring.training.fitting import DirectionFit, Recipe
from scoring.training.folds import seed_require
from scoring.training.product import product_frame, product_table
from scoring.training.rows import rows_where
from scoring.training.table import Outcome, table_read, target_read

FEWEST_CASES = 25
"""Fewer good or bad cases than this cannot be split into folds within folds."""
FEW_CASES = 200
"""Fewer than this train, with a warning of how little their figures say."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    data: Path
    target: str
    seed: int = 42
    monotone: str | None = None
    """auto, none or a file; nothing means the catalogue's directions with a product, auto without."""
    drop: Sequence[str] = ()
    product: str | None = None
    catalogue: Catalogue | None = None
    parameters: msgspec.Struct | None = None
    where: str = ""
    """`COLUMN = value`, several joined by ` and `: only such rows of the file train; empty: all do."""
    purpose: str = ""
    """What the model is for, where it is not the main score; kept on the card."""
    date_column: str | None = None
    """Orders the rows in time: figures out of time beside those out of fold. Never read by the model itself."""
    scale: GradeScale | None = None
    """The grades of the policy in force, by which calibration is tested; None: by ten bands of the PD."""


class Prepared(msgspec.Struct, frozen=True):
    """Rows with a known outcome, and the recipe for fitting them."""

    frame: pl.DataFrame
    source: pl.DataFrame
    """The same rows as the file has them, with the columns that no model may read."""
    undecided: pl.DataFrame
    """Rows without an outcome, as a model would read them: they train nothing."""
    outcome: Outcome
    recipe: Recipe
    monotone: str
    notes: list[str]
    training_data: dict[str, Any]
    dates: pl.Series | None = None
    """The day of each row of `frame`, where a date column was given."""


def request_prepare(request: Request) -> Prepared:
    """Read the file and settle every choice. Raises TrainingInputError saying what is wrong."""
    seed_require(request.seed)
    frame = rows_where(table_read(request.data), request.where)
    if request.target not in frame.columns:
        raise TrainingInputError(f"There is no column {request.target}; there are {', '.join(frame.columns)}.")
    if request.target in request.drop:
        raise TrainingInputError("The target cannot be dropped.")
    days, dated = None, list[str]()
    if request.date_column:
        days = days_required(frame, request.date_column)
        if not request.product:
            frame, dated = with_ages(frame, days, request.date_column)
    outcome, note = target_read(frame[request.target])
    known = np.isfinite(outcome)
    undecided, frame, outcome = frame.filter(~known), frame.filter(known), outcome[known]
    dates = days.filter(known) if days is not None else None
    source = frame
    _require_cases(outcome)
    drop = [*request.drop, *([request.date_column] if request.date_column else [])]
    stated: Directions | None = None
    if request.product and request.catalogue:
        table = product_table(frame, request.catalogue, request.product, target=request.target, drop=drop)
        frame, plan, stated = table.frame, table.plan, table.directions
        undecided = product_frame(undecided, request.catalogue, request.product, plan.columns)
    else:
        plan = columns_plan(frame, target=request.target, drop=drop)
    monotone = request.monotone or ("catalogue" if stated is not None else "auto")
    recipe = Recipe(plan.columns, _direction_fit(monotone, plan.columns, stated), request.seed, request.parameters)
    notes = [note, *([f"{undecided.height} rows without an outcome left out"] if undecided.height else []), *plan.notes]
    notes += [*dated, *_few(outcome)]
    undecided = undecided.select([column.name for column in plan.columns])
    return Prepared(
        frame,
        source,
        undecided,
        outcome,
        recipe,
        monotone,
        notes,
        _training_data(request, frame, outcome),
        dates,
    )


def _direction_fit(monotone: str, columns: Sequence[Any], stated: Directions | None) -> DirectionFit:
    if monotone == "auto":
        return partial(directions_infer, columns)
    if monotone == "catalogue" and stated is not None:
        return partial(_fixed, stated)
    return partial(_fixed, {} if monotone == "none" else directions_read(Path(monotone), columns))


def _fixed(directions: Directions, _frame: pl.DataFrame, _outcome: Outcome) -> Directions:
    return directions


def _require_cases(outcome: Outcome) -> None:
    bads = int(outcome.sum())
    if min(bads, outcome.size - bads) < FEWEST_CASES:
        raise TrainingInputError(
            f"Training needs at least {FEWEST_CASES} bad and {FEWEST_CASES} good cases;"
            f" there are {bads} and {outcome.size - bads}."
        )


def _few(outcome: Outcome) -> list[str]:
    """A warning where either outcome is rare in number, with how far an AUC of 0.75 would be off by chance.

    Standard error by Hanley and McNeil (Radiology 143, 1982).
    """
    bads = int(outcome.sum())
    goods = outcome.size - bads
    if min(bads, goods) >= FEW_CASES:
        return []
    auc = 0.75
    variance = auc * (1 - auc) + (bads - 1) * (auc / (2 - auc) - auc**2)
    variance += (goods - 1) * (2 * auc**2 / (1 + auc) - auc**2)
    off = 1.96 * (variance / (bads * goods)) ** 0.5
    return [
        f"few cases: {bads} bad and {goods} good; by chance alone an AUC of 0.75 would be off by up to {off:.2f}, and"
        " PDs hold less than they seem to"
    ]


def _training_data(request: Request, frame: pl.DataFrame, outcome: Outcome) -> dict[str, Any]:
    digest = hashlib.sha256(request.data.read_bytes()).hexdigest()
    return {"file": request.data.name, "sha256": digest, "target": request.target, "rows": frame.height,
            "bads": int(outcome.sum()), **({"where": request.where} if request.where else {})}  # fmt: skip
