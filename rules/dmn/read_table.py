"""Decision tables of a model to trees."""

from rules.dmn.boxed import DecisionTable, InputClause, OutputClause, TableRule, Typed
from rules.dmn.definitions import Definitions, refuse_language
from rules.dmn.feel.lexer import NameIndex
from rules.dmn.feel.parse import parse_expression, parse_tests
from rules.dmn.feel.tree import Literal, Node, Tests
from rules.dmn.problems import DmnInvalid, DmnUnsupported
from rules.dmn.xml import Element

_POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
_AGGREGATIONS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}


def read_table(
    element: Element, names: list[str], definitions: Definitions, properties: NameIndex, *, where: str
) -> DecisionTable:
    """The table under a `decisionTable`. Raises DmnInvalid or DmnUnsupported, with the place."""
    orientation = element.attributes.get("preferredOrientation", "Rule-as-Row")
    if orientation == "CrossTable":
        raise DmnUnsupported(f"{where} is a crosstab table.", construct="crosstab")
    return _TableReader(names, definitions, properties, where).read(element)


class _TableReader:
    def __init__(self, names: list[str], definitions: Definitions, properties: NameIndex, where: str) -> None:
        self.names = names
        self.definitions = definitions
        self.properties = properties
        self.where = where

    def read(self, element: Element) -> DecisionTable:
        inputs = tuple(self._input(each, at) for at, each in enumerate(element.all("input"), 1))
        clauses = list(element.all("output"))
        if not clauses:
            raise DmnInvalid(f"{self.where} has no output.")
        outputs = tuple(self._output(each, at, len(clauses)) for at, each in enumerate(clauses, 1))
        names = [clause.name for clause in outputs]
        if len(set(names)) != len(names):
            raise DmnInvalid(f"{self.where} has two outputs of one name.")
        policy = self._policy(element)
        if len(policy) == 2 and len(outputs) > 1:
            raise DmnUnsupported(
                f"{self.where} collects several outputs with an operator, which the standard leaves open.",
                construct=f"{policy} with several outputs",
            )
        rules = tuple(self._rule(each, at, len(inputs), len(outputs)) for at, each in enumerate(element.all("rule"), 1))
        return DecisionTable(policy, inputs, outputs, rules)

    def _policy(self, element: Element) -> str:
        hit_policy = element.attributes.get("hitPolicy", "UNIQUE")
        aggregation = element.attributes.get("aggregation", "")
        if hit_policy not in _POLICIES:
            raise DmnInvalid(f"{self.where} has the unknown hit policy “{hit_policy}”.")
        if aggregation and aggregation not in _AGGREGATIONS:
            raise DmnInvalid(f"{self.where} has the unknown aggregation “{aggregation}”.")
        collects = hit_policy == "COLLECT" and aggregation
        return _POLICIES[hit_policy] + (_AGGREGATIONS[aggregation] if collects else "")

    def _input(self, element: Element, at: int) -> InputClause:
        where = f"{self.where}, input {at}"
        expression = element.child("inputExpression")
        if expression is None or not expression.text_of("text"):
            raise DmnInvalid(f"{where} has no expression.")
        return InputClause(
            self._expression(expression, where),
            self.definitions.type_of(expression.attributes.get("typeRef", ""), where=where),
            self._allowed(element.child("inputValues"), where),
            expression.text_of("text"),
            element.attributes.get("label", ""),
        )

    def _output(self, element: Element, at: int, count: int) -> OutputClause:
        where = f"{self.where}, output {at}"
        name = " ".join(element.attributes.get("name", "").split())
        if not name and count > 1:
            raise DmnInvalid(f"{where} has no name.")
        default = element.child("defaultOutputEntry")
        default_text = default.text_of("text") if default is not None else ""
        values = element.child("outputValues")
        return OutputClause(
            name,
            self.definitions.type_of(element.attributes.get("typeRef", ""), where=where),
            self._allowed(values, where),
            self._expression(default, where) if default is not None and default_text else None,
            element.attributes.get("label", ""),
            default_text,
            values.text_of("text") if values is not None else "",
        )

    def _rule(self, element: Element, at: int, inputs: int, outputs: int) -> TableRule:
        where = f"{self.where}, rule {at}"
        tests, results = list(element.all("inputEntry")), list(element.all("outputEntry"))
        if len(tests) != inputs or len(results) != outputs:
            raise DmnInvalid(
                f"{where} has {len(tests)} input and {len(results)} output entries for {inputs} and {outputs} columns."
            )
        notes = [*(each.text_of("text") for each in element.all("annotationEntry")), element.text_of("description")]
        return TableRule(
            tuple(self._tests(each, f"{where}, input {column}") for column, each in enumerate(tests, 1)),
            tuple(self._result(each, f"{where}, output {column}") for column, each in enumerate(results, 1)),
            tuple(each.text_of("text") for each in [*tests, *results]),
            "; ".join(note for note in notes if note),
        )

    def _result(self, element: Element, where: str) -> Node:
        node = self._expression(element, where)
        reference = element.attributes.get("typeRef", "")
        return Typed(node, self.definitions.type_of(reference, where=where)) if reference else node

    def _expression(self, element: Element, where: str) -> Node:
        refuse_language(element, "expressionLanguage")
        if element.child("importedValues") is not None:
            raise DmnUnsupported(f"{where} imports its values.", construct="importedValues")
        text = element.text_of("text")
        if text in ("", "-"):
            return Literal(None, "null")
        try:
            return parse_expression(text, self.names, self.properties)
        except DmnInvalid as error:
            raise DmnInvalid(f"{where}: {error.message}", **error.facts) from error

    def _tests(self, element: Element, where: str) -> Tests:
        refuse_language(element, "expressionLanguage")
        try:
            return parse_tests(element.text_of("text"), self.names, self.properties)
        except DmnInvalid as error:
            raise DmnInvalid(f"{where}: {error.message}", **error.facts) from error

    def _allowed(self, element: Element | None, where: str) -> Tests | None:
        if element is None or not element.text_of("text"):
            return None
        return self._tests(element, where)
