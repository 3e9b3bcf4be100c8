"""A step's `where`: from the rule language's tree to typed conditions, with every problem reported."""

from typing import Final

import msgspec

from rules.engine.patterns.compiled import MIRRORED, Condition, Operator
from rules.engine.patterns.facts import FIELDS, INTEGER_FIELDS, INTEGER_LIMIT, TEXT_FIELDS, TEXT_LIMIT, TIME_FIELD
from rules.engine.patterns.messages import problem
from rules.language.problems import Problem
from rules.language.tree import And, Between, Comparison, Literal, Name, Node

CONDITION_LIMIT: Final = 8


class Operand(msgspec.Struct, frozen=True):
    """One side of a comparison: a field of a step's fact, or a constant."""

    text: str
    step: int | None = None
    field: str = ""
    constant: str | int | None = None

    @property
    def kind(self) -> str:
        """text, integer or time."""
        if self.step is None:
            return "text" if isinstance(self.constant, str) else "integer"
        return "time" if self.field == TIME_FIELD else "text" if self.field in TEXT_FIELDS else "integer"


def conditions_of(tree: Node, aliases: list[str], path: str) -> tuple[list[Condition], list[Problem]]:
    """Conditions of the last step of `aliases`, and what is wrong with the rest of `tree`."""
    conditions: list[Condition] = []
    problems: list[Problem] = []
    parts = _parts(tree)
    if len(parts) > CONDITION_LIMIT:
        problems.append(problem("pattern_condition_count", path, limit=CONDITION_LIMIT, found=len(parts)))
    for part in parts:
        if not isinstance(part, Comparison):
            problems.append(problem("pattern_condition_unsupported", path, part.position))
            continue
        found = _condition(part, aliases, path)
        if isinstance(found, Condition):
            conditions.append(found)
        else:
            problems += found
    return conditions, problems


def _parts(tree: Node) -> list[Node]:
    if isinstance(tree, And):
        return [part for item in tree.items for part in _parts(item)]
    if isinstance(tree, Between):
        return [
            Comparison(">=", tree.value, tree.low, position=tree.position),
            Comparison("<=", tree.value, tree.high, position=tree.position),
        ]
    return [tree]


def _condition(part: Comparison, aliases: list[str], path: str) -> Condition | list[Problem]:
    own = len(aliases) - 1
    left, right = _operand(part.left, aliases, path), _operand(part.right, aliases, path)
    wrong = [side for side in (left, right) if isinstance(side, Problem)]
    if isinstance(left, Problem) or isinstance(right, Problem):
        return wrong
    operator: Operator = part.operator
    if left.step != own:
        left, right, operator = right, left, MIRRORED[operator]
    if left.step != own or right.step == own:
        return [problem("pattern_own_field_missing", path, part.position)]
    if left.kind != right.kind:
        code = "pattern_time_with_constant" if "time" in (left.kind, right.kind) else "pattern_types_differ"
        return [problem(code, path, part.position, left=left.text, right=right.text)]
    if left.kind == "text" and operator not in ("=", "!="):
        return [problem("pattern_order_of_texts", path, part.position, left=left.text)]
    return Condition(left.field, operator, right.constant, right.step, right.field)


def _operand(node: Node, aliases: list[str], path: str) -> Operand | Problem:
    if isinstance(node, Name):
        return _field(node, aliases, path)
    if isinstance(node, Literal):
        return _constant(node, path)
    return problem("pattern_condition_unsupported", path, node.position)


def _field(node: Name, aliases: list[str], path: str) -> Operand | Problem:
    alias, _, field = node.name.partition(".")
    if alias not in aliases:
        return problem("pattern_step_unknown", path, node.position, found=alias)
    if field not in FIELDS:
        return problem("pattern_field_unknown", path, node.position, found=field, known=", ".join(FIELDS))
    return Operand(node.name, step=aliases.index(alias), field=field)


def _constant(node: Literal, path: str) -> Operand | Problem:
    value = node.value
    if node.kind is not None:
        return problem("pattern_condition_unsupported", path, node.position)
    if isinstance(value, str) and 0 < len(value) <= TEXT_LIMIT:
        return Operand(f'"{value}"', constant=value)
    if isinstance(value, float) and value.is_integer() and abs(value) < INTEGER_LIMIT:
        return Operand(str(int(value)), constant=int(value))
    return problem("pattern_constant_invalid", path, node.position, right=value, limit=TEXT_LIMIT)


assert set(FIELDS) == {*TEXT_FIELDS, *INTEGER_FIELDS, TIME_FIELD}  # noqa: S101 - `Operand.kind` relies on it
