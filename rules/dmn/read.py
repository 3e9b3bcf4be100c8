"""A DMN model from its XML: its input data, decisions, business knowledge models and decision services."""

from rules.dmn.boxed import Typed
from rules.dmn.definitions import Definitions, name_of, refuse_language
from rules.dmn.feel.lexer import NameIndex
from rules.dmn.feel.tree import Literal
from rules.dmn.model import Decision, DmnModel, InputData, Knowledge, Service
from rules.dmn.problems import DmnInvalid, DmnUnsupported
from rules.dmn.read_boxed import BoxedReader, read_function
from rules.dmn.types import ANY, ItemType
from rules.dmn.xml import Element, read_xml

VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
_KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_IGNORED = frozenset(
    # What says nothing about values: documentation, diagrams, organisation.
    (
        *("description", "extensionElements", "itemDefinition", "import", "DMNDI", "knowledgeSource", "textAnnotation"),
        *("association", "group", "performanceIndicator", "organizationUnit", "elementCollection", "artifact"),
        "businessContextElement",
    )
)


def read_dmn(xml: bytes) -> DmnModel:
    """The model in `xml` (DMN 1.1 to 1.5).

    Raises DmnInvalid for what is no such model, DmnUnsupported naming the construct it cannot evaluate, DmnTooLarge.
    """
    root = read_xml(xml)
    if root.name != "definitions" or root.namespace not in VERSIONS:
        raise DmnInvalid(f"This is no DMN 1.1 to 1.5 model: its root is “{root.name}” of “{root.namespace[:120]}”.")
    _keep_namespace(root)
    refuse_language(root, "expressionLanguage")
    refuse_language(root, "typeLanguage")
    for element in root.children:
        if element.name == "import":
            target = element.attributes.get("name") or element.attributes.get("namespace", "")
            raise DmnUnsupported(f"The model imports “{target}”.", construct="import")
        if element.name not in _KINDS and element.name not in _IGNORED:
            raise DmnUnsupported(f"The model holds a {element.name}.", construct=element.name)
    return _ModelReader(root).read()


def _keep_namespace(root: Element) -> None:
    """Leaves out what other name spaces add (extensions, diagrams)."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        element.children = [
            child
            for child in element.children
            if child.namespace == root.namespace and child.name != "extensionElements"
        ]
        waiting.extend(element.children)


class _ModelReader:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.definitions = Definitions(root)
        self.elements: dict[str, Element] = {}
        for element in root.children:
            if element.name in _KINDS:
                key = element.attributes.get("id") or name_of(element)
                if key in self.elements:
                    raise DmnInvalid(f"Two elements have the id “{key}”.")
                self.elements[key] = element
        self.boxes = BoxedReader(self.definitions, self._properties())

    def read(self) -> DmnModel:
        model = DmnModel(
            name=self.root.attributes.get("name", ""),
            version=VERSIONS[self.root.namespace],
            types=self.definitions.by_name,
            inputs={key: self._input(each) for key, each in self._of("inputData")},
            knowledge={key: self._knowledge(each) for key, each in self._of("businessKnowledgeModel")},
            services={key: self._service(each) for key, each in self._of("decisionService")},
            decisions={key: self._decision(each) for key, each in self._of("decision")},
        )
        names = [decision.name for decision in model.decisions.values()]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise DmnInvalid(f"Two decisions are named “{twice}”.")
        model.refuse_circles()
        return model

    def _of(self, kind: str) -> list[tuple[str, Element]]:
        return [(key, element) for key, element in self.elements.items() if element.name == kind]

    def _properties(self) -> NameIndex:
        """Every name that a component of a value may have: of item definitions, outputs, context entries, columns."""
        index = NameIndex(self.definitions.component_names())
        waiting = list(self.root.children)
        while waiting:
            element = waiting.pop()
            waiting.extend(element.children)
            if element.name in ("output", "column", "variable", "formalParameter") and element.attributes.get("name"):
                index.add(element.attributes["name"])
        return index

    def _target(self, reference: Element, *kinds: str) -> str:
        href = reference.attributes.get("href", "")
        namespace, _, key = href.rpartition("#")
        if namespace and namespace != self.root.attributes.get("namespace", ""):
            raise DmnUnsupported(f"“{href}” refers to another model.", construct="import")
        element = self.elements.get(key)
        if element is None or element.name not in kinds:
            raise DmnInvalid(f"“{href}” refers to no {' or '.join(kinds)} of the model.", href=href)
        return key

    def _requirements(self, owner: Element) -> tuple[str, ...]:
        """The ids of what an element requires: input data, decisions, business knowledge models, services."""
        keys = []
        for requirement in owner.children:
            if requirement.name == "informationRequirement":
                keys += [
                    self._target(each, "inputData", "decision")
                    for each in requirement.children
                    if "href" in each.attributes
                ]
            elif requirement.name == "knowledgeRequirement":
                kinds = ("businessKnowledgeModel", "decisionService")
                keys += [self._target(each, *kinds) for each in requirement.all("requiredKnowledge")]
        return tuple(dict.fromkeys(keys))

    def _variable(self, key: str) -> str:
        """The name under which others read an element's value."""
        element = self.elements[key]
        variable = element.child("variable")
        return name_of(variable if variable is not None and variable.attributes.get("name") else element)

    def _type_reference(self, element: Element) -> str:
        variable = element.child("variable")
        if variable is None:
            return ""
        return variable.attributes.get("typeRef", "") or variable.text_of("typeRef")

    def _input(self, element: Element) -> InputData:
        name = name_of(element)
        where = f"The input data “{name}”"
        key = element.attributes.get("id") or name
        return InputData(
            name, self._variable(key), self.definitions.type_of(self._type_reference(element), where=where)
        )

    def _decision(self, element: Element) -> Decision:
        name = name_of(element)
        where = f"The decision “{name}”"
        required = self._requirements(element)
        names = [self._variable(key) for key in required]
        logic = self.boxes.logic(element, names, where=where) or Literal(None, "null")
        reference = self._type_reference(element)
        kind = self.definitions.type_of(reference, where=where)
        if VERSIONS[self.root.namespace] == "1.1":
            reference = ""  # DMN 1.1 had no rule yet for a result that is not of its type
        key = element.attributes.get("id") or name
        return Decision(name, self._variable(key), Typed(logic, kind) if reference else logic, required)

    def _knowledge(self, element: Element) -> Knowledge:
        name = name_of(element)
        where = f"The business knowledge model “{name}”"
        required = self._requirements(element)
        key = element.attributes.get("id") or name
        logic = element.child("encapsulatedLogic")
        if logic is None:
            return Knowledge(name, self._variable(key), None, required, ANY)
        names = [*(self._variable(each) for each in required), self._variable(key)]
        function = read_function(self.boxes, logic, names, where=where)
        return Knowledge(name, self._variable(key), function, required, self._function_type(element, where))

    def _service(self, element: Element) -> Service:
        name = name_of(element)
        key = element.attributes.get("id") or name
        outputs = tuple(self._target(each, "decision") for each in element.all("outputDecision"))
        given = [
            *(self._target(each, "inputData") for each in element.all("inputData")),
            *(self._target(each, "decision") for each in element.all("inputDecision")),
        ]
        kind = self._function_type(element, f"The decision service “{name}”")
        return Service(name, self._variable(key), outputs, tuple(given), kind)

    def _function_type(self, element: Element, where: str) -> ItemType:
        """The type of functions that the element's variable names. Older models name that of the result there, which
        says nothing about the function."""
        kind = self.definitions.type_of(self._type_reference(element), where=where)
        return kind if kind.function() is not None else ANY
