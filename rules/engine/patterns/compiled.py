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


class CompiledPattern(msgspec.Struct, frozen=True):
    """A pattern ready to match. `outcome` and `reason` are what a hit leads to; they do not change the matching."""

    code: str
    steps: tuple[CompiledStep, ...]
    within_seconds: int
    outcome: str = ""
    reason: str = ""

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of facts it can use."""
        return frozenset(step.kind for step in self.steps)

    @property
    def name(self) -> str:
        """`code@hash` of all that decides what matches: two versions live side by side in one engine."""
        content = msgspec.json.encode((self.steps, self.within_seconds))
        # The engine gives meaning to `$` in names.
        return f"{self.code.replace('$', '_')}@{hashlib.sha256(content).hexdigest()[:24]}"
