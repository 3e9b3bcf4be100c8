"""Decision tables and scorecards of a decision as rows: what was hit, and the points of every characteristic. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from rules.engine.document import Characteristic, RuleSetDocument, Scorecard, Table
from rules.engine.expression_words import Glossary, cell_words, expression_words
from rules.engine.trace_parts import MISSING_BIN, CharacteristicHit, TableHit, bin_of
from rules.words import Language, code_words, number_words, pick, value_words


def table_rows(
    document: RuleSetDocument, hits: Mapping[str, TableHit], glossary: Glossary, language: Language
) -> list[dict[str, Any]]:
    """Every decision table asked, in the order of the document: rows hit or not told with their cells, and results."""
    return [_table(table, hits[table.name], glossary, language) for table in document.tables if table.name in hits]


def _table(table: Table, hit: TableHit, glossary: Glossary, language: Language) -> dict[str, Any]:
    told = [(number, True) for number in hit.rows] + [(number, False) for number in hit.untold]
    results = []
    for output in table.outputs:
        value = hit.values[output.name]
        words = "" if value is None else value_words(value, output.unit, language)
        results.append((pick((output.en, output.zh), language) or output.name, words))
    return {
        "name": table.name,
        "title": pick((table.en, table.zh), language) or table.name,
        "rows": [
            {"number": number + 1, "is_hit": is_hit, "cells": _cells(table, number, glossary, language)}
            for number, is_hit in sorted(told)
        ],
        "is_default": hit.is_default,
        "results": results,
    }


def _cells(table: Table, number: int, glossary: Glossary, language: Language) -> list[tuple[str, str]]:
    """(column, test) in words; columns that ask nothing of this row are left out.

    A test that names its variable needs no column.
    """
    found = []
    for cell, column in zip(table.rows[number].when, table.inputs, strict=True):
        if cell.strip() == "-":
            continue
        label = pick((column.en, column.zh), language) or expression_words(column.expression, glossary, language)
        words = cell_words(cell, column.expression, glossary, language)
        found.append(("" if label in words else label, words))
    return found


def scorecard_rows(
    document: RuleSetDocument,
    hits: Mapping[str, Sequence[CharacteristicHit]],
    totals: Mapping[str, float | None],
    glossary: Glossary,
    language: Language,
) -> list[dict[str, Any]]:
    """Every scorecard with its total and, by characteristic, value, bin, points, and points lost to the best bin."""
    return [
        {
            "name": card.name,
            "title": pick((card.en, card.zh), language) or card.name,
            "initial": _points(card.initial_points) if card.initial_points else "",
            "total": _points(totals[card.name]),
            "rows": _characteristics(card, hits[card.name], glossary, language),
        }
        for card in document.scorecards
        if card.name in hits
    ]


def _characteristics(
    card: Scorecard, hits: Sequence[CharacteristicHit], glossary: Glossary, language: Language
) -> list[dict[str, Any]]:
    rows = []
    for characteristic, hit in zip(card.characteristics, hits, strict=True):
        taken, words = bin_of(characteristic, hit.bin), ""
        if taken is not None:
            own = pick((taken.en, taken.zh), language)
            words = own or cell_words(taken.when, characteristic.expression, glossary, language)
        label = pick((characteristic.en, characteristic.zh), language)
        rows.append(
            {
                "label": label or expression_words(characteristic.expression, glossary, language),
                "value": _value(characteristic, hit.value, glossary, language),
                "bin": words,
                "is_missing": hit.bin == MISSING_BIN,
                "is_special": 0 <= hit.bin < len(characteristic.special),
                "points": _points(hit.points),
                "lost": _points(hit.lost) if hit.lost is not None and hit.lost > 0 else "",
            }
        )
    return rows


def _value(characteristic: Characteristic, value: Any, glossary: Glossary, language: Language) -> str:
    term = glossary.get(characteristic.expression.strip())
    if value is None:
        return ""
    if term is not None and any(code.code == value for code in term.codes):
        return code_words(value, term.codes, language)
    number = round(value, 4) if isinstance(value, float) else value
    return value_words(number, term.unit if term else "", language)


def _points(value: float | None) -> str:
    return "" if value is None else number_words(round(value, 2))
