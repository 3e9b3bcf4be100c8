"""Tree to text: the one way an expression is written."""

from rules.language import tree
from rules.language.temporal import duration_text
from rules.language.tree import Node
from rules.language.types import Type

_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _POWER, _UNARY, _ATOM = range(10)
_LEVELS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def as_text(node: Node) -> str:
    """The text of a tree, with no more parentheses than it needs; `parse(as_text(node)) == node`."""
    return _written(node)[0]


def _inside(node: Node, least: int) -> str:
    text, level = _written(node)
    return text if level >= least else f"({text})"


def _written(node: Node) -> tuple[str, int]:
    match node:
        case tree.Literal(value=value, kind=kind):
            is_negative = kind is None and isinstance(value, float) and value < 0
            return literal_text(value, kind), _UNARY if is_negative else _ATOM
        case tree.Name(name=name):
            return name, _ATOM
        case tree.Path(operand=operand, field=field):
            return f"{_inside(operand, _ATOM)}.{field}", _ATOM
        case tree.Negate(operand=operand):
            return f"-{_inside(operand, _ATOM)}", _UNARY
        case tree.Arithmetic(operator=operator, left=left, right=right):
            level = _LEVELS[operator]
            return f"{_inside(left, level)} {operator} {_inside(right, level + 1)}", level
        case tree.Comparison(operator=operator, left=left, right=right):
            return f"{_inside(left, _SUM)} {operator} {_inside(right, _SUM)}", _COMPARE
        case tree.Between(value=value, low=low, high=high):
            return f"{_inside(value, _SUM)} between {_inside(low, _SUM)} and {_inside(high, _SUM)}", _COMPARE
        case tree.Interval(low=low, high=high, is_low_open=is_low_open, is_high_open=is_high_open):
            start, end = "]" if is_low_open else "[", "[" if is_high_open else "]"
            return f"{start}{_inside(low, _SUM)}..{_inside(high, _SUM)}{end}", _ATOM
        case tree.In(value=value, items=items):
            return f"{_inside(value, _SUM)} in {_choices(items)}", _COMPARE
        case tree.And(items=items):
            return " and ".join(_inside(item, _NOT) for item in items), _AND
        case tree.Or(items=items):
            return " or ".join(_inside(item, _AND) for item in items), _OR
        case tree.Test(operator=operator, bound=bound):
            return f"{operator} {_inside(bound, _SUM)}", _ATOM
        case tree.ListOf(items=items):
            return f"[{', '.join(_written(item)[0] for item in items)}]", _ATOM
        case tree.Quantified(kind=kind, variable=variable, listed=listed, condition=condition):
            return f"{kind} {variable} in {_written(listed)[0]} satisfies {_written(condition)[0]}", _IF
        case tree.Not(operand=operand):
            return f"not({_written(operand)[0]})", _NOT
        case tree.If(condition=condition, then=then, otherwise=otherwise):
            parts = [_written(part)[0] for part in (condition, then, otherwise)]
            return f"if {parts[0]} then {parts[1]} else {parts[2]}", _IF
        case tree.Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_written(argument)[0] for argument in arguments)})", _ATOM
    raise TypeError(f"not a node: {type(node).__name__}")


def _choices(items: tuple[Node, ...]) -> str:
    if len(items) == 1 and isinstance(items[0], tree.Interval | tree.Test):
        return _written(items[0])[0]
    return f"[{', '.join(_inside(item, _SUM) for item in items)}]"


def literal_text(value: float | str | bool | None, kind: Type | None = None) -> str:
    """How a constant is written."""
    if kind is Type.DATE:
        return f'date("{value}")'
    if kind is not None and isinstance(value, float):
        return f'duration("{duration_text(value, kind)}")'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{quoted}"'
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
