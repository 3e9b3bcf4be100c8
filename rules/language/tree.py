"""The expression tree: what a text means, before types. Equality ignores positions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf

from rules.language.problems import NOWHERE, Position

ArithmeticOperator = OneOf["+", "-", "*", "/"]
ComparisonOperator = OneOf["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Node:
    """Anything an expression is made of."""

    position: Position = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number (always a double, never -0, NaN or infinite), text, true, false or null."""

    value: float | str | bool | None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, parameter or derived variable; `alias.field` in patterns; `?` in a table cell."""

    name: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """- operand; a negative number is a Literal."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """left operator right, on doubles; what is not finite is unknown."""

    operator: ArithmeticOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """left operator right; unknown where a side is null."""

    operator: ComparisonOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """value between low and high, both included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """[low..high]; an open end excludes its bound. Stands only at the right of `in`, alone or in a list."""

    low: Node
    high: Node
    is_low_open: bool = False
    is_high_open: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    """value in [items]: equal to one of the values, or inside one of the intervals."""

    value: Node
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of the items (two or more)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of the items (two or more)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """not operand; unknown stays unknown."""

    operand: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """if condition then … else …; an unknown condition gives null, not the else."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """function(arguments), by the name in the registry."""

    function: str
    arguments: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, left to right."""
    match node:
        case Literal() | Name():
            return ()
        case Negate(operand=operand) | Not(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Between(value=value, low=low, high=high):
            return (value, low, high)
        case Interval(low=low, high=high):
            return (low, high)
        case In(value=value, items=items):
            return (value, *items)
        case And(items=items) | Or(items=items):
            return items
        case If(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Call(arguments=arguments):
            return arguments
    raise TypeError(f"not a node: {type(node).__name__}")


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents before children, left to right; without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def names_in(node: Node) -> tuple[str, ...]:
    """The names an expression reads, each once, in order of appearance."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Name)))


def depth_and_size(node: Node) -> tuple[int, int]:
    """(levels, number of nodes); without recursion, so that it can judge hostile input."""
    deepest, size = 0, 0
    stack = [(node, 1)]
    while stack:
        current, depth = stack.pop()
        size += 1
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in children(current))
    return deepest, size


def replaced(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every node for which `change` gives another one exchanged; its parts are not visited again."""
    other = change(node)
    if other is not None:
        return other
    match node:
        case Literal() | Name():
            return node
        case Negate(operand=operand) | Not(operand=operand):
            return replace(node, operand=replaced(operand, change))  # type: ignore[call-arg]
        case Arithmetic() | Comparison():
            return replace(node, left=replaced(node.left, change), right=replaced(node.right, change))
        case Between(value=value, low=low, high=high):
            return replace(node, value=replaced(value, change), low=replaced(low, change), high=replaced(high, change))
        case Interval(low=low, high=high):
            return replace(node, low=replaced(low, change), high=replaced(high, change))
        case In(value=value, items=items):
            return replace(node, value=replaced(value, change), items=tuple(replaced(i, change) for i in items))
        case And(items=items) | Or(items=items):
            return replace(node, items=tuple(replaced(item, change) for item in items))  # type: ignore[call-arg]
        case If(condition=condition, then=then, otherwise=otherwise):
            return replace(
                node,
                condition=replaced(condition, change),
                then=replaced(then, change),
                otherwise=replaced(otherwise, change),
            )
        case Call(arguments=arguments):
            return replace(node, arguments=tuple(replaced(argument, change) for argument in arguments))
    raise TypeError(f"not a node: {type(node).__name__}")


def substitute(node: Node, name: str, value: Node) -> Node:
    """The tree with every `name` exchanged for `value`."""
    return replaced(node, lambda part: value if isinstance(part, Name) and part.name == name else None)
