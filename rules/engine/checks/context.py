"""What every check asks of a document: the sets of values of its names, regions of conditions, and words for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, nextafter
from typing import Any

from rules.engine.checks.grid import Grid
from rules.engine.checks.regions import Names, Regions
from rules.engine.checks.values import ALL_NUMBERS, ANYTHING, Numbers, Texts, Values, one_of
from rules.engine.expression_words import Term, glossary_of
from rules.engine.hit_policies import LISTED
from rules.engine.outcomes import BUSINESS_DATE
from rules.engine.parsed import FAILED, ParsedDocument, ParsedText
from rules.engine.problems import Problem
from rules.language import Held, Node, Type, as_text, tree
from rules.language.fold import folded
from rules.language.lower import lowered
from rules.words import Language, code_words, value_words
from scoring.catalogue import Catalogue, Variable
from scoring.profiles import Profile

LANGUAGES: tuple[Language, Language] = ("en", "zh")
_AND: dict[Language, str] = {"en": " and ", "zh": "、"}
_IS: dict[Language, str] = {"en": "{} = {}", "zh": "{} = {}"}


@dataclass
class Context:
    """A parsed document with what the checks share; worked out once."""

    parsed: ParsedDocument
    catalogue: Catalogue
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    wrong: Iterable[Problem] = ()
    """Errors found before: texts that have one are not asked any further."""
    grids: dict[str, Grid] = field(default_factory=dict)
    """Of tables, by name."""

    @cached_property
    def _wrong_paths(self) -> frozenset[str]:
        return frozenset(found.path for found in self.wrong if found.severity == "error")

    def is_sound(self, path: str) -> bool:
        """Whether nothing is wrong at this path or below it."""
        return not any(found == path or found.startswith(f"{path}/") for found in self._wrong_paths)

    @cached_property
    def glossary(self) -> dict[str, Term]:
        """Words of every name."""
        return glossary_of(self.parsed.document, self.catalogue)

    @cached_property
    def names(self) -> Names:
        """What every name may hold. A definition that has a problem is not looked through."""
        parsed, variables = self.parsed, self.parsed.variables
        domains = {name: _domain(variable) for name, variable in variables.items()}
        domains |= {"pd": Numbers(((0.0, 1.0),)), "score_points": ALL_NUMBERS}
        domains |= {
            name: ALL_NUMBERS
            for name, held in parsed.scope.names.items()
            if held.type is Type.NUMBER and name not in domains
        }
        return Names(
            domains=domains,
            whole=frozenset(name for name, variable in variables.items() if variable.type == "integer"),
            dates=frozenset(name for name, item in variables.items() if item.type == "date") | {BUSINESS_DATE},
            definitions={
                entry.name: self.plain(text.node)
                for number, (entry, text) in enumerate(parsed.derived)
                if text.type is Type.BOOLEAN and self.is_sound(f"derived/{number}") and self._is_plain(text)
            },
            grades=_bands(parsed),
        )

    @cached_property
    def regions(self) -> Regions:
        """Regions over the document's names."""
        return Regions(self.names)

    @cached_property
    def conditions(self) -> list[tuple[int, Node]]:
        """(number, condition) of the enabled rules without a problem, constants worked out."""
        return [
            (number, self.plain(text.node))
            for number, (rule, text) in enumerate(self.parsed.rules)
            if rule.enabled and self.is_sound(f"rules/{number}/when") and self._is_plain(text)
        ]

    def plain(self, node: Node, **more: Held) -> Node:
        """The tree as executors run it, constants worked out; `more` are names beside those in scope."""
        return folded(lowered(node, self.parsed.scope.with_names(more) if more else self.parsed.scope))

    def _is_plain(self, text: ParsedText) -> bool:
        """Whether it parsed, and reads no table that gives a list."""
        return text.node is not FAILED and self._listed.isdisjoint(text.names)

    @cached_property
    def _listed(self) -> frozenset[str]:
        tables = [table for table in self.parsed.asked_tables if table.table.hit_policy in LISTED]
        return frozenset(name for table in tables for name in table.names)

    def domain_of(self, node: Node, kind: Type) -> Values:
        """The values an expression may have, null apart."""
        if isinstance(node, tree.Name):
            if node.name == "grade" and self.names.grades:
                return one_of(self.names.grades)
            if node.name in self.names.domains:
                return self.names.domains[node.name]
        if kind is Type.BOOLEAN:
            return one_of([True, False])
        if kind is Type.NUMBER:
            return ALL_NUMBERS
        return Texts(frozenset(), is_excluding=True) if kind is Type.STRING else ANYTHING

    def name_words(self, name: str, language: Language) -> str:
        """A name's label, or itself."""
        term = self.glossary.get(name)
        return (getattr(term, language) if term else "") or name

    def expression_words(self, node: Node, language: Language) -> str:
        """A name's label; any other expression as it is written."""
        return self.name_words(node.name, language) if isinstance(node, tree.Name) else as_text(node)

    def value_words(self, node: Node | str, value: Any, language: Language) -> str:
        """A value of a name or expression with its unit or the meaning of its code."""
        name = node if isinstance(node, str) else node.name if isinstance(node, tree.Name) else ""
        term = self.glossary.get(name)
        if term is not None and any(code.code == value for code in term.codes):
            return code_words(value, term.codes, language)
        return self.shown(value, term.unit if term else "", language) if value != "" else "“”"

    def shown(self, value: Any, unit: str, language: Language) -> str:
        """A value in a unit; whole numbers without a point."""
        is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return value_words(int(value) if is_whole else value, unit, language)

    def example(self, values: Iterable[tuple[Node, Any]], language: Language) -> str:
        """“Income = 5 and Grade = A”."""
        return _AND[language].join(
            _IS[language].format(self.expression_words(node, language), self.value_words(node, value, language))
            for node, value in values
        )


def _domain(variable: Variable) -> Values:
    if variable.type == "boolean":
        return one_of([True, False])
    if variable.type == "date":
        return ALL_NUMBERS
    if variable.codes:
        codes = [code.code for code in variable.codes]
        if variable.type == "string":
            return one_of(codes)
        return Numbers(tuple((float(code), float(code)) for code in sorted(codes, key=float)))
    if variable.type == "string":
        return Texts(frozenset(), is_excluding=True)
    low = -inf if variable.minimum is None else float(variable.minimum)
    high = inf if variable.maximum is None else float(variable.maximum)
    return Numbers(((low, high),) if low <= high else ())


def _bands(parsed: ParsedDocument) -> dict[str, Numbers]:
    """The PDs of each grade; nothing where the grades are wrong."""
    bands, low = {}, 0.0
    for grade in parsed.document.grades:
        if grade.max_pd < low:
            return {}
        bands[grade.grade] = Numbers(((low, grade.max_pd),))
        low = nextafter(grade.max_pd, inf)
    return bands
