"""The variables of an application: what a request may carry, checked fast, and what we add from our own book."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

import msgspec

from riskengine.errors import InvalidInput
from scoring.catalogue import Catalogue, Variable, is_date
from scoring.own_variables import Lookups

MAX_TEXT = 200
MAX_INTEGER = 2**53 - 1  # beyond it a JSON number is not exact
OWN_SOURCES = frozenset({"standing", "velocity", "list", "fact", "model"})
# Column of lending.CustomerStanding by the variable read from it.
STANDING_FIELDS: dict[str, str] = {
    "own_warning_level": "warning_level",
    "own_open_warnings": "open_warnings",
    "own_months_late": "months_late",
    "own_dpd": "dpd",
    "own_loan_category": "loan_category",
    "own_confirmed_diversion": "has_confirmed_diversion",
    "own_risk_coefficient": "grx",
}
_KEPT_IF_NAMED = {"own_risk_coefficient"}

_JSON_TYPES = {"integer": "integer", "number": "number", "string": "string", "boolean": "boolean", "date": "string"}
_WORDS = {
    "integer": "a JSON integer",
    "number": "a JSON number",
    "string": "a JSON string",
    "boolean": "true or false",
    "date": "a date as a string, YYYY-MM-DD",
}


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing wrong with one field. The message never repeats the value, which may be personal."""

    field: str
    code: str
    message: str


class InvalidVariables(InvalidInput):
    """The variables of a request do not fit the catalogue; `facts["problems"]` lists every FieldProblem."""

    code = "invalid_variables"


class Variables(msgspec.Struct, frozen=True):
    """What the request said, completed by policy."""

    given: dict[str, Any]
    """As the request gave them, nulls left out."""
    values: dict[str, Any]
    """Every variable of the product by name; None where unknown."""
    refer: list[str]
    """Missing ones whose policy asks for a person."""


class VariableSchema:
    """The variables one product's requests may carry. Build once per catalogue and product; safe between threads."""

    def __init__(self, catalogue: Catalogue, product: str) -> None:
        self.product = product
        of_product = catalogue.of_product(product)
        self._all = {name: item for name, item in of_product.items() if not item.is_for_reviews}
        self._asked = {name: item for name, item in self._all.items() if item.source not in OWN_SOURCES}
        self._blank = {name: item.default for name, item in self._all.items()}
        self._numbers = [name for name, item in self._asked.items() if item.type == "number"]
        self._refer = [name for name, item in self._asked.items() if item.missing == "refer"]
        self.own = frozenset(self._all) - frozenset(self._asked)
        """Variables we read ourselves."""
        self.standing = [name for name, item in self._all.items() if item.source == "standing"]
        self.lookups = Lookups.of(self._all.values())
        self.alternative = tuple(item for item in self._all.values() if item.is_alternative)
        """Variables that are read only where the gate opens their source."""
        self.facts = tuple(item for item in self._all.values() if item.source == "fact" and not item.is_alternative)
        """Facts about customers: a decision reads those that its rules or its model name."""
        self.modelled = tuple(name for name, item in self._all.items() if item.source == "model")
        """What the model of the amount control says: its risk level and cap, where rules name them."""
        self._checker = msgspec.defstruct(
            "GivenVariables",
            # Names are catalogued identifiers; renamed because Python's keywords may be among them.
            [(f"f{place}", *_field(item)) for place, item in enumerate(self._asked.values())],
            rename={f"f{place}": name for place, name in enumerate(self._asked)},
            forbid_unknown_fields=True,
            kw_only=True,
        )
        self._dates = [name for name, item in self._asked.items() if item.type == "date"]

    def read(self, given: Mapping[str, Any]) -> Variables:
        """Check and complete the variables of a request. Raises InvalidVariables with every problem found."""
        try:
            msgspec.convert(given, self._checker)
            is_fit = all(given.get(name) is None or is_date(given[name]) for name in self._dates)
        except msgspec.ValidationError:
            is_fit = False
        if not is_fit:
            raise InvalidVariables(
                "The variables do not fit the product's schema.", problems=self.problems(given), product=self.product
            )
        present = {name: value for name, value in given.items() if value is not None}
        values = {**self._blank, **present}
        for name in self._numbers:
            value = values[name]
            if type(value) is int:
                values[name] = float(value)
                if name in present:  # the same canonical JSON, which has no integers beyond what a double holds
                    present[name] = values[name]
        return Variables(present, values, [name for name in self._refer if values[name] is None])

    def complete(self, read: Variables, own: Mapping[str, Any] | None) -> Variables:
        """Variables with the values of lists and velocity, by name; what is unknown follows its policy."""
        if own is None:
            return read
        known = {name: value for name, value in own.items() if value is not None}
        unknown = [name for name in own if name not in known and self._all[name].missing == "refer"]
        return Variables(read.given, {**read.values, **known}, [*read.refer, *unknown])

    def closed(self, read: Variables, names: Collection[str]) -> Variables:
        """Variables as if the request had not given these, whose policy passes over their absence."""
        if read.given.keys().isdisjoint(names):
            return read
        given = {name: value for name, value in read.given.items() if name not in names}
        return Variables(given, {**read.values, **dict.fromkeys(names)}, read.refer)

    def problems(self, given: Mapping[str, Any]) -> list[FieldProblem]:
        """Everything wrong with `given`, in its own order, then what is missing. Slow: used to explain a refusal."""
        found = [problem for name, value in given.items() if (problem := self._problem(name, value))]
        missing = [name for name, item in self._asked.items() if item.missing == "reject" and given.get(name) is None]
        return found + [FieldProblem(f"variables.{name}", "missing", "This variable is required.") for name in missing]

    def own_problems(self, values: Mapping[str, Any]) -> list[FieldProblem]:
        """Everything wrong with values typed in place of those we read ourselves."""
        found = [
            _value_problem(f"variables.{name}", self._all[name], value)
            for name, value in values.items()
            if value is not None
        ]
        return [problem for problem in found if problem]

    def _problem(self, name: str, value: object) -> FieldProblem | None:
        field = f"variables.{name[:80]}"
        variable = self._asked.get(name)
        if variable is None:
            if name in self._all:
                return FieldProblem(field, "not_accepted", "We read this variable ourselves; leave it out.")
            return FieldProblem(field, "unknown_variable", "The product has no such variable.")
        return None if value is None else _value_problem(field, variable, value)

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the `variables` of a request."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"Variables of {self.product}",
            "type": "object",
            "additionalProperties": False,
            "required": [name for name, item in self._asked.items() if item.missing == "reject"],
            "properties": {name: _property(item) for name, item in self._asked.items()},
        }

    def example(self) -> dict[str, Any]:
        """Variables that pass: the catalogued case, or else the middle of their ranges."""
        return {
            name: _example(item)
            for name, item in self._asked.items()
            if item.missing in ("reject", "refer") or not item.is_prohibited_basis
        }


def standing_kept(names: list[str], standing: dict[str, Any] | None) -> dict[str, Any] | None:
    """Of the columns read, those that a decision's record keeps: later ones only where the catalogue names them."""
    left_out = {STANDING_FIELDS[name] for name in _KEPT_IF_NAMED.difference(names)}
    return standing and {field: value for field, value in standing.items() if field not in left_out}


def standing_values(names: list[str], standing: Mapping[str, Any] | None) -> dict[str, Any]:
    """The variables read from a customer's latest standing; empty without one, so that defaults hold.

    `standing` holds columns of lending.CustomerStanding. A catalogued name we know no column for stays unknown.
    """
    if standing is None:
        return {}
    return {name: standing.get(STANDING_FIELDS.get(name, "")) for name in names}


def _field(variable: Variable) -> tuple[Any, ...]:
    """Type and default of a variable for the checker. Null counts as missing where it may be missing."""
    kind = _checked_type(variable)
    return (kind,) if variable.missing == "reject" else (kind | None, None)


def _checked_type(variable: Variable) -> Any:
    if variable.codes:
        return Literal[tuple(code.code for code in variable.codes)]  # type: ignore[misc]
    if variable.type == "boolean":
        return bool
    if variable.type in ("string", "date"):
        return Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
    low, high = _bounds(variable)
    if variable.type == "integer":
        return Annotated[int, msgspec.Meta(ge=int(low), le=int(high))]
    return Annotated[float, msgspec.Meta(ge=low, le=high)]


def _bounds(variable: Variable) -> tuple[float, float]:
    limit = MAX_INTEGER if variable.type == "integer" else 1e300
    low = -limit if variable.minimum is None else variable.minimum
    return low, limit if variable.maximum is None else variable.maximum


def _value_problem(field: str, variable: Variable, value: object) -> FieldProblem | None:
    if not _is_of_type(variable, value):
        return FieldProblem(field, "wrong_type", f"This must be {_WORDS[variable.type]}.")
    if variable.codes:
        codes = [code.code for code in variable.codes]
        return None if value in codes else FieldProblem(field, "unknown_code", f"This must be one of {_listed(codes)}.")
    if isinstance(value, str):
        if variable.type == "date" and not is_date(value):
            return FieldProblem(field, "wrong_type", f"This must be {_WORDS['date']}.")
        too_long = len(value) > MAX_TEXT
        return FieldProblem(field, "too_long", f"At most {MAX_TEXT} characters.") if too_long else None
    low, high = _bounds(variable)
    if not isinstance(value, bool) and not low <= value <= high:  # type: ignore[operator]
        return FieldProblem(field, "out_of_range", f"This must be from {low:.15g} to {high:.15g}.")
    return None


def _is_of_type(variable: Variable, value: object) -> bool:
    if variable.type == "number":
        return type(value) in (int, float)
    expected = {"integer": int, "boolean": bool}.get(variable.type, str)
    return type(value) is expected


def _listed(codes: list[str | int]) -> str:
    return ", ".join(str(code) for code in codes)


def _property(variable: Variable) -> dict[str, Any]:
    kind = _JSON_TYPES[variable.type]
    required = variable.missing == "reject"
    schema: dict[str, Any] = {
        "title": variable.en,
        "description": " ".join(
            part for part in (variable.zh, f"({variable.unit})" if variable.unit else "", variable.note_en) if part
        ),
        "type": kind if required else [kind, "null"],
        "x-missing": variable.missing,
    }
    if variable.codes:
        meant = [{"const": code.code, "title": code.en, "description": code.zh} for code in variable.codes]
        schema["oneOf"] = meant if required else [*meant, {"const": None, "title": "not known"}]
    elif variable.type in ("integer", "number"):
        schema["minimum"], schema["maximum"] = _bounds(variable)
        if variable.type == "integer":
            schema["minimum"], schema["maximum"] = int(schema["minimum"]), int(schema["maximum"])
    elif variable.type == "date":
        schema["format"] = "date"
    elif kind == "string":
        schema["maxLength"] = MAX_TEXT
    if variable.default is not None:
        schema["default"] = variable.default
    return schema


def _example(variable: Variable) -> str | int | float | bool:
    if variable.example is not None:
        return variable.example
    if variable.default is not None:
        return variable.default
    if variable.codes:
        codes = [code.code for code in variable.codes]
        return 0 if 0 in codes else codes[len(codes) // 2]
    if variable.type == "boolean":
        return False
    if variable.type == "date":
        return "2024-01-31"
    if variable.type == "string":
        return "text"
    low, high = _bounds(variable)
    # Ranges of money and months span powers of ten: their geometric middle looks like a real case.
    middle = (low * high) ** 0.5 if low > 0 else max(low, min(high, 100_000.0 if high > 1_000_000 else 1.0))
    return round(middle) if variable.type == "integer" else middle
