"""Scorecards: values no bin takes, bins that are never reached, bins that overlap, reasons without wording."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rules.engine.checks.context import LANGUAGES, Context
from rules.engine.checks.grid import Grid
from rules.engine.checks.grid_of import column_of
from rules.engine.checks.values import Anything, both, is_empty
from rules.engine.parsed import ParsedCharacteristic, ParsedScorecard
from rules.engine.problems import Problem, problem
from scoring.catalogue import Reason


def scorecard_problems(context: Context, reasons: Mapping[str, Reason]) -> Iterable[Problem]:
    """Every finding of every scorecard, characteristic by characteristic."""
    for number, scorecard in enumerate(context.parsed.document.scorecards):
        parsed = context.parsed.scorecards.get(scorecard.name)
        for place, entry in enumerate(scorecard.characteristics):
            path = f"scorecards/{number}/characteristics/{place}"
            if entry.reason:
                yield from reason_problems(entry.reason, f"{path}/reason", reasons)
            if parsed is not None and context.is_sound(path) and place < len(parsed.characteristics):
                yield from _bins(context, parsed, parsed.characteristics[place], path)


def reason_problems(code: str, path: str, reasons: Mapping[str, Reason]) -> Iterator[Problem]:
    """A reason code the catalogue does not word in both languages."""
    reason = reasons.get(code)
    if reason is None:
        yield problem("reason_unknown", path=path, reason=code)
    elif not (reason.en.strip() and reason.zh.strip()):
        yield problem("reason_incomplete", path=path, reason=code)


def _bins(context: Context, scorecard: ParsedScorecard, entry: ParsedCharacteristic, path: str) -> Iterator[Problem]:
    named: dict[str, Any] = {f"name_{lang}": context.expression_words(entry.value.node, lang) for lang in LANGUAGES}
    facts: dict[str, Any] = {**named, "scorecard": scorecard.scorecard.name}
    column = column_of(context, entry.value, entry.tests)
    grid = Grid([column], len(entry.tests))
    special = len(entry.characteristic.special)

    def shown(sample: object) -> dict[str, Any]:
        return {f"example_{lang}": context.example([(entry.value.node, sample)], lang) for lang in LANGUAGES}

    gap = grid.uncovered()
    if gap is not None:
        yield problem("bins_gap", path=f"{path}/bins", severity="warning", **facts, **shown(gap[0].sample))
    for row in range(1, len(entry.tests)):
        place = f"{path}/bins/{row - special}" if row >= special else f"{path}/special/{row}"
        if grid.hidden_by_earlier(row):
            yield problem("bin_unreachable", path=place, severity="warning", **facts, bin=row - special + 1)
            continue
        for other in range(special, row):
            if grid.meeting(row) >> other & 1 and not _continues(grid, other, row):
                sample = grid.common(row, other)[0].sample
                numbers: dict[str, Any] = {"bin": row - special + 1, "other": other - special + 1}
                yield problem("bins_overlap", path=place, severity="warning", **facts, **numbers, **shown(sample))
                break


def _continues(grid: Grid, earlier: int, later: int) -> bool:
    """Whether the later bin takes all the earlier one does: the way of `< 25`, `< 40`, everything else."""
    tests = grid.columns[0].tests
    if isinstance(tests[later], Anything):
        return True
    return all(
        segment.certain >> later & 1 or not segment.certain >> earlier & 1
        for segment in grid.segments[0]
        if not is_empty(both(segment.values, grid.columns[0].domain))
    )
