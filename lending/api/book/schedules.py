"""A schedule as it is reported: the instalments of one loan."""

from datetime import date
from typing import Final

from lending.api.book.item_reader import ItemReader
from lending.services.book.inputs import ScheduledInstalment
from lending.services.book.recording import MAX_MINOR

MAX_INSTALMENTS: Final = 600


def schedule_read(item: ItemReader) -> tuple[ScheduledInstalment, ...]:
    """The field `instalments`: none where it is absent; what is wrong is noted under the instalment's place."""
    given = item.value("instalments")
    if given is None:
        return ()
    if not isinstance(given, list):
        item.problem("instalments", "wrong_type")
        return ()
    if len(given) > MAX_INSTALMENTS:
        item.problem("instalments", "out_of_range")
        return ()
    parts = []
    for place, one in enumerate(given):
        reader = ItemReader(one, f"instalments[{place}].")
        part = _instalment(reader, place + 1)
        if item.finish_part(reader) and part is not None:
            parts.append(part)
    return tuple(parts)


def _instalment(item: ItemReader, place: int) -> ScheduledInstalment | None:
    number = item.integer("number", least=1, most=MAX_INSTALMENTS)
    due_on: date | None = item.day("due_on", is_required=True)
    principal = item.integer("principal_minor", is_required=True, least=0, most=MAX_MINOR)
    interest, fee = (item.integer(name, least=0, most=MAX_MINOR) for name in ("interest_minor", "fee_minor"))
    if due_on is None or principal is None:
        return None
    return ScheduledInstalment(
        number=number or place,
        due_on=due_on,
        principal_minor=principal,
        interest_minor=interest or 0,
        fee_minor=fee or 0,
    )
