"""The report on triggers, from what reviews of several days would have said and what came of the accounts. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl

from monitoring.levels import LEVELS, NONE, level_rank
from monitoring.triggers.measures import Flags, figures, first_dates, lead_time

DEFAULT_LEVEL: Final = "YELLOW"
"""From this level on somebody does something: the default warning policy is "this level or worse"."""
ANY_LEVEL: Final = "BLUE"
LOAN: Final = "_loan_id"
LEVEL: Final = "_level"
PD: Final = "_pd"


class Trigger(msgspec.Struct, frozen=True):
    """A rule or pattern of the rule set that gives a level."""

    code: str
    kind: str
    """rule or pattern."""
    level: str
    label_en: str
    label_zh: str


class Accounts(msgspec.Struct, frozen=True):
    """The accounts whose outcome is known, in one order for all vectors."""

    loan_ids: Sequence[int]
    bad: Flags
    defaulted_on: Sequence[date | None]
    """The day of default, of those that are bad."""


class Judged(msgspec.Struct, frozen=True):
    """What one review would have said of the accounts it could judge."""

    day: date
    frame: pl.DataFrame
    """LOAN, LEVEL, PD (null where not known), and one Boolean column per trigger code, null where it could not be
    told."""


def triggers_report(accounts: Accounts, days: Sequence[Judged], triggers: Sequence[Trigger]) -> dict[str, Any]:
    """Figures as of the last of `days` (rising): of the default policy, in all, per level and per trigger.

    An account that a review could not judge was not warned of: a default among such is missed. Lead time runs from
    the first day on which the trigger fired, over accounts in default. Raises ValueError without a day.
    """
    if not days:
        raise ValueError("a report needs a review")
    table = _Table(accounts, days)
    policy = table.measured(table.at_least(DEFAULT_LEVEL))
    return {
        **policy,
        "default_level": DEFAULT_LEVEL,
        "default_policy": policy,
        "all": table.measured(table.at_least(ANY_LEVEL)),
        "levels": [_level(table, level) for level in reversed(LEVELS)],
        "triggers": [_trigger(table, trigger) for trigger in triggers],
        "cases": [_cases(table, level) for level in reversed(LEVELS[1:])],
        "history": [_day(table, judged.day) for judged in days],
    }


class _Table:
    """The accounts' flags by day."""

    def __init__(self, accounts: Accounts, days: Sequence[Judged]) -> None:
        self.accounts = accounts
        self.days = [judged.day for judged in days]
        base = pl.DataFrame({LOAN: pl.Series(list(accounts.loan_ids), dtype=pl.Int64)})
        self.frames = {
            judged.day: base.join(judged.frame, on=LOAN, how="left", maintain_order="left") for judged in days
        }
        self.defaulted: list[int] = np.flatnonzero(accounts.bad).tolist()

    def at_least(self, level: str) -> dict[date, Flags]:
        named = [other for other in LEVELS if level_rank(other) >= level_rank(level)]
        return {day: _flags(frame[LEVEL].is_in(named)) for day, frame in self.frames.items()}

    def truth(self, code: str) -> dict[date, Flags]:
        return {day: _flags(frame[code]) for day, frame in self.frames.items()}

    def measured(self, fired: Mapping[date, Flags]) -> dict[str, Any]:
        """Figures on the last day, and the lead time over all of them."""
        first = first_dates(fired, len(self.accounts.loan_ids))
        dates = [(first[place], self.accounts.defaulted_on[place]) for place in self.defaulted]
        known = [(seen, day) for seen, day in dates if day is not None]
        ahead = lead_time([seen for seen, _ in known], [day for _, day in known])
        return {**figures(fired[self.days[-1]], self.accounts.bad), "lead_time": ahead}


def _level(table: _Table, level: str) -> dict[str, Any]:
    """Of the level itself: accounts and defaults; of it or worse: all figures (of NONE there is nothing to warn of)."""
    at_least = table.at_least(level)
    last = table.days[-1]
    own = table.frames[last][LEVEL].fill_null(NONE) == level
    here = _flags(own)
    return {
        "level": level,
        "accounts": int(here.sum()),
        "defaults": int((here & table.accounts.bad).sum()),
        "at_least": None if level == NONE else table.measured(at_least),
    }


def _cases(table: _Table, level: str) -> dict[str, Any]:
    """[accounts with a case, of them in default] on the last day, if worse levels open one and this one does from each
    hundredth of the PD, 0 to 1; a PD that is not known reaches all."""
    last = table.frames[table.days[-1]]
    worse = _flags(last[LEVEL].is_in([other for other in LEVELS if level_rank(other) > level_rank(level)]))
    here = _flags(last[LEVEL] == level)
    pds = last[PD].fill_null(1.0).to_numpy() if PD in last.columns else np.ones(last.height)
    fired = [worse | (here & (pds >= step / 100)) for step in range(101)]
    return {"level": level, "steps": [[int(one.sum()), int((one & table.accounts.bad).sum())] for one in fired]}


def _trigger(table: _Table, trigger: Trigger) -> dict[str, Any]:
    last = table.frames[table.days[-1]]
    judged = last.filter(pl.col(LEVEL).is_not_null())
    return {
        **msgspec.to_builtins(trigger),
        "unknown": int(judged[trigger.code].null_count()),
        **table.measured(table.truth(trigger.code)),
    }


def _day(table: _Table, day: date) -> dict[str, Any]:
    judged = table.frames[day][LEVEL]
    fired = table.at_least(DEFAULT_LEVEL)[day]
    return {
        "as_of": day.isoformat(),
        "judged": int(judged.len() - judged.null_count()),
        **figures(fired, table.accounts.bad),
    }


def _flags(column: pl.Series) -> Flags:
    flags: Flags = column.fill_null(False).to_numpy().astype(np.bool_)
    return flags
