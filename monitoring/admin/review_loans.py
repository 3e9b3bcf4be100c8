"""What the pages of a review show of its loans: the rows behind a count, and two reviews beside each other."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Words
from lending.models import CustomerStanding
from monitoring.models import ReviewChunk, ReviewRun
from monitoring.services.review_comparison import (
    ABSENT,
    band_words,
    comparable,
    left_out_loans,
    migrated_loans,
    migrations_of,
    migrations_order,
    reviewed_loans,
)

SHOWN: Final = 200
IN_A_FILE: Final = 100_000
SKIP_WORDS: Final = {
    "no_month": gettext_lazy("No month was known"),
    "stale": gettext_lazy("The latest month known is too old to speak of that day"),
    "erased": gettext_lazy("The customer's personal data are erased"),
    "key_broken": gettext_lazy("The customer's key does not open"),
    "no_longer_due": gettext_lazy("No longer due when its part was reviewed"),
}
BY: Final = {"level": gettext_lazy("Level"), "grade": gettext_lazy("Grade"), "pd": gettext_lazy("PD")}
_STATES: Final = {
    "skipped": (ReviewChunk.State.DONE, gettext_lazy("Loans skipped")),
    "failed": (ReviewChunk.State.FAILED, gettext_lazy("Loans of parts that failed")),
    "waiting": (ReviewChunk.State.WAITING, gettext_lazy("Loans that wait")),
}


def loan_parts(run: ReviewRun, given: Mapping[str, str]) -> dict[str, Any]:
    """The loans behind a count: `show` names what was left out, else `level` those reviewed at one."""
    most = IN_A_FILE if given.get("format") == "csv" else SHOWN
    cause, level = given.get("cause", ""), given.get("level", "")
    words: Words
    if given.get("show") == "due":
        words, heads = gettext_lazy("Loans due"), [_("What became of it")]
        rows = _due_rows(run, most)
    elif given.get("show", "") in _STATES:
        state, words = _STATES[given["show"]]
        left_out = left_out_loans(run, state, IN_A_FILE if cause else most)
        rows = [
            {"loan": loan, "number": number, "cells": [str(SKIP_WORDS.get(why, why))]}
            for loan, number, why in left_out
            if cause in ("", why)
        ][:most]
        heads = [_("Cause")]
    else:
        words = level_word(level) if level else gettext_lazy("Loans reviewed")
        rows = [
            {"loan": loan, "number": number, "cells": [level_word(found), grade or "–", _percent(pd)]}
            for loan, number, found, grade, pd in reviewed_loans(run, level, most)
        ]
        heads = [_("Level"), _("Grade"), _("PD")]
    number = len(rows) if len(rows) < most else _number(run, given, level)
    return {"words": str(words), "heads": heads, "rows": rows, "number": number, **_shown(rows, heads, given)}


def _due_rows(run: ReviewRun, most: int) -> list[dict[str, Any]]:
    """All that was due: reviewed, or left out in one of the ways."""
    done = [
        {"loan": loan, "number": number, "cells": [_("Reviewed")]}
        for loan, number, *_found in reviewed_loans(run, "", most)
    ]
    left_out = [
        {"loan": loan, "number": number, "cells": [str(SKIP_WORDS.get(why, words))]}
        for state, words in _STATES.values()
        for loan, number, why in (left_out_loans(run, state, most) if len(done) < most else [])
    ]
    return [*done, *left_out][:most]


def _number(run: ReviewRun, given: Mapping[str, str], level: str) -> int:
    """How many there are where not all are read; of one cause alone, at least as many as are shown."""
    counts = {"due": run.due_count, "skipped": run.skipped_count, "failed": run.failed_count}
    if given.get("show", "") in counts:
        return counts[given["show"]]
    results = run.results.filter(level=level) if level else run.results
    return results.count()


def compare_parts(run: ReviewRun, given: Mapping[str, str]) -> dict[str, Any]:
    """The matrix of this review against another one of its product; with `was` and `now`, the loans of that cell."""
    by = given.get("by", "level")
    by = by if by in BY else "level"
    others = comparable(run)
    other = next((one for one in others if str(one.pk) == given.get("with")), others[0] if others else None)
    if other is None:
        return {"other": None, "others": [], "by": by, "rows": [], "csv": []}
    before, after = sorted((run, other), key=lambda one: (one.as_of, one.pk))
    base = {"before": before, "after": after, "other": other, "others": others, "by": by, "choices": list(BY.items())}
    if "was" in given and "now" in given:
        most = IN_A_FILE if given.get("format") == "csv" else SHOWN
        found = migrated_loans(before, after, by, given["was"], given["now"], most)
        rows = [{"loan": one[0], "number": one[1], "cells": _moved(*one[2:])} for one in found]
        heads = [_("Level before"), _("Level after"), _("Grade before"), _("Grade after")]
        heads += [_("PD before"), _("PD after")]
        return {**base, "heads": heads, "rows": rows, "is_cell": True, **_shown(rows, heads, given)}
    counts = migrations_of(before, after, by)
    order = migrations_order(counts, by)
    names = [_heading(heading, by) for heading in order]
    rows = [
        {"name": _heading(was, by), "cells": [_cell(counts, order, was, now, by, other) for now in order]}
        for was in order
    ]
    table = [[_("Before ↓ after →"), *names]]
    table += [[row["name"], *(str(cell["count"]) for cell in row["cells"])] for row in rows]
    return {**base, "names": names, "rows": rows, "csv": table, "query": urlencode({"with": other.pk, "by": by})}


def level_word(level: str) -> str:
    """A level in the reader's language."""
    return str(CustomerStanding.Level(level).label) if level in CustomerStanding.Level else level


def _cell(
    counts: dict[tuple[str, str], int], order: list[str], was: str, now: str, by: str, other: ReviewRun
) -> dict[str, Any]:
    place, target = order.index(was), order.index(now)
    tone = "rk-roll-worse" if target > place else "rk-roll-better"
    if place == target or ABSENT in (was, now):
        tone = "rk-roll-same"
    query = urlencode({"with": other.pk, "by": by, "was": was, "now": now})
    return {"count": counts.get((was, now), 0), "tone": tone, "query": query}


def _heading(heading: str, by: str) -> str:
    if heading == ABSENT:
        return _("no result")
    return {"level": level_word, "pd": band_words}.get(by, str)(heading)


def _moved(*found: Any) -> list[str]:
    levels, grades, pds = found[:2], found[2:4], found[4:]
    return [*(level_word(one or "") or "–" for one in levels), *(one or "–" for one in grades), *map(_percent, pds)]


def _percent(pd: float | None) -> str:
    return "–" if pd is None else f"{pd:.2%}"


def _shown(rows: list[dict[str, Any]], heads: list[str], given: Mapping[str, str]) -> dict[str, Any]:
    asked = urlencode({name: value for name, value in given.items() if name != "format"})
    lines = [[_("Loan"), *heads], *([row["number"], *row["cells"]] for row in rows)]
    return {"csv": lines, "query": asked, "most": SHOWN if len(rows) == SHOWN else None}
