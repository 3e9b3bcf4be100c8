"""The comparisons of a rule that have a threshold: what its trace measures the distance to."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.language import Scope, Type, as_text, infer, tree
from rules.language.tree import Node


@dataclass(frozen=True, slots=True)
class Leaf:
    """`value operator threshold`, both numbers. The distance is value − threshold; zero is exactly at it."""

    value: Node
    operator: str
    threshold: Node
    text: str
    """As written, with the names of parameters."""


def leaves_of(written: Node, compiled: Node, scope: Scope) -> tuple[Leaf, ...]:
    """The comparisons of numbers that decide `written` through and, or and not alone; `compiled` is the same tree with
    the parameters' values in it. An interval or between gives two."""
    leaves: list[Leaf] = []
    _collect(written, compiled, scope, leaves)
    return tuple(leaves)


def _collect(written: Node, compiled: Node, scope: Scope, leaves: list[Leaf]) -> None:
    match written, compiled:
        case (tree.And(), tree.And()) | (tree.Or(), tree.Or()):
            for one, other in zip(written.items, compiled.items, strict=True):  # type: ignore[attr-defined]
                _collect(one, other, scope, leaves)
        case tree.Not(), tree.Not():
            _collect(written.operand, compiled.operand, scope, leaves)
        case tree.Comparison(), tree.Comparison():
            if _is_number(compiled.left, scope) and _is_number(compiled.right, scope):
                leaves.append(_leaf(written, compiled))
        case tree.Between(), tree.Between():
            if _is_number(compiled.value, scope):
                bounds = tree.Interval(compiled.low, compiled.high)
                leaves += _bounds(compiled.value, bounds, as_text(written))
        case tree.In(), tree.In():
            for item in compiled.items:
                if not _is_number(compiled.value, scope):
                    continue
                if isinstance(item, tree.Interval):
                    leaves += _bounds(compiled.value, item, as_text(written))
                if isinstance(item, tree.Test):
                    leaves.append(Leaf(compiled.value, item.operator, item.bound, as_text(written)))


def _is_number(node: Node, scope: Scope) -> bool:
    if isinstance(node, tree.Name) and node.name in scope.names:
        return scope.names[node.name].type is Type.NUMBER
    if isinstance(node, tree.Literal):
        return type(node.value) is float and node.kind is None
    return infer(node, scope)[0] is Type.NUMBER


def _leaf(written: tree.Comparison, compiled: tree.Comparison) -> Leaf:
    """A constant on the left is the threshold all the same."""
    if isinstance(compiled.left, tree.Literal) and not isinstance(compiled.right, tree.Literal):
        return Leaf(compiled.right, _MIRRORED[compiled.operator], compiled.left, as_text(written))
    return Leaf(compiled.left, compiled.operator, compiled.right, as_text(written))


def _bounds(value: Node, interval: tree.Interval, text: str) -> list[Leaf]:
    return [
        Leaf(value, ">" if interval.is_low_open else ">=", interval.low, text),
        Leaf(value, "<" if interval.is_high_open else "<=", interval.high, text),
    ]


_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def thresholds_in(node: Node) -> Iterator[tuple[str, float]]:
    """Every name that a part of the tree compares with a number, and that number; ends of intervals count."""
    for part in tree.walk(node):
        pairs: list[tuple[Node, Node]] = []
        match part:
            case tree.Comparison(left=left, right=right):
                pairs = [(left, right), (right, left)]
            case tree.Between(value=value, low=low, high=high):
                pairs = [(value, low), (value, high)]
            case tree.In(value=value, items=items):
                bounds = [end for item in items if isinstance(item, tree.Interval) for end in (item.low, item.high)]
                pairs = [(value, end) for end in bounds]
        for name, bound in pairs:
            if isinstance(name, tree.Name) and isinstance(bound, tree.Literal) and type(bound.value) is float:
                yield name.name, bound.value
