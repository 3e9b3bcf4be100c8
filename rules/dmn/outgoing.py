"""The rule language's expressions as FEEL that other engines read."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from rules.language import Node, as_text, names_in, parse, parse_cell, tree

_OURS_ALONE = re.compile(r"\b(coalesce|is defined|(?:days|months|years) between)\s*\(|\bin\s*\[")


def feel_expression(text: str) -> str:
    """An expression as FEEL. Raises ExpressionInvalid."""
    return as_text(_standard(parse(text)))


def feel_cell(text: str) -> str:
    """A table's cell as FEEL; one that FEEL reads as it is stays as it is. Raises ExpressionInvalid."""
    node = parse_cell(text)
    return as_text(_standard(node)) if _OURS_ALONE.search(text) else text.strip()


def roots_of(text: str, *, is_cell: bool = False) -> set[str]:
    """The names an expression reads, without what stands after a dot. Raises ExpressionInvalid."""
    node = parse_cell(text) if is_cell else parse(text)
    return {name.partition(".")[0] for name in names_in(node)} - {"?"}


def _standard(node: Node) -> Node:
    """A tree of the standard's functions and operators alone."""
    parts: dict[str, Any] = {each.name: _part(getattr(node, each.name)) for each in fields(node) if each.init}
    node = replace(node, **parts)
    if isinstance(node, tree.Call) and node.function in _CALLS:
        return _CALLS[node.function](*node.arguments)
    if isinstance(node, tree.In) and len(node.items) > 1:
        return _choices(node)
    if isinstance(node, tree.In) and isinstance(node.items[0], tree.Test):
        return tree.Comparison(node.items[0].operator, node.value, node.items[0].bound)
    return node


def _part(part: object) -> object:
    if isinstance(part, Node):
        return _standard(part)
    return tuple(_part(each) for each in part) if isinstance(part, tuple) else part


def _choices(node: tree.In) -> Node:
    """`x in [1, < 0]`: FEEL has no test inside a list."""
    if not any(isinstance(item, tree.Interval | tree.Test) for item in node.items):
        return node
    return tree.Or(
        tuple(
            tree.Comparison(item.operator, node.value, item.bound)
            if isinstance(item, tree.Test)
            else tree.In(node.value, (item,))
            for item in node.items
        )
    )


def _is_known(value: Node) -> Node:
    return tree.Comparison("!=", value, tree.Literal(None))


def _coalesce(*values: Node) -> Node:
    first, rest = values[0], values[1:]
    return tree.If(_is_known(first), first, _coalesce(*rest)) if rest else first


def _length(start: Node, end: Node) -> Node:
    return tree.Call("years and months duration", (start, end))


def _months_between(start: Node, end: Node) -> Node:
    length = _length(start, end)
    years = tree.Arithmetic("*", tree.Path(length, "years"), tree.Literal(12.0))
    return tree.Arithmetic("+", years, tree.Path(length, "months"))


_CALLS: dict[str, Callable[..., Node]] = {
    "coalesce": _coalesce,
    "is defined": _is_known,
    "days between": lambda start, end: tree.Path(tree.Arithmetic("-", end, start), "days"),
    "months between": _months_between,
    "years between": lambda start, end: tree.Path(_length(start, end), "years"),
}
