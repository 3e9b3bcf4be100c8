"""Parts of a document that nothing reads."""

from collections.abc import Iterable, Iterator

from rules.engine.parsed import ParsedDocument, ParsedText
from rules.engine.problems import Problem, problem
from rules.language import names_in


def usage_problems(parsed: ParsedDocument) -> Iterable[Problem]:
    """A warning for each parameter, derived variable, table and scorecard that no other text reads."""
    document = parsed.document
    derived = {entry.name: set(names_in(text.written)) for entry, text in parsed.derived}
    elsewhere = {name for text in _other_texts(parsed) for name in names_in(text.written)}
    offered = {document.offer.table, document.offer.amount_variable} if document.offer else set()
    for number, parameter in enumerate(document.parameters):
        if parameter.name not in elsewhere and not any(parameter.name in read for read in derived.values()):
            yield problem("parameter_unused", path=f"parameters/{number}", severity="warning", name=parameter.name)
    used = elsewhere | {name for owner, read in derived.items() for name in read if name != owner}
    for number, entry in enumerate(document.derived):
        if entry.name not in used:
            yield problem("derived_unused", path=f"derived/{number}", severity="warning", name=entry.name)
    for number, table in enumerate(document.tables):
        names = parsed.tables[table.name].names if table.name in parsed.tables else ()
        if table.name not in offered and used.isdisjoint(names):
            yield problem("table_unused", path=f"tables/{number}", severity="warning", name=table.name)
    for number, scorecard in enumerate(document.scorecards):
        if scorecard.name not in used:
            yield problem("scorecard_unused", path=f"scorecards/{number}", severity="warning", name=scorecard.name)


def _other_texts(parsed: ParsedDocument) -> Iterator[ParsedText]:
    yield from (text for _, text in parsed.rules)
    for table in parsed.tables.values():
        yield from table.texts
    for scorecard in parsed.scorecards.values():
        yield from scorecard.texts
    yield from (text for _, text in parsed.score_with)
    yield from (text for _, text in parsed.caps if text is not None)
