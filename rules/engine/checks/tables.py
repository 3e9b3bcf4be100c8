"""Decision tables: values that no row takes, rows that meet where only one may, rows that are never reached."""

from collections.abc import Iterable, Iterator
from typing import Any

from rules.engine.checks.context import LANGUAGES, Context
from rules.engine.checks.grid import Grid, Segment, TooManyCombinations, bits_of
from rules.engine.checks.grid_of import table_grid
from rules.engine.parsed import ParsedTable
from rules.engine.problems import Problem, problem
from rules.language import tree
from rules.language.problems import Severity
from rules.words import pick

SHOWN = 5
"""Findings of one kind in one table; more of them say no more."""
_SINGLE = frozenset({"U", "A"})
_LISTING = frozenset({"R", "O", "C", "C#"})
"""Hit policies whose result without a hit is an empty list, or none counted."""


def table_problems(context: Context) -> Iterable[Problem]:
    """Gaps, overlaps and unreachable rows of every table without another problem; the offer's gaps are told with it."""
    document = context.parsed.document
    offered = document.offer.table if document.offer else None
    for number, table in enumerate(document.tables):
        path = f"tables/{number}"
        parsed = context.parsed.tables.get(table.name)
        if parsed is None or not context.is_sound(path) or len(parsed.rows) != len(table.rows):
            continue
        grid = table_grid(context, parsed)
        if table.name != offered and not any(parsed.defaults) and table.hit_policy not in _LISTING:
            yield from gap_problems(context, parsed, grid, path)
        if table.hit_policy in _SINGLE and table.name != offered:
            yield from _overlaps(context, parsed, grid, path)
        if table.hit_policy == "F" or table.name == offered:
            yield from _hidden(parsed, grid, path)


def gap_problems(context: Context, table: ParsedTable, grid: Grid, path: str) -> Iterator[Problem]:
    """Values that fall through, with an example."""
    try:
        gap = grid.uncovered()
    except TooManyCombinations:
        yield _too_many(table, path)
        return
    if gap is not None:
        code = "table_gap" if is_independent(context, table) else "table_gap_perhaps"
        examples = examples_of(context, table, gap)
        yield problem(code, path=f"{path}/rows", severity="warning", **table_words(table), **examples)


def examples_of(context: Context, table: ParsedTable, point: list[Segment]) -> dict[str, Any]:
    """The values of a point in words, in both languages."""
    values = [(text.node, segment.sample) for text, segment in zip(table.inputs, point, strict=True)]
    anything = ("anything", "任意值")
    return {
        f"example_{language}": context.example(values, language) or pick(anything, language) for language in LANGUAGES
    }


def is_independent(context: Context, table: ParsedTable) -> bool:
    """Whether every combination of column values can occur: no two columns read one variable, none is computed."""
    seen: set[str] = set()
    plain = {*context.parsed.variables, "pd", "grade", "score_points"}
    for text in table.inputs:
        reads = context.parsed.reads(text)
        if not isinstance(text.node, tree.Name) or text.node.name not in plain or reads & seen:
            return False
        seen |= reads | ({"pd", "grade"} if reads & {"pd", "grade"} else set())
    return True


def _overlaps(context: Context, table: ParsedTable, grid: Grid, path: str) -> Iterator[Problem]:
    """Rows that the same values meet: never allowed with U; with A only where they agree."""
    shown, can_meet = 0, is_independent(context, table)
    for row in range(len(table.rows)):
        for other in bits_of(grid.meeting(row) & ((1 << row) - 1)):
            severity, code = _judged(table, row, other)
            if code and shown < SHOWN:
                shown += 1
                severity = severity if can_meet else "warning"
                point = grid.common(row, other)
                examples = examples_of(context, table, point)
                facts: dict[str, Any] = {**table_words(table), **examples, "row": row + 1, "other": other + 1}
                yield problem(code, path=f"{path}/rows/{row}", severity=severity, **facts)


def _judged(table: ParsedTable, row: int, other: int) -> tuple[Severity, str]:
    if table.table.hit_policy == "U":
        return "error", "table_rows_overlap"
    results = [[text.node for text in table.rows[place].outputs] for place in (row, other)]
    if results[0] == results[1]:
        return "warning", ""
    are_constants = all(isinstance(node, tree.Literal) for nodes in results for node in nodes)
    return ("error", "table_rows_conflict") if are_constants else ("warning", "table_rows_may_conflict")


def _hidden(table: ParsedTable, grid: Grid, path: str) -> Iterator[Problem]:
    """Rows that earlier ones leave nothing for."""
    shown = 0
    for row in range(1, len(table.rows)):
        if shown >= SHOWN:
            return
        try:
            earlier = grid.hidden_by_earlier(row)
        except TooManyCombinations:
            yield _too_many(table, path)
            return
        if earlier:
            shown += 1
            listed = ", ".join(str(place + 1) for place in earlier[:SHOWN]) + (", …" if len(earlier) > SHOWN else "")
            facts: dict[str, Any] = {**table_words(table), "row": row + 1, "others": listed}
            yield problem("table_row_unreachable", path=f"{path}/rows/{row}", severity="warning", **facts)


def _too_many(table: ParsedTable, path: str) -> Problem:
    return problem("table_not_told", path=f"{path}/rows", severity="warning", **table_words(table))


def table_words(table: ParsedTable) -> dict[str, Any]:
    """The name of a table in both languages."""
    return {"table_en": table.table.en or table.table.name, "table_zh": table.table.zh or table.table.name}
