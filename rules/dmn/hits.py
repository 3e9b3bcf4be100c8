"""Decision tables: which rules are hit, and what the hit policy makes of them (clause 8.2.10)."""

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, NamedTuple

from rules.dmn.boxed import DecisionTable, InputClause, OutputClause, TableRule
from rules.dmn.feel.builtins.lists import distinct_values, total
from rules.dmn.feel.evaluate import Scope, evaluate, meets
from rules.dmn.feel.tree import Tests, ValueTest
from rules.dmn.feel.values import compare, equal


def table_value(table: DecisionTable, scope: Scope) -> Any:
    """The value of a table. A breach of U or A is null; an input that is not allowed is null for the cells to test."""
    values = [_input(clause, scope) for clause in table.inputs]
    hits = []
    for rule in table.rules:
        scope.budget.spend()
        if all(meets(test, value, scope) is True for test, value in zip(rule.tests, values, strict=True)):
            hits.append(rule)
            if table.hit_policy == "F":
                break
    if not hits:
        return _without_hit(table, scope)
    outputs = [_row(table, rule, scope) for rule in hits]
    return _POLICIES[table.hit_policy](Hits(table, outputs, scope))


def _input(clause: InputClause, scope: Scope) -> Any:
    """What the cells of a column test. A built-in type that the value is not of leaves it as it is, as modelers put one
    there carelessly; a type of the model, or its allowed values, make it null."""
    value = evaluate(clause.expression, scope)
    fitted = clause.type.conform(value)
    if fitted is None and clause.type.is_built_in():
        fitted = value
    is_refused = clause.allowed is not None and fitted is not None and meets(clause.allowed, fitted, scope) is not True
    return None if is_refused else fitted


def _without_hit(table: DecisionTable, scope: Scope) -> Any:
    if any(clause.default is not None for clause in table.outputs):
        defaults = [
            None if clause.default is None else clause.type.conform(evaluate(clause.default, scope))
            for clause in table.outputs
        ]
        return _shaped(table, defaults)
    return {"C": [], "C#": Decimal(0)}.get(table.hit_policy)


def _row(table: DecisionTable, rule: TableRule, scope: Scope) -> list[Any]:
    """The outputs of a rule; one that is not of its type, or not among its allowed values, is null."""
    row = []
    for clause, expression in zip(table.outputs, rule.outputs, strict=True):
        value = clause.type.conform(evaluate(expression, scope))
        refused = clause.allowed is not None and value is not None and meets(clause.allowed, value, scope) is not True
        row.append(None if refused else value)
    return row


def _shaped(table: DecisionTable, row: list[Any]) -> Any:
    """One output is its value, several are a context."""
    if len(table.outputs) == 1:
        return row[0]
    return {clause.name: value for clause, value in zip(table.outputs, row, strict=True)}


Rows = list[list[Any]]


class Hits(NamedTuple):
    """The outputs of the rules hit, in rule order, and where they came from."""

    table: DecisionTable
    rows: Rows
    scope: Scope

    def shaped(self, rows: Rows) -> list[Any]:
        return [_shaped(self.table, row) for row in rows]


def _unique(hits: Hits) -> Any:
    return hits.shaped(hits.rows)[0] if len(hits.rows) == 1 else None


def _any(hits: Hits) -> Any:
    return hits.shaped(hits.rows)[0] if all(equal(row, hits.rows[0]) is True for row in hits.rows) else None


def _ordered(hits: Hits) -> Rows:
    """Rows by the places of their outputs in the allowed values, the leftmost output first; else in rule order."""
    orders = [_allowed_values(clause, hits.scope) for clause in hits.table.outputs]

    def places(row: list[Any]) -> list[int]:
        return [_place(value, order) for value, order in zip(row, orders, strict=True) if order]

    return sorted(hits.rows, key=places)


def _allowed_values(clause: OutputClause, scope: Scope) -> list[Any]:
    tests = clause.allowed or clause.type.allowed or Tests(())
    return [evaluate(test.expression, scope) for test in tests.tests if isinstance(test, ValueTest)]


def _place(value: Any, order: list[Any]) -> int:
    return next((at for at, allowed in enumerate(order) if equal(value, allowed) is True), len(order))


def _total(hits: Hits) -> Any:
    try:
        return total([row[0] for row in hits.rows])
    except TypeError:
        return None


def _extreme(operator: str) -> Callable[[Hits], Any]:
    def extreme(hits: Hits) -> Any:
        values = [row[0] for row in hits.rows]
        if any(compare("<=", value, values[0]) is None for value in values):
            return None
        order = cmp_to_key(lambda a, b: -1 if compare(operator, a, b) else 1)
        return sorted(values, key=order)[0]

    return extreme


_POLICIES: dict[str, Callable[[Hits], Any]] = {
    "U": _unique,
    "A": _any,
    "P": lambda hits: hits.shaped(_ordered(hits))[0],
    "F": lambda hits: hits.shaped(hits.rows)[0],
    "R": lambda hits: hits.shaped(hits.rows),
    "O": lambda hits: hits.shaped(_ordered(hits)),
    "C": lambda hits: hits.shaped(hits.rows),
    "C+": _total,
    "C<": _extreme("<"),
    "C>": _extreme(">"),
    "C#": lambda hits: Decimal(len(distinct_values(hits.rows))),
}
