"""Following the money of a loan: from the borrower's account through accounts in view to its uses. Pure.

What is disbursed is, at the end of the window and to the minor unit: used (by class), still there, or out of sight.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from lending.transaction_categories import Lexicon
from monitoring.diversion.classify import OWN_REPAYMENT, classes_of, keeps_after_return
from monitoring.diversion.model import Account, Relation, Stream, Transaction
from monitoring.diversion.pools import POOLS, Method, OwnFirstPool, Parcel, Pool, proportional
from monitoring.diversion.statements import Opening, in_order, openings_of, transfers_of
from riskengine.errors import InvalidInput

OVERDRAFT: Final = "overdraft"
"""A use beside the classes of transfers: the loan's money covered an overdraft."""
HOP_LIMIT: Final = "hop_limit"
NO_SECOND_LINE: Final = "no_second_line"
"""Sent to an account in view whose statement does not show it arriving."""
DISBURSEMENT: Final = "disbursement"
UNKNOWN: Final = "unknown"


class StreamUnusable(InvalidInput):
    """The stream contradicts itself: `facts["cause"]` says how."""

    code = "diversion_stream_unusable"


@dataclass(frozen=True, slots=True)
class TraceRules:
    """How far and how the money is followed. `days` ≥ 1 after the disbursement, `hops` ≥ 0 between accounts in view."""

    method: Method
    days: int
    hops: int
    declared: frozenset[str] | None = None
    """Uses of the declared purpose: given, the loan's money pays for these first and own money for the rest, whatever
    the method; None: by the method."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The loan's money that one line moved. Nodes: "disbursement", "account:<id>", "use:<class>", "lost:<cause>"."""

    transaction_id: int
    at: datetime
    source: str
    target: str
    amount_minor: int
    """The loan's part of the line, positive."""
    evidence: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the disbursed money is. used + remaining + lost = disbursed, each amount minor units ≥ 0."""

    method: Method
    disbursed_minor: int
    until: datetime
    used: dict[str, int]
    """By class of use."""
    remaining: dict[int, int]
    """By account id: what stands there or is on its way to it."""
    lost: dict[str, int]
    """Out of sight, by cause."""
    circular_minor: int
    """Came back to an account it was paid out to from a person or account that is not the borrower's. It went on
    from there, so it is part of the other amounts too, and may be more than was disbursed."""
    flows: tuple[Flow, ...]
    openings: tuple[Opening, ...]
    """Of the accounts that the money touched."""


@dataclass(slots=True)
class _State:
    pools: dict[int, Pool]
    used: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    on_way: dict[int, tuple[int, list[Parcel]]] = field(default_factory=dict)
    sent: defaultdict[str, Counter[tuple[str, int] | None]] = field(default_factory=lambda: defaultdict(Counter))
    """By key of a party out of view: what went there by (class, hop), None for what cannot come back as the loan's."""
    circular_minor: int = 0
    flows: list[Flow] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)


def trace(stream: Stream, rules: TraceRules, lexicon: Lexicon | None = None) -> Trace:
    """Follow the disbursement until `days` after its last tranche. Raises StreamUnusable where lines or accounts are
    doubled, missing or zero."""
    return _Tracer(stream, rules, stream_check(stream), lexicon).run()


def stream_check(stream: Stream) -> list[Transaction]:
    """The disbursement's lines, the earliest first, of a stream that does not contradict itself. Raises
    StreamUnusable."""
    accounts = {account.id for account in stream.accounts}
    lines = {line.id: line for line in stream.transactions}
    numbers = stream.disbursement.transaction_ids
    tranches = sorted((lines[number] for number in numbers if number in lines), key=lambda line: (line.at, line.id))
    is_whole = 0 < len(numbers) == len(set(numbers)) == len(tranches)
    named = [account.key for account in stream.accounts if account.key]
    problems = {
        "account_twice": len(accounts) != len(stream.accounts),
        "account_key_twice": len(named) != len(set(named)),
        "transaction_twice": len(lines) != len(stream.transactions),
        "account_missing": any(line.account_id not in accounts for line in stream.transactions),
        "amount_zero": any(line.amount_minor == 0 for line in stream.transactions),
        "no_disbursement": not is_whole or any(line.amount_minor <= 0 for line in tranches),
    }
    for cause, is_there in problems.items():
        if is_there:
            raise StreamUnusable("These statements cannot be traced.", cause=cause, loan=stream.disbursement.loan_id)
    return tranches


class _Tracer:
    def __init__(self, stream: Stream, rules: TraceRules, tranches: list[Transaction], lexicon: Lexicon | None) -> None:
        self.stream, self.rules, self.tranches = stream, rules, {line.id: line for line in tranches}
        self.last, self.homes = tranches[-1].at, {line.account_id for line in tranches}
        self.accounts: dict[int, Account] = {account.id: account for account in stream.accounts}
        self.keys = {account.key for account in stream.accounts if account.key}
        self.openings = openings_of(stream)
        self.transfers = transfers_of(stream)
        self.arrivals = {line.id: out_id for out_id, line in self.transfers.items()}
        self.classes = classes_of(stream, lexicon)
        pool = POOLS[rules.method] if rules.declared is None else OwnFirstPool
        self.declared = rules.declared or frozenset()
        self.state = _State({number: pool(opening.amount_minor) for number, opening in self.openings.items()})

    def run(self) -> Trace:
        until = self.last + timedelta(days=self.rules.days)
        for (at, _, _), line in in_order(self.stream, self.transfers):
            if at > until:
                break
            if line.amount_minor > 0:
                self._comes_in(line)
            else:
                self._goes_out(line)
        state = self.state
        remaining = Counter({number: pool.traced_minor() for number, pool in state.pools.items()})
        for account_id, parcels in state.on_way.values():
            remaining[account_id] += sum(parcel.amount_minor for parcel in parcels if parcel.hop is not None)
        return Trace(
            method=self.rules.method,
            disbursed_minor=sum(line.amount_minor for line in self.tranches.values()),
            until=until,
            used=dict(+state.used),
            remaining=dict(+remaining),
            lost=dict(+state.lost),
            circular_minor=state.circular_minor,
            flows=tuple(state.flows),
            openings=tuple(self.openings[number] for number in sorted(state.touched)),
        )

    def _comes_in(self, line: Transaction) -> None:
        if line.id in self.tranches:
            parcels = [Parcel(line.amount_minor, 0)]
            self._flow(line, DISBURSEMENT, _account(line), line.amount_minor)
        elif line.id in self.arrivals:
            _, parcels = self.state.on_way.pop(self.arrivals[line.id], (0, [Parcel(line.amount_minor, None)]))
            came_from = self._account_of(self.arrivals[line.id])
            if came_from is not None and came_from.relation is not Relation.OWN:
                self._comes_round(line, _traced(parcels))
        else:
            parcels = self._returned(line)
        covered = _traced(self.state.pools[line.account_id].put(parcels))
        if covered:
            self.state.used[OVERDRAFT] += covered
            self._flow(line, _account(line), f"use:{OVERDRAFT}", covered)
        if _traced(parcels):
            self.state.touched.add(line.account_id)

    def _goes_out(self, line: Transaction) -> None:
        is_declared = self.classes[line.id].category in self.declared
        parcels = self.state.pools[line.account_id].take(-line.amount_minor, is_declared=is_declared)
        arrival = self.transfers.get(line.id)
        if arrival is not None:
            self._passed_on(line, arrival, parcels)
            return
        traced = _traced(parcels)
        if line.counterparty_key and line.counterparty_key in self.keys:
            if traced:
                self.state.lost[NO_SECOND_LINE] += traced
                self._flow(line, _account(line), f"lost:{NO_SECOND_LINE}", traced)
            return
        use, evidence = self.classes[line.id]
        if traced:
            self.state.used[use] += traced
            self._flow(line, _account(line), f"use:{use}", traced, evidence)
        if line.counterparty_key and use != OWN_REPAYMENT:
            sent = self.state.sent[line.counterparty_key]
            for amount, hop in parcels:
                sent[None if hop is None or keeps_after_return(use) else (use, hop)] += amount

    def _passed_on(self, line: Transaction, arrival: Transaction, parcels: list[Parcel]) -> None:
        further = []
        for amount, hop in parcels:
            if hop is None:
                further.append(Parcel(amount, None))
            elif hop < self.rules.hops:
                further.append(Parcel(amount, hop + 1))
                self._flow(line, _account(line), _account(arrival), amount)
            else:
                further.append(Parcel(amount, None))
                self.state.lost[HOP_LIMIT] += amount
                self._flow(line, _account(line), f"lost:{HOP_LIMIT}", amount)
        self.state.on_way[line.id] = (arrival.account_id, further)

    def _returned(self, line: Transaction) -> list[Parcel]:
        """Money from outside; the loan's where it comes back from a party that had got some of it before."""
        sent = self.state.sent.get(line.counterparty_key) if line.counterparty_key else None
        if not sent:
            return [Parcel(line.amount_minor, None)]
        back = proportional(sent, min(line.amount_minor, sum(sent.values())))
        parcels = []
        for kind, amount in back.items():
            sent[kind] -= amount
            if kind is not None and amount:
                use, hop = kind
                self.state.used[use] -= amount
                parcels.append(Parcel(amount, hop))
                self._flow(line, f"use:{use}", _account(line), amount)
                if use == UNKNOWN:
                    self._comes_round(line, amount)
        other = line.amount_minor - sum(parcel.amount_minor for parcel in parcels)
        return [*parcels, Parcel(other, None)] if other else parcels

    def _comes_round(self, line: Transaction, traced: int) -> None:
        if line.account_id in self.homes:
            self.state.circular_minor += traced

    def _account_of(self, line_id: int) -> Account | None:
        return next((self.accounts[line.account_id] for line in self.stream.transactions if line.id == line_id), None)

    def _flow(self, line: Transaction, source: str, target: str, amount: int, evidence: str = "") -> None:
        self.state.flows.append(Flow(line.id, line.at, source, target, amount, evidence))


def _traced(parcels: list[Parcel]) -> int:
    return sum(parcel.amount_minor for parcel in parcels if parcel.hop is not None)


def _account(line: Transaction) -> str:
    return f"account:{line.account_id}"
