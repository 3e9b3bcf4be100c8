"""Regular expressions, by RE2: its time grows with the text alone, whatever the pattern."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import re2

from rules.language.functions.registry import Refusal
from rules.language.tree import Literal, Node

PATTERN_LIMIT: Final = 200
"""Characters of a pattern, at most."""
_MEMORY_LIMIT: Final = 1 << 20
"""Bytes RE2 may use for one pattern, so that counted repetitions cannot grow without bound."""


@lru_cache(maxsize=1_000)
def compiled(pattern: str) -> Any:
    """The pattern, ready. re2.error where it is none, or too large."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_LIMIT
    return re2.compile(pattern, options)  # type: ignore[no-untyped-call]


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return compiled(pattern).search(text) is not None


def pattern_refused(arguments: Sequence[Node]) -> Refusal | None:
    """Why the second argument is no pattern."""
    node = arguments[1]
    if not isinstance(node, Literal) or not isinstance(node.value, str) or node.kind is not None:
        return Refusal(1, "pattern_not_constant")
    if len(node.value) > PATTERN_LIMIT:
        return Refusal(1, "pattern_too_long", str(PATTERN_LIMIT))
    try:
        compiled(node.value)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        shown = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        return Refusal(1, "pattern_invalid", shown[:200])
    return None
