"""Types of tables, their entries, functions and decision services, by the facts of the TCK."""

from typing import Any

import pytest

from rules.dmn import DmnModel
from tests.dmn.models import data, decision, knowledge, literal, model, table

CODE = (
    '<itemDefinition name="tCode"><typeRef>string</typeRef>'
    '<allowedValues><text>"foo", "bar"</text></allowedValues></itemDefinition>'
)
NUMBERS = '<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'


def function_type(name: str, result: str = "", **parameters: str) -> str:
    inside = "".join(f'<parameters name="{each}" typeRef="{kind}"/>' for each, kind in parameters.items())
    reference = f' outputTypeRef="{result}"' if result else ""
    return f'<itemDefinition name="{name}"><functionItem{reference}>{inside}</functionItem></itemDefinition>'


GIVES_CODE = function_type("tGivesCode", "tCode", a="")


def service(name: str, output: str, given: str, kind: str = "") -> str:
    reference = f' typeRef="{kind}"' if kind else ""
    return (
        f'<decisionService id="id_{name}" name="{name}"><variable name="{name}"{reference}/>'
        f'<outputDecision href="#id_{output}"/>{given}</decisionService>'
    )


def both(found: DmnModel, name: str = "d", given: str = "x") -> tuple[Any, Any]:
    """What comes of a value that is allowed, and of one that is not."""
    return found.evaluate(name, {given: "foo"}), found.evaluate(name, {given: "baz"})


def test_a_table_has_a_type_of_its_own() -> None:
    """TCK 3-0104."""
    logic = table([], [""], [([], ["x"])]).replace("<decisionTable", '<decisionTable typeRef="tCode"')
    assert both(model(CODE, data("x"), decision("d", logic, needs=["x"]))) == ("foo", None)


def test_an_output_entry_has_a_type_of_its_own() -> None:
    """TCK 3-0104."""
    logic = table([], ["a", "b"], [([], ["x", "x"])]).replace("<outputEntry>", '<outputEntry typeRef="tCode">', 1)
    found = model(CODE, data("x"), decision("d", logic, needs=["x"]))
    assert both(found) == ({"a": "foo", "b": "foo"}, {"a": None, "b": "baz"})


@pytest.mark.parametrize("where", ["logic", "variable", "boxed", "expression"])
def test_a_type_of_functions_says_what_a_function_gives(where: str) -> None:
    """TCK 3-0104: on the logic or the variable of a knowledge model, on a boxed function, on an expression."""
    function = f'<functionDefinition><formalParameter name="a"/>{literal("a")}</functionDefinition>'
    echo = knowledge("echo", ["a"], literal("a"))
    if where == "logic":
        echo = knowledge("echo", ["a"], literal("a"), "tGivesCode")
    elif where == "variable":
        echo = echo.replace('<variable name="echo"/>', '<variable name="echo" typeRef="tGivesCode"/>')
    elif where == "boxed":
        echo = decision("echo", function.replace("Definition>", 'Definition typeRef="tGivesCode">', 1))
    else:
        text = literal("function(a) a")
        echo = decision("echo", text.replace("Expression>", 'Expression typeRef="tGivesCode">', 1))
    needs, knows = (["x", "!echo"], []) if where in ("boxed", "expression") else (["x"], ["echo"])
    found = model(CODE, GIVES_CODE, data("x"), echo, decision("d", literal("echo(x)"), needs=needs, knows=knows))
    assert both(found) == ("foo", None)


def test_an_older_model_names_the_type_of_the_result_at_the_variable() -> None:
    """TCK 3-0034."""
    echo = knowledge("echo", ["a"], literal("a")).replace('name="echo"/>', 'name="echo" typeRef="string"/>', 1)
    found = model(data("x"), echo, decision("d", literal("echo(x)"), needs=["x"], knows=["echo"]))
    assert found.evaluate("d", {"x": "foo"}) == "foo"


def test_a_decision_service_is_asked_by_its_name() -> None:
    """TCK 3-0085 and 3-0104: with a type for its result, or for its parameter."""
    found = model(
        CODE,
        function_type("tService", "tCode", x=""),
        function_type("tAsked", "", inner="tCode"),
        data("x"),
        decision("echo", literal("x"), needs=["x"]),
        service("typed result", "echo", '<inputData href="#id_x"/>', "tService"),
        decision("inner", literal('"never asked"')),
        decision("outer", literal("inner"), needs=["!inner"]),
        service("typed parameter", "outer", '<inputDecision href="#id_inner"/>', "tAsked"),
    )
    assert both(found, "typed result") == ("foo", None)
    assert both(found, "typed parameter", "inner") == ("foo", None)


def test_a_knowledge_model_is_asked_by_its_name() -> None:
    """TCK 3-1157 (implicit conversions)."""
    one = knowledge("one", [], literal("1")).replace('name="one"/>', 'name="one" typeRef="tOne"/>', 1)
    found = model(NUMBERS, function_type("tOne", "tNumbers"), one, knowledge("twice", ["n"], literal("2 * n")))
    assert found.evaluate("one", {}) == [1]
    assert found.evaluate("twice", {"n": 4}) == 8


def test_a_service_takes_input_data_first_and_then_decisions() -> None:
    """TCK 3-0085: by place and by name; a value of another type is null, a name it has not got makes the call null."""
    given = '<inputDecision href="#id_c"/><inputData href="#id_a"/><inputData href="#id_b"/>'
    calls = {
        "by place": 's("A", "B", "C")',
        "by name": 's(c: "C", b: "B", a: "A")',
        "too few": 's("A", "B")',
        "no such name": 's(a: "A", b: "B", d: "C")',
    }
    found = model(
        data("a", "string"),
        data("b", "string"),
        decision("c", literal('"never asked"'), "string"),
        decision("all", literal("[a, b, c]"), needs=["a", "b", "!c"]),
        service("s", "all", given),
        *(decision(name, literal(text), knows=["s"]) for name, text in calls.items()),
        decision("not its type", literal('s("A", "B", 3)'), knows=["s"]),
        decision("beside", literal('[c, s("A", "B", "C")[3]]'), needs=["!c"], knows=["s"]),
    )
    assert [found.evaluate(name, {}) for name in calls] == [["A", "B", "C"], ["A", "B", "C"], None, None]
    assert found.evaluate("not its type", {}) == ["A", "B", None]
    assert found.evaluate("beside", {}) == ["never asked", "C"]


def test_the_parameters_of_a_function_in_an_expression_have_types() -> None:
    """TCK 3-0082 and 3-0104: a built-in type, a type of the model, a list of one."""
    found = model(
        CODE,
        data("x"),
        decision("d", literal("(function(a: tCode) a)(x)"), needs=["x"]),
        decision("n", literal("(function(a: number) a)(x)"), needs=["x"]),
    )
    assert both(found) == ("foo", None)
    assert [found.evaluate("n", {"x": value}) for value in (1, "1", [1], None)] == [1, None, 1, None]


def test_a_list_of_one_is_unwrapped_to_the_last() -> None:
    """TCK 3-0082: an invocation whose function wraps a list of one again."""
    assert model(decision("d", literal("[[10]]"), "number")).evaluate("d", {}) == 10


def test_allowed_values_take_the_place_of_those_of_the_type_referred_to() -> None:
    """TCK 3-0104."""
    way = CODE.replace("tCode", "tWay").replace("string", "tCode").replace('"foo", "bar"', '"left"')
    found = model(CODE, way, *(decision(text, literal(f'"{text}"'), "tWay") for text in ("left", "foo")))
    assert [found.evaluate(text, {}) for text in ("left", "foo")] == ["left", None]
