"""What the live catalogue says of values that come from a credit bureau, or with a loan from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Final

from lending.book_imports.values import (
    MAX_TEXT,
    Habits,
    ValueProblem,
    boolean_read,
    day_read,
    integer_read,
    number_read,
    text_read,
)
from lending.services.book_imports.variable_side import AttributesRead, LoanAttribute, UnknownVariable, VariableSide
from lending.services.customer_facts import MAX_NUMBER, FactValue
from scoring.catalogue import LIMIT_ATTRIBUTE, Catalogue, Variable, may_hold
from scoring.models import CatalogueVersion
from scoring.services.catalogues.life import catalogue_of

MOST: Final = MAX_NUMBER


def _variable(name: str) -> Variable | None:
    """The fact of this name that a decision or portrait reads; none where another gate stands before it."""
    catalogue = _catalogue()
    variables = catalogue.variables if catalogue else []
    return next((item for item in variables if item.name == name and item.source == "fact"), None)


_PINNED: Final[ContextVar[list[Catalogue | None] | None]] = ContextVar("catalogue_of_a_part", default=None)


@contextmanager
def _pinned() -> Iterator[None]:
    """Have all rows of a part read by one catalogue, asked for once."""
    token = _PINNED.set([_live()])
    try:
        yield
    finally:
        _PINNED.reset(token)


def _catalogue() -> Catalogue | None:
    pinned = _PINNED.get()
    return _live() if pinned is None else pinned[0]


def _live() -> Catalogue | None:
    version = CatalogueVersion.objects.filter(is_live=True).values_list("pk", "content_hash").first()
    return _held(*version) if version else None


@lru_cache(maxsize=2)
def _held(pk: int, _content_hash: str) -> Catalogue:
    return catalogue_of(CatalogueVersion.objects.get(pk=pk))


def _value(name: str, text: str) -> FactValue:
    variable = _variable(name)
    if variable is None or variable.is_alternative:
        raise UnknownVariable(name)
    return _read(variable, text)


def _read(variable: Variable, text: str) -> str | int | float | bool:
    """A value that the variable may hold, from its text. Raises ValueProblem."""
    value = _typed(variable, text)
    if not loan_may_hold(variable, value):
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


def _default(name: str) -> str | None:
    variable = _variable(name)
    if variable is None or variable.missing != "default" or variable.default is None:
        return None
    return str(variable.default)


def _provenance(name: str) -> str:
    variable = _variable(name)
    return variable.provenance if variable else ""


def loan_variables(catalogue: Catalogue, product: str) -> dict[str, Variable]:
    """What applications say and loans keep, by name; not what a loan has a column of its own for."""
    variables = catalogue.of_product(product).values() if product else catalogue.variables
    return {
        item.name: item
        for item in variables
        if item.attribute and item.attribute != LIMIT_ATTRIBUTE and item.source == "application"
    }


def loan_may_hold(variable: Variable, value: str | float | bool) -> bool:
    """Whether a loan may keep the value: one of the variable's, and one that the database holds."""
    if not may_hold(variable, value):
        return False
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and value.isprintable()
    return abs(value) <= MOST  # no infinity either


def _attributes_of(product: str) -> Sequence[LoanAttribute]:
    catalogue = _catalogue()
    variables = loan_variables(catalogue, product) if catalogue else {}
    return [LoanAttribute(item.name, item.en, item.zh) for item in variables.values()]


def _attributes_read(product: str, given: Mapping[str, FactValue]) -> AttributesRead:
    catalogue = _catalogue()
    variables = loan_variables(catalogue, product) if catalogue and product else {}
    attributes: dict[str, str | int | float | bool] = {}
    problems: dict[str, str] = {}
    for name, value in given.items():
        variable = variables.get(name)
        try:
            if variable is None:
                raise ValueProblem("unknown_variable")
            attributes[variable.attribute] = _read(variable, str(value))
        except ValueProblem as problem:
            problems[name] = problem.code
    return AttributesRead(attributes, problems)


SIDE = VariableSide(
    value_read=_value,
    default_of=_default,
    provenance_of=_provenance,
    attributes_of=_attributes_of,
    attributes_read=_attributes_read,
    pinned=_pinned,
)
