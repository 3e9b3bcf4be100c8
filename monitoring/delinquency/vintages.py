"""Curves of what became late by months on book, for the loans opened in one month each. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

LONGEST: Final = 60
"""Months on book shown at most."""


class First(NamedTuple):
    """Loans of a cohort that were so late for the first time at these months on book."""

    cohort: date
    mob: int
    loans: int


class Cohort(NamedTuple):
    """Loans opened in one month (its first day), and the months on book that all of them have lived to see."""

    opened: date
    loans: int
    seen_mob: int


@dataclass(frozen=True)
class Curve:
    """Shares 0 to 1 at months on book 0, 1, 2, … of the cohort's loans that ever were so late by then."""

    cohort: Cohort
    counts: tuple[int, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """Never falling; as long as every loan of the cohort was seen."""
        return tuple(count / self.cohort.loans for count in self.counts)


def months_on_book(opened_on: date, business_date: date) -> int:
    """Whole months from opening to a day: 0 until the same day of the next month."""
    months = (business_date.year - opened_on.year) * 12 + business_date.month - opened_on.month
    return max(months - (business_date.day < opened_on.day), 0)


def curves(cohorts: Iterable[Cohort], firsts: Iterable[First]) -> list[Curve]:
    """A curve for each cohort that holds a loan, the oldest first.

    It ends at the last month on book that all its loans have reached: beyond it the share would fall short.
    """
    by_cohort: dict[date, dict[int, int]] = {}
    for first in firsts:
        counts = by_cohort.setdefault(first.cohort, {})
        counts[first.mob] = counts.get(first.mob, 0) + first.loans
    found = []
    for cohort in sorted(cohorts):
        if cohort.loans <= 0 or cohort.seen_mob < 0:
            continue
        counts, total, sums = by_cohort.get(cohort.opened, {}), 0, []
        for mob in range(min(cohort.seen_mob, LONGEST) + 1):
            total += counts.get(mob, 0)
            sums.append(total)
        found.append(Curve(cohort, tuple(sums)))
    return found
