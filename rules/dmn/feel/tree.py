"""What a parsed FEEL expression is made of."""

from dataclasses import dataclass
from typing import Any


class Node:
    """Any part of an expression or of a unary test."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()
    """The parameters the arguments are for; empty where they are positional."""


@dataclass(frozen=True, slots=True)
class Filter(Node):
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`+ - * / **`, the comparisons, `and`, `or`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    operand: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[tuple[str, Node, Node | None], ...]
    """Per iterator its name, its list or first number, and the last number of `a..b`."""
    body: Node
    reads_partial: bool = False


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    is_every: bool
    iterators: tuple[tuple[str, Node, Node | None], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[tuple[str, "TypeText | None"], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class TypeText(Node):
    """A type as written in an expression: its name, and what is between its angle brackets."""

    name: str
    arguments: tuple["TypeText", ...] = ()
    entries: tuple[tuple[str, "TypeText"], ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    operand: Node
    type: TypeText


@dataclass(frozen=True, slots=True)
class AnyTest(Node):
    """`-`: every value meets it."""


@dataclass(frozen=True, slots=True)
class CompareTest(Node):
    operator: str
    endpoint: Node


@dataclass(frozen=True, slots=True)
class ValueTest(Node):
    """An expression as a test: equal to it, within it, or, where it reads `?`, true."""

    expression: Node
    reads_input: bool


@dataclass(frozen=True, slots=True)
class NotTest(Node):
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """A cell: met where any of its tests is."""

    tests: tuple[Node, ...]
