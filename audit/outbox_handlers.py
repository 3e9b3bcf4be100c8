"""Who delivers which message: an explicit table, filled by the package that composes the project."""

from collections.abc import Callable

from audit.models import OutboxMessage

Handler = Callable[[OutboxMessage], None]
"""Delivers one message, in a transaction of its own; an exception means "try again".

Its effects in the database happen once, with the message. What it does outside may happen twice after a crash: send
the message's id along, for the receiver to tell.
"""

_handlers: dict[str, Handler] = {}


class DuplicateHandlerError(LookupError):
    """Two handlers for one topic: one of them would never be called."""


class UnknownTopicError(LookupError):
    """No handler for a topic; the message waits and is parked after the last attempt."""


def register(topic: str, handler: Handler) -> None:
    """Deliver messages of `topic` by `handler`. Raises DuplicateHandlerError; the same pair again is harmless."""
    if _handlers.setdefault(topic, handler) is not handler:
        raise DuplicateHandlerError(topic)


def handler_of(topic: str) -> Handler:
    """The handler of a topic. Raises UnknownTopicError."""
    try:
        return _handlers[topic]
    except KeyError:
        raise UnknownTopicError(topic) from None
