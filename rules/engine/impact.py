"""What recorded decisions would be under another policy: transitions, money, segments, the rules behind it. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import polars as pl

from rules.engine.program import Program

SAMPLES = 10
BANDS = 4
REFER = "REFER"
_ROW = "impact_row"


class Side(msgspec.Struct, frozen=True):
    """What one policy makes of all rows."""

    outcomes: dict[str, int]
    """How many rows end in each outcome."""
    offered_minor: int
    """Sum of the amounts offered, minor units."""
    average_rate: float | None
    """Mean annual rate of the offers, each weighted by its amount, a share; None without offers."""


class Segment(msgspec.Struct, frozen=True):
    """Rows that have one value of a variable, or lie in one band of amounts."""

    value: str
    rows: int
    changed: int
    approved_before: int
    approved_after: int


class Sample(msgspec.Struct, frozen=True):
    """A recorded decision that would come out otherwise."""

    decision_id: str
    before: str
    after: str
    rules: list[str]
    """Codes of the rules whose truth differs between the two policies on it."""


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """The difference between two policies on the same rows."""

    rows: int
    changed: int
    """Rows whose outcome differs."""
    offers_changed: int
    """Rows approved by both whose offer differs."""
    transitions: dict[str, dict[str, int]]
    """Rows by outcome before and outcome after."""
    before: Side
    after: Side
    new_approvals: list[Sample]
    """Swap-ins: nobody knows how these would have ended."""
    new_declines: list[Sample]
    new_referrals: list[Sample]
    causes: dict[str, int]
    """Changed rows by code of a rule whose truth differs there, most first. One row may count under several."""
    segments: dict[str, list[Segment]]
    """By grade, by band of the amount asked for, and by every coded variable."""


def impact_measure(
    frame: pl.DataFrame, before: Program, after: Program, *, amount: str = "", coded: Sequence[str] = ()
) -> Impact:
    """Apply both policies to the rows of `frame` and compare, column by column.

    `frame` holds the variables by name, `decision_id`, and what `ColumnProgram.evaluate` reads besides; rows whose
    `had_causes` is true went to a person whatever the rules said, and are at least REFER on both sides. `amount` names
    the variable with the amount asked for, `coded` those to split by. Raises what `evaluate_columns` raises.
    """
    old, new = _answer(frame, before), _answer(frame, after)
    table = pl.DataFrame(
        {
            "id": frame.get_column("decision_id"),
            "before": old.get_column("outcome"),
            "after": new.get_column("outcome"),
            "grade": new.get_column("grade"),
        }
    ).with_row_index(_ROW)
    moved = table.filter(pl.col("before") != pl.col("after"))
    causes = _causes(old, new, before, after)
    return Impact(
        rows=table.height,
        changed=moved.height,
        offers_changed=_offers_changed(old, new),
        transitions=_transitions(table),
        before=_side(old, before),
        after=_side(new, after),
        new_approvals=_samples(moved, "APPROVE", causes),
        new_declines=_samples(moved, "DECLINE", causes),
        new_referrals=_samples(moved, REFER, causes),
        causes=_cause_counts(moved, causes),
        segments=_segments(frame, table, amount, coded),
    )


def _answer(frame: pl.DataFrame, program: Program) -> pl.DataFrame:
    answer = program.evaluate_columns(frame)
    if "had_causes" not in frame.columns:
        return answer
    is_raised = frame.get_column("had_causes").fill_null(False) & (answer.get_column("outcome") == program.ladder[0])
    raised = pl.when(is_raised).then(pl.lit(program.ladder[1])).otherwise(pl.col("outcome")).alias("outcome")
    changes = [raised]
    if "amount_offered_minor" in answer.columns:
        changes += [
            pl.when(is_raised).then(None).otherwise(pl.col(name)).alias(name)
            for name in ("amount_offered_minor", "annual_rate", "term_months")
        ]
    return answer.with_columns(changes)


def _side(answer: pl.DataFrame, program: Program) -> Side:
    counts = dict(answer.get_column("outcome").value_counts().iter_rows())
    outcomes = {outcome: int(counts.get(outcome, 0)) for outcome in program.ladder}
    if "amount_offered_minor" not in answer.columns:
        return Side(outcomes, 0, None)
    offered = answer.filter(pl.col("amount_offered_minor").is_not_null())
    total = int(offered.get_column("amount_offered_minor").sum())
    weighted = (offered.get_column("amount_offered_minor") * offered.get_column("annual_rate")).sum()
    return Side(outcomes, total, float(weighted) / total if total else None)


def _transitions(table: pl.DataFrame) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for before, after, count in table.group_by("before", "after").len().sort("before", "after").iter_rows():
        found.setdefault(before, {})[after] = count
    return found


def _offers_changed(old: pl.DataFrame, new: pl.DataFrame) -> int:
    names = ("amount_offered_minor", "annual_rate", "term_months")
    if names[0] not in old.columns or names[0] not in new.columns:
        return 0
    both = old.get_column(names[0]).is_not_null() & new.get_column(names[0]).is_not_null()
    differs = [~old.get_column(name).eq_missing(new.get_column(name)) for name in names]
    return int((both & (differs[0] | differs[1] | differs[2])).sum())


def _causes(old: pl.DataFrame, new: pl.DataFrame, before: Program, after: Program) -> pl.DataFrame:
    """A Boolean column per rule of either policy: whether its truth differs on the row (absent counts as false)."""
    absent = pl.Series([False]).new_from_index(0, old.height)

    def truth(answer: pl.DataFrame, program: Program, code: str) -> pl.Series:
        return answer.get_column(code) if code in program.codes else absent

    codes = dict.fromkeys([*before.codes, *after.codes])
    return pl.DataFrame({code: ~truth(old, before, code).eq_missing(truth(new, after, code)) for code in codes})


def _samples(moved: pl.DataFrame, after: str, causes: pl.DataFrame) -> list[Sample]:
    rows = moved.filter(pl.col("after") == after).head(SAMPLES)
    return [
        Sample(number, before, after, [code for code in causes.columns if causes.get_column(code)[row]])
        for row, number, before in rows.select(_ROW, "id", "before").iter_rows()
    ]


def _cause_counts(moved: pl.DataFrame, causes: pl.DataFrame) -> dict[str, int]:
    if not moved.height or not causes.width:
        return {}
    counts = causes[moved.get_column(_ROW).to_list()].sum().row(0, named=True)
    return {code: int(count) for code, count in sorted(counts.items(), key=lambda item: -item[1]) if count}


def _segments(frame: pl.DataFrame, table: pl.DataFrame, amount: str, coded: Sequence[str]) -> dict[str, list[Segment]]:
    keys: dict[str, pl.Series] = {"grade": table.get_column("grade")}
    if amount in frame.columns:
        keys[amount] = _bands(frame.get_column(amount))
    keys |= {name: frame.get_column(name).cast(pl.String) for name in coded if name in frame.columns}
    found = {name: _split(table, key) for name, key in keys.items()}
    return {name: segments for name, segments in found.items() if len(segments) > 1}


def _bands(amounts: pl.Series) -> pl.Series:
    """Bands with about equally many rows each, named "low..high"."""
    cuts = [amounts.quantile(place / BANDS) for place in range(BANDS + 1)]
    edges = sorted({cut for cut in cuts if cut is not None})
    if len(edges) < 2:
        return amounts.cast(pl.String)
    pairs = list(pairwise(edges))
    expression: pl.Expr = pl.lit(None, dtype=pl.String)
    for low, high in reversed(pairs):
        expression = pl.when(pl.col("amount") <= high).then(pl.lit(f"{low:.0f}..{high:.0f}")).otherwise(expression)
    return pl.DataFrame({"amount": amounts}).select(expression.alias("band")).to_series()


def _split(table: pl.DataFrame, key: pl.Series) -> list[Segment]:
    grouped = (
        table.with_columns(key.alias("key"))
        .filter(pl.col("key").is_not_null())
        .group_by("key")
        .agg(
            pl.len(),
            (pl.col("before") != pl.col("after")).sum().alias("changed"),
            (pl.col("before") == "APPROVE").sum().alias("approved_before"),
            (pl.col("after") == "APPROVE").sum().alias("approved_after"),
        )
    )
    rows = sorted(grouped.iter_rows(), key=lambda row: _order(row[0]))
    return [Segment(*row) for row in rows]


def _order(value: str) -> tuple[float, str]:
    low, dots, _ = value.partition("..")
    return (float(low) if dots else 0.0, value)


def impact_counts(impact: Impact) -> Mapping[str, Any]:
    """What the approval's evidence keeps: counts and sums, nothing of any one applicant."""
    return {
        "decisions": impact.rows,
        "changed": impact.changed,
        "offers_changed": impact.offers_changed,
        "transitions": impact.transitions,
        "offered_minor": [impact.before.offered_minor, impact.after.offered_minor],
        "average_rate": [impact.before.average_rate, impact.after.average_rate],
        "causes": dict(list(impact.causes.items())[:SAMPLES]),
    }
