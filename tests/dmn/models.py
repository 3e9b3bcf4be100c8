"""Small DMN models written for the tests."""

from collections.abc import Sequence
from html import escape

from rules.dmn import DmnModel, read_dmn

NAMESPACES = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def definitions(*elements: str, version: str = "1.3", attributes: str = "") -> bytes:
    """A whole model of these elements."""
    body = "\n".join(elements)
    head = f'<definitions xmlns="{NAMESPACES[version]}" name="m" namespace="urn:m" {attributes}>'
    return f"{head}{body}</definitions>".encode()


def model(*elements: str, version: str = "1.3") -> DmnModel:
    return read_dmn(definitions(*elements, version=version))


def key(name: str) -> str:
    return "id_" + "".join(character if character.isalnum() else "_" for character in name)


def data(name: str, kind: str = "") -> str:
    reference = f' typeRef="{kind}"' if kind else ""
    shown = escape(name)
    return f'<inputData id="{key(name)}" name="{shown}"><variable name="{shown}"{reference}/></inputData>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(name: str, logic: str, kind: str = "", needs: Sequence[str] = (), knows: Sequence[str] = ()) -> str:
    """A decision. `needs`: names of input data, or of decisions written `!name`; `knows`: functions."""
    shown, reference = escape(name), f' typeRef="{kind}"' if kind else ""
    required = "".join(
        f"<informationRequirement><required{'Decision' if each[0] == '!' else 'Input'} "
        f'href="#{key(each.lstrip("!"))}"/></informationRequirement>'
        for each in needs
    )
    required += "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{key(each)}"/></knowledgeRequirement>' for each in knows
    )
    return (
        f'<decision id="{key(name)}" name="{shown}"><variable name="{shown}"{reference}/>{required}{logic}</decision>'
    )


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """A decision table. Inputs are `expression`, `expression : type` or `expression : type : allowed`; outputs are
    `name : type : allowed : default`, each part optional."""
    parts = [f'<decisionTable hitPolicy="{policy}"' + (f' aggregation="{aggregation}">' if aggregation else ">")]
    for text in inputs:
        expression, kind, allowed = (*(each.strip() for each in text.split(" : ")), "", "")[:3]
        reference = f' typeRef="{kind}"' if kind else ""
        values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
        parts.append(
            f"<input><inputExpression{reference}><text>{escape(expression)}</text></inputExpression>{values}</input>"
        )
    for text in outputs:
        name, kind, allowed, default = (*(each.strip() for each in text.split(" : ")), "", "", "")[:4]
        attributes = (f' name="{escape(name)}"' if name else "") + (f' typeRef="{kind}"' if kind else "")
        values = f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else ""
        values += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
        parts.append(f"<output{attributes}>{values}</output>")
    for tests, results in rows:
        cells = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in tests)
        cells += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in results)
        parts.append(f"<rule>{cells}</rule>")
    return "".join(parts) + "</decisionTable>"


def knowledge(name: str, parameters: Sequence[str], logic: str, kind: str = "", knows: Sequence[str] = ()) -> str:
    """A business knowledge model. Parameters are `name` or `name : type`."""
    formal = ""
    for text in parameters:
        own, _, of = text.partition(" : ")
        formal += f'<formalParameter name="{escape(own)}"' + (f' typeRef="{of}"/>' if of else "/>")
    reference = f' typeRef="{kind}"' if kind else ""
    required = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{key(each)}"/></knowledgeRequirement>' for each in knows
    )
    return (
        f'<businessKnowledgeModel id="{key(name)}" name="{escape(name)}"><variable name="{escape(name)}"/>'
        f"<encapsulatedLogic{reference}>{formal}{logic}</encapsulatedLogic>{required}</businessKnowledgeModel>"
    )
