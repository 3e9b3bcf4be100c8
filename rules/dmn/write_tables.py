"""Decision tables of a document as DMN elements."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from rules.dmn.outgoing import feel_cell, feel_expression, roots_of
from rules.engine.document import Bin, Characteristic, Grade, Row, Rule, Table, TableInput, TableOutput
from rules.language.render import literal_text

FEEL_TYPES = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "date": "date"}
_POLICIES = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}
_AGGREGATIONS = {"+": "SUM", "<": "MIN", ">": "MAX", "#": "COUNT"}


def table_element(table: Table) -> tuple[Element, set[str]]:
    """A table of the document, and the names it reads. Raises ExpressionInvalid."""
    element = Element("decisionTable", {"hitPolicy": _POLICIES[table.hit_policy[0]]})
    if len(table.hit_policy) == 2:
        element.set("aggregation", _AGGREGATIONS[table.hit_policy[1]])
    reads: set[str] = set()
    for clause in table.inputs:
        _input(element, clause)
        reads |= roots_of(clause.expression)
    for output in table.outputs:
        _output(element, output, is_named=len(table.outputs) > 1)
        if output.default.strip():
            reads |= roots_of(output.default)
    for row in table.rows:
        reads |= _row(element, row)
    return element, reads


def _input(element: Element, clause: TableInput) -> None:
    label = " / ".join(text for text in (clause.en, clause.zh) if text)
    child = SubElement(element, "input", {"label": label} if label else {})
    SubElement(SubElement(child, "inputExpression"), "text").text = feel_expression(clause.expression)
    if clause.values.strip():
        SubElement(SubElement(child, "inputValues"), "text").text = feel_cell(clause.values)


def _output(element: Element, output: TableOutput, *, is_named: bool) -> None:
    attributes = {"typeRef": FEEL_TYPES[output.type]}
    if is_named:
        attributes["name"] = output.name
    label = " / ".join(text for text in (output.en, output.zh) if text)
    if label:
        attributes["label"] = label
    child = SubElement(element, "output", attributes)
    if output.values:
        values = ", ".join(_constant(value, output.type) for value in output.values)
        SubElement(SubElement(child, "outputValues"), "text").text = values
    if output.default.strip():
        SubElement(SubElement(child, "defaultOutputEntry"), "text").text = feel_expression(output.default)


def _constant(value: float | str | bool, kind: str) -> str:
    return f'date("{value}")' if kind == "date" else literal_text(value)


def _row(element: Element, row: Row) -> set[str]:
    rule = SubElement(element, "rule")
    if row.note:
        # What Camunda Modeler shows as a rule's annotation.
        SubElement(rule, "description").text = row.note
    reads: set[str] = set()
    for cell in row.when:
        reads |= roots_of(cell, is_cell=True)
        SubElement(SubElement(rule, "inputEntry"), "text").text = feel_cell(cell)
    for cell in row.then:
        reads |= roots_of(cell)
        SubElement(SubElement(rule, "outputEntry"), "text").text = feel_expression(cell)
    return reads


def characteristic_table(characteristic: Characteristic) -> tuple[Element, set[str]]:
    """The points of a characteristic: special values first, then bins, then the points for a missing value."""
    element = Element("decisionTable", {"hitPolicy": "FIRST"})
    _input(element, TableInput(characteristic.expression, en=characteristic.en, zh=characteristic.zh))
    SubElement(element, "output", {"typeRef": "number"})
    missing = [] if characteristic.missing_points is None else [Bin("null", characteristic.missing_points)]
    reads = roots_of(characteristic.expression)
    for each in [*missing, *characteristic.special, *characteristic.bins]:
        reads |= _row(element, Row([each.when], [literal_text(each.points)]))
    return element, reads


def grade_table(grades: Sequence[Grade]) -> Element:
    """The grade of a PD: the first whose `max_pd` it does not pass."""
    element = Element("decisionTable", {"hitPolicy": "FIRST"})
    _input(element, TableInput("pd", en="Probability of default", zh="违约概率"))
    SubElement(element, "output", {"typeRef": "string"})
    for grade in grades:
        _row(element, Row([f"<= {literal_text(grade.max_pd)}"], [literal_text(grade.grade)]))
    return element


def rules_table(rules: Sequence[Rule]) -> tuple[Element, set[str]]:
    """One row per rule: its condition is the cell, tested for true; what follows are the outputs."""
    element = Element("decisionTable", {"hitPolicy": "COLLECT"})
    _input(element, TableInput("true", en="Condition", zh="条件"))
    for name, kind in (("code", "string"), ("outcome", "string"), ("reason", "string"), ("points", "number")):
        SubElement(element, "output", {"name": name, "typeRef": kind})
    reads: set[str] = set()
    for rule in rules:
        row = SubElement(element, "rule")
        SubElement(row, "description").text = f"{rule.label_en} / {rule.label_zh}"
        SubElement(SubElement(row, "inputEntry"), "text").text = feel_expression(rule.when)
        for value in (rule.code, rule.then.outcome, rule.then.reason, rule.then.points):
            SubElement(SubElement(row, "outputEntry"), "text").text = literal_text(value)
        reads |= roots_of(rule.when)
    return element, reads
