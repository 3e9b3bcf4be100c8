"""Tree to Python source: one application at a time, three-valued, the same IEEE operations as `to_columns`.

Only our own checked and lowered tree is written, never user text: names become numbered locals, constants their `repr`.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from math import ceil, floor, isfinite
from typing import Any

from rules.language import tree
from rules.language.forms import FINITE, Form, closed, joined, matched, variable_form
from rules.language.functions import FUNCTION_HELPERS, IMPLEMENTATIONS
from rules.language.tree import Node

__all__ = [
    "FINITE",
    "RUNTIME",
    "Form",
    "PythonWriter",
    "closed",
    "joined",
    "matched",
    "python_function",
    "variable_form",
]


def finite_or_none(value: Any) -> Any:
    """The number, or None where it is infinite or NaN. TypeError for what is no number."""
    return value if value is None or isfinite(value) else None


_WHOLE = 2.0**53
RUNTIME: dict[str, Any] = {
    "floor": floor,
    "ceil": ceil,
    "isfinite": isfinite,
    "finite_or_none": finite_or_none,
    **FUNCTION_HELPERS,
}
"""What written source refers to; give it to `exec` as globals."""
_PYTHON_COMPARISON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class PythonWriter:
    """Writes the trees of one function.

    In the ordinary way and/or follow Kleene: `false and null` is false. With `is_narrow` they are written for the case
    that nothing in the tree is unknown (all `unless` conditions false), which is the fast path; then forms are kept
    per node.
    """

    def __init__(
        self, names: Mapping[str, Form], *, is_narrow: bool = False, fresh: Callable[[], str] | None = None
    ) -> None:
        self.names = names
        self.is_narrow = is_narrow
        numbers = count()
        self.fresh = fresh or (lambda: f"t{next(numbers)}")
        self._kept: dict[int, Form] = {}
        # Inside what can turn unknown into known, the fast path's condition does not reach the guard.
        self._ordinary = PythonWriter(names, fresh=self.fresh) if is_narrow else self

    def narrowed(self) -> "PythonWriter":
        """A writer of fast paths over the same names."""
        return PythonWriter(self.names, is_narrow=True, fresh=self.fresh)

    def closed(self, node: Node) -> str:
        """The tree as one expression that gives its value or None."""
        return closed(self.settled(node))

    def settled(self, node: Node) -> Form:
        """The tree's form, finite."""
        if not self.is_narrow:
            return self.finite(self.form(node))
        if id(node) not in self._kept:
            self._kept[id(node)] = self.finite(self.form(node))
        return self._kept[id(node)]

    def atom(self, node: Node) -> Form:
        """The tree's form, finite, its text a name or a constant."""
        form = self.settled(node)
        if form.is_atom:
            return form
        name = self.fresh()
        bound = Form(name, (*form.unless, f"({name} := {form.text}) is None"), True, is_float=form.is_float)
        if self.is_narrow:
            self._kept[id(node)] = bound
        return bound

    def finite(self, form: Form) -> Form:
        if not form.is_risky:
            return form
        name = self.fresh()
        finite = FINITE.format(f"({name} := {form.text})")
        return Form(name, (*form.unless, f"not {finite}"), is_atom=True, is_float=form.is_float)

    def form(self, node: Node) -> Form:
        """The tree's form; arithmetic may be risky."""
        return _BY_NODE[type(node)](self, node)

    def literal(self, node: tree.Literal) -> Form:
        if node.value is None:
            return Form("None", ("True",), is_atom=True)
        value = node.value
        is_float = isinstance(value, float)
        is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE
        as_int = str(int(value)) if is_whole else ""
        return Form(repr(value), is_atom=True, is_float=is_float, as_int=as_int)

    def name(self, node: tree.Name) -> Form:
        return self.names[node.name]

    def negate(self, node: tree.Negate) -> Form:
        operand = self.form(node.operand)
        return Form(f"(-{operand.text})", operand.unless, is_risky=operand.is_risky, is_float=operand.is_float)

    def arithmetic(self, node: tree.Arithmetic) -> Form:
        left = self.form(node.left)
        right = self.form(node.right) if node.operator != "/" else self._divisor(node.right)
        # Ints must not meet as ints: Python would be exact where doubles round.
        text = left.text if left.is_float or right.is_float or node.operator == "/" else f"{left.text} * 1.0"
        unless = joined((left.unless, right.unless))
        return Form(f"({text} {node.operator} {right.text})", unless, is_risky=True, is_float=True)

    def _divisor(self, node: Node) -> Form:
        if isinstance(node, tree.Literal) and node.value:
            return self.literal(node)
        form = self.atom(node)
        return Form(form.text, (*form.unless, f"{form.text} == 0.0"), is_atom=True, is_float=form.is_float)

    def comparison(self, node: tree.Comparison) -> Form:
        left, right = matched(self.settled(node.left), self.settled(node.right))
        operator = _PYTHON_COMPARISON[node.operator]
        return Form(f"({left.text} {operator} {right.text})", joined((left.unless, right.unless)))

    def between(self, node: tree.Between) -> Form:
        return self._inside(node.value, tree.Interval(node.low, node.high))

    def _inside(self, value: Node, interval: tree.Interval) -> Form:
        low = tree.Comparison(">" if interval.is_low_open else ">=", value, interval.low)
        high = tree.Comparison("<" if interval.is_high_open else "<=", value, interval.high)
        if not (_is_constant(interval.low) and _is_constant(interval.high)):
            return self._kleene((self.comparison(low), self.comparison(high)), "and")
        form, start, end = self.settled(value), self.settled(interval.low), self.settled(interval.high)
        above = "<" if interval.is_low_open else "<="
        below = "<" if interval.is_high_open else "<="
        unless = joined((form.unless, start.unless, end.unless))
        start, end = matched(form, start)[1], matched(form, end)[1]
        return Form(f"({start.text} {above} {form.text} {below} {end.text})", unless)

    def member(self, node: tree.In) -> Form:
        if all(_is_constant(item) for item in node.items):
            value = self.settled(node.value)
            items = ", ".join(repr(item.value) for item in node.items if isinstance(item, tree.Literal))
            return Form(f"({value.text} in {{{items}}})", value.unless)
        tests = tuple(self._test(node.value, item) for item in node.items)
        return tests[0] if len(tests) == 1 else self._kleene(tests, "or")

    def _test(self, value: Node, item: Node) -> Form:
        if isinstance(item, tree.Interval):
            return self._inside(value, item)
        if isinstance(item, tree.Test):
            return self.comparison(tree.Comparison(item.operator, value, item.bound))
        return self.comparison(tree.Comparison("=", value, item))

    def every(self, node: tree.And) -> Form:
        return self._kleene(tuple(self.settled(item) for item in node.items), "and")

    def some(self, node: tree.Or) -> Form:
        return self._kleene(tuple(self.settled(item) for item in node.items), "or")

    def _kleene(self, items: tuple[Form, ...], operator: str) -> Form:
        if self.is_narrow or not any(item.unless for item in items):
            text = f" {operator} ".join(item.text for item in items)
            return Form(f"({text})", joined(item.unless for item in items))
        deciding, unknown = [], []
        for item in items:
            if not item.unless:
                deciding.append(f"not {item.text}" if operator == "and" else item.text)
                continue
            name = self.fresh()
            deciding.append(f"({name} := {closed(item)})" + (" is False" if operator == "and" else ""))
            unknown.append(f"{name} is None")
        decided = operator == "or"
        tests, gaps = " or ".join(deciding), " or ".join(unknown)
        return self._unpacked(f"({decided} if {tests} else None if {gaps} else {not decided})")

    def _unpacked(self, nullable: str) -> Form:
        name = self.fresh()
        return Form(name, (f"({name} := {nullable}) is None",), is_atom=True, nullable=nullable)

    def negation(self, node: tree.Not) -> Form:
        operand = self.settled(node.operand)
        return Form(f"(not {operand.text})", operand.unless)

    def conditional(self, node: tree.If) -> Form:
        ordinary = self._ordinary
        condition = ordinary.settled(node.condition)
        then, otherwise = ordinary.closed(node.then), ordinary.closed(node.otherwise)
        chosen = f"({then} if {condition.text} else {otherwise})"
        return self._unpacked(closed(Form(chosen, condition.unless)))

    def call(self, node: tree.Call) -> Form:
        function = IMPLEMENTATIONS[node.function]
        if not function.is_strict:
            parts = [self._ordinary.closed(part) for part in node.arguments]
            return self._unpacked(function.written(parts, self.fresh))
        arguments = [self.atom(argument) for argument in node.arguments]
        text = function.written([argument.text for argument in arguments], self.fresh)
        unless = joined(argument.unless for argument in arguments)
        if not function.is_partial:
            return Form(text, unless, is_risky=function.is_risky)
        name = self.fresh()
        return Form(name, (*unless, f"({name} := {text}) is None"), is_atom=True, is_risky=function.is_risky)


def _is_constant(node: Node) -> bool:
    return isinstance(node, tree.Literal) and node.value is not None


_BY_NODE: dict[type[Node], Callable[..., Form]] = {
    tree.Literal: PythonWriter.literal,
    tree.Name: PythonWriter.name,
    tree.Negate: PythonWriter.negate,
    tree.Arithmetic: PythonWriter.arithmetic,
    tree.Comparison: PythonWriter.comparison,
    tree.Between: PythonWriter.between,
    tree.In: PythonWriter.member,
    tree.And: PythonWriter.every,
    tree.Or: PythonWriter.some,
    tree.Not: PythonWriter.negation,
    tree.If: PythonWriter.conditional,
    tree.Call: PythonWriter.call,
}


def python_function(node: Node, names: Iterable[str]) -> Callable[[Mapping[str, Any]], Any]:
    """The tree as a function of a mapping of values; a name that is missing is null."""
    locals_of = {name: f"v{number}" for number, name in enumerate(names)}
    writer = PythonWriter({name: variable_form(local) for name, local in locals_of.items()})
    lines = ["def evaluate(values):"]
    lines += [f"    {local} = values.get({name!r})" for name, local in locals_of.items()]
    lines += [f"    return {writer.closed(node)}"]
    namespace = dict(RUNTIME)
    exec(compile("\n".join(lines), "<expression>", "exec"), namespace)  # noqa: S102 - our own source, see above
    function: Callable[[Mapping[str, Any]], Any] = namespace["evaluate"]
    return function
