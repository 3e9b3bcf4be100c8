"""The shipped data under the catalogue's names and units: what models, rules and the demo read."""

from typing import NamedTuple

import polars as pl

from riskengine.demo.places import CATALOGUE, DATA_DIR
from scoring.catalogue import Variable, catalogue_read


class Shipped(NamedTuple):
    """The file of a product and its target column (1 is bad)."""

    file: str
    target: str


SHIPPED = {
    "instalment": Shipped("german.parquet", "bad"),
    "card": Shipped("taiwan_dev70.parquet", "default"),
}


def shipped_frame(product: str) -> pl.DataFrame:
    """Every variable of the product that has a column, by its name and in its unit, and `bad` (0 or 1)."""
    shipped = SHIPPED[product]
    variables = catalogue_read(CATALOGUE.read_bytes()).of_product(product)
    columns = [_column(name, variable) for name, variable in variables.items() if variable.column]
    return pl.read_parquet(DATA_DIR / shipped.file).select(*columns, pl.col(shipped.target).cast(pl.Int8).alias("bad"))


def _column(name: str, variable: Variable) -> pl.Expr:
    column = pl.col(variable.column)
    return (column.cast(pl.Int64) * variable.scale if variable.type == "integer" else column).alias(name)
