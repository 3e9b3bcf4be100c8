"""What every writer of the book does last: one entry in the log, and word to whoever watches the customers."""

from collections.abc import Sequence
from datetime import datetime

from audit.services.log import entry_append
from lending.book_changes import changed
from lending.services.book.recording import WRITTEN, Recorded


def recorded_tell(
    *, kind: str, recorded: Recorded, customer_ids: Sequence[int], source: str, at: datetime, actor: str
) -> None:
    """Append the entry of one call; `customer_ids` are those of the items, in their order (none: nobody is told).

    `source` names a system, never a person.
    """
    if not recorded.states:
        return
    entry_append(
        kind=kind,
        object_type="book",
        object_id=source,
        actor=actor,
        payload={**recorded.counts, "source": source},
        recorded_at=at,
    )
    changed(
        [number for number, state in zip(customer_ids, recorded.states, strict=bool(customer_ids)) if state in WRITTEN]
    )
