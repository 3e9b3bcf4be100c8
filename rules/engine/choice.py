"""Which model scores an application: the `score_with` part of a document as a program of its own, asked first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from rules.engine.document import Rule, RuleSetDocument, Then
from rules.engine.parsed import ParsedDocument

if TYPE_CHECKING:
    from rules.engine.program import Program

MAIN, AMOUNT_CONTROL = "MAIN", "AMOUNT_CONTROL"


def choice_document(parsed: ParsedDocument) -> RuleSetDocument | None:
    """The conditions as rules without consequence, with only the definitions they read; None where there are none."""
    if not parsed.score_with:
        return None
    document = parsed.document
    read = parsed.reads(*(text for _, text in parsed.score_with))
    return msgspec.structs.replace(
        document,
        rules=[Rule(entry.purpose, entry.purpose, entry.purpose, entry.when, Then()) for entry in document.score_with],
        derived=[entry for entry in document.derived if entry.name in read],
        tables=[table.table for table in parsed.asked_tables if not read.isdisjoint(table.names)],
        scorecards=[entry for entry in document.scorecards if entry.name in read],
        patterns=[],
        grades=[],
        offer=None,
        cases=[],
        score_with=[],
    )


def purpose_chosen(program: "Program", values: Mapping[str, Any], business_date: str | None) -> str | None:
    """The purpose of the model that scores: of the first condition that holds, else MAIN; None if it cannot be told.

    Raises EvaluationFailed.
    """
    if program.choice is None:
        return MAIN
    found = program.choice.evaluate(values, business_date=business_date)
    for purpose, truth in found.truths.items():
        if truth is not False:
            return purpose if truth else None
    return MAIN
