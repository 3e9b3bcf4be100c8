"""Item definitions: which values conform to a type, and the conversions the standard makes first (10.3.2.9.4)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from rules.dmn.feel.budget import Budget
from rules.dmn.feel.evaluate import Scope, meets
from rules.dmn.feel.tree import Tests
from rules.dmn.feel.values import Function, kind_of

SIMPLE = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "list": "list",
    "context": "context",
    "function": "function",
    "Any": "Any",
    "any": "Any",
    "Null": "Null",
}
"""The built-in types by every spelling that models use, old and new."""


@dataclass(slots=True)
class ItemType:
    """A type: built in (`base`), another one under a name of its own (`target`), or components.

    `allowed` restricts each item of a collection, `constraint` the whole (DMN 1.5). A function has the types of its
    parameters, by name, and of its result in `components` and `result`.
    """

    base: str = "Any"
    components: dict[str, "ItemType"] = field(default_factory=dict)
    is_collection: bool = False
    allowed: Tests | None = None
    constraint: Tests | None = None
    target: "ItemType | None" = None
    result: "ItemType | None" = None

    def conform(self, value: Any) -> Any:
        """The value as one of this type, or None where it is none."""
        try:
            return self._fit(value)
        except _Unfit:
            return None

    def holds(self, value: Any) -> bool:
        """Whether a value is of this type without any conversion."""
        try:
            return value is None or (self._fit(value) is not None and isinstance(value, list) == self.is_list())
        except _Unfit:
            return False

    def is_list(self) -> bool:
        return self.is_collection or self.base == "list" or (self.target is not None and self.target.is_list())

    def is_built_in(self) -> bool:
        return not (self.components or self.is_collection or self.allowed or self.constraint or self.target)

    def function(self) -> "ItemType | None":
        """The type of functions that this one is or refers to; None where it is none."""
        if self.target is not None:
            return self.target.function()
        return self if self.base == "function" else None

    def simple(self) -> str | None:
        """The built-in type at the end of the references; None for a structure."""
        if self.components and self.base != "function":
            return None
        return self.target.simple() if self.target is not None else self.base

    def _fit(self, value: Any) -> Any:
        if value is None:
            return None
        if not self.is_collection:
            may_unwrap = not self.is_list() and self.simple() != "Any"
            while may_unwrap and isinstance(value, list) and len(value) == 1:
                value = value[0]
            return self._allowed(self._fit_one(value), self.allowed, self.constraint)
        items = value if isinstance(value, list) else [value]
        fitted = [self._allowed(self._fit_one(item), self.allowed) for item in items]
        return self._allowed(fitted, self.constraint)

    def _fit_one(self, value: Any) -> Any:
        if value is None:
            return None
        if self.base == "function" and isinstance(value, Function):
            return self._typed(value)
        if self.components:
            if not isinstance(value, dict) or not self.components.keys() <= value.keys():
                raise _Unfit
            return {**value, **{name: part._fit(value[name]) for name, part in self.components.items()}}
        if self.target is not None:
            # Its own allowed values take the place of those of the type it refers to.
            overrides = self.allowed is not None and not self.target.is_collection
            return self.target._fit_one(value) if overrides else self.target._fit(value)
        if self.base == "Any" or kind_of(value) == self.base:
            return value
        if self.base == "date and time" and isinstance(value, date):
            return datetime.combine(value, time(), UTC)
        raise _Unfit

    def _typed(self, function: Function) -> Function:
        """The function with the types of this one for its parameters and its result."""
        kinds = [self.components.get(name, ANY) for name in function.parameters]
        result = self.result or ANY

        def apply(arguments: Any) -> Any:
            fitted = [kind.conform(value) for kind, value in zip(kinds, arguments, strict=True)]
            return result.conform(function.apply(fitted))

        return Function(function.parameters, apply)

    def _allowed(self, value: Any, *restrictions: Tests | None) -> Any:
        for tests in restrictions:
            if tests is not None and value is not None and meets(tests, value, Scope({}, Budget())) is not True:
                raise _Unfit
        return value


class _Unfit(Exception):
    """The value is not of the type."""


ANY = ItemType()
