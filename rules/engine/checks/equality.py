"""Equality of computed numbers: 0.1 + 0.2 is not 0.3 in the computer, so such a test fails where nobody expects it."""

from collections.abc import Iterable, Iterator

from rules.engine.checks.context import Context
from rules.engine.parsed import ParsedText
from rules.engine.problems import Problem, problem
from rules.language import Node, Type, as_text, tree

_KEEPS_WHOLE = frozenset({"abs", "min", "max", "sum", "coalesce"})
_MAKES_WHOLE = frozenset({"floor", "ceiling", "count", "string length"})


def equality_problems(context: Context) -> Iterable[Problem]:
    """A warning for each text that asks whether a number with a fraction, once computed, equals another."""
    exact = _Exact(context)
    for path, text in _texts(context):
        for node in tree.walk(text.node) if context.is_sound(path) else ():
            computed = exact.computed_in(node)
            if computed is not None:
                yield problem("equality_computed", path=path, severity="warning", text=as_text(computed))
                break


def _texts(context: Context) -> Iterator[tuple[str, ParsedText]]:
    parsed = context.parsed
    for number, (_, text) in enumerate(parsed.rules):
        yield f"rules/{number}/when", text
    for number, (_, text) in enumerate(parsed.derived):
        yield f"derived/{number}/expression", text
    for number, table in enumerate(parsed.tables.values()):
        for place, row in enumerate(table.rows):
            yield f"tables/{number}/rows/{place}", row.condition
    for number, scorecard in enumerate(parsed.scorecards.values()):
        for place, entry in enumerate(scorecard.characteristics):
            for text in entry.conditions:
                yield f"scorecards/{number}/characteristics/{place}", text


class _Exact:
    """Tells numbers that are given or whole from those that are rounded on the way."""

    def __init__(self, context: Context) -> None:
        self.whole = set(context.names.whole)
        self.given = {*context.parsed.variables, "pd", "score_points"}
        self.definitions = {entry.name: text for entry, text in context.parsed.derived}
        self.points = {
            name: all(
                taken.points.is_integer()
                for entry in parsed.scorecard.characteristics
                for taken in (*entry.bins, *entry.special)
            )
            for name, parsed in context.parsed.scorecards.items()
        }

    def computed_in(self, node: Node) -> Node | None:
        """The computed side of an equality; None for anything else."""
        sides: tuple[Node, ...] = ()
        match node:
            case tree.Comparison(operator="=" | "!=", left=left, right=right):
                sides = (left, right)
            case tree.In(value=value, items=items) if any(_is_number(item) for item in items):
                sides = (value,)
        return next((side for side in sides if self.is_rounded(side)), None)

    def is_rounded(self, node: Node) -> bool:
        """Whether the value is a number that arithmetic may have rounded."""
        match node:
            case tree.Arithmetic() | tree.Negate():
                return not self.is_whole(node)
            case tree.Name(name=name) if name in self.definitions:
                text = self.definitions[name]
                return text.type is Type.NUMBER and self.is_rounded(text.node)
            case tree.Name(name=name):
                return not self.points.get(name, True)
            case tree.If(then=then, otherwise=otherwise):
                return self.is_rounded(then) or self.is_rounded(otherwise)
            case tree.Call(function=function, arguments=arguments) if function in _KEEPS_WHOLE:
                return any(self.is_rounded(argument) for argument in arguments)
        return False

    def is_whole(self, node: Node) -> bool:
        """Whether the value is a whole number, sums and products of which are exact."""
        match node:
            case tree.Literal(value=value):
                return isinstance(value, float) and value.is_integer()
            case tree.Name(name=name) if name in self.definitions:
                return self.is_whole(self.definitions[name].node)
            case tree.Name(name=name):
                return name in self.whole or self.points.get(name, False)
            case tree.Negate(operand=operand):
                return self.is_whole(operand)
            case tree.Arithmetic(operator="+" | "-" | "*", left=left, right=right):
                return self.is_whole(left) and self.is_whole(right)
            case tree.If(then=then, otherwise=otherwise):
                return self.is_whole(then) and self.is_whole(otherwise)
            case tree.Call(function=function, arguments=arguments):
                return function in _MAKES_WHOLE or (
                    function in _KEEPS_WHOLE and all(self.is_whole(argument) for argument in arguments)
                )
        return False


def _is_number(node: Node) -> bool:
    return isinstance(node, tree.Literal) and type(node.value) is float
