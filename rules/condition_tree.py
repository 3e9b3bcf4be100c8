"""A condition as the tree of a query builder and back, so that text and builder can edit one expression. Pure.

A group is {combinator: and | or, not, rules}, a rule {field, operator, value, valueSource: value | field}. What a rule
cannot hold stands as its text: {operator: expression, value: text}. So nothing of a condition is lost.
"""

from collections.abc import Mapping
from sys import float_info
from typing import Any, Final

from rules.condition_problems import TreeInvalid, tree_problem
from rules.language import Type, as_text, parse, tree
from rules.language.parse import DEPTH_LIMIT, SIZE_LIMIT
from rules.language.problems import ExpressionInvalid, Problem, at_path
from rules.language.render import literal_text
from rules.language.tree import Node

Query = dict[str, Any]

COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
TEXT_TESTS: Final = {
    "contains": "contains",
    "beginsWith": "starts with",
    "endsWith": "ends with",
    "matches": "matches",
}
"""Function of the language by the builder's operator."""
EXPRESSION: Final = "expression"
_OPERATOR_OF_TEST: Final = {function: operator for operator, function in TEXT_TESTS.items()}
_EXACT: Final = 2**53


def query_of(node: Node) -> Query:
    """The builder's tree of a condition; its root is always a group."""
    entry = _entry(node)
    return entry if "rules" in entry else _group("and", [entry])


def query_text(query: object) -> str:
    """The text of a builder's tree, written the one way. Raises TreeInvalid with every problem, each at its place."""
    text = as_text(query_node(query))
    try:
        parse(text)
    except ExpressionInvalid as error:
        raise TreeInvalid(error.problems) from None
    return text


def query_node(query: object) -> Node:
    """The expression of a builder's tree, whatever it was sent. Raises TreeInvalid with every problem."""
    reader = _Reader()
    node = reader.group(query, "", 1)
    if reader.problems or node is None:
        raise TreeInvalid(reader.problems)
    return node


def _group(combinator: str, rules: list[Query], is_not: bool = False) -> Query:
    return {"combinator": combinator, "not": is_not, "rules": rules}


def _entry(node: Node) -> Query:
    match node:
        case tree.And(items=items):
            return _group("and", [_entry(item) for item in items])
        case tree.Or(items=items):
            return _group("or", [_entry(item) for item in items])
        case tree.Not(operand=operand):
            return _negated(operand)
        case _:
            return _rule_of(node) or _rule("", EXPRESSION, as_text(node))


def _negated(operand: Node) -> Query:
    inner = _entry(operand)
    if isinstance(operand, tree.And | tree.Or):
        return {**inner, "not": True}
    opposite = {"between": "notBetween", "in": "notIn", "notNull": "null"}.get(inner.get("operator", ""))
    return {**inner, "operator": opposite} if opposite else _group("and", [inner], is_not=True)


def _rule(field: str, operator: str, value: object = None, source: str = "value") -> Query:
    return {"field": field, "operator": operator, "value": value, "valueSource": source}


def _rule_of(node: Node) -> Query | None:
    """A rule, where one can hold the node whole."""
    match node:
        case tree.Name(name=name):
            return _rule(name, "isTrue")
        case tree.Comparison(operator=operator, left=tree.Name(name=field), right=right):
            return _with_values(field, operator, [right])
        case tree.Between(value=tree.Name(name=field), low=low, high=high):
            return _with_values(field, "between", [low, high])
        case tree.In(value=tree.Name(name=field), items=items):
            return _with_values(field, "in", list(items))
        case tree.Call(function="is defined", arguments=(tree.Name(name=field),)):
            return _rule(field, "notNull")
        case tree.Call(function=function, arguments=(tree.Name(name=field), value)) if function in _OPERATOR_OF_TEST:
            return _with_values(field, _OPERATOR_OF_TEST[function], [value])
    return None


def _with_values(field: str, operator: str, values: list[Node]) -> Query | None:
    """The rule, if its values are all constants or all names."""
    is_list = operator in ("between", "in")
    if all(isinstance(value, tree.Name) for value in values) and operator != "in":
        names = [as_text(value) for value in values]
        return _rule(field, operator, names if is_list else names[0], "field")
    constants = [_constant(value) for value in values]
    if any(constant is None for constant in constants):
        return None
    return _rule(field, operator, constants if is_list else constants[0])


def _constant(node: Node) -> object:
    """A constant as JSON: numbers whole where they are, a date as {"date": text}; None for what is no constant."""
    match node:
        case tree.Literal(value=str() as text, kind=Type.DATE):
            return {"date": text}
        case tree.Literal(value=bool() as value, kind=None):
            return value
        case tree.Literal(value=str() as value, kind=None):
            return value or None  # an empty field of the builder is a value not given yet
        case tree.Literal(value=float() as value, kind=None):
            return int(value) if value.is_integer() and abs(value) < _EXACT else value
    return None


class _Reader:
    """One walk over a tree that a browser, or anybody, sent. Problems are collected, nothing is trusted."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.entries = 0

    def report(self, code: str, path: str, **facts: object) -> Node | None:
        """Note a problem; the answer is what the caller has: no node."""
        self.problems.append(tree_problem(code, path, **facts))
        return None

    def group(self, entry: object, path: str, level: int) -> Node | None:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("rules"), list):
            return self.report("tree_not_a_group", path)
        if level > DEPTH_LIMIT:
            return self.report("tree_too_deep", path, limit=DEPTH_LIMIT)
        combinator, is_not, rules = entry.get("combinator", "and"), entry.get("not", False), entry["rules"]
        if combinator not in ("and", "or"):
            return self.report("tree_combinator_unknown", path)
        if not isinstance(is_not, bool | None):
            return self.report("tree_not_a_group", path)
        if not rules:
            return self.report("tree_group_empty", path)
        self.entries += len(rules)
        if self.entries > SIZE_LIMIT:
            return self.report("tree_too_large", path, limit=SIZE_LIMIT)
        place = f"{path}/rules" if path else "rules"
        read = [self.entry(item, f"{place}/{number}", level + 1) for number, item in enumerate(rules)]
        items = tuple(node for node in read if node is not None)
        if len(items) < len(rules):
            return None
        node = items[0] if len(items) == 1 else tree.And(items) if combinator == "and" else tree.Or(items)
        return tree.Not(node) if is_not else node

    def entry(self, entry: object, path: str, level: int) -> Node | None:
        if isinstance(entry, Mapping) and "rules" in entry:
            return self.group(entry, path, level)
        if not isinstance(entry, Mapping):
            return self.report("tree_not_a_rule", path)
        operator = entry.get("operator")
        if operator == EXPRESSION:
            return self.text(entry.get("value"), f"{path}/value")
        field = self.name(entry.get("field"), f"{path}/field")
        if not isinstance(operator, str) or operator not in OPERATORS:
            return self.report("tree_operator_unknown", f"{path}/operator")
        count = OPERATORS[operator]
        if count == 0:
            return None if field is None else _built(field, operator, ())
        values = self.values(entry.get("value"), entry.get("valueSource", "value"), count, f"{path}/value")
        return None if field is None or values is None else _built(field, operator, values)

    def text(self, value: object, path: str) -> Node | None:
        if not isinstance(value, str) or not value.strip():
            return self.report("tree_value_missing", path)
        try:
            return parse(value)
        except ExpressionInvalid as error:
            self.problems += at_path(path, error.problems)
            return None

    def name(self, value: object, path: str) -> Node | None:
        if not value:
            return self.report("tree_field_missing", path)
        try:
            node = parse(value) if isinstance(value, str) else None
        except ExpressionInvalid:
            node = None
        return node if isinstance(node, tree.Name) else self.report("tree_field_invalid", path)

    def values(self, value: object, source: object, count: int, path: str) -> tuple[Node, ...] | None:
        """The values of a rule: `count` of them, -1 for any number but none."""
        is_list = count != 1
        listed: list[Any] = value if is_list and isinstance(value, list) else [] if is_list else [value]
        if source not in ("value", "field"):
            self.report("tree_value_invalid", path)
            return None
        if not listed or (count > 0 and len(listed) != count) or any(item in (None, "") for item in listed):
            self.report("tree_value_missing", path)
            return None
        read = [self.name(item, path) if source == "field" else self.constant(item, path) for item in listed]
        nodes = tuple(node for node in read if node is not None)
        return nodes if len(nodes) == len(read) else None

    def constant(self, value: object, path: str) -> Node | None:
        match value:
            case bool() | str():
                return tree.Literal(value)
            case int() | float() if abs(value) <= float_info.max:
                return tree.Literal(float(value) + 0.0)
            case {"date": str() as text, **others} if not others:
                return self.text(f"date({literal_text(text)})", path)
        return self.report("tree_value_invalid", path)


OPERATORS: Final[dict[str, int]] = {
    **dict.fromkeys((*COMPARISONS, *TEXT_TESTS), 1),
    **dict.fromkeys(("isTrue", "null", "notNull"), 0),
    **dict.fromkeys(("between", "notBetween"), 2),
    **dict.fromkeys(("in", "notIn"), -1),
}
"""How many values a rule with this operator has; -1: one or more."""


def _built(field: Node, operator: str, values: tuple[Node, ...]) -> Node:
    match operator:
        case "isTrue":
            return field
        case "notNull":
            return tree.Call("is defined", (field,))
        case "null":
            return tree.Not(tree.Call("is defined", (field,)))
        case "between":
            return tree.Between(field, *values)
        case "notBetween":
            return tree.Not(tree.Between(field, *values))
        case "in":
            return tree.In(field, values)
        case "notIn":
            return tree.Not(tree.In(field, values))
        case "=" | "!=" | "<" | "<=" | ">" | ">=":
            return tree.Comparison(operator, field, values[0])
        case _:
            return tree.Call(TEXT_TESTS[operator], (field, values[0]))
