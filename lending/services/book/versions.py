"""What a fact told anew is beside what was told of it before: said once, for statements and repayments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from lending.services.book.recording import State

Content = TypeVar("Content", covariant=True)


class Told(Protocol[Content]):
    """One version of a fact: its content, and since when it was known."""

    @property
    def known_at(self) -> datetime: ...

    @property
    def content(self) -> Content: ...


def state_beside(versions: Sequence[Told[Content]], content: Content, known_at: datetime, *, is_told: bool) -> State:  # type: ignore[misc]  # only compared
    """What an item is beside the versions of its fact, in order of time.

    Other content known since later than the last is a correction; known since the same instant or earlier it conflicts
    with what was known then. Where it does not say since when (`is_told`), whatever repeats a version is known.
    """
    if not versions:
        return "new"
    if not is_told and any(one.content == content for one in versions):
        return "known"
    if known_at > versions[-1].known_at:
        return "known" if versions[-1].content == content else "corrected"
    then = [one for one in versions if one.known_at <= known_at] or versions[:1]
    return "known" if then[-1].content == content else "conflicting"
