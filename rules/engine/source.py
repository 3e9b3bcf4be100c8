"""The Python function of one rule set, as source written from its typed trees.

It is laid out for speed with the whole trace: inputs are read at once, rules that read the same ask once whether all
of it is known, and truths, values seen and distances go into three flat tuples (one small tuple a rule would cost
more than the rules; distances worked out afterwards would have to ask again what is known).
"""

from collections.abc import Callable
from itertools import count

from rules.engine.leaves import Leaf
from rules.engine.outcomes import BUSINESS_DATE, MILDEST, SCORE_NAMES, UNKNOWN_LEVEL
from rules.engine.plan import Plan, PlannedRule
from rules.engine.plan_parts import PlannedDerived, PlannedOffer, PlannedScorecard, PlannedTable
from rules.engine.source_lines import tuple_of
from rules.engine.source_scorecards import ScorecardWriter
from rules.engine.source_tables import TableWriter
from rules.language.functions import IMPLEMENTATIONS
from rules.language.to_python import FINITE, Form, PythonWriter, closed, joined, matched, variable_form
from rules.language.tree import And, Between, Call, If, In, Interval, Literal, Node, Or, Test, children, walk

_SAFE_CONSTANT = 1e290
"""A finite double minus a constant below this is finite."""


def source_of(plan: Plan) -> str:
    """Source of `evaluate(values, pd, score_points, grade, level, business_date)`.

    `level` is what pattern hits already reached, or -1. It returns (level before the default, level, truths,
    seen, distances, grade, row, cells, tables, scorecards, caps): truths in the order of the rules; what was seen in
    the order of `plan.seen`; distances rule by rule in the order of their leaves; the row of the offer table (-1 none,
    -2 could not be told, None not asked) and its cells; (rows hit, rows that could not be told) per decision table and
    (value, bin) per characteristic per scorecard, in the order of the plan; the truth of each legal cap's condition.
    """
    return _SourceWriter(plan).source()


class _SourceWriter:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        numbers = count()
        self.fresh: Callable[[], str] = lambda: f"w{next(numbers)}"
        self.locals = {name: f"v{number}" for number, name in enumerate(plan.inputs)}
        self.forms: dict[str, Form] = {
            name: variable_form(local, is_int=name in plan.whole) for name, local in self.locals.items()
        }
        self.forms |= {name: variable_form(name) for name in (*SCORE_NAMES, BUSINESS_DATE)}
        self.lines: list[str] = []
        self.hits: list[str] = []
        self.bins: list[str] = []

    def source(self) -> str:
        self.add(0, "def evaluate(values, pd, score_points, grade, level, business_date):")
        self.load()
        self.grade()
        for number, part in enumerate(self.plan.computed):
            match part:
                case PlannedDerived(name=name, node=node):
                    self.forms[name] = self.assigned(f"d{number}", node)
                case PlannedTable():
                    self.hits.append(TableWriter(self, number).write(part))
                case PlannedScorecard():
                    self.bins.append(ScorecardWriter(self, number).write(part))
        self.rules()
        self.add(1, "decided = level", f"if level < 0: level = {self.plan.default_level}", "row = cells = None")
        caps = "()"
        if self.plan.offer is not None:
            self.offer(self.plan.offer)
            caps = tuple_of(self.writer().closed(cap.condition or Literal(True)) for cap in self.plan.offer.caps)
        truths = tuple_of(f"t{number}" for number in range(len(self.plan.rules)))
        others = self.plan.seen[len(self.plan.inputs) :]
        seen = f"inputs + {tuple_of(self.forms[name].text for name in others)}"
        parts = f"{tuple_of(self.hits)}, {tuple_of(self.bins)}, {caps}"
        distances = tuple_of(f"q{place}" for rule in self.plan.rules for place in _places(rule))
        self.add(1, f"return decided, level, {truths}, {seen}, {distances}, grade, row, cells, {parts}")
        return "\n".join(self.lines) + "\n"

    def add(self, depth: int, *lines: str) -> None:
        self.lines += ["    " * depth + line for line in lines]

    def assigned(self, local: str, node: Node) -> Form:
        """Gives the local the tree's value, or None; how it is read."""
        form = self.writer().settled(node)
        self.add(1, f"{local} = {closed(form)}")
        return variable_form(local, is_float=form.is_float)

    def writer(self) -> PythonWriter:
        return PythonWriter(self.forms, fresh=self.fresh)

    def load(self) -> None:
        """All inputs at once, in C, where the caller gives each, else as far as given; then to locals."""
        inputs = list(self.locals)
        read = "itemgetter(*NAMES)" if len(inputs) > 1 else "tuple"
        self.lines[:0] = [f"NAMES = {tuple_of(map(repr, inputs))}", f"read = {read}"]
        if len(inputs) > 1:
            self.add(1, "try:", "    inputs = read(values)", "except KeyError:")
            self.add(2, "inputs = tuple(map(values.get, NAMES))")
        else:
            self.add(1, "inputs = tuple(map(values.get, NAMES))")
        if not inputs:
            return
        self.add(1, f"{tuple_of(self.locals.values())} = inputs")
        # One sum in C finds any NaN or infinity; it may also overflow, then each is looked at in vain.
        numbers = [local for name, local in self.locals.items() if name in self.plan.fractions]
        if numbers:
            self.add(1, f"if not isfinite(sum(filter(None, {tuple_of(numbers)}))):")
            self.add(2, f"{tuple_of(numbers)} = map(finite_or_none, {tuple_of(numbers)})")
            self.add(2, f"inputs = {tuple_of(self.locals.values())}")

    def grade(self) -> None:
        if not self.plan.grades:
            return
        chain = " else ".join(f"{grade!r} if pd <= {max_pd!r}" for grade, max_pd in self.plan.grades)
        self.add(1, f"grade = None if pd is None else {chain} else None")

    def rules(self) -> None:
        """Sets the truths t and the distances q and raises the level; rules that are unknown for the same reasons ask
        once."""
        groups: dict[tuple[str, ...], list[tuple[int, PlannedRule, PythonWriter]]] = {}
        for number, rule in enumerate(self.plan.rules):
            narrow = self.writer().narrowed()
            groups.setdefault(narrow.settled(rule.node).unless, []).append((number, rule, narrow))
        for unless, rules in groups.items():
            if unless:
                self.add(1, f"if {' or '.join(unless)}:")
                for number, rule, _ in rules:
                    self.unknown(number, rule)
                self.add(1, "else:")
            for number, rule, narrow in rules:
                self.known(2 if unless else 1, number, rule, narrow)

    def unknown(self, number: int, rule: PlannedRule) -> None:
        """The rule where something it reads is unknown."""
        ordinary = self.writer()
        if _is_strict(rule.node):
            self.add(2, f"t{number} = None")
            self.raise_level(2, UNKNOWN_LEVEL if rule.refers_unknown else None)
        else:
            self.add(2, f"t{number} = {ordinary.closed(rule.node)}")
            for test, level in (("", rule.level), (" is None", UNKNOWN_LEVEL if rule.refers_unknown else None)):
                if level is not None:
                    self.add(2, f"if t{number}{test}:")
                    self.raise_level(3, level)
        for place, leaf in zip(_places(rule), rule.leaves, strict=True):
            self.add(2, f"q{place} = {self.distance(leaf, ordinary)}")

    def known(self, depth: int, number: int, rule: PlannedRule, narrow: PythonWriter) -> None:
        """The rule where all it reads is known."""
        for place, leaf in zip(_places(rule), rule.leaves, strict=True):
            self.add(depth, f"q{place} = {self.fast_distance(leaf, narrow)}")
        self.add(depth, f"if {narrow.settled(rule.node).text}:", f"    t{number} = True")
        self.raise_level(depth + 1, rule.level)
        self.add(depth, "else:", f"    t{number} = False")

    def distance(self, leaf: Leaf, writer: PythonWriter) -> str:
        value, threshold = matched(writer.settled(leaf.value), writer.settled(leaf.threshold))
        unless = joined((value.unless, threshold.unless))
        difference = Form(f"({value.text} - {threshold.text})", unless, is_risky=not _is_safe(leaf))
        return closed(writer.finite(difference))

    def fast_distance(self, leaf: Leaf, narrow: PythonWriter) -> str:
        value, threshold = matched(narrow.settled(leaf.value), narrow.settled(leaf.threshold))
        if _is_safe(leaf):
            return f"{value.text} - {threshold.text}"
        name = self.fresh()
        return f"{name} if {FINITE.format(f'({name} := {value.text} - {threshold.text})')} else None"

    def raise_level(self, depth: int, level: int | None) -> None:
        if level is not None:
            self.add(depth, f"if level < {level}: level = {level}")

    def offer(self, offer: PlannedOffer) -> None:
        """First hit; a row that cannot be told ends the search."""
        self.add(1, f"if level == {MILDEST}:", "    row = -1", "    while True:")
        for number, (condition, outputs) in enumerate(offer.rows):
            self.add(3, f"w = {self.writer().closed(condition)}")
            self.add(3, "if w is None:", "    row = -2", "    break", "if w:")
            self.add(4, f"row = {number}")
            self.add(4, f"cells = {tuple_of(self.writer().closed(output) for output in outputs)}", "break")
        self.add(3, "break")


def _places(rule: PlannedRule) -> range:
    return range(rule.first_distance, rule.first_distance + len(rule.leaves))


def _is_safe(leaf: Leaf) -> bool:
    constant = leaf.threshold.value if isinstance(leaf.threshold, Literal) else None
    return isinstance(constant, float) and abs(constant) < _SAFE_CONSTANT


def _is_strict(node: Node) -> bool:
    """Whether one unknown part makes the whole unknown: no and, or, if, and nothing that asks for presence."""
    return all(_is_strict_part(part) for part in walk(node))


def _is_strict_part(node: Node) -> bool:
    if isinstance(node, Between | In):  # with constants they are unknown only where their value is
        bounds = [
            bound
            for item in children(node)[1:]
            for bound in (children(item) if isinstance(item, Interval | Test) else (item,))
        ]
        return all(isinstance(bound, Literal) and bound.value is not None for bound in bounds)
    if isinstance(node, Call):
        return IMPLEMENTATIONS[node.function].is_strict
    return not isinstance(node, And | Or | If)
