"""Writing facts once: what is new goes in, what is known is left, what contradicts it is named."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeVar

import msgspec
from django.db import connection
from psycopg2 import sql
from psycopg2.extras import execute_values

from riskengine.errors import InvalidInput

State = Literal["new", "known", "conflicting", "corrected"]
WRITTEN: Final = frozenset({"new", "corrected"})
"""States of what is written now: customers are told of both."""
Row = dict[str, Any]
Problem = dict[str, str]
PAGE_ROWS: Final = 1000
MAX_MINOR: Final = 10**15
"""Ten trillion in most currencies: beyond it, a unit was mistaken."""
MAX_EXTERNAL_ID: Final = 80
Item = TypeVar("Item")


class InvalidBookItems(InvalidInput):
    """Some items contradict themselves; `facts["problems"]` lists all as {field, code, message}. Nothing is written."""

    code = "invalid_items"

    def __init__(self, by_place: Mapping[int, Sequence[Problem]]) -> None:
        self.by_place = by_place
        """What is wrong with each item, by its place in the call; fields named within the item."""
        problems = [
            {**problem, "field": f"items[{place}].{problem['field']}"}
            for place, found in by_place.items()
            for problem in found
        ]
        super().__init__("Some items contradict themselves.", problems=problems)


class Recorded(msgspec.Struct, frozen=True):
    """What became of the items of a call, also by their place in it."""

    states: tuple[State, ...]

    @property
    def new(self) -> int:
        """Written now."""
        return self.states.count("new")

    @property
    def corrected(self) -> int:
        """Written now, in place of what was told before."""
        return self.states.count("corrected")

    @property
    def known(self) -> int:
        """In the book already, with the same content."""
        return self.states.count("known")

    @property
    def conflicting(self) -> int:
        """In the book with other content, which stays."""
        return self.states.count("conflicting")

    @property
    def counts(self) -> dict[str, int]:
        """{new, known, conflicting}, and corrected where any is."""
        found = {"new": self.new, "known": self.known, "conflicting": self.conflicting}
        return found | ({"corrected": self.corrected} if self.corrected else {})


def rows_record(*, table: str, key: Sequence[str], content: Sequence[str], rows: Sequence[Row]) -> Recorded:
    """Insert rows whose `key` is not in the table; of the others say whether `content` is what is stored.

    Of two equal keys in one call the first counts. A concurrent writer of the same key is waited for: one inserts,
    the other finds. Runs inside the caller's transaction.
    """
    if not rows:
        return Recorded(())
    first: dict[tuple[Any, ...], int] = {}
    for place, row in enumerate(rows):
        first.setdefault(_key(row, key), place)
    # In one order everywhere, so that two calls with the same keys wait for each other and never both ways.
    inserted = _insert(table, key, [rows[first[found]] for found in sorted(first)])
    rest = [place for place, row in enumerate(rows) if _key(row, key) not in inserted or first[_key(row, key)] != place]
    stored = _stored(table, key, content, {_key(rows[place], key) for place in rest})
    states: list[State] = ["new"] * len(rows)
    for place in rest:
        is_same = stored[_key(rows[place], key)] == tuple(rows[place][name] for name in content)
        states[place] = "known" if is_same else "conflicting"
    return Recorded(tuple(states))


def problems_refuse(items: Sequence[Item], check: Callable[[Item], Mapping[str, str]]) -> None:
    """Raise InvalidBookItems if `check` (field → code) finds anything in any item; every problem names its place."""
    if by_place := problems_found(items, check):
        raise InvalidBookItems(by_place)


def problems_found(items: Sequence[Item], check: Callable[[Item], Mapping[str, str]]) -> dict[int, list[Problem]]:
    """What `check` (field → code) finds, by the place of the item."""
    return {
        place: [{"field": field, "code": code, "message": MESSAGES[code]} for field, code in found.items()]
        for place, item in enumerate(items)
        if (found := check(item))
    }


MESSAGES: Final = {
    "naive_datetime": "This must state its offset from UTC.",
    "known_before_it_happened": "This is known before it happened.",
    "known_later_than_recorded": "This is known later than now.",
    "out_of_range": "This is outside the documented range.",
    "zero_amount": "An amount of zero moves nothing.",
    "not_first_of_month": "A month is named by its first day.",
    "days_out_of_order": "This ends before it begins.",
    "links_to_itself": "A customer is not linked to themselves.",
    "unknown_kind": "There is no such kind.",
    "number_twice": "An instalment number occurs twice.",
    "money_owed": "This is not repaid: {owed} are still owed. Closed so, it is written off, sold or otherwise ended.",
    "cause_required": "Money is still owed of this loan: say why it is closed.",
    "paid_already": "What was paid covers this schedule: give it whole, instalments paid before included.",
    "schedule_known": "Another schedule of the loan is known since the same instant.",
}


def times_check(event_at: datetime, known_at: datetime, at: datetime) -> dict[str, str]:
    """What is wrong with the times of a fact recorded at `at`: field → code."""
    found = {
        field: "naive_datetime"
        for field, instant in (("event_at", event_at), ("known_at", known_at))
        if instant.tzinfo is None
    }
    if found:
        return found
    if event_at > known_at:
        return {"known_at": "known_before_it_happened"}
    return {"known_at": "known_later_than_recorded"} if known_at > at else {}


def external_id_check(external_id: str) -> dict[str, str]:
    """An external id is 1 to 80 printable characters."""
    is_right = 0 < len(external_id) <= MAX_EXTERNAL_ID and external_id.isprintable() and bool(external_id.strip())
    return {} if is_right else {"external_id": "out_of_range"}


def amount_check(amount_minor: int, field: str = "amount_minor") -> dict[str, str]:
    """An amount that moves something, in minor units, of at most MAX_MINOR."""
    if amount_minor == 0:
        return {field: "zero_amount"}
    return {} if -MAX_MINOR <= amount_minor <= MAX_MINOR else {field: "out_of_range"}


def _key(row: Row, key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in key)


def _names(names: Sequence[str], prefix: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(prefix) + sql.Identifier(name) for name in names)


def _insert(table: str, key: Sequence[str], rows: Sequence[Row]) -> set[tuple[Any, ...]]:
    columns = list(rows[0])
    statement = sql.SQL("INSERT INTO {} ({}) VALUES %s ON CONFLICT {} DO NOTHING RETURNING {}").format(
        sql.Identifier(table), _names(columns), _arbiter(table, key), _names(key)
    )
    values = [tuple(row[name] for name in columns) for row in rows]
    with connection.cursor() as cursor:
        raw = cursor.cursor
        return set(execute_values(raw, statement, values, page_size=PAGE_ROWS, fetch=True))


def _arbiter(table: str, key: Sequence[str]) -> sql.Composable:
    """Which index says that a row is there; that of events covers only those with a number."""
    if table == "lending_riskevent":
        return sql.SQL("({}) WHERE NOT external_id = ''").format(_names(key))
    return sql.SQL("({})").format(_names(key))


def _stored(
    table: str, key: Sequence[str], content: Sequence[str], wanted: set[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    if not wanted:
        return {}
    statement = sql.SQL("SELECT {}, {} FROM {} t WHERE ({}) IN (VALUES %s)").format(
        _names(key, "t."), _names(content, "t."), sql.Identifier(table), _names(key, "t.")
    )
    with connection.cursor() as cursor:
        found = execute_values(cursor.cursor, statement, list(wanted), page_size=PAGE_ROWS, fetch=True)
    return {row[: len(key)]: row[len(key) :] for row in found}
