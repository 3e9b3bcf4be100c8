"""Categories of risk: a loan falls at once and rises only where a person asked and another one allowed it. Pure.

A category is the worst of what the days past due say, what is known besides (restructured, diverted, refinanced) and
what it was before; a payment lowers the days, never the category.
"""

from itertools import pairwise
from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from monitoring.delinquency.buckets import Days, Words

CategoryCode = Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=r"^[A-Z0-9_]+$")]
Trouble = Literal["none", "first_not_zero", "not_rising", "twice", "unknown_code", "too_many"]
Cause = Literal["DPD", "TECHNICAL", "RESTRUCTURED", "DIVERTED", "REFINANCED", "KEPT", "UPGRADED"]
MOST_CATEGORIES: Final = 12


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category and the days past due from which a loan is in it at least."""

    code: CategoryCode
    from_days: Days
    name: Words


class LoanClassification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A classification, as a regulation or a lender says it; `categories` from the best to the worst."""

    categories: list[Category]
    citation: Words
    impaired_from: CategoryCode
    """Categories from this one on are impaired."""
    restructured_at_least: CategoryCode
    diverted_at_least: CategoryCode
    refinanced_at_least: CategoryCode
    technical_days: Annotated[int, msgspec.Meta(ge=0, le=30)] = 7
    """An overdue of up to so many days that was confirmed to be technical leaves the category."""
    cure_periods: Annotated[int, msgspec.Meta(ge=1, le=36)] = 2
    cure_months: Annotated[int, msgspec.Meta(ge=1, le=60)] = 6
    cure_needs: Literal["longer", "either"] = "longer"
    observation_months: Annotated[int, msgspec.Meta(ge=1, le=60)] = 12
    observation_periods: Annotated[int, msgspec.Meta(ge=1, le=36)] = 2
    refinancing_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 7
    """A new loan paid out so many days before or after an old one's arrears were cleared is noticed."""

    def severity(self, code: str) -> int:
        """0 for the best category. Raises LookupError for a code that is none of them."""
        for place, category in enumerate(self.categories):
            if category.code == code:
                return place
        raise LookupError(code)

    @property
    def impaired_severity(self) -> int:
        """The severity from which on a loan is impaired."""
        return self.severity(self.impaired_from)


class Facts(NamedTuple):
    """What a category is made of. Severities count from 0, the best; None: nothing known before."""

    dpd: int
    is_technical: bool = False
    is_restructured: bool = False
    """Under observation after a restructuring."""
    is_diverted: bool = False
    is_refinanced: bool = False
    before: int | None = None
    """What it was before, or what an upgrade since then made of it."""
    is_upgraded: bool = False
    """Whether `before` is what an upgrade made of it."""


class Verdict(NamedTuple):
    """A category and what alone would have put the loan there, the worst first found."""

    severity: int
    code: str
    causes: tuple[Cause, ...]


def classification_problems(classification: LoanClassification) -> list[tuple[Trouble, str]]:
    """Everything that would leave a loan without a category or make a better one worse."""
    categories = classification.categories
    if not categories:
        return [("none", "")]
    codes = [item.code for item in categories]
    found: list[tuple[Trouble, str]] = [
        ("twice", code) for code in sorted({one for one in codes if codes.count(one) > 1})
    ]
    if len(categories) > MOST_CATEGORIES:
        found.append(("too_many", codes[MOST_CATEGORIES]))
    if categories[0].from_days != 0:
        found.append(("first_not_zero", codes[0]))
    found += [
        ("not_rising", after.code) for before, after in pairwise(categories) if after.from_days <= before.from_days
    ]
    named = (
        classification.impaired_from,
        classification.restructured_at_least,
        classification.diverted_at_least,
        classification.refinanced_at_least,
    )
    return found + [("unknown_code", code) for code in dict.fromkeys(named) if code not in codes]


def by_days(classification: LoanClassification, dpd: int, *, is_technical: bool = False) -> int:
    """The severity that the days past due say, 0 for a technical overdue short enough."""
    if is_technical and dpd <= classification.technical_days:
        return 0
    return sum(dpd >= category.from_days for category in classification.categories) - 1


def category_of(classification: LoanClassification, facts: Facts) -> Verdict:
    """The category of a loan on a day: the worst of all that is known, and why."""
    says: list[tuple[Cause, int]] = [("DPD", by_days(classification, facts.dpd, is_technical=facts.is_technical))]
    if facts.is_restructured:
        says.append(("RESTRUCTURED", classification.severity(classification.restructured_at_least)))
    if facts.is_diverted:
        says.append(("DIVERTED", classification.severity(classification.diverted_at_least)))
    if facts.is_refinanced:
        says.append(("REFINANCED", classification.severity(classification.refinanced_at_least)))
    now = max(severity for _, severity in says)
    before = facts.before or 0
    severity = max(now, before)
    causes: list[Cause] = [cause for cause, level in says if level == severity and level > 0]
    if before > now:
        causes = ["UPGRADED" if facts.is_upgraded else "KEPT"]
    if facts.is_technical and 0 < facts.dpd <= classification.technical_days:
        causes.append("TECHNICAL")
    # Under a classification of fewer categories than the one before, the worst of all holds.
    place = min(severity, len(classification.categories) - 1)
    return Verdict(severity, classification.categories[place].code, tuple(causes))
