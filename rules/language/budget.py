"""How large an expression becomes once written out for the executors: a short text must not mean billions of steps."""

from collections.abc import Mapping

from rules.language.functions import IMPLEMENTATIONS
from rules.language.tree import (
    Arithmetic,
    Between,
    Call,
    If,
    In,
    Interval,
    ListOf,
    Literal,
    Name,
    Negate,
    Node,
    Quantified,
    children,
)

EXPANDED_LIMIT = 40_000
"""Nodes of a text over tables' lists, whose places are as many as the tables have rows."""
_SETTLED = 2
"""Where a number must be finite, its column stands twice: in the question and in the answer."""


def is_risky(node: Node) -> bool:
    """Whether raw arithmetic may have left the finite numbers."""
    if isinstance(node, Negate):
        return is_risky(node.operand)
    if isinstance(node, Call):
        function = IMPLEMENTATIONS.get(node.function)
        return function is not None and function.is_risky
    return isinstance(node, Arithmetic)


def written_size(node: Node, places: Mapping[str, int] | None = None) -> int:
    """Number of nodes once written out, at most; `places` gives the length of lists by name. Every node is looked at
    once, by recursion: for trees whose depth has been checked."""
    return _Budget(places or {}).size(node, {})


class _Budget:
    def __init__(self, places: Mapping[str, int]) -> None:
        self.lengths = places

    def size(self, node: Node, bound: Mapping[str, int]) -> int:
        """`bound`: by variable of some and every, the size of what it stands for."""
        match node:
            case Name(name=name):
                return bound.get(name, self.lengths.get(name, 1))
            case Quantified(listed=listed, condition=condition, variable=variable):
                inside = self.size(condition, {**bound, variable: self.item_size(listed, bound)})
                return 1 + self.size(listed, bound) + self.places(listed) * (inside + 2)
            case If(condition=condition) if self.is_list(node):
                places = self.places(node)
                choices = 2 * places * (self.size(condition, bound) + 1)
                return choices + sum(self.size(child, bound) for child in children(node)[1:])
        total = 1
        for place, child in enumerate(children(node)):
            settled = _SETTLED if is_risky(child) and not _takes_risky(node) else 1
            total += settled * self.uses(node, place) * self.size(child, bound)
        return total

    def places(self, node: Node) -> int:
        """How many places a list has; of what is no list 1."""
        match node:
            case ListOf(items=items):
                return len(items)
            case Name(name=name):
                return self.lengths.get(name, 1)
            case If(then=then, otherwise=otherwise) if self.is_list(node):
                return self.places(then) + self.places(otherwise)
        return 1

    def is_list(self, node: Node) -> bool:
        """A list literal, the name of one, or a choice of these."""
        if isinstance(node, If):
            return self.is_list(node.then) or self.is_list(node.otherwise)
        return isinstance(node, ListOf) or (isinstance(node, Name) and self.lengths.get(node.name, 1) > 1)

    def item_size(self, node: Node, bound: Mapping[str, int]) -> int:
        """The size of a list's largest item."""
        match node:
            case ListOf(items=items):
                return max((self.size(item, bound) for item in items), default=1)
            case If(then=then, otherwise=otherwise):
                return max(self.item_size(then, bound), self.item_size(otherwise, bound))
            case Name(name=name) if name not in bound:
                return 1
        return self.size(node, bound)

    def uses(self, node: Node, place: int) -> int:
        """How often the part at `place` stands in the node."""
        match node:
            case Between() | If() if place == 0:
                return 2
            case In(items=items) if place == 0 and not all(isinstance(item, Literal) for item in items):
                return sum(2 if isinstance(item, Interval) else self.places(item) for item in items)
            case Arithmetic(operator="/"):
                return 3 if place else 2
            case Call(function="list contains", arguments=(listed, _)) if place == 1:
                return self.places(listed)
            case Call(function=name) if name in IMPLEMENTATIONS:
                uses = IMPLEMENTATIONS[name].column_uses
                on_places = IMPLEMENTATIONS.get(f"{name} of places")
                return uses if on_places is None else max(uses, on_places.column_uses)
        return 1


def _takes_risky(node: Node) -> bool:
    return isinstance(node, Arithmetic | Negate) or (isinstance(node, Call) and is_risky(node))
