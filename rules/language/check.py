"""Types: every problem of a tree against a scope, each with its position."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from rules.language import tree
from rules.language.functions import FUNCTIONS
from rules.language.problems import Problem, problem
from rules.language.render import literal_text
from rules.language.tree import Node
from rules.language.types import TYPE_ZH, Scope, Type, is_fit

_CODES_SHOWN = 12


def check(node: Node, scope: Scope, *, expected: Type | None = None) -> list[Problem]:
    """Every problem of the tree in `scope`; with `expected`, also that the whole is of that type. Empty: it may run."""
    return infer(node, scope, expected=expected)[1]


def infer(node: Node, scope: Scope, *, expected: Type | None = None) -> tuple[Type, list[Problem]]:
    """The type of the tree (ANY where a problem hides it) and every problem, in order of position."""
    checker = _Checker(scope)
    found = checker.type_of(node)
    if expected is not None:
        checker.expect(node, found, expected)
    problems = sorted(checker.problems, key=lambda p: (p.position.start, p.position.end) if p.position else (0, 0))
    return found, problems


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name somebody probably meant."""
    matches = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else None


class _Checker:
    """One walk; problems are collected, types returned."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[Problem] = []
        self.types: dict[int, Type] = {}
        """By node: the value of `in` and `between` is asked for once a bound, and its problems are reported once."""

    def report(self, code: str, node: Node, **facts: Any) -> None:
        self.problems.append(problem(code, position=node.position, **facts))

    def expect(self, node: Node, found: Type, expected: Type) -> None:
        if not is_fit(found, expected):
            self.report(
                "type_mismatch",
                node,
                expected=expected.value,
                found=found.value,
                expected_zh=TYPE_ZH[expected],
                found_zh=TYPE_ZH[found],
            )

    def type_of(self, node: Node) -> Type:
        if id(node) not in self.types:
            self.types[id(node)] = _BY_NODE[type(node)](self, node)
        return self.types[id(node)]

    def literal(self, node: tree.Literal) -> Type:
        if node.value is None:
            return Type.NULL
        if isinstance(node.value, bool):
            return Type.BOOLEAN
        return Type.STRING if isinstance(node.value, str) else Type.NUMBER

    def name(self, node: tree.Name) -> Type:
        held = self.scope.names.get(node.name)
        if held is not None:
            return held.type
        if node.name == "?":
            self.report("cell_needs_input", node)
        elif (near := nearest(node.name, self.scope.names)) is not None:
            self.report("unknown_name_nearest", node, name=node.name, nearest=near)
        else:
            self.report("unknown_name", node, name=node.name)
        return Type.ANY

    def negate(self, node: tree.Negate) -> Type:
        self.expect(node.operand, self.type_of(node.operand), Type.NUMBER)
        return Type.NUMBER

    def arithmetic(self, node: tree.Arithmetic) -> Type:
        for side in (node.left, node.right):
            self.expect(side, self.type_of(side), Type.NUMBER)
        return Type.NUMBER

    def comparison(self, node: tree.Comparison) -> Type:
        self.compare(node, node.left, node.right, has_order=node.operator not in ("=", "!="))
        return Type.BOOLEAN

    def between(self, node: tree.Between) -> Type:
        for bound in (node.low, node.high):
            self.compare(node, node.value, bound, has_order=True)
        self.interval_bounds(node, node.low, node.high)
        return Type.BOOLEAN

    def member(self, node: tree.In) -> Type:
        for item in node.items:
            if not isinstance(item, tree.Interval):
                self.compare(item, node.value, item, has_order=False)
                continue
            for bound in (item.low, item.high):
                self.compare(item, node.value, bound, has_order=True)
            self.interval_bounds(item, item.low, item.high)
        return Type.BOOLEAN

    def interval(self, node: tree.Interval) -> Type:
        return Type.ANY

    def interval_bounds(self, node: Node, low: Node, high: Node) -> None:
        if not (isinstance(low, tree.Literal) and isinstance(high, tree.Literal)):
            return
        start, end = low.value, high.value
        is_open = isinstance(node, tree.Interval) and (node.is_low_open or node.is_high_open)
        if isinstance(start, float) and isinstance(end, float) and (start > end or (is_open and start == end)):
            self.report("interval_empty", node, low=literal_text(start), high=literal_text(end))

    def compare(self, node: Node, left: Node, right: Node, *, has_order: bool) -> None:
        left_type, right_type = self.type_of(left), self.type_of(right)
        if Type.NULL in (left_type, right_type):
            self.report("comparison_with_null", node)
        elif not is_fit(left_type, right_type):
            self.report(
                "incomparable_types",
                node,
                left=left_type.value,
                right=right_type.value,
                left_zh=TYPE_ZH[left_type],
                right_zh=TYPE_ZH[right_type],
            )
        elif has_order and Type.BOOLEAN in (left_type, right_type):
            self.report("order_of_booleans", node)
        else:
            self.code(left, right)
            self.code(right, left)

    def code(self, name: Node, value: Node) -> None:
        """A constant compared with a coded variable must be one of its codes."""
        if not (isinstance(name, tree.Name) and isinstance(value, tree.Literal)):
            return
        held = self.scope.names.get(name.name)
        if held is None or held.codes is None or value.value in held.codes:
            return
        listed = sorted(held.codes, key=lambda code: (isinstance(code, str), code))
        shown = ", ".join(literal_text(code) for code in listed[:_CODES_SHOWN])
        more = ", …" if len(listed) > _CODES_SHOWN else ""
        self.report("unknown_code", value, value=value.value, name=name.name, codes=shown + more)

    def logic(self, node: tree.And | tree.Or) -> Type:
        for item in node.items:
            self.expect(item, self.type_of(item), Type.BOOLEAN)
        return Type.BOOLEAN

    def negation(self, node: tree.Not) -> Type:
        self.expect(node.operand, self.type_of(node.operand), Type.BOOLEAN)
        return Type.BOOLEAN

    def conditional(self, node: tree.If) -> Type:
        self.expect(node.condition, self.type_of(node.condition), Type.BOOLEAN)
        return self.agreed(node, [self.type_of(node.then), self.type_of(node.otherwise)])

    def agreed(self, node: Node, types: list[Type]) -> Type:
        known = [found for found in types if found not in (Type.NULL, Type.ANY)]
        if not known:
            return Type.ANY if Type.ANY in types else Type.NULL
        other = next((found for found in known if found != known[0]), None)
        if other is not None:
            self.report(
                "branches_differ",
                node,
                left=known[0].value,
                right=other.value,
                left_zh=TYPE_ZH[known[0]],
                right_zh=TYPE_ZH[other],
            )
            return Type.ANY
        return known[0]

    def call(self, node: tree.Call) -> Type:
        types = [self.type_of(argument) for argument in node.arguments]
        function = FUNCTIONS.get(node.function)
        if function is None:
            near = nearest(node.function, FUNCTIONS)
            code = "unknown_function" if near is None else "unknown_function_nearest"
            self.report(code, node, name=node.function, nearest=near)
            return Type.ANY
        wanted, count = len(function.parameters), len(types)
        if count < wanted or (count > wanted and not function.is_variadic):
            expected = f"{wanted}+" if function.is_variadic else str(wanted)
            self.report("wrong_argument_count", node, name=node.function, expected=expected, found=count)
            return function.returns
        parameters = function.parameters + (function.parameters[-1],) * (count - wanted)
        for argument, found, parameter in zip(node.arguments, types, parameters, strict=True):
            if parameter is not Type.ANY:
                self.expect(argument, found, parameter)
        for index, low, high in function.whole_numbers:
            self.whole_number(node, node.arguments[index], low, high)
        anys = [found for found, parameter in zip(types, parameters, strict=True) if parameter is Type.ANY]
        agreed = self.agreed(node, anys) if anys else Type.ANY
        return agreed if function.returns is Type.ANY else function.returns

    def whole_number(self, call: tree.Call, node: Node, low: int, high: int) -> None:
        value = node.value if isinstance(node, tree.Literal) else None
        if not (isinstance(value, float) and value.is_integer() and low <= value <= high):
            self.report("constant_expected", node, name=call.function, low=low, high=high)


_BY_NODE: dict[type[Node], Callable[..., Type]] = {
    tree.Literal: _Checker.literal,
    tree.Name: _Checker.name,
    tree.Negate: _Checker.negate,
    tree.Arithmetic: _Checker.arithmetic,
    tree.Comparison: _Checker.comparison,
    tree.Between: _Checker.between,
    tree.In: _Checker.member,
    tree.Interval: _Checker.interval,
    tree.And: _Checker.logic,
    tree.Or: _Checker.logic,
    tree.Not: _Checker.negation,
    tree.If: _Checker.conditional,
    tree.Call: _Checker.call,
}
