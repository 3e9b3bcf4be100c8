"""What the writers of a rule set's parts share: where lines go, and how a name or a tree is read."""

from collections.abc import Callable, Iterable
from typing import Protocol

from rules.language import Node
from rules.language.to_python import Form, PythonWriter


class SourceLines(Protocol):
    """The function under way."""

    forms: dict[str, Form]
    """How each name is read so far."""
    fresh: Callable[[], str]
    """A local nobody uses yet."""

    def add(self, depth: int, *lines: str) -> None:
        """Add lines at a depth of indentation."""

    def writer(self) -> PythonWriter:
        """A writer of trees over the names so far."""

    def assigned(self, local: str, node: Node) -> Form:
        """Give the local the tree's value, or None; how it is read."""


def tuple_of(texts: Iterable[str]) -> str:
    """The expression of a tuple."""
    listed = list(texts)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"
