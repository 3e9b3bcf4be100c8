"""Boxed expressions of a model to trees. What is not evaluated here is refused by its name."""

from collections.abc import Callable, Iterable

from rules.dmn.boxed import Encapsulated, ResultContext, Typed
from rules.dmn.definitions import Definitions, name_of, refuse_language
from rules.dmn.feel.lexer import NameIndex
from rules.dmn.feel.parse import parse_expression
from rules.dmn.feel.tree import (
    Call,
    ContextOf,
    Filter,
    For,
    If,
    ListOf,
    Literal,
    Node,
    Quantified,
)
from rules.dmn.problems import DmnInvalid, DmnUnsupported
from rules.dmn.read_table import read_table
from rules.dmn.xml import Element

MAX_BOXES = 20
"""Boxes inside each other."""


class BoxedReader:
    """Reads the expressions of one model. `properties`: every name that a component of a value may have."""

    def __init__(self, definitions: Definitions, properties: NameIndex) -> None:
        self.definitions = definitions
        self.properties = properties
        self.depth = 0

    def logic(self, owner: Element, names: Iterable[str], *, where: str) -> Node | None:
        """The expression right under an element, or None where it has none."""
        found = [child for child in owner.children if child.name in _READERS]
        for child in owner.children:
            if child.name in _UNSUPPORTED:
                raise DmnUnsupported(f"{where} holds a {child.name}, which is not evaluated.", construct=child.name)
        return self.expression(found[0], names, where=where) if found else None

    def needed(self, owner: Element | None, names: Iterable[str], *, where: str) -> Node:
        node = self.logic(owner, names, where=where) if owner is not None else None
        if node is None:
            raise DmnInvalid(f"{where} lacks an expression.")
        return node

    def expression(self, element: Element, names: Iterable[str], *, where: str) -> Node:
        self.depth += 1
        if self.depth > MAX_BOXES:
            raise DmnInvalid(f"{where} holds more than {MAX_BOXES} boxes inside each other.")
        node = _READERS[element.name](self, element, list(names), where)
        self.depth -= 1
        reference = element.attributes.get("typeRef", "")
        if not reference or element.name == "functionDefinition":
            return node
        return Typed(node, self.definitions.type_of(reference, where=where))

    def text(self, element: Element | None, names: Iterable[str], *, where: str) -> Node:
        """The FEEL under an element's `text`; null where it is empty."""
        if element is None:
            return Literal(None, "null")
        refuse_language(element, "expressionLanguage")
        if element.child("importedValues") is not None:
            raise DmnUnsupported(f"{where} imports its values.", construct="importedValues")
        text = element.text_of("text")
        if not text:
            return Literal(None, "null")
        try:
            return parse_expression(text, names, self.properties)
        except DmnInvalid as error:
            raise DmnInvalid(f"{where}: {error.message}", **error.facts) from error


def _literal(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    return reader.text(element, names, where=where)


def _table(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    return read_table(element, names, reader.definitions, reader.properties, where=where)


def _invocation(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    callee = reader.needed(element, names, where=where)
    arguments, parameters = [], []
    for binding in element.all("binding"):
        parameter = binding.child("parameter")
        if parameter is None:
            raise DmnInvalid(f"{where} has a binding without a parameter.")
        parameters.append(name_of(parameter))
        value = reader.logic(binding, names, where=where) or Literal(None, "null")
        reference = parameter.attributes.get("typeRef", "")
        kind = reader.definitions.type_of(reference, where=where)
        arguments.append(Typed(value, kind) if reference else value)
    return Call(callee.expression if isinstance(callee, Typed) else callee, tuple(arguments), tuple(parameters))


def _context(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    entries: list[tuple[str, Node]] = []
    scope = list(names)
    for entry in element.all("contextEntry"):
        variable = entry.child("variable")
        value = reader.logic(entry, scope, where=where) or Literal(None, "null")
        if variable is None:
            return ResultContext(tuple(entries), value)
        name = name_of(variable)
        reference = variable.attributes.get("typeRef", "")
        kind = reader.definitions.type_of(reference, where=where)
        entries.append((name, Typed(value, kind) if reference else value))
        scope.append(name)
    return ContextOf(tuple(entries))


def _relation(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    columns = [
        (name_of(column), reader.definitions.type_of(column.attributes.get("typeRef", ""), where=where))
        for column in element.all("column")
    ]
    rows = []
    for row in element.all("row"):
        cells = [reader.expression(cell, names, where=where) for cell in row.children if cell.name in _READERS]
        if len(cells) != len(columns):
            raise DmnInvalid(f"{where} has a row with {len(cells)} cells for {len(columns)} columns.")
        typed = [(name, Typed(cell, kind)) for (name, kind), cell in zip(columns, cells, strict=True)]
        rows.append(ContextOf(tuple(typed)))
    return ListOf(tuple(rows))


def _list(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    inside = [child for child in element.children if child.name in _READERS]
    return ListOf(tuple(reader.expression(child, names, where=where) for child in inside))


def _function(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    return read_function(reader, element, names, where=where)


def read_function(reader: BoxedReader, element: Element, names: Iterable[str], *, where: str) -> Encapsulated:
    """A boxed function, or the encapsulated logic of a business knowledge model."""
    if element.attributes.get("kind", "FEEL") != "FEEL":
        kind = element.attributes["kind"]
        raise DmnUnsupported(f"{where} is a function of kind {kind}.", construct=f"function kind {kind}")
    parameters = tuple(
        (name_of(each), reader.definitions.type_of(each.attributes.get("typeRef", ""), where=where))
        for each in element.all("formalParameter")
    )
    inner = [*names, *(name for name, _ in parameters)]
    body = reader.logic(element, inner, where=where) or Literal(None, "null")
    return Encapsulated(
        parameters, body, reader.definitions.type_of(element.attributes.get("typeRef", ""), where=where)
    )


def _conditional(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    condition, then, otherwise = (
        reader.needed(element.child(part), names, where=f"{where}, {part}") for part in ("if", "then", "else")
    )
    return If(condition, then, otherwise)


def _iterated(reader: BoxedReader, element: Element, names: list[str], where: str, body: str) -> tuple[str, Node, Node]:
    name = element.attributes.get("iteratorVariable", "")
    if not name:
        raise DmnInvalid(f"{where} has no iterator variable.")
    inner = [*names, name, "partial"]
    items = reader.needed(element.child("in"), names, where=f"{where}, in")
    return name, items, reader.needed(element.child(body), inner, where=f"{where}, {body}")


def _for(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    name, items, body = _iterated(reader, element, names, where, "return")
    return For(((name, items, None),), body, reads_partial=True)


def _quantified(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    name, items, condition = _iterated(reader, element, names, where, "satisfies")
    return Quantified(element.name == "every", ((name, items, None),), condition)


def _filter(reader: BoxedReader, element: Element, names: list[str], where: str) -> Node:
    items = reader.needed(element.child("in"), names, where=f"{where}, in")
    inner = [*names, "item", *reader.properties.names()]
    return Filter(items, reader.needed(element.child("match"), inner, where=f"{where}, match"))


_READERS: dict[str, Callable[[BoxedReader, Element, list[str], str], Node]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "invocation": _invocation,
    "context": _context,
    "relation": _relation,
    "list": _list,
    "functionDefinition": _function,
    "conditional": _conditional,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
    "filter": _filter,
}
_UNSUPPORTED = ("expression", "importedValues")
