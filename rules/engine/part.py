"""What every part of a rule-set document is made of."""

from typing import Annotated

import msgspec
from msgspec import Meta

Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}\Z")]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\Z")]
Label = Annotated[str, Meta(max_length=300)]
Note = Annotated[str, Meta(max_length=4_000)]
Formula = Annotated[str, Meta(max_length=4_000)]
Constant = float | str | bool


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every part of a document shares: frozen, and a key nobody knows is refused."""
