"""From the tests of a table or a characteristic to a grid; what is no plain test of constants counts as not told."""

from collections.abc import Sequence

from rules.engine.checks.context import Context
from rules.engine.checks.grid import Column, Grid
from rules.engine.checks.regions import Names, Regions, TooManyBoxes
from rules.engine.checks.values import ANYTHING, NOTHING, Anything, Values, both, either
from rules.engine.parsed import ParsedTable, ParsedText
from rules.engine.parsed_parts import CELL_INPUT
from rules.language import Held, Node, tree

ANY = tree.Literal(True)
MARK = tree.Name(CELL_INPUT)


def table_grid(context: Context, table: ParsedTable) -> Grid:
    """The rows of a table over its columns; made once."""
    if table.table.name not in context.grids:
        context.grids[table.table.name] = Grid(_columns(context, table), len(table.rows))
    return context.grids[table.table.name]


def _columns(context: Context, table: ParsedTable) -> list[Column]:
    asked = [dict(row.tests) for row in table.rows]
    columns = []
    for place, text in enumerate(table.inputs):
        limit = table.allowed[place] if place < len(table.allowed) else None
        columns.append(column_of(context, text, [tests.get(place, ANY) for tests in asked], limit=limit))
    return columns


def column_of(context: Context, text: ParsedText, tests: Sequence[Node], *, limit: Node | None = None) -> Column:
    """A column of tests (on `?`) of an expression; `limit` is a condition that every value of it meets."""
    domain = context.domain_of(text.node, text.type)
    name = text.node.name if isinstance(text.node, tree.Name) else ""
    is_whole, is_date = name in context.names.whole, name in context.names.dates
    if limit is not None:
        allowed = values_of(context.regions, context.plain(limit), text.node)
        domain = domain if allowed is None else both(domain, allowed)
    marks = frozenset([CELL_INPUT])
    names = Names({CELL_INPUT: domain}, marks if is_whole else frozenset(), marks if is_date else frozenset(), {}, {})
    regions, told = Regions(names), dict[Node, Values | None]()
    for test in tests:
        if test not in told:
            told[test] = ANYTHING if test == ANY else values_of(regions, _plain(context, test, text), MARK)
    return Column(domain, tuple(told[test] for test in tests), is_whole, is_date)


def _plain(context: Context, test: Node, text: ParsedText) -> Node:
    return context.plain(test, **{CELL_INPUT: Held(text.type)})


def values_of(regions: Regions, condition: Node, about: Node) -> Values | None:
    """Exactly the values of `about` for which the condition is true; None where it asks something else too."""
    key = about.name if isinstance(about, tree.Name) else about
    try:
        boxes = regions.of(condition, True)
    except TooManyBoxes:
        return None
    sets: list[Values] = []
    for box in boxes:
        if set(box) != {key} or isinstance(box[key].values, Anything):
            return None
        sets.append(box[key].values)
    return either(sets) if sets else NOTHING
