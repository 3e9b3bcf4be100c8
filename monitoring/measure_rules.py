"""Which measures a level and the personal coefficient propose. Pure.

GRx at the threshold DS counts as risky. One that is undefined is not assessed: it proposes nothing adverse.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

import msgspec

from audit.governed_fields import INDEX_FORMAT

Level = Literal["BLUE", "YELLOW", "ORANGE", "RED"]
Measure = Literal["ADVICE", "CALL", "LIMIT_FREEZE", "EXTRA_COLLATERAL", "RESTRUCTURING", "COLLECTION"]
Words = Annotated[str, msgspec.Meta(max_length=2_000)]
ALWAYS_ADVERSE: Final = frozenset({"LIMIT_FREEZE", "EXTRA_COLLATERAL", "COLLECTION"})


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    en: Words
    zh: Words


class SchemeMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measure of a level; `only_if_risky`: proposed only where GRx reaches DS. What is adverse always asks that."""

    level: Level
    measure: Measure
    is_adverse: bool
    needs_second: bool
    only_if_risky: bool
    basis: Wording
    """On which part of the contract it rests; a must where it is adverse."""
    notice: Wording
    """What the customer is told; a must where it is adverse."""


class WarningScheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The threshold DS on GRx and the measures of each level."""

    ds: Annotated[float, msgspec.Meta(ge=0.0, le=1.0, extra_json_schema={"format": INDEX_FORMAT})]
    measures: list[SchemeMeasure]


def is_risky(grx: float | None, ds: float) -> bool | None:
    """Whether GRx (0 to 1, higher is riskier) reaches DS, equality included; None: not assessed."""
    return None if grx is None else grx >= ds


def measures_due(scheme: WarningScheme, level: str, grx: float | None) -> list[SchemeMeasure]:
    """The measures a level and a GRx propose, in the order of the scheme."""
    risky = is_risky(grx, scheme.ds) is True
    mine = (row for row in scheme.measures if row.level == level)
    return [row for row in mine if risky or not (row.only_if_risky or row.is_adverse)]


def scheme_problems(measures: Iterable[SchemeMeasure]) -> list[tuple[str, SchemeMeasure | None]]:
    """(code, row) of everything wrong: twice, adverse, basis, notice, and `level` for a level without any measure."""
    rows = list(measures)
    problems: list[tuple[str, SchemeMeasure | None]] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.level, row.measure) in seen:
            problems.append(("twice", row))
        seen.add((row.level, row.measure))
        if row.measure in ALWAYS_ADVERSE and not row.is_adverse:
            problems.append(("adverse", row))
        if row.is_adverse and not _is_whole(row.basis):
            problems.append(("basis", row))
        if (row.is_adverse or row.measure == "ADVICE") and not _is_whole(row.notice):
            problems.append(("notice", row))
    if {level for level, _measure in seen} != {"BLUE", "YELLOW", "ORANGE", "RED"}:
        problems.append(("level", None))
    return problems


def _is_whole(words: Wording) -> bool:
    return bool(words.en.strip() and words.zh.strip())
