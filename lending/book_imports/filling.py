"""Values filled in where the catalogue allows it, each marked: months of a region between two known ones. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

MARK: Final = "_imputed"
"""Key of a row's values that says that its value was filled in."""
MOST_MONTHS: Final = 3
"""A gap longer than a quarter stays a gap."""


def months_interpolate(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose value is missing, filled on the straight line between the nearest known months of their series.

    A series is one region and indicator; nothing is filled before its first or after its last known month, nor over
    more than three months. Rows that stay without a value come back without one. A filled row is known when the
    later of its two neighbours is.
    """
    series: dict[tuple[Any, Any], list[dict[str, Any]]] = {}
    for row in rows:
        series.setdefault((row.get("region"), row.get("indicator")), []).append(row)
    filled: dict[int, dict[str, Any]] = {}
    for members in series.values():
        known = sorted((row for row in members if "value" in row), key=lambda row: row["month"])
        for row in members:
            if "value" not in row:
                filled[id(row)] = _between(row, known)
    return [filled.get(id(row), row) for row in rows]


def _between(row: dict[str, Any], known: Sequence[dict[str, Any]]) -> dict[str, Any]:
    place = _number(row["month"])
    before = [other for other in known if _number(other["month"]) < place]
    after = [other for other in known if _number(other["month"]) > place]
    if not before or not after:
        return row
    first, last = before[-1], after[0]
    span = _number(last["month"]) - _number(first["month"])
    if span - 1 > MOST_MONTHS:
        return row
    share = (place - _number(first["month"])) / span
    times = [other["known_at"] for other in (row, first, last) if "known_at" in other]
    value = first["value"] + share * (last["value"] - first["value"])
    return {**row, "value": value, MARK: True, **({"known_at": max(times)} if times else {})}


def _number(month: date) -> int:
    return month.year * 12 + month.month
