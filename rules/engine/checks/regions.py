"""Where a condition is true, false or unknown: alternatives of one set of values per name.

A region is never too small: a condition has a truth only inside its region, so an empty region proves that it never
has it. What is not understood counts as possible. Expressions that are computed, and questions between two names,
stand for themselves as a name: the same text has the same value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.engine.checks.values import (
    ALL_NUMBERS,
    ANYTHING,
    NOTHING,
    Numbers,
    Texts,
    Values,
    both,
    compared,
    day_number,
    is_empty,
    one_of,
    whole,
)
from rules.language import Node, tree
from rules.language.interpret import interpret

BOX_LIMIT = 160
"""Alternatives of one condition; beyond it nothing is told."""

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDERS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

Key = str | Node | tuple[Node, Node]
"""A name, a computed expression, or two expressions and how they compare (one of `<`, `=`, `>`)."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a key may hold in a box: these values, and null or not."""

    values: Values
    has_null: bool = False


Box = Mapping[Key, Held]
"""All must hold; a key that is not named may hold anything."""


class TooManyBoxes(Exception):
    """The condition has too many alternatives to be told."""


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of names: their sets of values, those that are whole numbers or dates, and definitions to look
    through. `grades` are the PDs of each grade, where the document defines them."""

    domains: Mapping[str, Values]
    whole: frozenset[str]
    dates: frozenset[str]
    definitions: Mapping[str, Node]
    grades: Mapping[str, Numbers]


def meet(left: Box, right: Box) -> Box | None:
    """Both boxes at once; None where they exclude each other."""
    if len(left) < len(right):
        left, right = right, left
    found = dict(left)
    for key, held in right.items():
        other = found.get(key)
        if other is None:
            found[key] = held
            continue
        values, has_null = both(other.values, held.values), other.has_null and held.has_null
        if not has_null and is_empty(values):
            return None
        found[key] = Held(values, has_null)
    return found


class Regions:
    """Regions of conditions over one set of names; remembers what it has worked out."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[tuple[int, bool | None], tuple[Node, list[Box]]] = {}

    def of(self, node: Node, truth: bool | None) -> list[Box]:
        """The alternatives in which `node` may have this truth. Raises TooManyBoxes."""
        found = self._known.get((id(node), truth))
        if found is None:
            found = (node, self._of(node, truth))
            self._known[(id(node), truth)] = found
        return found[1]

    def _of(self, node: Node, truth: bool | None) -> list[Box]:
        match node:
            case tree.Literal(value=value):
                is_truth = value is None if truth is None else value is truth
                return [{}] if is_truth else []
            case tree.And(items=items) | tree.Or(items=items):
                return self._junction(items, truth, needs_all=isinstance(node, tree.And) == (truth is True))
            case tree.Not(operand=operand):
                return self.of(operand, None if truth is None else not truth)
            case tree.Comparison():
                return self._comparison(node, truth)
            case tree.Between(value=value, low=low, high=high):
                return self.of(_inside(value, tree.Interval(low, high)), truth)
            case tree.In(value=value, items=items):
                return self._member(value, items, truth)
            case tree.If(condition=condition, then=then, otherwise=otherwise):
                return self._choice(condition, then, otherwise, truth)
            case tree.Name(name=name) if name in self.names.definitions:
                return self.of(self.names.definitions[name], truth)
            case tree.Call(function="is defined", arguments=(argument,)):
                return self._defined(argument, truth)
        return self._held(_key(node), None if truth is None else one_of([truth]))

    def _junction(self, items: tuple[Node, ...], truth: bool | None, *, needs_all: bool) -> list[Box]:
        if truth is None or not needs_all:
            return _limited([box for item in items for box in self.of(item, truth)])
        found: list[Box] = [{}]
        for item in items:
            found = products(found, self.of(item, truth))
        return found

    def _choice(self, condition: Node, then: Node, otherwise: Node, truth: bool | None) -> list[Box]:
        found = products(self.of(condition, True), self.of(then, truth))
        found = found + products(self.of(condition, False), self.of(otherwise, truth))
        return _limited(found + self.of(condition, None) if truth is None else found)

    def _member(self, value: Node, items: tuple[Node, ...], truth: bool | None) -> list[Box]:
        if truth is not None and all(isinstance(item, tree.Literal) and item.value is not None for item in items):
            listed = [item.value for item in items if isinstance(item, tree.Literal)]
            found = self._listed(value, listed, truth)
            if found is not None:
                return found
        tests = tuple(_test(value, item) for item in items)
        return self.of(tests[0] if len(tests) == 1 else tree.Or(tests), truth)

    def _listed(self, value: Node, listed: Sequence[object], truth: bool) -> list[Box] | None:
        """Texts in a list are one set, not as many alternatives."""
        is_plain = not (isinstance(value, tree.Name) and (value.name in self.names.dates or value.name == "grade"))
        if not is_plain or not all(isinstance(item, str) for item in listed):
            return None
        return self._held(_key(value), Texts(frozenset(listed), is_excluding=not truth))

    def _comparison(self, node: tree.Comparison, truth: bool | None) -> list[Box]:
        operator, left, right = node.operator, node.left, node.right
        if isinstance(left, tree.Literal) and isinstance(right, tree.Literal):
            return self.of(tree.Literal(interpret(node, {})), truth)
        if isinstance(left, tree.Literal):
            operator, left, right = MIRRORED[operator], right, left  # type: ignore[assignment]
        if isinstance(right, tree.Literal):
            return self._against(left, operator, right.value, truth)
        return self._between_two(left, operator, right, truth)

    def _between_two(self, left: Node, operator: str, right: Node, truth: bool | None) -> list[Box]:
        if repr(right) < repr(left):
            left, right, operator = right, left, MIRRORED[operator]
        if truth is None:
            return self._held((left, right), None)
        signs = _ORDERS[operator if truth else OPPOSITE[operator]]
        return self._held((left, right), one_of(signs))

    def _against(self, left: Node, operator: str, value: object, truth: bool | None) -> list[Box]:
        """A comparison with a constant."""
        if value is None:
            return [{}] if truth is None else []
        key = _key(left)
        if key in self.names.definitions and isinstance(value, bool) and operator in ("=", "!="):
            wanted = value if operator == "=" else not value
            return self.of(left, None if truth is None else wanted == truth)
        if key == "grade" and self.names.grades and isinstance(value, str):
            return self._of_grade(operator, value, truth)
        if truth is None:
            return self._held(key, None)
        return self._held(key, self._values(key, operator if truth else OPPOSITE[operator], value))

    def _values(self, key: Key, operator: str, value: object) -> Values:
        if key in self.names.dates:
            day = day_number(value) if isinstance(value, str) else None
            return ANYTHING if day is None else compared(operator, day)
        if isinstance(value, float | int) and not isinstance(value, bool):
            return compared(operator, float(value))
        if operator == "=":
            return one_of([value])
        # Texts have an order too; which lie below another is not asked here.
        return Texts(frozenset([value]), is_excluding=True) if operator == "!=" else ANYTHING

    def _of_grade(self, operator: str, value: str, truth: bool | None) -> list[Box]:
        """A question about the grade is one about the PD."""
        if truth is None or operator not in ("=", "!="):
            return self._held("pd", None if truth is None else ALL_NUMBERS)
        is_inside = (operator == "=") == truth
        return [
            box
            for grade, numbers in self.names.grades.items()
            if (grade == value) == is_inside
            for box in self._held("pd", numbers)
        ]

    def _defined(self, argument: Node, truth: bool | None) -> list[Box]:
        if truth is None:
            return []
        if isinstance(argument, tree.Name) and argument.name in self.names.definitions:
            return _limited(self.of(argument, True) + self.of(argument, False)) if truth else self.of(argument, None)
        key: Key = "pd" if argument == tree.Name("grade") and self.names.grades else _key(argument)
        return self._held(key, ANYTHING if truth else None)

    def _held(self, key: Key, values: Values | None) -> list[Box]:
        """One box: the key holds these values, or null for None; no box where its domain leaves none."""
        if values is None:
            return [{key: Held(NOTHING, has_null=True)}]
        if isinstance(key, str):
            values = both(self.names.domains.get(key, ANYTHING), values)
            if key in self.names.whole and isinstance(values, Numbers):
                values = whole(values)
        return [] if is_empty(values) else [{key: Held(values)}]


def products(left: list[Box], right: list[Box]) -> list[Box]:
    """Every alternative of both that is possible. Raises TooManyBoxes."""
    if len(left) == 1 and not left[0]:
        return right
    if len(left) * len(right) > BOX_LIMIT * 8:
        raise TooManyBoxes
    return _limited([box for one in left for other in right if (box := meet(one, other)) is not None])


def _limited(boxes: list[Box]) -> list[Box]:
    if len(boxes) > BOX_LIMIT:
        raise TooManyBoxes
    return boxes


def _test(value: Node, item: Node) -> Node:
    if isinstance(item, tree.Interval):
        return _inside(value, item)
    if isinstance(item, tree.Test):
        return tree.Comparison(item.operator, value, item.bound)
    return tree.Comparison("=", value, item)


def _inside(value: Node, interval: tree.Interval) -> Node:
    low = tree.Comparison(">" if interval.is_low_open else ">=", value, interval.low)
    high = tree.Comparison("<" if interval.is_high_open else "<=", value, interval.high)
    return tree.And((low, high))


def _key(node: Node) -> Key:
    return node.name if isinstance(node, tree.Name) else node
