"""Offers in the wrong order: a better grade or a higher income must not get less, dearer or shorter, all else equal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from rules.engine.checks.context import LANGUAGES, Context
from rules.engine.checks.grid import Grid, Segment
from rules.engine.checks.grid_of import table_grid
from rules.engine.checks.tables import SHOWN, table_words
from rules.engine.outcomes import SCORE_NAMES
from rules.engine.parsed import ParsedTable
from rules.engine.plan import AMOUNT_CAP, ANNUAL_RATE, TERM_CAP
from rules.engine.problems import Problem, problem
from rules.language import tree

CELL_LIMIT = 6_000
"""Combinations of column values compared; beyond it the order is not told."""

_CAPPED = {"amount_minor": AMOUNT_CAP, "annual_rate": ANNUAL_RATE, "term_months": TERM_CAP}
_WORSE_WHERE = {AMOUNT_CAP: "less", ANNUAL_RATE: "more", TERM_CAP: "less"}
_WORDS = {
    AMOUNT_CAP: ("a lower amount", "更低的金额"),
    ANNUAL_RATE: ("a higher rate", "更高的利率"),
    TERM_CAP: ("a shorter term", "更短的期限"),
}


def offer_order_problems(context: Context, table: ParsedTable, path: str) -> Iterable[Problem]:
    """A warning for each pair of rows in the wrong order, and for each cell above a legal cap without an end."""
    yield from _above_caps(context, table, path)
    grid = table_grid(context, table)
    if prod(len(segments) for segments in grid.segments) > CELL_LIMIT:
        yield problem("table_not_told", path=f"{path}/rows", severity="warning", **table_words(table))
        return
    told: set[tuple[int, int, str]] = set()
    for place, better_first in _ordered_columns(context, table, grid):
        for better, worse, example in _neighbours(grid, place, better_first):
            for output in _in_wrong_order(table, better, worse):
                if (better, worse, output) not in told and len(told) < SHOWN:
                    told.add((better, worse, output))
                    yield _wrong_order(context, table, path, (better, worse, output), place, example)


def _ordered_columns(context: Context, table: ParsedTable, grid: Grid) -> Iterator[tuple[int, list[Segment]]]:
    """Columns whose values are better or worse, with their segments, the best first. What was asked for is none."""
    offer = context.parsed.document.offer
    asked = {offer.amount_variable, offer.term_variable} if offer else set()
    for place, text in enumerate(table.inputs):
        segments = grid.segments[place]
        if not isinstance(text.node, tree.Name) or text.node.name in asked:
            continue
        name = text.node.name
        if name == "grade" and context.names.grades:
            order = {grade: number for number, grade in enumerate(context.names.grades)}
            yield place, sorted(segments, key=lambda segment: order.get(segment.sample, len(order)))
            continue
        variable = context.parsed.variables.get(name)
        direction = "" if variable is None or variable.codes else variable.direction
        if direction == "higher_is_riskier" or name == SCORE_NAMES[0]:
            yield place, list(segments)
        elif direction == "higher_is_safer" or name == SCORE_NAMES[1]:
            yield place, list(reversed(segments))


def _neighbours(
    grid: Grid, place: int, better_first: Sequence[Segment]
) -> Iterator[tuple[int, int, tuple[Segment, Segment, list[Segment]]]]:
    """Rows hit by two values of one column, all others equal, the better value's first."""
    others = [segments for number, segments in enumerate(grid.segments) if number != place]
    for rest in product(*others):
        before: tuple[int, Segment] | None = None
        for segment in better_first:
            row = _row_hit(grid, [segment, *rest])
            if row is None:
                continue
            if before is not None and before[0] != row:
                yield before[0], row, (before[1], segment, list(rest))
            before = row, segment


def _row_hit(grid: Grid, point: Sequence[Segment]) -> int | None:
    """The first row that takes the point; None without one, or where a row before it cannot be told."""
    certain = possible = grid.everyone
    for segment in point:
        certain &= segment.certain
        possible &= segment.possible
    first = possible & -possible
    return first.bit_length() - 1 if first and first & certain else None


def _in_wrong_order(table: ParsedTable, better: int, worse: int) -> Iterator[str]:
    for place, output in enumerate(table.table.outputs):
        nodes = (table.rows[better].outputs[place].node, table.rows[worse].outputs[place].node)
        if output.name not in _WORSE_WHERE or not all(isinstance(node, tree.Literal) for node in nodes):
            continue
        good, bad = (node.value for node in nodes if isinstance(node, tree.Literal))
        if type(good) is float and type(bad) is float:
            is_wrong = good < bad if _WORSE_WHERE[output.name] == "less" else good > bad
            if is_wrong:
                yield output.name


def _wrong_order(
    context: Context,
    table: ParsedTable,
    path: str,
    found: tuple[int, int, str],
    place: int,
    example: tuple[Segment, Segment, list[Segment]],
) -> Problem:
    better, worse, output = found
    node = table.inputs[place].node
    facts: dict[str, Any] = {**table_words(table), "row": better + 1, "other": worse + 1}
    for number, language in enumerate(LANGUAGES):
        facts[f"what_{language}"] = _WORDS[output][number]
        facts[f"better_{language}"] = context.example([(node, example[0].sample)], language)
        facts[f"worse_{language}"] = context.example([(node, example[1].sample)], language)
    cell = [output.name for output in table.table.outputs].index(output)
    return problem("offer_not_monotonic", path=f"{path}/rows/{better}/then/{cell}", severity="warning", **facts)


def _above_caps(context: Context, table: ParsedTable, path: str) -> Iterator[Problem]:
    """Cells above a cap that holds for everybody and has no end."""
    outputs = [output.name for output in table.table.outputs]
    caps = [cap for cap, text in context.parsed.caps if text is None and not cap.until_date]
    for cap in caps:
        place = outputs.index(_CAPPED[cap.of])
        unit = table.table.outputs[place].unit or ("share" if cap.of == "annual_rate" else "")
        for number, row in enumerate(table.rows):
            cell = row.outputs[place].node
            if isinstance(cell, tree.Literal) and type(cell.value) is float and cell.value > cap.maximum:
                facts: dict[str, Any] = {**table_words(table), "row": number + 1, "date": cap.from_date}
                for language in LANGUAGES:
                    facts[f"cap_{language}"] = getattr(cap, language)
                    facts[f"value_{language}"] = context.shown(cell.value, unit, language)
                    facts[f"maximum_{language}"] = context.shown(cap.maximum, unit, language)
                yield problem("offer_above_cap", path=f"{path}/rows/{number}/then/{place}", severity="warning", **facts)
