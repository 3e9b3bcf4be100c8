"""The few kinds of error the engine raises; `riskengine.api.errors` alone maps them to HTTP.

A leaf that every app may import. Specific errors live beside their services and
subclass one of these, with a `code` of their own that callers may rely on.
"""

from typing import ClassVar


class RiskEngineError(Exception):
    """A refusal somebody can act on: `message` for a person, `code` for a program, `facts` for both.

    `facts` must never hold personal data: they are logged and returned to the caller.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class InvalidInput(RiskEngineError):
    """The request is understood and wrong; `facts["problems"]` lists every problem found."""

    code = "invalid_input"


class NotFound(RiskEngineError):
    """The thing named does not exist, or is not visible to the caller."""

    code = "not_found"


class NotPermitted(RiskEngineError):
    """The caller is known and may not do this."""

    code = "not_permitted"


class Conflict(RiskEngineError):
    """The request contradicts the present state of the thing it names."""

    code = "conflict"


class Unavailable(RiskEngineError):
    """Something we depend on is down; trying again later may help."""

    code = "unavailable"
