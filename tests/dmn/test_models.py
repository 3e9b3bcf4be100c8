"""Whole models: requirements, knowledge, types, boxed expressions and versions, with facts of the TCK."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from rules.dmn import DmnInvalid, DmnUnknownDecision, DmnUnsupported, read_dmn
from tests.dmn.models import data, decision, definitions, knowledge, literal, model, table

LOAN = (
    '<itemDefinition name="tLoan">'
    + "".join(
        f'<itemComponent name="{name}"><typeRef>number</typeRef></itemComponent>'
        for name in ("principal", "annual rate", "term")
    )
    + "</itemDefinition>"
)
STRINGS = '<itemDefinition name="tStrings" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
NUMBERS = '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
PERSON = (
    '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)
GRADE = (
    '<itemDefinition name="tGrade"><typeRef>string</typeRef>'
    '<allowedValues><text>"A","B"</text></allowedValues></itemDefinition>'
)


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3", "1.4", "1.5"])
def test_a_model_of_each_version_is_read(version: str) -> None:
    """TCK 2-0001 and 2-0002."""
    found = model(
        data("Full Name", "string"),
        decision("Greeting Message", literal('"Hello " + Full Name'), "string", ["Full Name"]),
        version=version,
    )
    assert found.version == version
    assert found.evaluate("Greeting Message", {"Full Name": "John Doe"}) == "Hello John Doe"


@pytest.mark.parametrize(
    ("loan", "payment"),
    [
        ((600000, 0.0375, 360), "2778.69354943277"),
        ((30000, 0.0475, 60), "562.707359373292"),
        ((600000, 0.0399, 360), "2861.03377700389"),
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        "(loan.principal*loan.annual rate/12)/(1-(1+loan.annual rate/12)**-loan.term)",
        "monthly payment(loan.principal, loan.annual rate, loan.term)",
        "monthly payment(n: loan.term, yearly rate: loan.annual rate, p: loan.principal)",
        "boxed",
    ],
)
def test_a_payment_by_expression_call_and_invocation(call: str, loan: tuple[Any, ...], payment: str) -> None:
    """TCK 2-0008 and 2-0009."""
    logic = literal(call)
    if call == "boxed":
        bindings = {"p": "loan.principal", "yearly rate": "loan.annual rate", "n": "loan.term"}
        logic = f"<invocation>{literal('monthly payment')}" + "".join(
            f'<binding><parameter name="{name}"/>{literal(text)}</binding>' for name, text in bindings.items()
        )
        logic += "</invocation>"
    found = model(
        LOAN,
        data("loan", "tLoan"),
        knowledge(
            "monthly payment", ["p", "yearly rate", "n"], literal("(p*yearly rate/12)/(1-(1+yearly rate/12)**-n)")
        ),
        decision("payment", logic, "number", ["loan"], ["monthly payment"]),
    )
    given = dict(zip(("principal", "annual rate", "term"), loan, strict=True))
    value = found.evaluate("payment", {"loan": given})
    assert isinstance(value, Decimal)
    assert abs(value - Decimal(payment)) < Decimal("1e-9")


def test_requirements_are_followed_all_the_way() -> None:
    found = model(
        data("x", "number"),
        decision("a", literal("x + 1"), "number", ["x"]),
        decision("b", literal("a * 2"), "number", ["!a"]),
        decision("c", literal("a + b + y"), "number", ["!a", "!b"]),
        decision("d", literal("a + b"), "number", ["!a", "!b"]),
    )
    assert found.evaluate("d", {"x": 1}) == 6
    assert found.evaluate("c", {"x": 1, "y": 1}) is None, "what is not required is not in scope (TCK 3-0034)"


def test_a_decision_table_of_a_required_decision_feeds_a_knowledge_model() -> None:
    points = table(["age : number"], [" : number"], [(["< 30"], ["10"]), ([">= 30"], ["20"])])
    found = model(
        data("Applicant Age", "number"),
        knowledge("points of", ["age : number"], points, "number"),
        knowledge("twice", ["n"], literal("2 * points of(n)"), knows=["points of"]),
        decision("Score", literal("twice(Applicant Age)"), "number", ["Applicant Age"], ["twice"]),
        decision(
            "Band",
            table(["Score"], [""], [(["> 25"], ['"high"']), (["-"], ['"low"'])], policy="FIRST"),
            needs=["!Score"],
        ),
    )
    assert found.evaluate("Band", {"Applicant Age": 40}) == "high"
    assert found.evaluate("Band", {"Applicant Age": 20}) == "low"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("string", "1+1", None),
        ("tNumbers", '[1,2,"foo"]', None),
        ("tPerson", '{name: "foo", surname: "bar", age: 10}', {"name": "foo", "surname": "bar", "age": 10}),
        ("tPerson", '{name: "foo"}', None),
        ("tStrings", '"foo"', ["foo"]),
        ("tNumbers", '"foo"', None),
        ("string", '["foo"]', "foo"),
        ("string", "[1]", None),
        ("tStrings", "null", None),
        ("tGrade", '"A"', "A"),
        ("tGrade", '"C"', None),
    ],
)
def test_a_result_is_made_to_conform_or_null(kind: str, text: str, expected: Any) -> None:
    """TCK 3-0082."""
    assert model(STRINGS, NUMBERS, PERSON, GRADE, decision("d", literal(text), kind)).evaluate("d", {}) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", 0.1, Decimal("0.1")),
        ("number", "1", None),
        ("string", "EMPLOYED", "EMPLOYED"),
        ("date", "2026-03-01", date(2026, 3, 1)),
        ("date", date(2026, 3, 1), date(2026, 3, 1)),
        ("date", "soon", None),
        ("dateTime", "2026-03-01T10:00:00", datetime.fromisoformat("2026-03-01T10:00:00")),
        ("tGrade", "C", None),
        ("tGrade", "A", "A"),
        ("tStrings", ["a"], ["a"]),
        ("tStrings", "a", ["a"]),
        ("tPerson", {"name": "Li", "age": "x"}, None),
        ("boolean", None, None),
        ("number", float("nan"), None),
    ],
)
def test_an_input_is_made_to_conform_or_null(kind: str, value: Any, expected: Any) -> None:
    """TCK 2-0003 with a value that is allowed; clause 7.3.2 for those that are not."""
    found = model(STRINGS, PERSON, GRADE, data("x", kind), decision("d", literal("x"), needs=["x"]))
    assert found.evaluate("d", {"x": value}) == expected


def test_boxed_contexts_lists_relations_and_functions() -> None:
    """TCK 3-0040 and the boxed expressions of clause 10.2.1."""
    entry = '<contextEntry><variable name="{}"/>{}</contextEntry>'.format
    parameter = '<formalParameter name="n" typeRef="number"/>'
    function = f"<functionDefinition>{parameter}{literal('n * base value')}</functionDefinition>"
    context = f"<context>{entry('base value', literal('2'))}{entry('double', function)}"
    context += f"<contextEntry>{literal('double(21)')}</contextEntry></context>"
    assert model(decision("d", context)).evaluate("d", {}) == 42
    rows = f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('4')}</row>"
    relation = f'<relation><column name="a"/><column name="b c"/>{rows}</relation>'
    found = model(decision("r", relation), decision("s", literal("sum(r.b c)"), needs=["!r"]))
    assert found.evaluate("r", {}) == [{"a": 1, "b c": 2}, {"a": 3, "b c": 4}]
    assert found.evaluate("s", {}) == 6
    assert model(decision("l", f"<list>{literal('1')}{literal('null')}</list>")).evaluate("l", {}) == [1, None]


def test_boxed_conditionals_loops_and_filters_of_later_versions() -> None:
    choice = (
        f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('0')}</else></conditional>"
    )
    loop = f'<for iteratorVariable="i"><in>{literal("[1,2]")}</in><return>{literal("i * x")}</return></for>'
    kept = f"<filter><in>{literal('[1,2,3]')}</in><match>{literal('item >= x')}</match></filter>"
    for logic, expected in ((choice, 1), (loop, [2, 4]), (kept, [2, 3])):
        found = model(data("x", "number"), decision("d", logic, needs=["x"]), version="1.4")
        assert found.evaluate("d", {"x": 2}) == expected


def test_a_decision_service_is_called_like_a_function() -> None:
    service = (
        '<decisionService id="id_service" name="service"><variable name="service"/>'
        '<outputDecision href="#id_inner"/><inputData href="#id_x"/></decisionService>'
    )
    found = model(
        data("x", "number"),
        decision("inner", literal("x + 1"), needs=["x"]),
        service,
        decision("d", literal("service(x: 4)"), knows=["service"]),
    )
    assert found.evaluate("d", {}) == 5


def test_a_decision_without_logic_is_null() -> None:
    assert model(decision("d", "")).evaluate("d", {}) is None


def test_values_come_back_as_plain_python() -> None:
    text = '{n: 1.5, t: "a", b: true, nothing: null, d: date("2026-01-02"), l: [1], p: duration("P1Y2M")}'
    assert model(decision("d", literal(text))).evaluate("d", {}) == {
        "n": Decimal("1.5"),
        "t": "a",
        "b": True,
        "nothing": None,
        "d": date(2026, 1, 2),
        "l": [Decimal(1)],
        "p": "P1Y2M",
    }


def test_an_unknown_decision_is_named() -> None:
    with pytest.raises(DmnUnknownDecision, match="nobody"):
        model(decision("d", literal("1"))).evaluate("nobody", {})


@pytest.mark.parametrize(
    ("elements", "construct"),
    [
        (['<import name="other" namespace="urn:o" importType="x"/>'], "import"),
        ([decision("d", '<literalExpression expressionLanguage="juel"><text>1</text></literalExpression>')], "juel"),
        ([decision("d", literal('function(x) external {java: {class: "A"}}'))], "external function"),
        ([decision("d", '<functionDefinition kind="Java"/>')], "Java"),
        ([decision("d", literal("today()"))], "today"),
        (["<somethingNew/>"], "somethingNew"),
    ],
)
def test_what_is_not_evaluated_is_named(elements: list[str], construct: str) -> None:
    with pytest.raises(DmnUnsupported) as caught:
        model(*elements)
    assert construct in str(caught.value.facts["construct"])
    assert caught.value.code == "dmn_unsupported"


@pytest.mark.parametrize(
    "elements",
    [
        [decision("a", literal("1"), needs=["!b"]), decision("b", literal("1"), needs=["!a"])],
        [decision("a", literal("1"), needs=["missing"])],
        [decision("a", literal("1"), "tUnknown")],
        [decision("a", literal("1 +"))],
        ['<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>'],
        [decision("a", "<decisionTable/>")],
        [decision("a", literal("1")), decision("a", literal("2"))],
        ["<decision><variable/></decision>"],
    ],
)
def test_a_model_that_contradicts_itself_is_refused(elements: list[str]) -> None:
    with pytest.raises(DmnInvalid):
        model(*elements)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a/>",
        b"<definitions/>",
        b"\xff\xfe\x00",
        definitions()[:-3],
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + definitions(decision("d", literal("&b;"))),
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + definitions(),
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
    ],
)
def test_what_is_no_model_is_refused(xml: bytes) -> None:
    with pytest.raises(DmnInvalid):
        read_dmn(xml)
