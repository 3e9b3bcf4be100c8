"""How large an expression becomes once written out for the executors: a short text must not mean billions of steps."""

from rules.language.functions import FUNCTIONS
from rules.language.tree import Arithmetic, Between, Call, If, In, Interval, Literal, Negate, Node, children

_SETTLED = 2
"""Where a number must be finite, its column stands twice: in the question and in the answer."""


def is_risky(node: Node) -> bool:
    """Whether raw arithmetic may have left the finite numbers."""
    if isinstance(node, Negate):
        return is_risky(node.operand)
    if isinstance(node, Call):
        function = FUNCTIONS.get(node.function)
        return function is not None and function.is_strict and function.returns == "number"
    return isinstance(node, Arithmetic)


def written_size(node: Node) -> int:
    """Number of nodes once written out, at most; without recursion, so that it can judge hostile input."""
    size = 0
    stack = [(node, 1)]
    while stack:
        current, times = stack.pop()
        size += times
        for place, child in enumerate(children(current)):
            settled = _SETTLED if is_risky(child) and not _takes_risky(current) else 1
            stack.append((child, times * settled * _uses(current, place)))
    return size


def _takes_risky(node: Node) -> bool:
    return isinstance(node, Arithmetic | Negate) or (isinstance(node, Call) and is_risky(node))


def _uses(node: Node, place: int) -> int:
    """How often the part at `place` stands in the node."""
    match node:
        case Between() | If() if place == 0:
            return 2
        case In(items=items) if place == 0 and not all(isinstance(item, Literal) for item in items):
            return sum(2 if isinstance(item, Interval) else 1 for item in items)
        case Arithmetic(operator="/"):
            return 3 if place else 2
        case Call(function=name) if name in FUNCTIONS:
            return FUNCTIONS[name].column_uses
    return 1
