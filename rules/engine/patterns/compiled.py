"""A pattern in typed form: steps, their kinds, and conjunctions of comparisons between their fields."""

import hashlib
import operator
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
OPERATORS: Final[dict[Operator, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MIRRORED: Final[dict[Operator, Operator]] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""`a < b` is `b > a`."""


class Condition(msgspec.Struct, frozen=True):
    """`field` of the step's own fact compared with a constant, or with a field of an earlier step's fact."""

    field: str
    operator: Operator
    constant: str | int | None = None
    other_step: int | None = None
    """Index of an earlier step; None compares with `constant`."""
    other_field: str = ""


class CompiledStep(msgspec.Struct, frozen=True):
    """One step: the kind of fact that takes it and what must hold for it and the steps before it."""

    alias: str
    kind: str
    conditions: tuple[Condition, ...] = ()


class Absence(msgspec.Struct, frozen=True):
    """A fact that must not be there: of `kind`, meeting `conditions`, from the fact of step `after` until that of the
    next step, both seconds included; after the last step until the window of the pattern closes."""

    kind: str
    after: int
    """Index of a step."""
    conditions: tuple[Condition, ...] = ()


class CompiledPattern(msgspec.Struct, frozen=True):
    """A pattern ready to match: the steps that take a fact, and what must be absent between them.

    `outcome` and `reason` are what a hit leads to; they do not change the matching.
    """

    code: str
    steps: tuple[CompiledStep, ...]
    within_seconds: int
    outcome: str = ""
    reason: str = ""
    absences: tuple[Absence, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of facts it can use."""
        return frozenset(step.kind for step in self.steps) | {absence.kind for absence in self.absences}

    @property
    def is_closing(self) -> bool:
        """Whether something must stay absent to the end: then it holds only once its window has closed."""
        return any(absence.after == len(self.steps) - 1 for absence in self.absences)

    @property
    def name(self) -> str:
        """`code@hash` of all that decides what matches: two versions live side by side in one engine."""
        content = msgspec.json.encode((self.steps, self.within_seconds, *self.absences))
        # The engine gives meaning to `$` in names.
        return f"{self.code.replace('$', '_')}@{hashlib.sha256(content).hexdigest()[:24]}"
