"""Types: every problem of a tree against a scope, each with its position."""

from collections.abc import Callable
from typing import Any

from rules.language import tree
from rules.language.arithmetic import ARITHMETIC, COMPONENTS, component_of
from rules.language.budget import EXPANDED_LIMIT, written_size
from rules.language.problems import Problem, problem
from rules.language.render import literal_text
from rules.language.signatures import call_type, nearest
from rules.language.tree import Node
from rules.language.types import NUMERIC, TYPE_ZH, Held, Scope, Type, element_of, is_fit, is_list, list_of

_CODES_SHOWN = 12


def check(node: Node, scope: Scope, *, expected: Type | None = None) -> list[Problem]:
    """Every problem of the tree in `scope`; with `expected`, also that the whole is of that type. Empty: it may run."""
    return infer(node, scope, expected=expected)[1]


def infer(node: Node, scope: Scope, *, expected: Type | None = None) -> tuple[Type, list[Problem]]:
    """The type of the tree (ANY where a problem hides it) and every problem, in order of position."""
    checker = Checker(scope)
    found = checker.type_of(node)
    if expected is not None:
        checker.expect(node, found, expected)
    elif is_list(found):
        checker.report("list_not_value", node)
    if checker.places and (size := written_size(node, checker.places)) > EXPANDED_LIMIT:
        checker.report("expression_too_large", node, size=size, limit=EXPANDED_LIMIT)
    problems = sorted(checker.problems, key=lambda p: (p.position.start, p.position.end) if p.position else (0, 0))
    return found, problems


class Checker:
    """One walk; problems are collected, types returned."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[Problem] = []
        self.types: dict[int, Type] = {}
        """By node: the value of `in` and `between` is asked for once a bound, and its problems are reported once."""
        self.owners: dict[int, Type] = {}
        """By node, of a name that is a component: the type of what it is a component of."""
        self.places: dict[str, int] = {}
        """By name met, of what is a list: the number of its places."""

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
        if node.kind is not None:
            return node.kind
        if node.value is None:
            return Type.NULL
        if isinstance(node.value, bool):
            return Type.BOOLEAN
        return Type.STRING if isinstance(node.value, str) else Type.NUMBER

    def name(self, node: tree.Name) -> Type:
        held = self.scope.names.get(node.name)
        if held is not None:
            if held.places > 1:
                self.places[node.name] = held.places
            return held.type
        part = component_of(node.name)
        if part is not None and part[0] in self.scope.names:
            self.owners[id(node)] = self.scope.names[part[0]].type
            return self.component(node, self.owners[id(node)], part[1])
        if node.name == "?":
            self.report("cell_needs_input", node)
        elif (near := nearest(node.name, self.scope.names)) is not None:
            self.report("unknown_name_nearest", node, name=node.name, nearest=near)
        else:
            self.report("unknown_name", node, name=node.name)
        return Type.ANY

    def path(self, node: tree.Path) -> Type:
        return self.component(node, self.type_of(node.operand), node.field)

    def component(self, node: Node, owner: Type, part: str) -> Type:
        if owner not in (Type.ANY, Type.NULL) and (owner, part) not in COMPONENTS:
            known = ", ".join(name for kind, name in COMPONENTS if kind is owner) or "–"
            self.report("unknown_component", node, part=part, type=owner.value, type_zh=TYPE_ZH[owner], known=known)
        return Type.NUMBER

    def negate(self, node: tree.Negate) -> Type:
        found = self.type_of(node.operand)
        if found not in NUMERIC:
            self.expect(node.operand, found, Type.NUMBER)
        return found if found in NUMERIC else Type.NUMBER

    def arithmetic(self, node: tree.Arithmetic) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        known = ARITHMETIC.get((node.operator, left, right))
        if known is not None:
            return known[0]
        temporal = {left, right} & {Type.DATE, Type.DAYS, Type.MONTHS}
        if not temporal:
            self.expect(node.left, left, Type.NUMBER)
            self.expect(node.right, right, Type.NUMBER)
            return Type.NUMBER
        if Type.ANY in (left, right):
            return Type.ANY
        if Type.NULL in (left, right):
            return Type.NULL
        words = {"left": left.value, "right": right.value, "left_zh": TYPE_ZH[left], "right_zh": TYPE_ZH[right]}
        self.report("arithmetic_types", node, operator=node.operator, **words)
        return Type.ANY

    def listed(self, node: tree.ListOf) -> Type:
        types = [self.type_of(item) for item in node.items]
        for guard in node.guards:
            if guard is not None:
                self.expect(guard, self.type_of(guard), Type.BOOLEAN)
        if any(is_list(found) for found in types):
            self.report("list_in_list", node)
            return Type.ANY
        element = self.agreed(node, types)
        # A list of nulls alone reads as numbers: nothing can be told of its values anyway.
        return list_of(Type.NUMBER if element is Type.NULL and types else element)

    def quantified(self, node: tree.Quantified) -> Type:
        found = self.type_of(node.listed)
        element = element_of(found)
        if element is None:
            self.report("list_expected", node.listed, found=found.value, found_zh=TYPE_ZH[found])
            element = Type.ANY
        if node.variable in self.scope.names:
            self.report("name_shadowed", node, name=node.variable)
        outer, self.scope = self.scope, self.scope.with_names({node.variable: Held(element)})
        self.expect(node.condition, self.type_of(node.condition), Type.BOOLEAN)
        self.scope = outer
        return Type.BOOLEAN

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
            if isinstance(item, tree.Test):
                self.compare(item, node.value, item.bound, has_order=item.operator not in ("=", "!="))
                continue
            if not isinstance(item, tree.Interval):
                self.compare(item, node.value, item, has_order=False, is_member=True)
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
        if low.kind is not high.kind or type(start) is not type(end) or not isinstance(start, float | str):
            return
        if start > end or (is_open and start == end):  # type: ignore[operator]
            low_text, high_text = literal_text(start, low.kind), literal_text(end, high.kind)
            self.report("interval_empty", node, low=low_text, high=high_text)

    def compare(self, node: Node, left: Node, right: Node, *, has_order: bool, is_member: bool = False) -> None:
        left_type, right_type = self.type_of(left), self.type_of(right)
        if is_member and is_list(right_type):
            right_type = element_of(right_type) or Type.ANY
            if right_type is Type.NULL:  # nothing is in an empty list
                return
        if Type.NULL in (left_type, right_type):
            self.report("comparison_with_null", node)
        elif not is_fit(left_type, right_type) or is_list(left_type):
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
        known = [found for found in known if found is not Type.EMPTY] or known
        if not known:
            return Type.ANY if Type.ANY in types else Type.NULL
        other = next((found for found in known if found != known[0]), None)
        if other is not None:
            words = {"left": known[0].value, "right": other.value}
            self.report("branches_differ", node, left_zh=TYPE_ZH[known[0]], right_zh=TYPE_ZH[other], **words)
            return Type.ANY
        return known[0]

    def call(self, node: tree.Call) -> Type:
        return call_type(self, node)


_BY_NODE: dict[type[Node], Callable[..., Type]] = {
    tree.Literal: Checker.literal,
    tree.Name: Checker.name,
    tree.Path: Checker.path,
    tree.Negate: Checker.negate,
    tree.Arithmetic: Checker.arithmetic,
    tree.Comparison: Checker.comparison,
    tree.Between: Checker.between,
    tree.In: Checker.member,
    tree.Interval: Checker.interval,
    tree.ListOf: Checker.listed,
    tree.Quantified: Checker.quantified,
    tree.And: Checker.logic,
    tree.Or: Checker.logic,
    tree.Not: Checker.negation,
    tree.If: Checker.conditional,
    tree.Call: Checker.call,
}
