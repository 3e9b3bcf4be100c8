"""A rule-set version as a DMN 1.3 model that modelers open.

Variables become input data; parameters, derived variables, tables, scorecards and grades become decisions of their
own names; rules become one table that collects the rules hit, and an outcome decided from it. Patterns, offers'
legal caps and what happens where a condition cannot be told have no place in DMN: the model says so in a note.
"""

from dataclasses import dataclass
from typing import Any, Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

from rules.dmn.diagram import add_diagram
from rules.dmn.outgoing import feel_expression, roots_of
from rules.dmn.write_tables import FEEL_TYPES, characteristic_table, grade_table, rules_table, table_element
from rules.engine.document import RuleSetDocument, document_read
from rules.engine.outcomes import LADDERS
from rules.language.render import literal_text
from scoring.catalogue import Catalogue

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


class Version(Protocol):
    """What is written: anything with a stored document, such as a RuleSetVersion."""

    @property
    def document(self) -> Any: ...


@dataclass
class Part:
    """One decision on its way into the model."""

    name: str
    label: str
    logic: Element
    reads: set[str]
    type: str = ""
    note: str = ""


def write_dmn(version: Version, catalogue: Catalogue | None = None) -> bytes:
    """The version as UTF-8 XML. `catalogue` gives variables their labels and types.

    Raises DocumentInvalid, or ExpressionInvalid for a text that does not parse (a draft may hold such).
    """
    document = document_read(version.document)
    parts = _parts(document)
    names = [part.name for part in parts]
    reads = set().union(*(part.reads for part in parts)) - set(names)
    root = Element(
        "definitions",
        {
            "xmlns": MODEL,
            "id": "definitions",
            "name": f"{document.product} {document.stage}",
            "namespace": f"https://riskengine.example/{document.product}/{document.stage}",
        },
    )
    left_out = _left_out(document)
    if left_out:
        SubElement(root, "description").text = left_out
    requirements: list[tuple[str, str, str]] = []
    for part in parts:
        _decision(root, part, names, reads, requirements)
    for name in sorted(reads):
        _input(root, name, catalogue)
    if left_out:
        note = SubElement(root, "textAnnotation", {"id": "left_out"})
        SubElement(note, "text").text = left_out
    add_diagram(root, requirements)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _decision(
    root: Element, part: Part, names: list[str], inputs: set[str], requirements: list[tuple[str, str, str]]
) -> None:
    decision = SubElement(root, "decision", {"id": f"d_{part.name}", "name": part.name})
    if part.label:
        decision.set("label", part.label)
    if part.note:
        SubElement(decision, "description").text = part.note
    variable = SubElement(decision, "variable", {"id": f"v_{part.name}", "name": part.name})
    if part.type:
        variable.set("typeRef", part.type)
    for name in sorted(part.reads & ({*names} | inputs)):
        key = f"r_{part.name}_{name}"
        kind, target = ("requiredDecision", f"d_{name}") if name in names else ("requiredInput", f"i_{name}")
        requirement = SubElement(decision, "informationRequirement", {"id": key})
        SubElement(requirement, kind, {"href": f"#{target}"})
        requirements.append((key, target, f"d_{part.name}"))
    decision.append(part.logic)


def _input(root: Element, name: str, catalogue: Catalogue | None) -> None:
    known = next((each for each in catalogue.variables if each.name == name), None) if catalogue else None
    kind = FEEL_TYPES.get(known.type, "") if known else _OF_SCORE.get(name, "")
    data = SubElement(root, "inputData", {"id": f"i_{name}", "name": name})
    if known:
        data.set("label", label_of(known.en, known.zh))
    variable = SubElement(data, "variable", {"id": f"iv_{name}", "name": name})
    if kind:
        variable.set("typeRef", kind)


def _parts(document: RuleSetDocument) -> list[Part]:
    """The decisions of a document. A name with a dot is a component of a table's value."""
    parts = [
        Part(
            each.name,
            label_of(each.en, each.zh),
            literal(f'date("{each.value}")' if each.type == "date" else literal_text(each.value)),
            set(),
            FEEL_TYPES[each.type],
            each.help_en,
        )
        for each in document.parameters
    ]
    parts += [
        Part(
            each.name, label_of(each.en, each.zh), literal(feel_expression(each.expression)), roots_of(each.expression)
        )
        for each in document.derived
    ]
    for table in document.tables:
        logic, reads = table_element(table)
        single = table.hit_policy in ("U", "A", "P", "F") and len(table.outputs) == 1
        kind = FEEL_TYPES[table.outputs[0].type] if single else ""
        parts.append(Part(table.name, label_of(table.en, table.zh), logic, reads, kind, table.help_en))
    for card in document.scorecards:
        points = [f"{card.name}_{each.name}" for each in card.characteristics]
        for name, characteristic in zip(points, card.characteristics, strict=True):
            logic, reads = characteristic_table(characteristic)
            parts.append(Part(name, label_of(characteristic.en, characteristic.zh), logic, reads, "number"))
        total = literal(" + ".join([literal_text(card.initial_points), *points]))
        parts.append(Part(card.name, label_of(card.en, card.zh), total, set(points), "number", card.help_en))
    if document.grades:
        parts.append(Part("grade", "Grade 等级", grade_table(document.grades), {"pd"}, "string"))
    return [*parts, *_rules(document, {part.name for part in parts})]


def _rules(document: RuleSetDocument, taken: set[str]) -> list[Part]:
    enabled = [rule for rule in document.rules if rule.enabled]
    if not enabled:
        return []
    hits, outcome = (name if name not in taken else f"{name}_" for name in ("rules_hit", "outcome"))
    logic, reads = rules_table(enabled)
    order = reversed(LADDERS[document.stage])
    text = "".join(f'if list contains({hits}.outcome, "{each}") then "{each}" else ' for each in order)
    decided = literal(text + literal_text(document.default_outcome))
    return [
        Part(hits, "Rules hit 命中规则", logic, reads),
        Part(outcome, "Outcome 结果", decided, {hits}, "string"),
    ]


def _left_out(document: RuleSetDocument) -> str:
    """What DMN has no place for, in words; empty where there is nothing."""
    lines = []
    enabled = [rule for rule in document.rules if rule.enabled]
    referring = [rule.code for rule in enabled if rule.on_unknown == "refer"]
    if referring:
        lines.append(
            "A condition that cannot be told hits no rule here; in the engine it refers (on_unknown): "
            + ", ".join(referring)
            + "."
        )
    setting = [f"{rule.code} ({', '.join(sorted(rule.then.set))})" for rule in enabled if rule.then.set]
    if setting:
        lines.append("What rules set is not written: " + ", ".join(setting) + ".")
    citing = [rule.code for rule in enabled if rule.legal_basis]
    if citing:
        lines.append("The legal basis of rules is not written: " + ", ".join(citing) + ".")
    if document.patterns:
        lines.append("Patterns are not written: " + ", ".join(each.code for each in document.patterns) + ".")
    switched_off = [rule.code for rule in document.rules if not rule.enabled]
    if switched_off:
        lines.append("Rules switched off are not written: " + ", ".join(switched_off) + ".")
    blaming = [card.name for card in document.scorecards if any(each.reason for each in card.characteristics)]
    if blaming:
        lines.append("The reasons of scorecards are not written, their points are: " + ", ".join(blaming) + ".")
    if document.offer:
        lines.append("The offer's requested amount and term and its counter-offers are not written; its table is.")
        if document.offer.caps:
            caps = ", ".join(
                f"{cap.of} at most {literal_text(cap.maximum)} from {cap.from_date}" for cap in document.offer.caps
            )
            lines.append(f"Legal caps are not written: {caps}.")
    return "\n".join(lines)


def literal(text: str) -> Element:
    """A literal expression."""
    element = Element("literalExpression")
    SubElement(element, "text").text = text
    return element


def label_of(en: str, zh: str) -> str:
    """Both languages, for a modeler that shows one label."""
    return " / ".join(dict.fromkeys(text for text in (en, zh) if text))


_OF_SCORE = {"pd": "number", "score_points": "number", "grade": "string", "business_date": "date"}
