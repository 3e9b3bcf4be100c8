"""Closings as false that defaulted, as a page and as a file shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from audit.models import User
from audit.moments import moment_words
from lending.business_dates import business_date_of
from lending.models import CustomerStanding, Product
from monitoring.services.cases.false_closings import FalseClosing, Tally, false_closings, tallies
from monitoring.warning_policy import warning_policy_of

ROWS_SHOWN: Final = 100


@dataclass(frozen=True)
class Report:
    """The closings of one product or all, with their counts."""

    product: Product | None
    closings: Sequence[FalseClosing]
    people: dict[int, str]
    days: dict[str, int]
    """Of the policy, by product."""

    @property
    def total(self) -> Tally | None:
        """All closings together."""
        found = tallies(self.closings, lambda _one: "")
        return found[0] if found else None

    @property
    def by_officer(self) -> list[tuple[str, Tally]]:
        """Counts by who closed."""
        return [(self.people.get(one.key, "–"), one) for one in tallies(self.closings, lambda one: one.officer_id)]

    @property
    def by_branch(self) -> list[tuple[str, Tally]]:
        """Counts by the loan's branch."""
        return [(one.key or _("no branch"), one) for one in tallies(self.closings, lambda one: one.branch)]

    @property
    def wrong(self) -> list[dict[str, Any]]:
        """The closings that defaulted, the newest first."""
        found = [one for one in self.closings if one.default_at is not None]
        return [{"closing": one, **self.people_of(one)} for one in found[:ROWS_SHOWN]]

    def people_of(self, one: FalseClosing) -> dict[str, str]:
        """Who closed and who agreed, by name."""
        second = self.people.get(one.second_id, "–") if one.second_id else "–"
        return {"officer": self.people.get(one.officer_id, "–"), "second": second}


def report_of(product_code: str, at: datetime) -> Report:
    """The report of one product, or of all where there is none of this code."""
    product = Product.objects.filter(code=product_code).first()
    products = [product] if product else list(Product.objects.order_by("code"))
    found = [one for each in products for one in false_closings(product=each, as_of=at)]
    ids = {one.officer_id for one in found} | {one.second_id for one in found if one.second_id}
    people = {person.pk: person.get_full_name() or person.username for person in User.objects.filter(pk__in=ids)}
    days = {
        each.code: warning_policy_of(each.code, on=business_date_of(at, each.timezone)).false_alarm_days
        for each in products
    }
    return Report(product, found, people, days)


def csv_lines(found: Report) -> list[list[str]]:
    """Every closing as false, one a line, the heading first."""
    lines = [
        [_("Loan"), _("Branch"), _("Level"), _("Closed by"), _("Agreed by"), _("Closed"), _("Defaulted"), _("Matured")]
    ]
    for one in found.closings:
        people = found.people_of(one)
        lines.append(
            [
                one.loan,
                one.branch,
                str(CustomerStanding.Level(one.level).label),
                people["officer"],
                people["second"],
                moment_words(one.closed_at),
                f"{one.default_at:%Y-%m-%d}" if one.default_at else "",
                _("yes") if one.is_matured else _("no"),
            ]
        )
    return lines
