"""What a number of the first page opens: the loans or applications it counts, with their count and what they owe."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from lending.models import Product
from lending.money import money_text
from monitoring.admin.dashboard.words import colour_words, filters_words, level_words
from monitoring.models import ReviewRun
from monitoring.services.portfolio.applications import (
    SHOW,
    ApplicationRow,
    applications_all,
    applications_behind,
    applications_count,
)
from monitoring.services.portfolio.reading import shown_of
from monitoring.services.portfolio.rows import (
    FILTERS,
    Asked,
    Behind,
    LoanRow,
    loans_all,
    loans_behind,
    runs_kept,
    totals_behind,
)
from rules.localised import localised

PER_PAGE: Final = 100
MOST_RUNS: Final = 200
_LONGEST: Final = 40


def loans_asked(given: Mapping[str, str]) -> tuple[Asked, dict[int, ReviewRun], list[int]]:
    """(what an address asks for; its reviews whose loans are kept; those whose are not). Http404 without a review."""
    numbers = sorted({int(one) for one in given.get("runs", "").split(",") if one.isdecimal() and len(one) < 19})
    found = set(ReviewRun.objects.filter(pk__in=numbers[:MOST_RUNS]).values_list("pk", flat=True))
    if not found:
        raise Http404
    kept = runs_kept(sorted(found))
    filters = {name: given[name][:_LONGEST] for name in FILTERS if given.get(name)}
    return Asked(sorted(kept), filters, shown_of(given)), kept, sorted(found - set(kept))


def loans_context(given: Mapping[str, str]) -> dict[str, Any]:
    """A page of the loans: rows, how many there are in all, of how many, and what they owe by currency."""
    asked, runs, gone = loans_asked(given)
    part = given.get("of", "")
    found = totals_behind(asked, part if part in asked.filters else "")
    rows = loans_behind(asked, after=_place(given.get("after", "")), most=PER_PAGE + 1)
    whole = sum(counted.whole for counted in found.values()) if part in asked.filters else 0
    number = sum(counted.number for counted in found.values())
    last = rows[PER_PAGE - 1] if len(rows) > PER_PAGE else None
    return {
        "title": filters_words(asked.filters),
        "runs": [runs[one] for one in asked.runs],
        "shown": asked.shown,
        "rows": [_loan_cells(row, runs[row.run_id]) for row in rows[:PER_PAGE]],
        "number": number,
        "share": f"{number / whole:.1%}" if whole else "",
        "whole": whole,
        "owed": _owed(found, runs),
        "with_warning": "warning_level" in asked.filters,
        "with_health": "health" in asked.filters,
        "gone": bool(gone),
        "next": f"{last.run_id}-{last.loan_id}" if last else "",
        **_query(given),
    }


def loans_lines(given: Mapping[str, str]) -> Iterator[list[object]]:
    """The heading and every loan of a list, for a file."""
    asked, runs, _gone = loans_asked(given)
    head = [_("Product"), _("As of"), _("Loan"), _("Customer"), _("Region"), _("Segment"), _("Level"), _("PD")]
    head += [_("Days past due"), _("Bucket"), _("Category"), _("Owed"), _("Currency"), _("Open warning")]
    yield [*head, _("Health code")]
    facts = {
        number: (run.product.code, run.as_of_day.isoformat(), run.product.currency) for number, run in runs.items()
    }
    for row in loans_all(asked):
        code, day, currency = facts[row.run_id]
        yield [
            *(code, day, row.external_id, customer_words(row.customer_id), row.region, row.segment, row.level),
            *("" if value is None else value for value in (row.pd, row.days_late)),
            *(row.bucket, row.category, money_text(row.owed_minor, currency).rsplit(" ", 1)[0].replace(",", "")),
            *(currency, row.warning_level, row.health),
        ]


def applications_asked(given: Mapping[str, str]) -> tuple[date, str]:
    """(month, which of its applications). Http404 for what is neither."""
    try:
        month = date.fromisoformat(given.get("month", "") + "-01")
    except ValueError:
        raise Http404 from None
    if given.get("show") not in SHOW:
        raise Http404
    return month, given["show"]


def applications_context(given: Mapping[str, str]) -> dict[str, Any]:
    """A page of the applications of a month, and how many there are."""
    month, show = applications_asked(given)
    shown = shown_of(given)
    number, decided = applications_count(month, show, shown)
    after = given.get("after", "")
    rows = applications_behind(
        month, show, shown, after=int(after) if after.isdecimal() and len(after) < 19 else 0, most=PER_PAGE + 1
    )
    products = Product.objects.in_bulk({row.product_id for row in rows})
    words = {"applications": _("Applications"), "decided": _("Decided applications"), "approved": _("Approved")}
    return {
        "title": f"{words[show]} · {month:%Y-%m}",
        "shown": shown,
        "number": number,
        "share": f"{number / decided:.1%}" if decided and show == "approved" else "",
        "whole": decided,
        "rows": [{"row": row, "product": products[row.product_id]} for row in rows[:PER_PAGE]],
        "next": str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else "",
        **_query(given),
    }


def applications_lines(given: Mapping[str, str]) -> Iterator[list[object]]:
    """The heading and every application of a list, for a file."""
    month, show = applications_asked(given)
    head = [_("Product"), _("Application"), _("Customer"), _("Region"), _("Created"), _("Outcome"), _("Grade"), _("PD")]
    yield [*head]
    codes = dict(Product.objects.values_list("pk", "code"))
    for row in applications_all(month, show, shown_of(given)):
        yield _application_line(row, codes)


def _application_line(row: ApplicationRow, codes: Mapping[int, str]) -> list[object]:
    pd = "" if row.pd is None else row.pd
    start = [codes[row.product_id], row.external_id, customer_words(row.customer_id), row.region]
    return [*start, row.created_at.isoformat(), row.outcome, row.grade, pd]


def customer_words(number: int) -> str:
    """A customer as pages name them."""
    return f"C{number:08d}"


def _loan_cells(row: LoanRow, run: ReviewRun) -> dict[str, Any]:
    return {
        "row": row,
        "product": localised(run.product, "name"),
        "customer": customer_words(row.customer_id),
        "owed": money_text(row.owed_minor, run.product.currency),
        "warning": level_words(row.warning_level) if row.warning_level else "",
        "health": colour_words(row.health) if row.health else "",
    }


def _owed(found: Mapping[int, Behind], runs: Mapping[int, ReviewRun]) -> list[str]:
    """What is owed, by currency: amounts of two are never added up."""
    sums: dict[str, int] = {}
    for number, counted in found.items():
        currency = runs[number].product.currency
        sums[currency] = sums.get(currency, 0) + counted.amount_minor
    return [money_text(amount, currency) for currency, amount in sorted(sums.items())]


def _place(given: str) -> tuple[int, int]:
    run, _sign, loan = given.partition("-")
    return (int(run), int(loan)) if all(one.isdecimal() and len(one) < 19 for one in (run, loan)) else (0, 0)


def _query(given: Mapping[str, str]) -> dict[str, Any]:
    asked = {name: value for name, value in given.items() if name not in ("after", "format")}
    return {"query": urlencode(asked), "is_first": not given.get("after")}
