"""What must hold of tables, scorecards and legal caps before they can be compiled."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from rules.engine.document import RuleSetDocument, Table, TableOutput
from rules.engine.hit_policies import AGGREGATES, RANKED
from rules.engine.parsed import ParsedDocument, ParsedTable, type_is
from rules.engine.parsed_parts import FAILED, ParsedText
from rules.engine.problems import Problem, problem
from rules.language.render import literal_text
from rules.language.tree import Literal


def doubled(named: Iterable[tuple[str, str]]) -> Iterable[Problem]:
    """A problem for every (path, name) whose name was there before."""
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            yield problem("name_duplicate", path=path, name=name)
        seen.add(name)


def table_problems(parsed: ParsedDocument) -> Iterable[Problem]:
    """Problems of every table: cells and columns, what its hit policy needs, and its allowed values."""
    for number, table in enumerate(parsed.document.tables):
        path = f"tables/{number}"
        yield from _cells(table, path)
        yield from doubled((f"{path}/outputs/{place}/name", entry.name) for place, entry in enumerate(table.outputs))
        for place, output in enumerate(table.outputs):
            yield from _allowed_values(output, f"{path}/outputs/{place}/values")
        yield from _policy(table, path)
        yield from _given_values(parsed.tables[table.name], path)


def _cells(table: Table, path: str) -> Iterable[Problem]:
    for number, row in enumerate(table.rows):
        for part, cells, columns in (("when", row.when, table.inputs), ("then", row.then, table.outputs)):
            if len(cells) != len(columns):
                place = f"{path}/rows/{number}/{part}"
                yield problem("cell_count_wrong", path=place, found=len(cells), expected=len(columns))


def _allowed_values(output: TableOutput, path: str) -> Iterable[Problem]:
    seen: list[Any] = []
    for number, value in enumerate(output.values):
        if not _is_of_type(value, output.type):
            yield problem("output_value_wrong", path=f"{path}/{number}", value=literal_text(value), type=output.type)
        elif value in seen:
            yield problem("output_value_duplicate", path=f"{path}/{number}", value=literal_text(value))
        seen.append(value)


def _policy(table: Table, path: str) -> Iterable[Problem]:
    policy = table.hit_policy
    if policy in AGGREGATES and (len(table.outputs) != 1 or table.outputs[0].type != "number"):
        yield problem("output_unaggregated", path=f"{path}/hit_policy", policy=policy)
    for number, output in enumerate(table.outputs if policy in RANKED else []):
        if not output.values:
            place = f"{path}/outputs/{number}/values"
            yield problem("output_values_missing", path=place, policy=policy, name=output.name)


def _given_values(parsed: ParsedTable, path: str) -> Iterable[Problem]:
    """Results that are constants must be allowed; the order of O is settled beforehand, so all of its must be."""
    table = parsed.table
    numbers = {id(row): number for number, row in enumerate(table.rows)}
    for row in parsed.rows:
        for place, (output, text) in enumerate(zip(table.outputs, row.outputs, strict=True)):
            at = f"{path}/rows/{numbers[id(row.row)]}/then/{place}"
            yield from _given(output, text, at)
            if table.hit_policy == "O" and not isinstance(text.node, Literal):
                yield problem("output_not_constant", path=at)
    for place, (output, default) in enumerate(zip(table.outputs, parsed.defaults, strict=True)):
        if default is not None and table.hit_policy != "C#":
            yield from _given(output, default, f"{path}/outputs/{place}/default")


def _given(output: TableOutput, text: ParsedText, path: str) -> Iterable[Problem]:
    node = text.node
    is_constant = isinstance(node, Literal) and node is not FAILED and node.value is not None
    if output.values and is_constant and node.value not in output.values:  # type: ignore[attr-defined]
        allowed = ", ".join(literal_text(value) for value in output.values)
        value = literal_text(node.value)  # type: ignore[attr-defined]
        yield problem("output_not_allowed", path=path, value=value, name=output.name, allowed=allowed)


def scorecard_problems(document: RuleSetDocument) -> Iterable[Problem]:
    """Problems of every scorecard: names of its characteristics."""
    for number, scorecard in enumerate(document.scorecards):
        path = f"scorecards/{number}/characteristics"
        yield from doubled(
            (f"{path}/{place}/name", entry.name) for place, entry in enumerate(scorecard.characteristics)
        )


def cap_problems(document: RuleSetDocument) -> Iterable[Problem]:
    """Problems of the dates of legal caps."""
    for number, cap in enumerate(document.offer.caps if document.offer else []):
        dates = {"from_date": cap.from_date, "until_date": cap.until_date}
        wrong = {field: text for field, text in dates.items() if text and not _is_date(text)}
        for field, text in wrong.items():
            yield problem("cap_date_invalid", path=f"offer/caps/{number}/{field}", date=text)
        if not wrong and cap.until_date and cap.until_date <= cap.from_date:
            path = f"offer/caps/{number}/until_date"
            yield problem("cap_dates_empty", path=path, until=cap.until_date, start=cap.from_date)


def _is_of_type(value: Any, name: str) -> bool:
    return isinstance(value, str) and _is_date(value) if name == "date" else type_is(value, name)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
