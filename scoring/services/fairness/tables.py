"""The table a model was trained on, under catalogue names, with what was kept for testing only."""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from django.conf import settings

from scoring.catalogue import Catalogue, Variable
from scoring.training.errors import TrainingInputError
from scoring.training.rows import rows_where
from scoring.training.table import table_read, target_read

_COUNTED = ("velocity", "list")


def training_table(card: dict[str, Any], catalogue: Catalogue) -> tuple[pl.DataFrame, npt.NDArray[np.bool_]] | None:
    """Every variable of the card's product as a first application would have it, and who turned out good.

    A variable that the file lacks has its default; nothing is counted and nobody is on a list. None where the file
    is not among the shipped data, or is another one by its SHA-256.
    """
    data = card["training_data"]
    path = settings.BASE_DIR / "data" / data["file"]
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != data["sha256"]:
        return None
    try:
        table = rows_where(table_read(path), data.get("where", ""))
        outcome, _ = target_read(table[data["target"]])
    except (TrainingInputError, pl.exceptions.ColumnNotFoundError):
        return None
    known = np.isfinite(outcome)
    table, good = table.filter(known), outcome[known] == 0
    columns = [_column(variable, table) for variable in catalogue.of_product(card["product"]).values()]
    return pl.DataFrame(columns), good


def _column(variable: Variable, table: pl.DataFrame) -> pl.Series:
    if variable.column in table.columns:
        series = table[variable.column]
        scaled = series.cast(pl.Int64) * variable.scale if variable.type == "integer" else series
        return scaled.alias(variable.name)
    value: object = variable.default
    if variable.source in _COUNTED and value is None:
        value = False if variable.type == "boolean" else 0
    return pl.Series(variable.name, [value]).new_from_index(0, table.height)
