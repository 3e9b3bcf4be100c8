"""Applications generated just below, at and above every threshold of a rule set, with values missing too."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from math import floor, inf, nextafter
from typing import Any

from rules.engine.leaves import thresholds_in
from rules.engine.outcomes import BUSINESS_DATE
from rules.engine.plan import PlannedRule
from rules.engine.program import Program
from rules.engine.trace import ScoreInput
from rules.engine.witness import Witness
from rules.language import Node, Type, names_in
from rules.language.interpret import interpret
from rules.language.tree import Literal, Name
from scoring.catalogue import Catalogue, Variable

Row = dict[str, Any]
SCORE_COLUMNS = ("pd", "score_points")
_BISECTIONS = 80
_KINDS = {float: Type.NUMBER, str: Type.STRING, bool: Type.BOOLEAN}
_INWARDS = 1e-6
_SOME_DAY = "2024-02-29"
_WIDEST = 1e9
"""Where the catalogue gives a number no range."""


class BoundaryRows:
    """Rows are values by name, with `pd` and `score_points` among them. Same program, same seed, same rows."""

    def __init__(self, program: Program, catalogue: Catalogue, *, seed: int = 1) -> None:
        self.program = program
        self.variables = catalogue.of_product(program.document.product)
        self.rng = random.Random(seed)  # noqa: S311 - test data, repeatable

    def rows(self, *, bases: int = 4, strangers: int = 400, least: int = 0) -> list[Row]:
        """Rows around every threshold from each base, each base with one value missing at a time, and random ones:
        `strangers` of them, more until there are `least` rows."""
        starts = self.starts(bases=bases)
        starts += [{**starts[0], **values} for rule in self.program.plan.rules if (values := self.witness(rule.node))]
        rows = [self.stranger(missing=0.15) for _ in range(strangers)]
        for start in starts:
            rows.append(start)
            rows += [{**start, name: None} for name in start]
            rows += self._around_grades(start)
            rows += self._around_parts(start)
            for number, rule in enumerate(self.program.plan.rules):
                for place in range(len(rule.leaves)):
                    rows += self.around_leaf(start, number, place)
        rows += [self.stranger(missing=0.05) for _ in range(least - len(rows))]
        return rows

    def starts(self, *, bases: int = 4) -> list[Row]:
        """The first cases of the document and random applications, `bases` of each."""
        cases = [self._of_case(number) for number in range(min(bases, len(self.program.document.cases)))]
        return cases + [self.stranger() for _ in range(bases)]

    def witness(self, condition: Node, *, truth: bool = True) -> Row:
        """Values that probably give the condition this truth, however rarely it has it."""
        derived = {name: node for name, node, _ in self.program.plan.derived}
        witness = Witness(frozenset((*self.program.inputs, *SCORE_COLUMNS)), derived)
        return self._allowed(witness.of(condition, truth=truth))

    def _allowed(self, values: Row) -> Row:
        """Text is no code of a number and the like: such guesses are dropped."""
        kinds = self.program.plan.types
        return {
            name: value
            for name, value in values.items()
            if value is None or (name in kinds and kinds[name] is _KINDS[type(value)]) or name in SCORE_COLUMNS
        }

    def inside_catalogue(self, row: Row) -> Row:
        """The row with numbers moved into their ranges, and codes nobody knows left out."""
        return {name: self._fitted(name, value) for name, value in row.items()}

    def _fitted(self, name: str, value: Any) -> Any:
        variable = self.variables.get(name)
        if variable is None or value is None:
            return min(max(value, 0.0), 1.0) if name == "pd" and value is not None else value
        if variable.codes:
            return value if value in [code.code for code in variable.codes] else None
        if isinstance(value, bool | str):
            return value
        low, high = _range(variable)
        return min(max(value, low), high)

    def stranger(self, *, missing: float = 0.0) -> Row:
        """A random application inside the catalogue's ranges."""
        row = {name: self._value(self.variables[name]) for name in self.program.inputs}
        row |= {"pd": self.rng.random() ** 2, "score_points": float(self.rng.randint(300, 850))}
        if self.program.plan.reads_date:
            row[BUSINESS_DATE] = self.rng.choice(self._dates)
        return {name: None if self.rng.random() < missing else value for name, value in row.items()}

    def _of_case(self, number: int) -> Row:
        case = self.program.document.cases[number]
        row: Row = {
            **dict.fromkeys(self.program.inputs),
            **{name: value for name, value in case.inputs.items() if name in self.program.inputs},
            "pd": case.pd,
            "score_points": case.score_points,
        }
        return {**row, BUSINESS_DATE: case.business_date or None} if self.program.plan.reads_date else row

    @cached_property
    def _dates(self) -> list[str]:
        """Business dates on and beside the first and last day of each legal cap."""
        offer = self.program.document.offer
        ends = {text for cap in (offer.caps if offer else []) for text in (cap.from_date, cap.until_date) if text}
        days = [date.fromisoformat(text) for text in (*sorted(ends), _SOME_DAY)]
        return [(day + timedelta(days=step)).isoformat() for day in days for step in (-1, 0, 1)]

    def _value(self, variable: Variable) -> Any:
        if variable.codes:
            return self.rng.choice(variable.codes).code
        if variable.type == "boolean":
            return self.rng.random() < 0.5
        if variable.type in ("integer", "number"):
            low, high = _range(variable)
            # Small values are where most thresholds are.
            value = low + (high - low) * self.rng.random() ** self.rng.choice([1, 4, 12])
            return floor(value) if variable.type == "integer" else value
        return self.rng.choice(["", "A", "2001-01-31"])

    def _around_grades(self, start: Row) -> Iterator[Row]:
        for _, max_pd in self.program.plan.grades:
            for pd in (nextafter(max_pd, -inf), max_pd, nextafter(max_pd, inf)):
                yield {**start, "pd": min(pd, 1.0)}

    def _around_parts(self, start: Row) -> Iterator[Row]:
        """Rows on and beside each number that a table or a scorecard compares a variable with."""
        for name, threshold in self._part_thresholds:
            for value in self._near(name, threshold):
                yield {**start, name: value}

    @cached_property
    def _part_thresholds(self) -> list[tuple[str, float]]:
        plan, found = self.program.plan, dict[tuple[str, float], None]()
        numbers = {*plan.number_inputs, *SCORE_COLUMNS}
        read: dict[str, Node] = {}
        nodes: list[Node] = [condition for condition, _ in plan.offer.rows] if plan.offer else []
        for table in plan.tables:
            read |= {name: node for name, node, _ in table.inputs}
            nodes += [row.condition for row in table.rows]
        for scorecard in plan.scorecards:
            for entry in scorecard.characteristics:
                read[entry.value_name] = entry.node
                nodes += entry.tests
        for node in nodes:
            for name, threshold in thresholds_in(node):
                real = read.get(name, Name(name))
                if isinstance(real, Name) and real.name in numbers:
                    found[real.name, threshold] = None
        return list(found)

    def around_leaf(self, start: Row, number: int, place: int) -> Iterator[Row]:
        """Rows on and beside the threshold of one comparison of a rule, all else as in `start`."""
        rule = self.program.plan.rules[number]
        leaf = rule.leaves[place]
        threshold = interpret(leaf.threshold, {})
        if isinstance(leaf.value, Name) and isinstance(leaf.threshold, Literal) and isinstance(threshold, float):
            name = leaf.value.name
            if name in self.variables or name in SCORE_COLUMNS:
                for value in self._near(name, threshold):
                    yield {**start, name: value}
                return
        for name in self._numbers_under(rule):
            yield from self._bisected(start, name, number, place)

    def _near(self, name: str, threshold: float) -> tuple[float, float, float]:
        if name in self.variables and self.variables[name].type == "integer":
            return (float(floor(threshold) - 1), float(floor(threshold)), float(floor(threshold) + 1))
        return (nextafter(threshold, -inf), threshold, nextafter(threshold, inf))

    def _numbers_under(self, rule: PlannedRule) -> list[str]:
        """Number inputs the rule reads, through derived variables too."""
        derived = {name: node for name, node, _ in self.program.plan.derived}
        found: list[str] = []
        waiting = list(rule.names)
        while waiting:
            name = waiting.pop()
            if name in derived:
                waiting += names_in(derived[name])
            elif name not in found and (name in self.program.plan.number_inputs or name in SCORE_COLUMNS):
                found.append(name)
        return sorted(found)

    def _bisected(self, start: Row, name: str, number: int, place: int) -> Iterator[Row]:
        """The neighbours between which the distance changes sign when only `name` moves; none if it does not."""

        def distance(value: float) -> float | None:
            row = {**start, name: value}
            found: float | None = row_evaluate(self.program, row).distances_of(number)[place]
            return found

        is_whole = name in self.variables and self.variables[name].type == "integer"
        low, high = _range(self.variables[name]) if name in self.variables else (0.0, 1.0 if name == "pd" else 1000.0)
        if distance(low) is None and not is_whole:  # a division by the lowest value, often zero
            low += (high - low) * _INWARDS
        first, last = distance(low), distance(high)
        if first is None or last is None or (first < 0) == (last < 0):
            return
        for _ in range(_BISECTIONS):
            middle = float(floor((low + high) / 2)) if is_whole else (low + high) / 2
            if middle in (low, high):
                break
            at = distance(middle)
            if at is None:
                return
            low, high = (middle, high) if (at < 0) == (first < 0) else (low, middle)
        yield {**start, name: low}
        yield {**start, name: high}


def row_evaluate(program: Program, row: Row) -> Any:
    """A row as one application."""
    score = ScoreInput(row.get("pd"), row.get("score_points"))
    return program.evaluate(row, score=score, business_date=row.get(BUSINESS_DATE))


def _range(variable: Variable) -> tuple[float, float]:
    low = variable.minimum if variable.minimum is not None else -_WIDEST
    high = variable.maximum if variable.maximum is not None else _WIDEST
    return low, high
