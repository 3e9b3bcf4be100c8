"""Each picture of the portfolio with its numbers as a table, from which the page, the file and the links are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from audit.admin.page import page_url
from lending.money import money_text
from monitoring.admin.dashboard.charts import COLOURS, lines_chart, shade, strip
from monitoring.admin.dashboard.words import age_words, bucket_order, bucket_words, colour_words, level_words
from monitoring.levels import LEVELS
from monitoring.models import HealthColour, PortfolioFigure, ReviewRun
from monitoring.services.portfolio.monthly import Month, product_months
from monitoring.services.portfolio.reading import Counted, Shown, months, totals, totals_by_product

Name = PortfolioFigure.Name
AGES: Final = ("0-6", "7-29", "30-89", "90+")


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


@dataclass(frozen=True)
class View:
    """What the cards are drawn from."""

    shown: Shown
    runs: list[ReviewRun]
    query: str
    """The filters as an address carries them."""

    def rows_url(self, name: str, key: str, **more: str) -> str:
        """The page of the loans behind a number; "" where several products make it."""
        if len(self.runs) != 1:
            return ""
        asked = urlencode({"name": name, "key": key, **more})
        return f"{page_url('monitoring_portfoliofigure_rows', self.runs[0].pk)}?{asked}&{self.query}"


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
                Cell(f"{found.number:,}", own.rows_url(Name.LEVEL, "")),
                Cell(money_text(found.amount_minor, run.product.currency)),
                Cell(share_words(found.bad_share), own.rows_url(Name.LEVEL, "", serious="1")),
                Cell(run.as_of_day.isoformat(), page_url("monitoring_reviewrun_change", run.pk)),
            ]
        )
    header = [_("Product"), _("Loans"), _("Owed"), _("Over 90 days late"), _("As of")]
    return Card("products", _("Exposure"), header, rows)


def approvals_card(view: View) -> Card:
    """Approval rate and applications by month."""
    found = product_months(view.shown)
    labels = [f"{one.month:%Y-%m}" for one in found]
    picture = lines_chart(labels, [(_("Approved"), [one.approval_rate for one in found])])
    header = [_("Month"), _("Applications"), _("Decided"), _("Approved"), _("Approval rate")]
    return Card(
        "approvals", _("Approval rate"), header, [_approval_row(one) for one in reversed(found)], picture=picture
    )


def _approval_row(one: Month) -> list[Cell]:
    numbers = (one.applications, one.decided, one.approved)
    return [
        Cell(f"{one.month:%Y-%m}"),
        *(Cell(f"{number:,}") for number in numbers),
        Cell(share_words(one.approval_rate)),
    ]


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
    )
    rows = [
        [
            Cell(f"{month:%Y-%m}"),
            Cell(f"{wholes[month].number:,}"),
            Cell(share_words(warned[month])),
            Cell(f"{wholes[month].bad_count:,}"),
            Cell(share_words(wholes[month].bad_share)),
        ]
        for month in reversed(list(found))
    ]
    header = [_("Month"), _("Loans"), _("Warning found"), _("Over 90 days late"), _("Share of loans")]
    return Card("defaults", _("Loans in trouble"), header, rows, picture=picture)


def rolls_card(view: View) -> Card:
    """From which bucket to which the loans went since the review before, as shares of the row."""
    found = totals(view.runs, Name.ROLL, view.shown)
    pairs = {tuple(key.split(">", 1)): counted for key, counted in found.items()}
    names = _in_order(view, {name for pair in pairs for name in pair})
    rows = []
    for before in names:
        whole = sum(pairs[before, after].number for after in names if (before, after) in pairs)
        row = [Cell(bucket_words(before)), Cell(f"{whole:,}")]
        for after in names:
            number = pairs.get((before, after), Counted()).number
            colour, is_dark = shade(number / whole if whole else 0.0, names.index(after) > names.index(before))
            url = view.rows_url(Name.ROLL, f"{before}>{after}") if number else ""
            row.append(
                Cell(
                    share_words(number / whole) if whole and number else "–",
                    url,
                    colour,
                    is_shade=True,
                    is_dark=is_dark,
                )
            )
        rows.append(row)
    header = [_("Before"), _("Loans"), *(bucket_words(name) for name in names)]
    note = _("Share of the loans of a row that are in the column's bucket now.")
    return Card("rolls", _("Roll rates"), header, rows, note=note)


def vintages_card(view: View) -> Card:
    """Share over 90 days late by month of opening, at each look."""
    found = months(Name.VINTAGE, view.shown)
    openings = sorted({key for keys in found.values() for key in keys})[-8:]
    shares = [(one, [found[month].get(one, Counted()).bad_share for month in found]) for one in openings]
    picture = lines_chart([f"{month:%Y-%m}" for month in found], shares)
    latest = list(found.values())[-1] if found else {}
    rows = [
        [
            Cell(one),
            Cell(f"{latest[one].number:,}", view.rows_url(Name.VINTAGE, one)),
            Cell(f"{latest[one].bad_count:,}", view.rows_url(Name.VINTAGE, one, serious="1")),
            Cell(share_words(latest[one].bad_share)),
        ]
        for one in reversed(openings)
        if one in latest
    ]
    header = [_("Opened in"), _("Loans"), _("Over 90 days late"), _("Share of loans")]
    return Card("vintages", _("Vintages"), header, rows, picture=picture)


def warnings_card(view: View) -> Card:
    """Open warnings by level, and how long they are open."""
    found = totals(view.runs, Name.WARNING, view.shown)
    rows = []
    for level in reversed(LEVELS[1:]):
        numbers = [found.get(f"{level}|{age}", Counted()).number for age in AGES]
        cells = [
            Cell(f"{number:,}", view.rows_url(Name.WARNING, f"{level}|{age}") if number else "")
            for age, number in zip(AGES, numbers, strict=True)
        ]
        rows.append([Cell(level_words(level), colour=COLOURS[level]), *cells, Cell(f"{sum(numbers):,}")])
    header = [_("Level"), *(age_words(age) for age in AGES), _("All")]
    more = page_url("monitoring_warningcase_changelist")
    return Card("warnings", _("Open warnings"), header, rows, more=more)


def health_card(view: View) -> Card:
    """Customers by the colour of their health code."""
    found = totals(view.runs, Name.HEALTH, view.shown)
    whole = sum(counted.number for counted in found.values())
    parts, rows = [], []
    for colour in HealthColour.values:
        number = found.get(colour, Counted()).number
        words = colour_words(colour)
        parts.append((colour, f"{words}: {number:,}", number))
        url = view.rows_url(Name.HEALTH, colour) if number else ""
        rows.append(
            [
                Cell(words, colour=COLOURS[colour]),
                Cell(f"{number:,}", url),
                Cell(share_words(number / whole if whole else None)),
            ]
        )
    header = [_("Health code"), _("Customers"), _("Share of customers")]
    return Card("health", _("Health codes"), header, rows, picture={"strip": strip(parts)} if whole else {})


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


CARDS: Final[tuple[Callable[[View], Card], ...]] = (
    products_card,
    warnings_card,
    defaults_card,
    approvals_card,
    rolls_card,
    vintages_card,
    health_card,
)
