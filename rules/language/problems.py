"""What is wrong with a text, where, in both languages: the one way language and engine report a finding."""

from typing import Any, Literal

import msgspec

from riskengine.errors import InvalidInput
from rules.language.messages import MESSAGES

Severity = Literal["error", "warning"]


class Position(msgspec.Struct, frozen=True):
    """A span of the text: offsets `start` to `end` (from 0, end excluded); line and column of the start, from 1."""

    start: int
    end: int
    line: int
    column: int


NOWHERE = Position(0, 0, 1, 1)


class Problem(msgspec.Struct, frozen=True):
    """One finding. `code` is stable; `path` is where in a rule-set document ("rules/3/when"), empty for a bare text."""

    code: str
    message_en: str
    message_zh: str
    path: str = ""
    position: Position | None = None
    severity: Severity = "error"


def problem(
    code: str, /, *, path: str = "", position: Position | None = None, severity: Severity = "error", **facts: object
) -> Problem:
    """The problem `code` with its wording filled in from `facts`. KeyError for a code without wording."""
    english, chinese = MESSAGES[code]
    return Problem(
        code=code,
        message_en=english.format(**facts),
        message_zh=chinese.format(**facts),
        path=path,
        position=position,
        severity=severity,
    )


def at_path(path: str, problems: list[Problem]) -> list[Problem]:
    """The same problems, placed at `path` of a document."""
    return [msgspec.structs.replace(found, path=path) for found in problems]


def problems_json(problems: list[Problem]) -> list[dict[str, Any]]:
    """Plain dicts, for answers and for storing."""
    return [msgspec.to_builtins(found) for found in problems]


class ExpressionInvalid(InvalidInput):
    """A text is not an expression of the language; `problems` says why and where."""

    code = "expression_invalid"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message_en, problems=problems_json(problems))
        self.problems = problems
