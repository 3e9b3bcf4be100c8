"""Approved applications that the offer's table has no row for: they would go to a person instead."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rules.engine.checks.context import Context
from rules.engine.checks.grid import Grid, TooManyCombinations
from rules.engine.checks.grid_of import table_grid
from rules.engine.checks.regions import Box, Held, TooManyBoxes, meet
from rules.engine.checks.tables import examples_of, is_independent
from rules.engine.checks.values import ANYTHING, Numbers, Texts, Values, both, is_empty, one_of, without
from rules.engine.outcomes import LADDERS, MILDEST, level_of
from rules.engine.parsed import ParsedTable
from rules.engine.problems import Problem, problem
from rules.language import tree


def offer_gap_problems(context: Context, table: ParsedTable, path: str) -> Iterable[Problem]:
    """A warning with an example where no row takes what may be approved. What the rules surely refer or decline, told
    from the columns alone, needs no row; neither does a grade that no rule approves."""
    grid = table_grid(context, table)
    columns = grid.columns
    try:
        for tests in [*_adverse(context, table), *_never_approved(context, table)]:
            columns = [
                replace(column, tests=(*column.tests, tests.get(place, ANYTHING)))
                for place, column in enumerate(columns)
            ]
        extended = Grid(columns, len(columns[0].tests)) if columns else grid
        gap = extended.uncovered()
    except (TooManyCombinations, TooManyBoxes):
        return
    if gap is not None:
        code = "offer_gap" if is_independent(context, table) else "offer_gap_perhaps"
        yield problem(code, path=path, severity="warning", **examples_of(context, table, gap))


def _adverse(context: Context, table: ParsedTable) -> Iterator[dict[int, Values]]:
    """What rules refer or decline by the columns alone: a test per column that is asked for."""
    stage = context.parsed.document.stage
    for number, node in context.conditions:
        outcome = context.parsed.rules[number][0].then.outcome
        if outcome in LADDERS[stage] and level_of(outcome, stage) > MILDEST:
            for box in context.regions.of(node, True):
                tests = _over_columns(context, table, box)
                # Alternatives of a condition that is not all of comparisons may be too large.
                if tests is not None and _is_true_inside(context, node, box):
                    yield tests


def _is_true_inside(context: Context, node: tree.Node, box: Box) -> bool:
    others = context.regions.of(node, False) + context.regions.of(node, None)
    return all(meet(box, other) is None for other in others)


def _over_columns(context: Context, table: ParsedTable, box: Box) -> dict[int, Values] | None:
    """A box as tests of the columns, smaller if need be; None where it asks for anything else."""
    places = {text.node.name: place for place, text in enumerate(table.inputs) if isinstance(text.node, tree.Name)}
    tests: dict[int, Values] = {}
    for key, held in box.items():
        if held.has_null or not isinstance(key, str):
            return None
        if key in places:
            tests[places[key]] = held.values
        elif key == "pd" and "grade" in places and isinstance(held.values, Numbers):
            tests[places["grade"]] = _grades_inside(context, held.values)
        else:
            return None
    return tests


def _grades_inside(context: Context, pds: Numbers) -> Texts:
    return one_of(grade for grade, band in context.names.grades.items() if not without(band, pds).parts)


def _never_approved(context: Context, table: ParsedTable) -> Iterator[dict[int, Values]]:
    """The grades that no rule approves, as a test of the grade's column."""
    place = next((at for at, text in enumerate(table.inputs) if text.node == tree.Name("grade")), None)
    if place is None or not context.names.grades:
        return
    approving = [
        box
        for number, node in context.conditions
        if context.parsed.rules[number][0].then.outcome == LADDERS[context.parsed.document.stage][MILDEST]
        for box in context.regions.of(node, True)
    ]
    for grade, band in context.names.grades.items():
        if all(is_empty(_pds(box, band)) for box in approving):
            yield {place: one_of([grade])}


def _pds(box: Box, band: Numbers) -> Values:
    held = box.get("pd", Held(ANYTHING))
    return both(held.values, band)
