"""Each picture of the portfolio with its numbers as a table, from which the page, the file and the links are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from audit.admin.page import page_url
from lending.money import money_text
from monitoring.admin.dashboard.charts import COLOURS, lines_chart, shade, strip
from monitoring.admin.dashboard.empty import Empty, no_health, no_loans, no_rolls, no_warnings
from monitoring.admin.dashboard.words import age_words, bucket_order, bucket_words, colour_words, level_words
from monitoring.levels import LEVELS
from monitoring.models import HealthColour, PortfolioFigure, ReviewRun
from monitoring.services.portfolio.reading import Counted, Shown, months, runs_by_month, totals, totals_by_product
from monitoring.services.portfolio.rows import ANY

Name = PortfolioFigure.Name
AGES: Final = ("0-6", "7-29", "30-89", "90+")
SERIOUS: Final[dict[str, Any]] = {"serious": "1", "of": "serious"}
"""The filters of a list that is a share: the loans that are over 90 days late."""
LOST: Final = ""
"""The bucket after, of loans that were written off, or sold while late."""
WARNED: Final[dict[str, Any]] = {"found": "1", "of": "found"}


@dataclass(frozen=True)
class Cell:
    """A number or word of a table; `url` shows the rows behind it."""

    text: str
    url: str = ""
    colour: str = ""
    """A dot before the text or, with `is_shade`, the ground behind it."""
    is_shade: bool = False
    is_dark: bool = False


@dataclass(frozen=True)
class Card:
    """One picture: its name in addresses, title, table, and what the template draws."""

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    picture: dict[str, Any] = field(default_factory=dict)
    more: str = ""
    """Where there is more of it."""
    empty: Empty | None = None
    """Why there is nothing, where there is nothing."""


@dataclass(frozen=True)
class View:
    """What the cards are drawn from."""

    shown: Shown
    runs: list[ReviewRun]
    query: str
    """The filters as an address carries them."""

    def rows_url(self, runs: Sequence[int] | None = None, **filters: Any) -> str:
        """The list of the loans of these reviews (the latest ones) under filters of the list, beside the page's own."""
        numbers = [run.pk for run in self.runs] if runs is None else runs
        asked = {"runs": ",".join(map(str, numbers)), **filters}
        return f"{page_url('monitoring_portfoliofigure_rows')}?{urlencode(asked)}&{self.query}"

    def number(self, number: int, runs: Sequence[int] | None = None, **filters: Any) -> Cell:
        """How many loans, which opens them."""
        return Cell(f"{number:,}", self.rows_url(runs, **filters) if number else "")

    @cached_property
    def runs_by_month(self) -> Mapping[date, list[int]]:
        """By month, oldest first: the reviews that its numbers come from."""
        return runs_by_month(self.shown)

    @cached_property
    def has_loans(self) -> bool:
        """Whether any loan is counted under the filters."""
        return bool(totals_by_product(self.runs, self.shown))

    @property
    def last_runs(self) -> list[int]:
        """The reviews of the last month."""
        return next(reversed(list(self.runs_by_month.values())), [])


def products_card(view: View) -> Card:
    """What each product has out, and how it stands."""
    counted = totals_by_product(view.runs, view.shown)
    rows = []
    for run in view.runs:
        found = counted.get(run.product_id, Counted())
        own = View(view.shown, [run], view.query)
        rows.append(
            [
                Cell(str(run.product), f"?product={run.product.code}"),
                own.number(found.number),
                Cell(money_text(found.amount_minor, run.product.currency), own.rows_url() if found.number else ""),
                own.number(found.bad_count, serious="1"),
                share_cell(found.bad_share, own.rows_url(**SERIOUS)),
                Cell(run.as_of_day.isoformat(), page_url("monitoring_reviewrun_change", run.pk)),
            ]
        )
    header = [_("Product"), _("Loans"), _("Owed"), _("Over 90 days late"), _("Share of loans"), _("As of")]
    return Card("products", _("Exposure"), header, rows, empty=no_loans(view.query))


def defaults_card(view: View) -> Card:
    """Share of loans over 90 days late, and of loans with a warning, by month."""
    found = months(Name.LEVEL, view.shown)
    wholes = {month: _whole(keys.values()) for month, keys in found.items()}
    warned = {month: _warned(keys) for month, keys in found.items()}
    picture = lines_chart(
        [f"{month:%Y-%m}" for month in found],
        [
            (_("Warning found"), [warned[month] for month in found]),
            (_("Over 90 days late"), [wholes[month].bad_share for month in found]),
        ],
        [view.rows_url(view.last_runs, **filters) for filters in (WARNED, SERIOUS)],
    )
    rows = []
    for month in reversed(list(found)):
        runs, whole = view.runs_by_month.get(month, []), wholes[month]
        rows.append(
            [
                Cell(f"{month:%Y-%m}"),
                view.number(whole.number, runs=runs),
                share_cell(warned[month], view.rows_url(runs, **WARNED)),
                view.number(whole.bad_count, runs=runs, serious="1"),
                share_cell(whole.bad_share, view.rows_url(runs, **SERIOUS)),
            ]
        )
    header = [_("Month"), _("Loans"), _("Warning found"), _("Over 90 days late"), _("Share of loans")]
    return Card("defaults", _("Loans in trouble"), header, rows, picture=picture, empty=no_loans(view.query))


def rolls_card(view: View) -> Card:
    """From which bucket to which the loans went since the review before, as shares of the row; beside it the lost."""
    found = totals(view.runs, Name.ROLL, view.shown)
    pairs = {tuple(key.split(">", 1)): counted for key, counted in found.items()}
    names = _in_order(view, {name for pair in pairs for name in pair} - {LOST})
    # Of one product the page of roll rates opens at it; of several there is none for all.
    lost_url = page_url("monitoring_delinquencystate_roll_rates") + (
        f"?{urlencode({'product': view.runs[0].product.code})}" if len(view.runs) == 1 else ""
    )
    rows = []
    for before in names:
        whole = sum(pairs[before, after].number for after in names if (before, after) in pairs)
        row = [Cell(bucket_words(before)), view.number(whole, bucket_before=before)]
        for after in names:
            number = pairs.get((before, after), Counted()).number
            share = number / whole if number else None
            colour, is_dark = shade(share or 0.0, names.index(after) > names.index(before))
            url = view.rows_url(bucket_before=before, bucket=after, of="bucket")
            row.append(share_cell(share, url, colour=colour, is_shade=True, is_dark=is_dark))
        lost = pairs.get((before, LOST), Counted()).number
        rows.append([*row, Cell(f"{lost:,}", lost_url if lost else "")])
    header = [_("Before"), _("Loans"), *(bucket_words(name) for name in names), _("Written off or sold late")]
    note = _(
        "Share of the loans of a row that are in the column's bucket now. What was written off since the review before,"
        " or sold while late, stands beside the shares, which do not count it."
    )
    return Card(
        "rolls", _("Roll rates"), header, rows, note=note, empty=no_rolls() if view.has_loans else no_loans(view.query)
    )


def vintages_card(view: View) -> Card:
    """Share over 90 days late by month of opening, at each look."""
    found = months(Name.VINTAGE, view.shown)
    latest = totals(view.runs, Name.VINTAGE, view.shown)
    openings = sorted(latest)[-8:]
    shares = [(one, [found[month].get(one, Counted()).bad_share for month in found]) for one in openings]
    urls = [view.rows_url(view.last_runs, opened=one, **SERIOUS) for one in openings]
    picture = lines_chart([f"{month:%Y-%m}" for month in found], shares, urls)
    rows = [
        [
            Cell(one),
            view.number(latest[one].number, opened=one),
            view.number(latest[one].bad_count, opened=one, serious="1"),
            share_cell(latest[one].bad_share, view.rows_url(opened=one, **SERIOUS)),
        ]
        for one in reversed(openings)
    ]
    header = [_("Opened in"), _("Loans"), _("Over 90 days late"), _("Share of loans")]
    return Card("vintages", _("Vintages"), header, rows, picture=picture, empty=no_loans(view.query))


def warnings_card(view: View) -> Card:
    """Open warnings by level, and how long they are open."""
    found = totals(view.runs, Name.WARNING, view.shown)
    numbers = {key: counted.number for key, counted in found.items()}
    rows = []
    for level in reversed(LEVELS[1:]):
        by_age = {age: numbers.get(f"{level}|{age}", 0) for age in AGES}
        cells = [view.number(number, warning_level=level, warning_age=age) for age, number in by_age.items()]
        rows.append(
            [
                Cell(level_words(level), colour=COLOURS[level]),
                *cells,
                view.number(sum(by_age.values()), warning_level=level),
            ]
        )
    ages = {age: sum(numbers.get(f"{level}|{age}", 0) for level in LEVELS) for age in AGES}
    cells = [view.number(number, warning_level=ANY, warning_age=age) for age, number in ages.items()]
    rows.append([Cell(_("All")), *cells, view.number(sum(ages.values()), warning_level=ANY)])
    header = [_("Level"), *(age_words(age) for age in AGES), _("All")]
    note = _("As the latest review left them; work on their cases since then shows in the queue.")
    return Card(
        "warnings",
        _("Open warnings"),
        header,
        rows if numbers else [],
        note=note,
        more=page_url("monitoring_warningcase_changelist"),
        empty=no_warnings() if view.has_loans else no_loans(view.query),
    )


def health_card(view: View) -> Card:
    """Customers by the colour of their health code."""
    found = totals(view.runs, Name.HEALTH, view.shown)
    whole = sum(counted.number for counted in found.values())
    parts, rows = [], []
    for colour in HealthColour.values:
        number = found.get(colour, Counted()).number
        words = colour_words(colour)
        parts.append((colour, f"{words}: {number:,}", number))
        share = number / whole if whole else None
        rows.append(
            [
                Cell(words, colour=COLOURS[colour]),
                view.number(number, health=colour),
                share_cell(share, view.rows_url(health=colour, of="health")),
            ]
        )
    rows.append([Cell(_("All")), view.number(whole, health=ANY), Cell("")])
    header = [_("Health code"), _("Customers"), _("Share of customers")]
    picture = {"strip": strip(parts)} if whole else {}
    note = _("A customer with loans of two products counts once for each.") if len(view.runs) > 1 else ""
    return Card(
        "health",
        _("Health codes"),
        header,
        rows if whole else [],
        note=note,
        picture=picture,
        empty=no_health() if view.has_loans else no_loans(view.query),
    )


def _in_order(view: View, names: set[str]) -> list[str]:
    """Buckets as their policy orders them: by the fewest days seen in each."""
    order = bucket_order(view.runs)
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))


def _whole(counts: Any) -> Counted:
    found = list(counts)
    return Counted(*(sum(one[place] for one in found) for place in range(3)))


def _warned(keys: dict[str, Counted]) -> float | None:
    whole = sum(counted.number for counted in keys.values())
    return 1.0 - keys.get(LEVELS[0], Counted()).number / whole if whole else None


def share_words(share: float | None) -> str:
    """A share in words; a dash of nothing."""
    return "–" if share is None else f"{share:.1%}"


def share_cell(share: float | None, url: str, **look: Any) -> Cell:
    """A share, which opens the loans that it is of."""
    return Cell(share_words(share), url if share else "", **look)


CARDS: Final[tuple[Callable[[View], Card], ...]] = (
    products_card,
    warnings_card,
    defaults_card,
    rolls_card,
    vintages_card,
    health_card,
)
