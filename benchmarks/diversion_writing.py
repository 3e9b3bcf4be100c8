"""Lines added to a made-up or real statement by what injects diversion and by what imitates honest borrowers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from monitoring.diversion.model import Stream, Transaction

Payee = tuple[str, str, str]
"""Name, text, merchant category."""


@dataclass
class Writer:
    """Adds lines to a stream, numbered after those it has; times are counted from the payout."""

    stream: Stream
    chance: Random
    purpose_payee: Callable[[], Payee]
    lines: list[Transaction] = field(default_factory=list)
    own_spent: Counter[int] = field(default_factory=Counter)
    """By account: what was paid out of own money so far, minor units."""

    @property
    def paid_out(self) -> Transaction:
        wanted = self.stream.disbursement.transaction_ids
        return next(line for line in self.stream.transactions if line.id in wanted)

    @property
    def amount(self) -> int:
        """Of the loan, minor units."""
        return self.paid_out.amount_minor

    def own_room(self, account: int) -> int:
        """Own money free on an account: the least it would hold without the loan, from 60 days before the payout to
        the end, less what was taken of it already; 0 where the opening balance is not known."""
        opening = next(known.opening_balance_minor for known in self.stream.accounts if known.id == account)
        if opening is None:
            return 0
        since, numbers = self.paid_out.at - timedelta(days=60), self.stream.disbursement.transaction_ids
        balance, least = opening, None
        for line in sorted(self.stream.transactions, key=lambda line: (line.at, line.id)):
            if line.account_id != account or line.id in numbers:
                continue
            if line.at >= since:
                least = balance if least is None else min(least, balance)
            balance += line.amount_minor
        least = balance if least is None else min(least, balance)
        return max(0, least - self.own_spent[account])

    def pay(self, account: int, after: timedelta, minor: int, payee: Payee, key: str = "") -> None:
        """To somebody outside."""
        self._outside(account, after, -minor, payee, key)

    def receive(self, account: int, after: timedelta, minor: int, payee: Payee, key: str = "") -> None:
        """From somebody outside."""
        self._outside(account, after, minor, payee, key)

    def move(self, source: int, target: int, after: timedelta, minor: int) -> None:
        """Between two accounts in view: a line on each."""
        keys = {account.id: account.key for account in self.stream.accounts}
        at = self.paid_out.at + after
        text = self.chance.choice(("转账", "transfer", ""))
        self.lines.append(Transaction(self._number(), source, at, -minor, keys[target], "", text))
        self.lines.append(Transaction(self._number(), target, at, minor, keys[source], "", text))

    def hours(self, least: int, most: int) -> timedelta:
        """Some time between so many hours."""
        return timedelta(minutes=self.chance.randint(least * 60, most * 60))

    def whole(self) -> Stream:
        """The stream with what was added."""
        return replace(self.stream, transactions=(*self.stream.transactions, *self.lines))

    def _outside(self, account: int, after: timedelta, minor: int, payee: Payee, key: str) -> None:
        name, text, code = payee
        if minor:
            at = self.paid_out.at + after
            self.lines.append(Transaction(self._number(), account, at, minor, key, name, text, code))

    def _number(self) -> int:
        return max(line.id for line in self.stream.transactions) + len(self.lines) + 1
