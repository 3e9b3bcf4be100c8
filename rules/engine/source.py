"""The Python function of one rule set, as source written from its typed trees.

It is laid out for speed with the whole trace: names are read once, each rule has a fast path for the case that all
it reads is known, and every rule's truth, the values it saw and the distances to its thresholds are put in one tuple.
"""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from rules.engine.leaves import Leaf
from rules.engine.outcomes import MILDEST, UNKNOWN_LEVEL
from rules.engine.plan import Plan, PlannedRule, PlannedTable
from rules.language import Type
from rules.language.to_python import FINITE, Form, PythonWriter, closed, joined, variable_form
from rules.language.tree import Literal

_SAFE_CONSTANT = 1e290
"""A finite double minus a constant below this is finite."""


def source_of(plan: Plan) -> str:
    """Source of `evaluate(values, pd, score_points, grade, level)`.

    `level` is what pattern hits already reached, or -1. It returns (level before the default, level, hits, unknown,
    rules, derived, grade, row, cells): indices of rules that hit and that could not be told, per rule (truth, values,
    distances), the derived values, the row of the offer table (-1 none, -2 could not be told, None not asked).
    """
    return _SourceWriter(plan).source()


class _SourceWriter:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        numbers = count()
        self.fresh: Callable[[], str] = lambda: f"t{next(numbers)}"
        self.locals = {name: f"v{number}" for number, name in enumerate(plan.inputs)}
        self.forms: dict[str, Form] = {name: variable_form(local) for name, local in self.locals.items()}
        self.forms |= {name: variable_form(name, is_float=True) for name in ("pd", "score_points")}
        self.forms["grade"] = variable_form("grade")
        self.lines: list[str] = []

    def source(self) -> str:
        self.add(0, "def evaluate(values, pd, score_points, grade, level):")
        self.load()
        self.grade()
        for number, (name, node, kind) in enumerate(self.plan.derived):
            self.add(1, f"d{number} = {self.writer().closed(node)}")
            self.forms[name] = variable_form(f"d{number}", is_float=kind is Type.NUMBER)
        self.add(1, "hits = []", "unknown = []")
        for number, rule in enumerate(self.plan.rules):
            self.rule(number, rule)
        self.add(1, "decided = level", f"if level < 0: level = {self.plan.default_level}", "row = cells = None")
        if self.plan.table is not None:
            self.table(self.plan.table)
        rules = _tuple(f"r{number}" for number in range(len(self.plan.rules)))
        derived = _tuple(f"d{number}" for number in range(len(self.plan.derived)))
        self.add(1, f"return decided, level, hits, unknown, {rules}, {derived}, grade, row, cells")
        return "\n".join(self.lines) + "\n"

    def add(self, depth: int, *lines: str) -> None:
        self.lines += ["    " * depth + line for line in lines]

    def writer(self) -> PythonWriter:
        return PythonWriter(self.forms, fresh=self.fresh)

    def load(self) -> None:
        """All names at once where the caller gives each; one by one where some are left out."""
        local_names = list(self.locals.values())
        if len(local_names) > 1:
            self.add(1, "try:", f"    {', '.join(local_names)} = pick(values)", "except KeyError:")
        depth = 2 if len(local_names) > 1 else 1
        if local_names:
            self.add(depth, "get = values.get")
        for name, local in self.locals.items():
            self.add(depth, f"{local} = get({name!r})")
        for name, local in self.locals.items():
            if name in self.plan.numbers:
                self.add(1, f"if not ({local} is None or {FINITE.format(local)}): {local} = None")

    def grade(self) -> None:
        if not self.plan.grades:
            return
        chain = " else ".join(f"{grade!r} if pd <= {max_pd!r}" for grade, max_pd in self.plan.grades)
        self.add(1, f"grade = None if pd is None else {chain} else None")

    def rule(self, number: int, rule: PlannedRule) -> None:
        ordinary = self.writer()
        narrow = ordinary.narrowed()
        fast = narrow.settled(rule.node)
        values = _tuple(self.forms[name].text for name in rule.names)
        slow_distances = _tuple(self.distance(leaf, ordinary) for leaf in rule.leaves)
        if not fast.unless:
            self.add(1, f"t = {fast.text}")
            self.hit(1, number, rule)
            self.add(1, f"r{number} = (t, {values}, {slow_distances})")
            return
        self.add(1, f"if {' or '.join(fast.unless)}:")
        self.add(2, f"t = {ordinary.closed(rule.node)}")
        self.hit(2, number, rule)
        self.unknown(2, number, rule)
        self.add(2, f"r{number} = (t, {values}, {slow_distances})")
        self.add(1, "else:")
        self.add(2, f"t = {fast.text}")
        self.hit(2, number, rule)
        fast_distances = _tuple(self.fast_distance(leaf, narrow, ordinary) for leaf in rule.leaves)
        self.add(2, f"r{number} = (t, {values}, {fast_distances})")

    def hit(self, depth: int, number: int, rule: PlannedRule) -> None:
        self.add(depth, "if t:")
        self.add(depth + 1, f"hits.append({number})")
        self.raise_level(depth + 1, rule.level)

    def unknown(self, depth: int, number: int, rule: PlannedRule) -> None:
        self.add(depth, "elif t is None:")
        self.add(depth + 1, f"unknown.append({number})")
        if rule.refers_unknown:
            self.raise_level(depth + 1, UNKNOWN_LEVEL)

    def raise_level(self, depth: int, level: int | None) -> None:
        if level is not None:
            self.add(depth, f"if level < {level}: level = {level}")

    def distance(self, leaf: Leaf, writer: PythonWriter) -> str:
        value, threshold = writer.settled(leaf.value), writer.settled(leaf.threshold)
        difference = Form(
            f"({value.text} - {threshold.text})",
            joined((value.unless, threshold.unless)),
            is_risky=not _is_safe(leaf),
        )
        return closed(writer.finite(difference))

    def fast_distance(self, leaf: Leaf, narrow: PythonWriter, ordinary: PythonWriter) -> str:
        if not _is_safe(leaf):
            return self.distance(leaf, ordinary)
        return f"{narrow.settled(leaf.value).text} - {narrow.settled(leaf.threshold).text}"

    def table(self, table: PlannedTable) -> None:
        """First hit; a row that cannot be told ends the search."""
        self.add(1, f"if level == {MILDEST}:", "    row = -1", "    while True:")
        for number, (condition, outputs) in enumerate(table.rows):
            self.add(3, f"t = {self.writer().closed(condition)}")
            self.add(3, "if t is None:", "    row = -2", "    break", "if t:")
            self.add(4, f"row = {number}")
            self.add(4, f"cells = {_tuple(self.writer().closed(output) for output in outputs)}", "break")
        self.add(3, "break")


def _is_safe(leaf: Leaf) -> bool:
    constant = leaf.threshold.value if isinstance(leaf.threshold, Literal) else None
    return isinstance(constant, float) and abs(constant) < _SAFE_CONSTANT


def _tuple(texts: Iterable[str]) -> str:
    listed: list[Any] = list(texts)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"
