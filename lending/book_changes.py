"""Who wants to know that facts about customers have come in: rooms above register here what they do then."""

from collections.abc import Callable, Sequence

from django.db import transaction

Handler = Callable[[Sequence[int]], object]
_HANDLERS: dict[str, Handler] = {}
_WITH_FACTS: dict[str, Handler] = {}


def handler_register(name: str, handler: Handler, *, is_with_facts: bool = False) -> None:
    """Have `handler` called with the ids of customers of whom something new is known.

    It runs after the facts are committed, in a transaction of its own if it opens one; `is_with_facts`: in theirs, so
    that what it notes is lost with them or not at all. Raises ValueError if another handler has the name.
    """
    handlers = _WITH_FACTS if is_with_facts else _HANDLERS
    if handlers.get(name, handler) is not handler:
        raise ValueError(f"There is a handler of this name: {name}")
    handlers[name] = handler


def changed(customer_ids: Sequence[int]) -> None:
    """Tell the handlers, once this transaction is committed, of customers in ascending order, each once.

    A handler that fails is logged and keeps no other from running: the facts are in the book already.
    """
    told = sorted(set(customer_ids))
    if not told:
        return
    for handler in _WITH_FACTS.values():
        handler(told)
    for handler in _HANDLERS.values():
        transaction.on_commit(lambda handler=handler: handler(told), robust=True)  # type: ignore[misc]
