"""Applications generated just below, at and above every threshold of a rule set, with values missing too."""

import random
from collections.abc import Iterator
from math import floor, inf, nextafter
from typing import Any

from rules.engine.leaves import Leaf
from rules.engine.plan import PlannedRule
from rules.engine.program import Program
from rules.engine.trace import ScoreInput
from rules.engine.witness import Witness
from rules.language import Type, names_in
from rules.language.interpret import interpret
from rules.language.tree import Literal, Name
from scoring.catalogue import Catalogue, Variable

Row = dict[str, Any]
SCORE_COLUMNS = ("pd", "score_points")
_BISECTIONS = 80
_KINDS = {float: Type.NUMBER, str: Type.STRING, bool: Type.BOOLEAN}
_INWARDS = 1e-6
_WIDEST = 1e9
"""Where the catalogue gives a number no range."""


class BoundaryRows:
    """Rows are values by name, with `pd` and `score_points` among them. Same program, same seed, same rows."""

    def __init__(self, program: Program, catalogue: Catalogue, *, seed: int = 1) -> None:
        self.program = program
        self.variables = catalogue.of_product(program.document.product)
        self.rng = random.Random(seed)  # noqa: S311 - test data, repeatable

    def rows(self, *, bases: int = 4, strangers: int = 400) -> list[Row]:
        """Rows around every threshold from each base, each base with one value missing at a time, and random ones."""
        starts = [self._of_case(number) for number in range(min(bases, len(self.program.document.cases)))]
        starts += [self.stranger() for _ in range(bases)]
        starts += self._witnesses(starts[0])
        rows = [self.stranger(missing=0.15) for _ in range(strangers)]
        for start in starts:
            rows.append(start)
            rows += [{**start, name: None} for name in start]
            rows += self._around_grades(start)
            for number, rule in enumerate(self.program.plan.rules):
                for place, leaf in enumerate(rule.leaves):
                    rows += self._around(start, number, place, rule, leaf)
        return rows

    def _witnesses(self, start: Row) -> list[Row]:
        """A row for each rule that probably makes it true, however rarely it hits."""
        derived = {name: node for name, node, _ in self.program.plan.derived}
        witness = Witness(frozenset((*self.program.inputs, *SCORE_COLUMNS)), derived)
        found = [witness.of(rule.node) for rule in self.program.plan.rules]
        return [{**start, **self._allowed(values)} for values in found if values]

    def _allowed(self, values: Row) -> Row:
        """Text is no code of a number and the like: such guesses are dropped."""
        kinds = self.program.plan.types
        return {
            name: value
            for name, value in values.items()
            if value is None or (name in kinds and kinds[name] is _KINDS[type(value)]) or name in SCORE_COLUMNS
        }

    def stranger(self, *, missing: float = 0.0) -> Row:
        """A random application inside the catalogue's ranges."""
        row = {name: self._value(self.variables[name]) for name in self.program.inputs}
        row |= {"pd": self.rng.random() ** 2, "score_points": float(self.rng.randint(300, 850))}
        return {name: None if self.rng.random() < missing else value for name, value in row.items()}

    def _of_case(self, number: int) -> Row:
        case = self.program.document.cases[number]
        return {
            **dict.fromkeys(self.program.inputs),
            **{name: value for name, value in case.inputs.items() if name in self.program.inputs},
            "pd": case.pd,
            "score_points": case.score_points,
        }

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

    def _around(self, start: Row, number: int, place: int, rule: PlannedRule, leaf: Leaf) -> Iterator[Row]:
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
    return program.evaluate(row, score=ScoreInput(row.get("pd"), row.get("score_points")))


def _range(variable: Variable) -> tuple[float, float]:
    low = variable.minimum if variable.minimum is not None else -_WIDEST
    high = variable.maximum if variable.maximum is not None else _WIDEST
    return low, high
