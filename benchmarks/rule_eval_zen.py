"""The same 60 rules for GoRules ZEN, parsed beforehand, in several forms; the fastest is the one compared with."""

import json
from collections.abc import Callable
from typing import Any

import zen

from benchmarks.rule_eval_rules import RULES
from rules.language import names_in, parse, tree
from rules.language.tree import Node

Row = dict[str, Any]
Evaluate = Callable[[Any], Any]


def zen_text(node: Node) -> str:
    """A tree as a ZEN expression that is false where something it needs is missing (ZEN fails on null otherwise)."""
    match node:
        case tree.Name(name=name):
            return f"{name} == true"
        case tree.Not(operand=tree.Name(name=name)):
            return f"{name} == false"
        case tree.And(items=items):
            return " and ".join(f"({zen_text(item)})" for item in items)
        case tree.Or(items=items):
            return " or ".join(f"({zen_text(item)})" for item in items)
        case tree.Comparison() | tree.Between() | tree.In():
            guards = " and ".join(f"{name} != null" for name in names_in(node))
            return f"{guards} and {_test(node)}"
    raise TypeError(type(node).__name__)


def _test(node: Node) -> str:
    match node:
        case tree.Comparison(operator=operator, left=left, right=right):
            return f"{_value(left)} {'==' if operator == '=' else operator} {_value(right)}"
        case tree.Between(value=value, low=low, high=high):
            return f"{_value(value)} in [{_value(low)}..{_value(high)}]"
        case tree.In(value=value, items=(tree.Interval(low=low, high=high),)):
            return f"{_value(value)} in [{_value(low)}..{_value(high)})"
        case tree.In(value=value, items=items):
            return f"{_value(value)} in [{', '.join(_value(item) for item in items)}]"
    raise TypeError(type(node).__name__)


def _value(node: Node) -> str:
    match node:
        case tree.Literal(value=value):
            return json.dumps(value)
        case tree.Name(name=name):
            return name
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return f"{_value(left)} {operator} {_value(right)}"
    raise TypeError(type(node).__name__)


def zen_expression() -> dict[str, Evaluate]:
    """The 60 truths as one bare expression: no decision, no names of rules, no trace."""
    return {"one compiled expression": zen.compile_expression(f"[{', '.join(_texts())}]").evaluate}


def zen_decisions() -> dict[str, Evaluate]:
    """By name, ways to have the 60 rules evaluated by the engine; each takes a context and gives the truths somehow."""
    texts = _texts()
    return {
        "a decision of 60 expressions": _decision(_expressions(texts)).evaluate,
        "a decision table of 60 rows": _decision(_table(texts)).evaluate,
    }


def _texts() -> list[str]:
    return [zen_text(parse(text)) for _, text in RULES]


def _decision(node: Row) -> Any:
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {**node, "id": "rules", "name": "rules", "position": {"x": 1, "y": 0}},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    return zen.ZenEngine().create_decision(content)


def _expressions(texts: list[str]) -> Row:
    lines = [{"id": f"e{number}", "key": f"R{number}", "value": text} for number, text in enumerate(texts)]
    return {"type": "expressionNode", "content": {"expressions": lines}}


def _table(texts: list[str]) -> Row:
    rules = [{"_id": f"r{number}", "i": text, "o": str(number)} for number, text in enumerate(texts)]
    content = {
        "hitPolicy": "collect",
        "rules": rules,
        "inputs": [{"id": "i", "name": "i", "type": "expression"}],
        "outputs": [{"id": "o", "name": "o", "field": "rule", "type": "expression"}],
    }
    return {"type": "decisionTableNode", "content": content}


def zen_encodings(rows: list[Row]) -> dict[str, list[Any]]:
    """The rows as ZEN takes them; made beforehand, so encoding costs it nothing."""
    texts = [json.dumps(row) for row in rows]
    return {"dict": list(rows), "JSON text": list(texts), "JSON bytes": [text.encode() for text in texts]}
