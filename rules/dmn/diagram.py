"""The decision requirements diagram: what is required stands below what requires it."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

_DI = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
_SIZES = {"decision": (180, 80), "inputData": (125, 45), "textAnnotation": (400, 120)}
_ACROSS = 10
"""Shapes side by side, at most."""


def add_diagram(root: Element, requirements: Sequence[tuple[str, str, str]]) -> None:
    """Adds a diagram of the elements of `root`. `requirements`: (id, what is required, what requires it)."""
    root.set("xmlns:dmndi", _DI)
    root.set("xmlns:dc", "http://www.omg.org/spec/DMN/20180521/DC/")
    root.set("xmlns:di", "http://www.omg.org/spec/DMN/20180521/DI/")
    kinds = {element.get("id", ""): element.tag for element in root if element.tag in _SIZES}
    places = _places(kinds, requirements)
    diagram = SubElement(SubElement(root, "dmndi:DMNDI"), "dmndi:DMNDiagram", {"id": "diagram"})
    for key, (left, top) in places.items():
        shape = SubElement(diagram, "dmndi:DMNShape", {"id": f"s_{key}", "dmnElementRef": key})
        width, height = _SIZES[kinds[key]]
        bounds = {"x": left, "y": top, "width": width, "height": height}
        SubElement(shape, "dc:Bounds", {name: str(value) for name, value in bounds.items()})
    for key, below, above in requirements:
        edge = SubElement(diagram, "dmndi:DMNEdge", {"id": f"e_{key}", "dmnElementRef": key})
        (low_left, low_top), (high_left, high_top) = places[below], places[above]
        start = (low_left + _SIZES[kinds[below]][0] // 2, low_top)
        end = (high_left + _SIZES[kinds[above]][0] // 2, high_top + _SIZES[kinds[above]][1])
        for x, y in (start, end):
            SubElement(edge, "di:waypoint", {"x": str(x), "y": str(y)})


def _places(kinds: dict[str, str], requirements: Sequence[tuple[str, str, str]]) -> dict[str, tuple[int, int]]:
    """Left and top of every shape, in rows by how much stands below it."""
    needs: dict[str, list[str]] = {key: [] for key in kinds}
    for _, below, above in requirements:
        needs[above].append(below)
    heights: dict[str, int] = {}
    for _ in kinds:
        waiting = [key for key in kinds if key not in heights and all(each in heights for each in needs[key])]
        if not waiting:
            break
        heights.update({key: 1 + max((heights[each] for each in needs[key]), default=-1) for key in waiting})
    rows: list[list[str]] = []
    for height in sorted(set(heights.values()), reverse=True):
        level = [key for key in kinds if heights[key] == height]
        rows += [level[at : at + _ACROSS] for at in range(0, len(level), _ACROSS)]
    return {
        key: (100 + 220 * column, 80 + 160 * line) for line, row in enumerate(rows) for column, key in enumerate(row)
    }
