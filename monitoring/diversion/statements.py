"""Statements made ready for tracing: opening balances, the two lines of a transfer found, lines in order. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitoring.diversion.model import Account, Stream, Transaction

ARRIVES_WITHIN: Final = timedelta(days=5)
"""A transfer's second line stands at most this long after the first, weekends and holidays included."""
CLOCKS_DIFFER: Final = timedelta(days=1)
"""… or this long before it, where two banks date it differently."""

Order = tuple[datetime, int, int]


class Basis(StrEnum):
    """Where an opening balance comes from."""

    KNOWN = "known"
    FROM_BALANCE = "from_balance"
    """Worked out from a line that tells the balance after it."""
    LEAST = "least"
    """Assumed: the least with which the account is never overdrawn by the lines known."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What stood on an account before its first line, minor units, and how that is known."""

    account_id: int
    amount_minor: int
    basis: Basis


def openings_of(stream: Stream) -> dict[int, Opening]:
    """The opening balance of each account by its id."""
    lines = defaultdict[int, list[Transaction]](list)
    for line in sorted(stream.transactions, key=lambda line: (line.at, line.id)):
        lines[line.account_id].append(line)
    return {account.id: _opening(account, lines[account.id]) for account in stream.accounts}


def _opening(account: Account, lines: Iterable[Transaction]) -> Opening:
    if account.opening_balance_minor is not None:
        return Opening(account.id, account.opening_balance_minor, Basis.KNOWN)
    moved = least = 0
    for line in lines:
        moved += line.amount_minor
        if line.balance_after_minor is not None:
            return Opening(account.id, line.balance_after_minor - moved, Basis.FROM_BALANCE)
        least = min(least, moved)
    return Opening(account.id, -least, Basis.LEAST)


def transfers_of(stream: Stream) -> dict[int, Transaction]:
    """By the id of an outgoing line: the incoming line of the same transfer on another account of the stream.

    Amounts are equal, at least one line names the other's account and neither names a third, and the second stands
    within ARRIVES_WITHIN after (or CLOCKS_DIFFER before) the first. Earlier lines choose first, the nearest in time;
    a line is used once. The disbursement's own lines are nobody's second line.
    """
    keys = {account.id: account.key for account in stream.accounts}
    coming = defaultdict[int, list[Transaction]](list)
    for line in sorted(stream.transactions, key=lambda line: (line.at, line.id)):
        if line.amount_minor > 0 and line.id not in stream.disbursement.transaction_ids:
            coming[line.amount_minor].append(line)
    found: dict[int, Transaction] = {}
    used: set[int] = set()
    for out in sorted(stream.transactions, key=lambda line: (line.at, line.id)):
        if out.amount_minor >= 0:
            continue
        same = (line for line in coming.get(-out.amount_minor, ()) if line.id not in used)
        fits = [line for line in same if _is_one_transfer(out, line, keys)]
        if fits:
            found[out.id] = min(fits, key=lambda line: (abs(line.at - out.at), line.id))
            used.add(found[out.id].id)
    return found


def _is_one_transfer(out: Transaction, line: Transaction, keys: dict[int, str]) -> bool:
    if line.account_id == out.account_id or not -CLOCKS_DIFFER <= line.at - out.at <= ARRIVES_WITHIN:
        return False
    names = [(out.counterparty_key, keys[line.account_id]), (line.counterparty_key, keys[out.account_id])]
    told = [(said, key) for said, key in names if said and key]
    return bool(told) and all(said == key for said, key in told)


def in_order(stream: Stream, transfers: dict[int, Transaction]) -> list[tuple[Order, Transaction]]:
    """All lines by time, then id; a transfer's incoming line never before its outgoing one. With the place of each."""
    outgoing = {line.id: out_id for out_id, line in transfers.items()}
    places: dict[int, Order] = {line.id: (line.at, line.id, 0) for line in stream.transactions}
    for line_id, out_id in outgoing.items():
        first = places[out_id]
        places[line_id] = max(places[line_id], (first[0], first[1], 1))
    return sorted(((places[line.id], line) for line in stream.transactions), key=lambda pair: pair[0])
