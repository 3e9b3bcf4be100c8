"""XML of a model as a small tree. Document types, and with them entities, are refused; size and depth are bounded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from rules.dmn.problems import DmnInvalid, DmnTooLarge

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 200_000
MAX_DEPTH = 100


@dataclass(slots=True)
class Element:
    """An element: its local name, name space, attributes by local name, children and the text right under it."""

    name: str
    namespace: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def child(self, name: str) -> "Element | None":
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> "Iterator[Element]":
        return (child for child in self.children if child.name == name)

    def text_of(self, name: str) -> str:
        """The text of a child; empty where there is none."""
        child = self.child(name)
        return child.text.strip() if child is not None else ""


def read_xml(content: bytes) -> Element:
    """The root element. Raises DmnInvalid for what is no well-formed XML or has a DTD, DmnTooLarge."""
    if len(content) > MAX_BYTES:
        raise DmnTooLarge(f"A model is larger than {MAX_BYTES} bytes.", bytes=len(content))
    return _Reader().read(content)


class _Reader:
    def __init__(self) -> None:
        self._open: list[Element] = []
        self._root: Element | None = None
        self._count = 0

    def read(self, content: bytes) -> Element:
        parser = expat.ParserCreate(namespace_separator="\n")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise DmnInvalid(f"This is no well-formed XML: {error}.") from error
        if self._root is None:
            raise DmnInvalid("The XML has no element.")
        return self._root

    def _refuse(self, *declared: object) -> None:
        raise DmnInvalid("A document type declaration has no place in a model.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise DmnTooLarge(f"A model has more than {MAX_ELEMENTS} elements, or {MAX_DEPTH} inside each other.")
        namespace, _, local = name.rpartition("\n")
        element = Element(local, namespace, {key.rpartition("\n")[2]: value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text
