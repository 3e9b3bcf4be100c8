"""Item definitions of a model: its own types by name."""

from collections.abc import Iterator

from rules.dmn.feel.lexer import NameIndex
from rules.dmn.feel.parse import parse_tests
from rules.dmn.feel.tree import Tests
from rules.dmn.problems import DmnInvalid, DmnUnsupported
from rules.dmn.types import SIMPLE, ItemType
from rules.dmn.xml import Element


class Definitions:
    """The types a model defines, and the built-in ones."""

    def __init__(self, root: Element) -> None:
        elements = list(root.all("itemDefinition"))
        self.by_name = {name_of(element): ItemType() for element in elements}
        if len(self.by_name) != len(elements):
            raise DmnInvalid("Two item definitions have one name.")
        for element in elements:
            self._fill(self.by_name[name_of(element)], element)
        for name, kind in self.by_name.items():
            _refuse_circle(name, kind)

    def type_of(self, reference: str, *, where: str) -> ItemType:
        """The type a `typeRef` names; anything where it names none. Raises DmnInvalid for one nobody defines."""
        text = reference.strip()
        local = text.rpartition(":")[2].strip()
        for name in (text, local, local.rpartition("}")[2]):
            if name in self.by_name:
                return self.by_name[name]
            if name in SIMPLE:
                return ItemType(SIMPLE[name])
        if not text or local == "undefined":
            return ItemType()
        raise DmnInvalid(f"{where} refers to the type “{text}”, which the model does not define.", type=text)

    def component_names(self) -> Iterator[str]:
        """The names of all components, at every depth."""
        waiting = list(self.by_name.values())
        while waiting:
            kind = waiting.pop()
            yield from kind.components
            waiting.extend(kind.components.values())

    def _fill(self, kind: ItemType, element: Element) -> None:
        name = name_of(element)
        refuse_language(element, "typeLanguage")
        kind.is_collection = element.attributes.get("isCollection", "false") in ("true", "1")
        kind.allowed = _tests(element, "allowedValues")
        kind.constraint = _tests(element, "typeConstraint")
        for component in element.all("itemComponent"):
            part = ItemType()
            self._fill(part, component)
            kind.components[name_of(component)] = part
        function = element.child("functionItem")
        if function is not None:
            where = f"The item definition “{name}”"
            kind.base = "function"
            kind.result = self.type_of(function.attributes.get("outputTypeRef", ""), where=where)
            for each in function.all("parameters"):
                kind.components[name_of(each)] = self.type_of(each.attributes.get("typeRef", ""), where=where)
        reference = element.text_of("typeRef")
        if reference and not kind.components:
            target = self.type_of(reference, where=f"The item definition “{name}”")
            if any(target is known for known in self.by_name.values()):
                kind.target = target
            else:
                kind.base = target.base


def _tests(element: Element, name: str) -> Tests | None:
    child = element.child(name)
    if child is None:
        return None
    refuse_language(child, "expressionLanguage")
    text = child.text_of("text")
    return parse_tests(text, (), NameIndex()) if text else None


def _refuse_circle(name: str, kind: ItemType) -> None:
    seen: list[ItemType] = []
    following: ItemType | None = kind
    while following is not None:
        if any(following is known for known in seen):
            raise DmnInvalid(f"The item definition “{name}” refers to itself.", type=name)
        seen.append(following)
        following = following.target


def name_of(element: Element) -> str:
    """The name of a model element, its white space normal. Raises DmnInvalid where it has none."""
    name = " ".join(element.attributes.get("name", "").split())
    if not name:
        identifier = element.attributes.get("id", "?")
        raise DmnInvalid(f"A {element.name} has no name (id {identifier}).", element=element.name)
    return name


def refuse_language(element: Element, attribute: str) -> None:
    """Raises DmnUnsupported for an expression or a type in any language but FEEL."""
    language = element.attributes.get(attribute, "").strip()
    if language and "feel" not in language.lower():
        raise DmnUnsupported(f"The language “{language}” is not evaluated.", construct=f"{attribute} {language}")
