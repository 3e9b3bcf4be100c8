"""Values that make a condition true: the start for rows around the thresholds of rules that rarely hit. Best effort."""

from collections.abc import Callable, Mapping
from typing import Any

from rules.language import Node, names_in, tree

Values = dict[str, Any]
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Witness:
    """Looks for values of inputs; `derived` are trees by name, `inputs` the names that can be set."""

    def __init__(self, inputs: frozenset[str], derived: Mapping[str, Node]) -> None:
        self.inputs = inputs
        self.derived = derived

    def of(self, node: Node, *, truth: bool = True) -> Values:
        """Values under which the condition is probably `truth`; nothing for what it does not understand."""
        match node:
            case tree.And(items=items) | tree.Or(items=items):
                needs_all = isinstance(node, tree.And) == truth
                found: Values = {}
                for item in items if needs_all else items[:1]:
                    found |= self.of(item, truth=truth)
                return found
            case tree.Not(operand=operand):
                return self.of(operand, truth=not truth)
            case tree.Name(name=name):
                return self._set(name, truth)
            case tree.Comparison(operator=operator, left=left, right=tree.Literal(value=value)):
                return self._compared(operator, left, value, truth)
            case tree.Comparison(operator=operator, left=tree.Literal(value=value), right=right):
                return self._compared(_MIRRORED[operator], right, value, truth)
            case tree.Between(value=value, low=tree.Literal(value=low)):
                return self._compared(">=", value, low, truth)
            case tree.In(value=value, items=(tree.Literal(value=first), *_)):
                return self._compared("=", value, first, truth)
            case tree.In(value=value, items=(tree.Interval(low=tree.Literal(value=low), is_low_open=is_open), *_)):
                return self._compared(">" if is_open else ">=", value, low, truth)
            case tree.In(value=value, items=(tree.Test(operator=operator, bound=tree.Literal(value=bound)), *_)):
                return self._compared(operator, value, bound, truth)
            case tree.Call(function="is defined", arguments=(tree.Name(name=name),)) if not truth:
                return self._set(name, None)
        return {}

    def _compared(self, operator: str, value: Node, threshold: Any, truth: bool) -> Values:
        wanted = _BESIDE[operator if truth else _OPPOSITE[operator]](threshold)
        found: Values = {}
        for name in names_in(value):
            found |= self._set(name, wanted)
        return found

    def _set(self, name: str, value: Any) -> Values:
        """A derived variable is set through all it reads: exact for least and greatest, a guess for the rest."""
        if name in self.derived:
            found: Values = {}
            for part in names_in(self.derived[name]):
                found |= self._set(part, value)
            return found
        return {name: value} if name in self.inputs else {}


def _moved(value: Any, step: float) -> Any:
    return value + step if isinstance(value, float) else value


_BESIDE: dict[str, Callable[[Any], Any]] = {
    "=": lambda value: value,
    "!=": lambda value: _moved(value, 1.0) if isinstance(value, float) else "",
    "<": lambda value: _moved(value, -1.0),
    "<=": lambda value: value,
    ">": lambda value: _moved(value, 1.0),
    ">=": lambda value: value,
}
