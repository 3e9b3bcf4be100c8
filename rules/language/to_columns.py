"""Tree to a Polars expression: a whole portfolio at once, the same IEEE operations as `to_python`.

Polars comparisons give null for null and its & and | are Kleene's, which is the language's logic. Columns of names
must be Float64 without NaN or infinities, String, or Boolean.
"""

from collections.abc import Callable, Mapping
from operator import and_, or_

import polars as pl

from rules.language import tree
from rules.language.budget import is_risky
from rules.language.division import divided
from rules.language.fold import folded
from rules.language.functions import IMPLEMENTATIONS
from rules.language.functions.lists import in_pairs
from rules.language.tree import Node
from rules.language.types import NUMERIC, Type


def columns_of(node: Node, names: Mapping[str, pl.Expr]) -> pl.Expr:
    """The tree over the columns its names stand for; finite or null."""
    return _ColumnWriter(names).settled(folded(node))


def finite(expression: pl.Expr) -> pl.Expr:
    """The number, or null where it is infinite or NaN."""
    return pl.when(expression.is_finite()).then(expression)


class _ColumnWriter:
    def __init__(self, names: Mapping[str, pl.Expr]) -> None:
        self.names = names

    def settled(self, node: Node) -> pl.Expr:
        expression = self.raw(node)
        return finite(expression) if is_risky(node) else expression

    def truth(self, node: Node) -> pl.Expr:
        return _typed(node, self.settled(node), Type.BOOLEAN)

    def number(self, node: Node) -> pl.Expr:
        return _typed(node, self.raw(node), Type.NUMBER)

    def raw(self, node: Node) -> pl.Expr:
        return _BY_NODE[type(node)](self, node)

    def literal(self, node: tree.Literal) -> pl.Expr:
        return pl.lit(node.value)

    def name(self, node: tree.Name) -> pl.Expr:
        return self.names[node.name]

    def negate(self, node: tree.Negate) -> pl.Expr:
        return -self.number(node.operand)

    def arithmetic(self, node: tree.Arithmetic) -> pl.Expr:
        left = self.number(node.left)
        if node.operator == "/":
            return divided(left, self.number(node.right))
        right = self.number(node.right)
        if node.operator == "+":
            return left + right
        return left - right if node.operator == "-" else left * right

    def comparison(self, node: tree.Comparison) -> pl.Expr:
        return _compared(node.operator, self.settled(node.left), self.settled(node.right))

    def between(self, node: tree.Between) -> pl.Expr:
        return self._inside(self.settled(node.value), tree.Interval(node.low, node.high))

    def _inside(self, value: pl.Expr, interval: tree.Interval) -> pl.Expr:
        low = _compared(">" if interval.is_low_open else ">=", value, self.settled(interval.low))
        high = _compared("<" if interval.is_high_open else "<=", value, self.settled(interval.high))
        return low & high

    def member(self, node: tree.In) -> pl.Expr:
        value = self.settled(node.value)
        constants = [item.value for item in node.items if isinstance(item, tree.Literal)]
        if len(constants) == len(node.items) and None not in constants and len(constants) > 2:
            return value.is_in(constants)
        return in_pairs(or_, [self._test(value, item) for item in node.items])

    def _test(self, value: pl.Expr, item: Node) -> pl.Expr:
        if isinstance(item, tree.Interval):
            return self._inside(value, item)
        if isinstance(item, tree.Test):
            return _compared(item.operator, value, self.settled(item.bound))
        return _compared("=", value, self.settled(item))

    def every(self, node: tree.And) -> pl.Expr:
        return in_pairs(and_, [self.truth(item) for item in node.items])

    def some(self, node: tree.Or) -> pl.Expr:
        return in_pairs(or_, [self.truth(item) for item in node.items])

    def negation(self, node: tree.Not) -> pl.Expr:
        return ~self.truth(node.operand)

    def conditional(self, node: tree.If) -> pl.Expr:
        condition = self.truth(node.condition)
        then, otherwise = self.settled(node.then), self.settled(node.otherwise)
        return pl.when(condition).then(then).when(~condition).then(otherwise)

    def call(self, node: tree.Call) -> pl.Expr:
        function = IMPLEMENTATIONS[node.function]
        types = function.types(len(node.arguments))
        return function.columns(
            [
                _typed(argument, self.raw(argument), wanted)
                if function.is_strict and wanted in NUMERIC
                else _typed(argument, self.settled(argument), wanted)
                for argument, wanted in zip(node.arguments, types, strict=True)
            ]
        )


def _typed(node: Node, expression: pl.Expr, wanted: Type) -> pl.Expr:
    """Where a constant null may be all there is, Polars must be told the type."""
    can_be_bare_null = isinstance(node, tree.If | tree.Call | tree.Literal)
    return expression.cast(_COLUMN_TYPES[wanted]) if can_be_bare_null and wanted in _COLUMN_TYPES else expression


def _compared(operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return _COMPARISONS[operator](left, right)


_COLUMN_TYPES: dict[Type, type[pl.DataType]] = {
    Type.NUMBER: pl.Float64,
    Type.DAYS: pl.Float64,
    Type.MONTHS: pl.Float64,
    Type.DATE: pl.String,
    Type.STRING: pl.String,
    Type.BOOLEAN: pl.Boolean,
}
_COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_BY_NODE: dict[type[Node], Callable[..., pl.Expr]] = {
    tree.Literal: _ColumnWriter.literal,
    tree.Name: _ColumnWriter.name,
    tree.Negate: _ColumnWriter.negate,
    tree.Arithmetic: _ColumnWriter.arithmetic,
    tree.Comparison: _ColumnWriter.comparison,
    tree.Between: _ColumnWriter.between,
    tree.In: _ColumnWriter.member,
    tree.And: _ColumnWriter.every,
    tree.Or: _ColumnWriter.some,
    tree.Not: _ColumnWriter.negation,
    tree.If: _ColumnWriter.conditional,
    tree.Call: _ColumnWriter.call,
}
