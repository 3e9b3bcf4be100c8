"""Vintage curves as a page shows them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from monitoring.admin.delinquency.charts import vintage_chart
from monitoring.delinquency.vintages import Curve
from monitoring.services.delinquency.figures import vintages_of

DAYS: Final = (1, 31, 61, 91)
SHOWN: Final = 24
"""Cohorts at most, the latest."""


def vintage_parts(choice: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Curves of one threshold, their chart and table, and the same as lines of a file."""
    text = given.get("dpd", "")
    dpd = int(text) if text.isdecimal() and int(text[:6]) in DAYS else 31
    found, since = vintages_of(choice["which"], dpd=dpd) if choice["which"] else ([], None)
    found = found[-SHOWN:]
    longest = max((len(curve.counts) for curve in found), default=0)
    return {
        **choice,
        "dpd": dpd,
        "days": DAYS,
        "since": since,
        "chart": vintage_chart(found) if found else None,
        "mobs": range(longest),
        "rows": [_row(curve, longest) for curve in found],
        "csv": _lines(found, longest),
    }


def _row(curve: Curve, longest: int) -> dict[str, Any]:
    opened = curve.cohort.opened
    shares = [*curve.shares, *[None] * (longest - len(curve.shares))]
    counts = [*curve.counts, *[None] * (longest - len(curve.counts))]
    return {
        "opened": opened,
        "until": date(opened.year + opened.month // 12, opened.month % 12 + 1, 1),
        "loans": curve.cohort.loans,
        "cells": [
            {"mob": mob, "share": share, "count": count}
            for mob, (share, count) in enumerate(zip(shares, counts, strict=True))
        ],
    }


def _lines(found: list[Curve], longest: int) -> list[list[object]]:
    head: list[object] = [_("Opened"), _("Loans"), *range(longest)]
    return [head, *([f"{one.cohort.opened:%Y-%m}", one.cohort.loans, *one.counts] for one in found)]
