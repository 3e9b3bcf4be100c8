"""Which model scores an application: the `score_with` part of a document as a program of its own, asked first."""

import msgspec

from rules.engine.document import Rule, RuleSetDocument, Then
from rules.engine.parsed import ParsedDocument

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
