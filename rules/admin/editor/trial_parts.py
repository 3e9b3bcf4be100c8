"""Decision tables and scorecards of a trial in words: the rows hit, and the points of every characteristic."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from rules.engine.document import Characteristic, Scorecard, Table
from rules.engine.expression_words import Glossary, cell_words
from rules.engine.trace import Evaluation
from rules.engine.trace_parts import CharacteristicHit, TableHit, bin_of
from rules.localised import language, localised
from rules.words import NOTHING, number_words, value_words


def parts_shown(evaluation: Evaluation, glossary: Glossary) -> list[dict[str, Any]]:
    """[{title, result, lines: [[label, words]]}] of every table and scorecard but the offer's table."""
    document = evaluation.program.document
    tables, cards = evaluation.tables, evaluation.scorecards
    return [
        *[_table(table, tables[table.name], glossary) for table in document.tables if table.name in tables],
        *[_scorecard(card, cards[card.name], glossary) for card in document.scorecards if card.name in cards],
    ]


def _part(title: str, result: str, lines: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"title": title, "result": result, "lines": list(lines)}


def _table(table: Table, hit: TableHit, glossary: Glossary) -> dict[str, Any]:
    results = [value_words(hit.values[output.name], output.unit, language()) for output in table.outputs]
    lines = [(_("Row %(number)s") % {"number": row + 1}, _row(table, row, glossary)) for row in hit.rows]
    lines += [(_("Row %(number)s cannot be told") % {"number": row + 1}, "?") for row in hit.untold]
    if hit.is_default:
        lines = [(_("No row is hit"), NOTHING)]
    return _part(localised(table) or table.name, ", ".join(results), lines)


def _row(table: Table, row: int, glossary: Glossary) -> str:
    tests = [
        cell_words(cell, column.expression, glossary, language())
        for cell, column in zip(table.rows[row].when, table.inputs, strict=False)
    ]
    return " · ".join(tests)


def _scorecard(card: Scorecard, hits: list[CharacteristicHit], glossary: Glossary) -> dict[str, Any]:
    points = [hit.points for hit in hits]
    known = [value for value in points if value is not None]
    total = number_words(card.initial_points + sum(known)) if len(known) == len(points) else "?"
    lines = [
        (localised(part) or part.name, _bin(part, hit, glossary))
        for part, hit in zip(card.characteristics, hits, strict=True)
    ]
    return _part(localised(card) or card.name, total, lines)


def _bin(part: Characteristic, hit: CharacteristicHit, glossary: Glossary) -> str:
    taken = bin_of(part, hit.bin)
    words = localised(taken) or cell_words(taken.when, part.expression, glossary, language()) if taken else "?"
    points = "?" if hit.points is None else number_words(hit.points)
    return f"{words}: {points}" if language() == "en" else f"{words}：{points}"
