"""Boxed expressions that FEEL text has no node for: a typed value, a context with a result, a function, a table."""

from dataclasses import dataclass
from typing import Any

from rules.dmn.feel.evaluate import Scope, evaluate, register
from rules.dmn.feel.tree import Node, Tests
from rules.dmn.feel.values import Function
from rules.dmn.types import ANY, ItemType


@dataclass(frozen=True, slots=True)
class Typed(Node):
    """An expression whose value is null where it is not of the type."""

    expression: Node
    type: ItemType


@dataclass(frozen=True, slots=True)
class ResultContext(Node):
    """A boxed context whose last entry has no name: it is the value."""

    entries: tuple[tuple[str, Node], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Encapsulated(Node):
    """Logic with typed parameters: a boxed function, or a business knowledge model."""

    parameters: tuple[tuple[str, ItemType], ...]
    body: Node
    type: ItemType


@dataclass(frozen=True, slots=True)
class InputClause:
    expression: Node
    type: ItemType
    allowed: Tests | None
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class OutputClause:
    name: str
    type: ItemType
    allowed: Tests | None
    default: Node | None
    label: str
    default_text: str
    allowed_text: str


@dataclass(frozen=True, slots=True)
class TableRule:
    tests: tuple[Tests, ...]
    outputs: tuple[Node, ...]
    texts: tuple[str, ...]
    """Its cells as written: inputs, then outputs."""
    note: str


@dataclass(frozen=True, slots=True)
class DecisionTable(Node):
    """A decision table. `hit_policy` is one of U A P F R O C C+ C< C> C#."""

    hit_policy: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[TableRule, ...]


def _typed(node: Typed, scope: Scope) -> Any:
    return node.type.conform(evaluate(node.expression, scope))


def _result_context(node: ResultContext, scope: Scope) -> Any:
    values: dict[str, Any] = {}
    inner = scope.inner(values)
    for name, entry in node.entries:
        values[name] = evaluate(entry, inner)
    return evaluate(node.result, inner)


def function_of(node: Encapsulated, scope: Scope) -> Function:
    """The function value, its free names bound in `scope`. Its type is that of the result, or one of functions."""
    kind = node.type.function()
    result = ANY if kind is not None else node.type

    def apply(arguments: Any) -> Any:
        values = {name: kind.conform(value) for (name, kind), value in zip(node.parameters, arguments, strict=True)}
        return result.conform(evaluate(node.body, scope.inner(values)))

    function = Function(tuple(name for name, _ in node.parameters), apply)
    typed: Function = function if kind is None else kind.conform(function)
    return typed


register(Typed, _typed)
register(ResultContext, _result_context)
register(Encapsulated, function_of)
