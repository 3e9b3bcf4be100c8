"""A data file read through the catalogue: its columns by their catalogued names, units and directions."""

from collections.abc import Collection

import msgspec
import polars as pl

from scoring.catalogue import Catalogue, Variable
from scoring.package.schema import Monotone
from scoring.training.columns import Column, ColumnPlan
from scoring.training.directions import Directions, category_directions
from scoring.training.errors import TrainingInputError

_DIRECTIONS: dict[str, Monotone] = {"higher_is_riskier": 1, "higher_is_safer": -1, "none": 0}


class ProductTable(msgspec.Struct, frozen=True):
    """The rows under catalogue names, the columns a model may read, and the catalogue's directions."""

    frame: pl.DataFrame
    plan: ColumnPlan
    directions: Directions


def in_own_names(catalogue: Catalogue, product: str) -> Catalogue:
    """The catalogue for rows that are in its own names and units already; what it forbids stays forbidden."""
    own = [
        msgspec.structs.replace(one, column=one.name, scale=1) if product in one.products else one
        for one in catalogue.variables
    ]
    return msgspec.structs.replace(catalogue, variables=own)


def product_table(
    frame: pl.DataFrame, catalogue: Catalogue, product: str, *, target: str, drop: Collection[str] = ()
) -> ProductTable:
    """Map `frame` by `Variable.column`; prohibited bases and columns without a variable are left out, with a note.

    `drop` names columns or variables. Raises TrainingInputError if the product or a name is unknown, if a column's
    type contradicts its variable, or if nothing is left.
    """
    variables = catalogue.of_product(product)
    if not variables:
        raise TrainingInputError(f"The catalogue has no variables of a product {product}.")
    unknown = sorted(set(drop) - set(frame.columns) - set(variables))
    if unknown:
        raise TrainingInputError(f"There is no column or variable {', '.join(unknown)} to drop.", columns=unknown)
    by_column = {variable.column: variable for variable in variables.values() if variable.column}
    notes = [
        f"{name} dropped: it is not a catalogued variable"
        for name in frame.columns
        if name not in by_column and name != target
    ]
    series, columns = [frame[target]], []
    for variable in by_column.values():
        reason = _reason_to_drop(variable, frame, drop)
        if reason:
            notes.append(f"{variable.name} dropped: {reason}")
            continue
        column = _column(variable)
        series.append(_series(variable, column, frame[variable.column]))
        columns.append(column)
    if not columns:
        raise TrainingInputError("No catalogued variable is left to learn from.", notes=notes)
    return ProductTable(pl.DataFrame(series), ColumnPlan(columns, notes), _directions(variables, columns))


def product_frame(frame: pl.DataFrame, catalogue: Catalogue, product: str, columns: Collection[Column]) -> pl.DataFrame:
    """More rows of a file under the names and units of `columns`, as `product_table` made them."""
    variables = catalogue.of_product(product)
    return pl.DataFrame(
        [_series(variables[column.name], column, frame[variables[column.name].column]) for column in columns]
    )


def _reason_to_drop(variable: Variable, frame: pl.DataFrame, drop: Collection[str]) -> str:
    if variable.is_prohibited_basis:
        return "it is a prohibited basis"
    if variable.is_link:
        return "a link to a bad party may only refer to a person"
    if variable.name in drop or variable.column in drop:
        return "as asked"
    if variable.column not in frame.columns:
        return "the file does not have it"
    if variable.type == "date":
        return "dates are not read"
    return "it has one value only" if frame[variable.column].n_unique() <= 1 else ""


def _column(variable: Variable) -> Column:
    """Text, and codes without a direction, are categories; codes with a direction are numbers on that scale."""
    is_category = variable.type == "string" or (bool(variable.codes) and variable.direction == "none")
    return Column(
        variable.name, "category" if is_category else "number", is_category and variable.type in ("integer", "number")
    )


def _series(variable: Variable, column: Column, series: pl.Series) -> pl.Series:
    if (column.kind == "number" or column.is_integer_code) != (series.dtype != pl.String):
        raise TrainingInputError(
            f"{variable.column} holds {series.dtype}, but {variable.name} is catalogued as {variable.type}."
        )
    scaled = series * variable.scale if column.kind == "number" and variable.scale != 1 else series
    return scaled.alias(variable.name)


def _directions(variables: dict[str, Variable], columns: list[Column]) -> Directions:
    stated = {column.name: _DIRECTIONS[variables[column.name].direction] for column in columns}
    return {name: direction for name, direction in stated.items() if direction} | category_directions(columns)
