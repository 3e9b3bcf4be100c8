"""The expression tree: what a text means, before types. Equality ignores positions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf

from rules.language.problems import NOWHERE, Position
from rules.language.types import Type

ArithmeticOperator = OneOf["+", "-", "*", "/", "**"]
ComparisonOperator = OneOf["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Node:
    """Anything an expression is made of."""

    position: Position = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number (always a double, never -0, NaN or infinite), text, true, false or null; or, with a `kind`, the text of
    a date (DATE), the seconds (DAYS) or months (MONTHS) of a duration."""

    value: float | str | bool | None
    kind: Type | None = None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, parameter or derived variable; `table.output`; `alias.field` in patterns; `?` in a table cell.
    `name.year` and the like are names too until `lowered` knows better."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """operand.field: a component of a date or duration that is no plain name."""

    operand: Node
    field: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """- operand; a negative number is a Literal."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """left operator right, on doubles; what is not finite is unknown. On dates and durations until `lowered`."""

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
class Test(Node):
    """operator bound: a test of what stands left of `in`, the only place for it."""

    operator: ComparisonOperator
    bound: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """value in [items]: equal to one of the values, inside one of the intervals, meets one of the tests, or equal to
    a member of an item that is a list."""

    value: Node
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """A list whose places are known: `[items]`, or the results of a table's rows.

    `guards` is empty (every place is taken) or holds for each place None or a condition: true, the place is taken;
    false, it is absent; unknown, it cannot be told, and neither can what depends on it. Never inside another list.
    """

    items: tuple[Node, ...]
    guards: tuple[Node | None, ...] = ()

    def places(self) -> tuple[tuple[Node | None, Node], ...]:
        """(guard, item) of every place."""
        guards = self.guards or (None,) * len(self.items)
        return tuple(zip(guards, self.items, strict=True))


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """some or every `variable` in `listed` satisfies `condition`; `variable` is a name in the condition alone."""

    kind: OneOf["some", "every"]
    variable: str
    listed: Node
    condition: Node


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


_PARTS: dict[type[Node], tuple[str, ...]] = {
    Literal: (),
    Name: (),
    Negate: ("operand",),
    Not: ("operand",),
    Path: ("operand",),
    Arithmetic: ("left", "right"),
    Comparison: ("left", "right"),
    Between: ("value", "low", "high"),
    Interval: ("low", "high"),
    Test: ("bound",),
    In: ("value", "items"),
    And: ("items",),
    Or: ("items",),
    If: ("condition", "then", "otherwise"),
    Call: ("arguments",),
    ListOf: ("items", "guards"),
    Quantified: ("listed", "condition"),
}


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, left to right; a list's items before its guards."""
    found: list[Node] = []
    for name in _PARTS[type(node)]:
        part = getattr(node, name)
        if isinstance(part, tuple):
            found += [item for item in part if item is not None]
        else:
            found.append(part)
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents before children, left to right; without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def names_in(node: Node) -> tuple[str, ...]:
    """The names an expression reads, each once, in order of appearance; not those that some and every bring."""
    found: dict[str, None] = {}
    stack: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while stack:
        current, bound = stack.pop()
        if isinstance(current, Name) and current.name not in bound:
            found[current.name] = None
        if isinstance(current, Quantified):
            stack.append((current.condition, bound | {current.variable}))
            stack.append((current.listed, bound))
        else:
            stack.extend((child, bound) for child in reversed(children(current)))
    return tuple(found)


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
    return other if other is not None else with_parts(node, lambda part: replaced(part, change))


def with_parts(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with each direct part changed; the same object where nothing is."""
    changed: dict[str, object] = {}
    for field_name in _PARTS[type(node)]:
        part = getattr(node, field_name)
        if isinstance(part, tuple):
            made: object = tuple(item if item is None else change(item) for item in part)
            is_same = all(one is other for one, other in zip(part, made, strict=True))  # type: ignore[call-overload]
        else:
            made = change(part)
            is_same = made is part
        if not is_same:
            changed[field_name] = made
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]


def substitute(node: Node, name: str, value: Node) -> Node:
    """The tree with every `name` exchanged for `value`."""
    return replaced(node, lambda part: value if isinstance(part, Name) and part.name == name else None)
