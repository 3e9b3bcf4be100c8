"""From the tree of a text to the tree the executors run: types settled, lists written out.

The way of a text is `parse` → `check`/`infer` → `lowered` → `to_python`, `to_columns`, `interpret`. Lowering turns

- arithmetic on dates and durations, and their components, into calls of operations (`functions.operations`), because
  no executor knows a name's type;
- some, every, `in` and functions on lists into and, or and operations on each place of the list, so that no executor
  has lists. (With `keeps_lists` they stay; only the interpreter runs that tree.)

A tree without any of these comes back as the same object.

For the engine: a table whose result is a list (hit policies R, O, C) stands in the scope as
`Held(list_of(Type.NUMBER), places=<rows>)` under its name (`name.output` for each of several), and is given here in
`lists` as `ListOf(items=(Name("…"), …), guards=(Name("…"), …))`: per row a name for the value of its output and one
for whether it was hit (true, false, or unknown), which the engine computes before. These names need not be in the
scope and should be ones no text can write. In hit policy O the rows stand in the order of the allowed values. Lists are
no values: a text that is one as a whole is reported by `check` (`list_not_value`).
"""

from collections.abc import Mapping

from rules.language import tree
from rules.language.arithmetic import ARITHMETIC, COMPONENTS, PLAIN, component_of
from rules.language.check import Checker
from rules.language.functions import FUNCTIONS
from rules.language.signatures import takes_places
from rules.language.tree import Literal, Node
from rules.language.types import Scope, Type, is_list

_NOT_OF_TYPE = frozenset({"interval_empty", "comparison_with_null", "unknown_code"})
Place = tuple[Node | None, Node]


def lowered(
    node: Node, scope: Scope, lists: Mapping[str, tree.ListOf] | None = None, *, keeps_lists: bool = False
) -> Node:
    """The tree for the executors. `node` has passed `check` in `scope`; else it may come back as it is."""
    checker = Checker(scope)
    checker.type_of(node)
    if any(found.code not in _NOT_OF_TYPE for found in checker.problems):
        return node
    return _Lowering(checker, lists or {}, keeps_lists).low(node, {})


class _Lowering:
    """`bound` holds, for each variable of an enclosing some or every, the item it stands for."""

    def __init__(self, checker: Checker, lists: Mapping[str, tree.ListOf], keeps_lists: bool) -> None:
        self.checker = checker
        self.lists = lists
        self.keeps_lists = keeps_lists

    def type_of(self, node: Node) -> Type:
        return self.checker.type_of(node)

    def low(self, node: Node, bound: Mapping[str, Node]) -> Node:
        match node:
            case tree.Name():
                return self.name(node, bound)
            case tree.Path(operand=operand, field=field):
                return self.component(node, self.type_of(operand), field, self.low(operand, bound))
            case tree.Arithmetic():
                return self.arithmetic(node, bound)
            case tree.In() if not self.keeps_lists and any(is_list(self.type_of(item)) for item in _values(node)):
                return self.member(node.value, [self.places(item, bound) for item in node.items], bound)
            case tree.Quantified() if not self.keeps_lists:
                return self.quantified(node, bound)
            case tree.Call() if node.function in FUNCTIONS:
                return self.call(node, bound)
        return tree.with_parts(node, lambda part: self.low(part, bound))

    def name(self, node: tree.Name, bound: Mapping[str, Node]) -> Node:
        if node.name in bound:
            return bound[node.name]
        if node.name in self.lists:
            return self.lists[node.name]
        part = component_of(node.name)
        if part is None or node.name in self.checker.scope.names:
            return node
        owner = tree.Name(part[0], position=node.position)
        return self.component(node, self.checker.owners[id(node)], part[1], self.name(owner, bound))

    def component(self, node: Node, owner: Type, part: str, operand: Node) -> Node:
        if owner is Type.NULL:
            return Literal(None, position=node.position)
        return tree.Call(COMPONENTS[owner, part], (operand,), position=node.position)

    def arithmetic(self, node: tree.Arithmetic, bound: Mapping[str, Node]) -> Node:
        types = (self.type_of(node.left), self.type_of(node.right))
        _, operation = ARITHMETIC.get((node.operator, *types), (Type.NUMBER, PLAIN))
        if Type.NULL in types and (node.operator == "**" or self.type_of(node) is Type.NULL):
            return Literal(None, position=node.position)
        made = tree.with_parts(node, lambda part: self.low(part, bound))
        if operation == PLAIN or not isinstance(made, tree.Arithmetic):
            return made
        left, right = made.left, made.right
        if operation == "whole months":
            return tree.Call(operation, (made,), position=node.position)
        if types[1] is Type.DATE and types[0] is not Type.DATE:
            left, right = right, left
        elif node.operator == "-" and operation != "date - date":
            right = tree.Negate(right, position=right.position)
        return tree.Call(operation, (left, right), position=node.position)

    def places(self, node: Node, bound: Mapping[str, Node]) -> list[Place]:
        """The places of a list, lowered; a value that is no list is one place."""
        match node:
            case tree.ListOf():
                return [(guard and self.low(guard, bound), self.low(item, bound)) for guard, item in node.places()]
            case tree.Name(name=name) if name in self.lists:
                return list(self.lists[name].places())
            case tree.If(condition=condition, then=then, otherwise=otherwise) if is_list(self.type_of(node)):
                chosen = self.low(condition, bound)
                return [
                    *[(_both(chosen, guard), item) for guard, item in self.branch(then, bound)],
                    *[(_both(tree.Not(chosen), guard), item) for guard, item in self.branch(otherwise, bound)],
                ]
        return [(None, self.low(node, bound))]

    def branch(self, node: Node, bound: Mapping[str, Node]) -> list[Place]:
        """null for a list: one place that cannot be told."""
        return [(Literal(None), Literal(None))] if node == Literal(None) else self.places(node, bound)

    def member(self, value: Node, items: list[list[Place]], bound: Mapping[str, Node]) -> Node:
        made = self.low(value, bound)
        places = [place for item in items for place in item]
        if places and all(guard is None for guard, _ in places):
            return tree.In(made, tuple(item for _, item in places), position=value.position)
        return _any([_both(tree.In(made, (item,)), guard) for guard, item in places])

    def quantified(self, node: tree.Quantified, bound: Mapping[str, Node]) -> Node:
        places = self.places(node.listed, bound)
        tests = [(guard, self.low(node.condition, {**bound, node.variable: item})) for guard, item in places]
        if node.kind == "some":
            return _any([_both(test, guard) for guard, test in tests])
        return _all([test if guard is None else tree.Or((tree.Not(guard), test)) for guard, test in tests])

    def call(self, node: tree.Call, bound: Mapping[str, Node]) -> Node:
        function = FUNCTIONS[node.function]
        types = [self.type_of(argument) for argument in node.arguments]
        if self.keeps_lists or not takes_places(function, types):
            return tree.with_parts(node, lambda part: self.low(part, bound))
        if function.has_member:
            return self.member(node.arguments[1], [self.places(node.arguments[0], bound)], bound)
        arguments: list[Node] = []
        for argument in node.arguments:
            for guard, item in self.places(argument, bound):
                arguments += [Literal(True) if guard is None else guard, item]
        kind = "dates" if function.gives_element and self.type_of(node) is Type.DATE else "places"
        return tree.Call(f"{node.function} of {kind}", tuple(arguments), position=node.position)


def _values(node: tree.In) -> list[Node]:
    return [item for item in node.items if not isinstance(item, tree.Interval | tree.Test)]


def _both(test: Node, guard: Node | None) -> Node:
    return test if guard is None else tree.And((guard, test))


def _any(tests: list[Node]) -> Node:
    if not tests:
        return Literal(False)
    return tests[0] if len(tests) == 1 else tree.Or(tuple(tests))


def _all(tests: list[Node]) -> Node:
    if not tests:
        return Literal(True)
    return tests[0] if len(tests) == 1 else tree.And(tuple(tests))
