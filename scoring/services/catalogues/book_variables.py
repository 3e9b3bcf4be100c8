"""What the live catalogue says of values that come from a credit bureau."""

from lending.book_imports.values import (
    Habits,
    ValueProblem,
    boolean_read,
    day_read,
    integer_read,
    number_read,
    text_read,
)
from lending.services.book_imports.variable_side import UnknownVariable, VariableSide
from lending.services.customer_facts import FactValue
from scoring.catalogue import Variable
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live


def _variable(name: str) -> Variable | None:
    """The fact of this name that a decision or portrait reads; none where another gate stands before it."""
    try:
        variables = catalogue_live().variables
    except NoLiveCatalogueError:
        return None
    return next((item for item in variables if item.name == name and item.source == "fact"), None)


def _value(name: str, text: str) -> FactValue:
    variable = _variable(name)
    if variable is None or variable.is_alternative:
        raise UnknownVariable(name)
    value = _typed(variable, text)
    codes = [code.code for code in variable.codes]
    if codes and value not in codes:
        raise ValueProblem("out_of_range")
    if isinstance(value, int | float) and not _is_within(variable, value):
        raise ValueProblem("out_of_range")
    return value


def _typed(variable: Variable, text: str) -> str | int | float | bool:
    if variable.type == "date":
        return day_read(text, Habits()).isoformat()
    if variable.type == "integer":
        return integer_read(text)
    if variable.type == "number":
        return number_read(text, "", Habits())
    return boolean_read(text) if variable.type == "boolean" else text_read(text)


def _is_within(variable: Variable, value: float) -> bool:
    is_above = variable.minimum is None or value >= variable.minimum
    return is_above and (variable.maximum is None or value <= variable.maximum)


def _default(name: str) -> str | None:
    variable = _variable(name)
    if variable is None or variable.missing != "default" or variable.default is None:
        return None
    return str(variable.default)


SIDE = VariableSide(value_read=_value, default_of=_default)
