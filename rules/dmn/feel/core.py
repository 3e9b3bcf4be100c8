"""Scopes, and the registry of rules by which trees are evaluated."""

from collections.abc import Callable, Mapping
from typing import Any

from rules.dmn.feel.budget import Budget
from rules.dmn.feel.tree import Literal, Name, Node


class Scope:
    """Names and their values, inner before outer, and the budget they share."""

    __slots__ = ("budget", "outer", "values")

    def __init__(self, values: Mapping[str, Any], budget: Budget, outer: "Scope | None" = None) -> None:
        self.values = values
        self.budget = budget
        self.outer = outer

    def inner(self, values: Mapping[str, Any]) -> "Scope":
        return Scope(values, self.budget, self)

    def find(self, name: str) -> tuple[bool, Any]:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return True, scope.values[name]
            scope = scope.outer
        return False, None


def evaluate(node: Node, scope: Scope) -> Any:
    """The value of an expression. Raises DmnTooLarge alone (and DmnUnsupported for a back-reference)."""
    scope.budget.spend()
    value = _RULES[type(node)](node, scope)
    if isinstance(value, str | list | dict) and not isinstance(node, Name | Literal):
        scope.budget.room(value)
    return value


def register(kind: type[Node], rule: Callable[[Any, Scope], Any]) -> None:
    """Gives a kind of node defined elsewhere (a decision table) its rule."""
    _RULES[kind] = rule


_RULES: dict[type[Node], Callable[[Any, Scope], Any]] = {}
