"""A document with every text parsed and typed against the catalogue: where validation and compilation start."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rules.engine.document import Derived, LegalCap, Rule, RuleSetDocument, ScoreWith
from rules.engine.order import definition_order
from rules.engine.outcomes import BUSINESS_DATE, SCORE_NAMES
from rules.engine.parsed_parts import (
    FAILED,
    ParsedCharacteristic,
    ParsedRow,
    ParsedScorecard,
    ParsedTable,
    ParsedText,
    PartReader,
    output_name,
)
from rules.engine.problems import Problem, problem
from rules.language import Held, Scope, Type, held
from scoring.catalogue import Catalogue, Variable

__all__ = [
    "FAILED",
    "ParsedCharacteristic",
    "ParsedDocument",
    "ParsedRow",
    "ParsedScorecard",
    "ParsedTable",
    "ParsedText",
    "document_parse",
    "reads_score",
    "type_is",
]


@dataclass(slots=True)
class ParsedDocument:
    """Everything parsed, and every problem on the way. Compile only what has no error."""

    document: RuleSetDocument
    variables: dict[str, Variable]
    scope: Scope
    derived: list[tuple[Derived, ParsedText]] = field(default_factory=list)
    rules: list[tuple[Rule, ParsedText]] = field(default_factory=list)
    score_with: list[tuple[ScoreWith, ParsedText]] = field(default_factory=list)
    tables: dict[str, ParsedTable] = field(default_factory=dict)
    scorecards: dict[str, ParsedScorecard] = field(default_factory=dict)
    caps: list[tuple[LegalCap, ParsedText | None]] = field(default_factory=list)
    """Legal caps with their condition; None where there is none."""
    definitions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each derived variable, table output and scorecard reads, by its name in scope."""
    order: list[str] = field(default_factory=list)
    """Derived variables, tables and scorecards by name, each behind what it reads."""
    circles: list[list[str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def asked_tables(self) -> list[ParsedTable]:
        """The tables whose results are names in scope: all but the offer's."""
        offer = self.document.offer
        return [table for name, table in self.tables.items() if offer is None or name != offer.table]

    def reads(self, *texts: ParsedText) -> frozenset[str]:
        """Every name the texts read, through derived variables, tables and scorecards too (those names among them)."""
        found: set[str] = set()
        waiting = [name for text in texts for name in text.names]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.definitions.get(name, ())
        return frozenset(found)


def document_parse(document: RuleSetDocument, catalogue: Catalogue, *, product: str) -> ParsedDocument:
    """Every text of the document parsed and typed; never raises for what a text says."""
    known, is_review = catalogue.of_product(product), document.stage == "POST_LOAN"
    variables = {name: item for name, item in known.items() if is_review or not item.is_for_reviews}
    names = {name: _held(variable) for name, variable in variables.items()}
    names |= {"pd": Held(Type.NUMBER), "score_points": Held(Type.NUMBER), "grade": _grades(document)}
    names[BUSINESS_DATE] = Held(Type.DATE)
    names |= {parameter.name: held(parameter.type) for parameter in document.parameters}
    parsed = ParsedDocument(document, variables, Scope(names))
    reader = PartReader(Scope(names), document.parameters)
    _definitions(parsed, reader)
    for number, rule in enumerate(document.rules):
        parsed.rules.append((rule, reader.text(rule.when, f"rules/{number}/when", expected=Type.BOOLEAN)))
    for number, entry in enumerate(document.score_with):
        parsed.score_with.append((entry, reader.text(entry.when, f"score_with/{number}/when", expected=Type.BOOLEAN)))
    _offer(parsed, reader)
    parsed.scope = reader.scope
    parsed.problems = reader.problems
    return parsed


def _definitions(parsed: ParsedDocument, reader: PartReader) -> None:
    """Derived variables, tables and scorecards, each typed once everything it reads is."""
    document = parsed.document
    offered = document.offer.table if document.offer else None
    derived = {entry.name: number for number, entry in enumerate(document.derived)}
    tables = {entry.name: number for number, entry in enumerate(document.tables) if entry.name != offered}
    scorecards = {entry.name: number for number, entry in enumerate(document.scorecards)}
    given_by = {output_name(table, output): table.name for table in document.tables for output in table.outputs}

    reads: dict[str, list[str]] = {}
    for name, number in derived.items():
        reads[name] = reader.names_of_text(document.derived[number].expression)
    for name, number in tables.items():
        reads.setdefault(name, []).extend(reader.names_of_table(document.tables[number]))
    for name, number in scorecards.items():
        reads.setdefault(name, []).extend(reader.names_of_scorecard(document.scorecards[number]))
    parsed.order, parsed.circles = definition_order(
        {
            name: [given_by.get(read, read) for read in found if read not in parsed.variables]
            for name, found in reads.items()
        }
    )
    stuck = {name for circle in parsed.circles for name in circle}
    reader.add_names({name: Held(Type.ANY) for name in _given_names(stuck, given_by)})
    typed_derived: dict[str, ParsedText] = {}
    for name in parsed.order:
        if name in derived:
            text = reader.text(document.derived[derived[name]].expression, f"derived/{derived[name]}/expression")
            typed_derived[name] = text
            reader.add_names({name: Held(text.type)})
        if name in tables:
            parsed.tables[name] = reader.table(document.tables[tables[name]], f"tables/{tables[name]}")
            reader.add_names(parsed.tables[name].held)
        if name in scorecards:
            number = scorecards[name]
            parsed.scorecards[name] = reader.scorecard(document.scorecards[number], f"scorecards/{number}")
            reader.add_names({name: Held(Type.NUMBER)})
    parsed.definitions = {name: text.names for name, text in typed_derived.items()}
    parts: list[ParsedTable | ParsedScorecard] = [*parsed.tables.values(), *parsed.scorecards.values()]
    for part in parts:
        found = tuple(dict.fromkeys(read for text in part.texts for read in text.names))
        parsed.definitions |= dict.fromkeys(part.names, found)
    parsed.derived = [(entry, typed_derived[entry.name]) for entry in document.derived]
    for circle in parsed.circles:
        path = _path_of(circle[0], derived, tables, scorecards)
        reader.problems.append(problem("definition_circle", path=path, circle=" → ".join([*circle, circle[0]])))


def _given_names(definitions: set[str], given_by: dict[str, str]) -> set[str]:
    return definitions | {name for name, table in given_by.items() if table in definitions}


def _path_of(name: str, derived: dict[str, int], tables: dict[str, int], scorecards: dict[str, int]) -> str:
    for part, numbers in (("derived", derived), ("tables", tables), ("scorecards", scorecards)):
        if name in numbers:
            return f"{part}/{numbers[name]}"
    return ""


def _offer(parsed: ParsedDocument, reader: PartReader) -> None:
    """The offer's table and legal caps read every name and give none; tables keep the document's order."""
    document = parsed.document
    for number, table in enumerate(document.tables):
        if table.name not in parsed.tables:
            parsed.tables[table.name] = reader.table(table, f"tables/{number}")
    parsed.tables = {table.name: parsed.tables[table.name] for table in document.tables}
    parsed.scorecards = {entry.name: parsed.scorecards[entry.name] for entry in document.scorecards}
    for number, cap in enumerate(document.offer.caps if document.offer else []):
        path = f"offer/caps/{number}/when"
        text = reader.text(cap.when, path, expected=Type.BOOLEAN) if cap.when.strip() else None
        parsed.caps.append((cap, text))


def _held(variable: Variable) -> Held:
    return held(variable.type, [code.code for code in variable.codes])


def _grades(document: RuleSetDocument) -> Held:
    return Held(Type.STRING, frozenset(grade.grade for grade in document.grades) or None)


def reads_score(parsed: ParsedDocument, *texts: ParsedText) -> bool:
    """Whether a text depends on the model's score: the rule is a score cut-off."""
    return not parsed.reads(*texts).isdisjoint(SCORE_NAMES)


def scorecards_read(parsed: ParsedDocument, texts: Iterable[ParsedText]) -> tuple[str, ...]:
    """The scorecards whose total the texts depend on, in the order of the document."""
    found = parsed.reads(*texts)
    return tuple(name for name in parsed.scorecards if name in found)


def type_is(value: Any, name: str) -> bool:
    """Whether a JSON value is of a catalogue type."""
    if name in ("integer", "number"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and (name == "number" or float(value).is_integer())
    return isinstance(value, bool) if name == "boolean" else isinstance(value, str)
