"""Problems of a rule-set document: the language's struct and the wording of the document's own codes."""

from typing import Any

from rules.engine.messages import MESSAGES
from rules.language.problems import Position, Problem, Severity, at_path, problems_json

__all__ = ["Position", "Problem", "at_path", "problem", "problems_json"]


def problem(
    code: str, /, *, path: str = "", position: Position | None = None, severity: Severity = "error", **facts: Any
) -> Problem:
    """The problem `code` at `path`, worded from `facts`. KeyError for a code without wording."""
    english, chinese = MESSAGES[code]
    return Problem(code, english.format(**facts), chinese.format(**facts), path, position, severity)
