"""Decision tables: hit policies, aggregations, allowed values and defaults, by facts of the TCK in models of ours.

Which of its folders were run whole is in docs/dmn.md.
"""

from decimal import Decimal
from typing import Any

import pytest

from rules.dmn import DmnUnsupported
from tests.dmn.models import data, decision, model, table

INPUTS = ["Age : number", 'RiskCategory : string : "High", "Low", "Medium"', "isAffordable : boolean"]
DATA = [data("Age", "number"), data("RiskCategory", "string"), data("isAffordable", "boolean")]
NAMES = ("Age", "RiskCategory", "isAffordable")
STATUS = 'Status : string : "Approved", "Declined"'
THREE = [
    ([">=18", '"Medium","Low"', "true"], ['"Approved"', '"Basic"']),
    (["<18", "-", "-"], ['"Declined"', '"Standard"']),
    (["-", '"High"', "-"], ['"Approved"', '"Standard"']),
]


def status(policy: str, outputs: list[str], rows: list[Any], given: tuple[Any, ...], **more: str) -> Any:
    logic = table(INPUTS, outputs, rows, policy=policy, **more)
    found = model(*DATA, decision("Approval Status", logic, needs=NAMES))
    return found.evaluate("Approval Status", dict(zip(NAMES, given, strict=True)))


ONE = [
    ([">=18", '"Medium","Low"', "true"], ['"Approved"']),
    (["<18", '"Medium","Low"', "true"], ['"Declined"']),
    (["-", '"High"', "true"], ['"Declined"']),
    (["-", "-", "false"], ['"Declined"']),
]


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "PRIORITY", "FIRST"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [((18, "Medium", True), "Approved"), ((17, "Medium", True), "Declined"), ((18, "High", True), "Declined")],
)
def test_one_row_decides(policy: str, given: tuple[Any, ...], expected: str) -> None:
    """TCK 2-0004 to 2-0007."""
    assert status(policy, [STATUS], ONE, given) == expected


def test_several_hits_breach_unique() -> None:
    assert status("UNIQUE", [STATUS], [*ONE, (["-", "-", "-"], ['"Approved"'])], (18, "Low", True)) is None


def test_any_takes_several_hits_that_agree() -> None:
    """TCK 2-0117: two rows approve with the best rate."""
    rows = [
        ([">=18", '"Low"', "true"], ['"Approved"', '"Best"']),
        ([">=19", '"Low"', "true"], ['"Approved"', '"Best"']),
    ]
    outputs = [f'{STATUS} : "Declined"', 'Rate : string : "Best", "Standard" : "Standard"']
    assert status("ANY", outputs, rows, (19, "Low", True)) == {"Status": "Approved", "Rate": "Best"}
    assert status("ANY", outputs, rows, (17, "Low", True)) == {"Status": "Declined", "Rate": "Standard"}
    rows[1] = (rows[1][0], ['"Approved"', '"Standard"'])
    assert status("ANY", outputs, rows, (19, "Low", True)) is None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("PRIORITY", {"Status": "Approved", "Rate": "Standard"}),
        ("FIRST", {"Status": "Declined", "Rate": "Standard"}),
        ("RULE ORDER", [{"Status": "Declined", "Rate": "Standard"}, {"Status": "Approved", "Rate": "Standard"}]),
        ("COLLECT", [{"Status": "Declined", "Rate": "Standard"}, {"Status": "Approved", "Rate": "Standard"}]),
        ("OUTPUT ORDER", [{"Status": "Approved", "Rate": "Standard"}, {"Status": "Declined", "Rate": "Standard"}]),
    ],
)
def test_several_hits_with_several_outputs(policy: str, expected: Any) -> None:
    """TCK 2-0108, 2-0109, 2-0110, 2-0118 and 2-0119."""
    outputs = [STATUS, "Rate : string"]
    assert status(policy, outputs, THREE, (17, "High", True)) == expected
    alone = {"Status": "Approved", "Rate": "Basic"}
    assert status(policy, outputs, THREE, (19, "Low", True)) == (alone if isinstance(expected, dict) else [alone])


@pytest.mark.parametrize(
    ("aggregation", "years", "expected"),
    [
        ("MIN", 6, 100),
        ("SUM", 6, 1100),
        ("MAX", 6, 500),
        ("COUNT", 6, 4),
        ("COUNT", 2, 1),
        ("SUM", 3, 300),
        ("MIN", 3, 100),
    ],
)
def test_collected_values_are_aggregated(aggregation: str, years: int, expected: int) -> None:
    """TCK 2-0114, 2-0115 and 2-0116."""
    rows = [([">1"], ["100"]), ([">2"], ["200"]), ([">3"], ["300"]), ([">5"], ["500"])]
    logic = table(["NumOfYears : number"], [""], rows, policy="COLLECT", aggregation=aggregation)
    found = model(data("NumOfYears", "number"), decision("Salary", logic, "number", ["NumOfYears"]))
    assert found.evaluate("Salary", {"NumOfYears": years}) == expected


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [("UNIQUE", "", None), ("FIRST", "", None), ("COLLECT", "", []), ("COLLECT", "SUM", None), ("COLLECT", "COUNT", 0)],
)
def test_no_hit_and_no_default(policy: str, aggregation: str, expected: Any) -> None:
    logic = table(["x : number"], [" : number"], [(["> 5"], ["1"])], policy=policy, aggregation=aggregation)
    assert model(data("x"), decision("d", logic, needs=["x"])).evaluate("d", {"x": 1}) == expected


def test_a_cell_may_be_a_list_held_by_a_name() -> None:
    """TCK 3-0039."""
    rows = [(['"cough", "sore throat"'], ['"cold"']), (["Flu Symptoms"], ['"flu"'])]
    logic = table(["Symptom : string"], [""], rows, policy="COLLECT")
    found = model(data("Flu Symptoms"), data("Symptom"), decision("d", logic, needs=["Flu Symptoms", "Symptom"]))
    assert found.evaluate("d", {"Symptom": "cough", "Flu Symptoms": ["fever", "cough"]}) == ["cold", "flu"]
    assert found.evaluate("d", {"Symptom": "fever", "Flu Symptoms": ["fever", "cough"]}) == ["flu"]


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("< 10", 9, True),
        ("]1..5]", 1, False),
        ("]1..5]", 5, True),
        ("[1..5[", 5, False),
        ("(1..5)", 3, True),
        ("1,2,3", 2, True),
        ("not(1,2)", 3, True),
        ('("123", true)', False, False),
        ("(1, < 0)", -1, True),
        ("(1 + 2) * 3", 9, True),
        ("?", "any", True),
        ("?", False, False),
        ('"a", string length("?") = 1', "b", False),
        ("[3, ? = 4]", 4, False),
        ("not([1..5])", 3, False),
        ('not("A")', "A", False),
        ("-", None, True),
        ("", 7, True),
        ("null", None, True),
        ("< 10", None, False),
        ("? > 3 and ? < 5", 4, True),
        ('starts with(?, "ab")', "abc", True),
        ("y + 1", 4, True),
        ("> y", 4, True),
        ("[y..y + 2]", 6, False),
        ("true", True, True),
        ("= 4", 4, True),
        ("!= 4", 4, False),
        ("0.3", Decimal("0.3"), True),
        ("0.3", 0.1 + 0.2, False),
        ('date("2020-01-01")', "2020-01-01", False),
        ('>= date("2020-01-01")', __import__("datetime").date(2020, 1, 2), True),
    ],
)
def test_a_cell_tests_its_input(cell: str, value: Any, expected: bool) -> None:
    logic = table(["x"], [""], [([cell], ["true"])])
    found = model(data("x"), data("y"), decision("d", logic, needs=["x", "y"]))
    assert (found.evaluate("d", {"x": value, "y": 3}) is True) is expected


def test_a_value_that_is_not_allowed_is_null() -> None:
    """TCK 3-0104 and 3-1157 (unary tests): the cells test null; an output is null."""
    assert status("UNIQUE", [STATUS], ONE, (18, "Unheard", False)) == "Declined"
    assert status("UNIQUE", [STATUS], ONE, (18, "Unheard", True)) is None
    rows = [(["null"], ['"not allowed"']), (["-"], ['"allowed"'])]
    logic = table(['x : string : "A", "B"'], [""], rows, policy="FIRST")
    found = model(data("x"), decision("d", logic, needs=["x"]))
    assert [found.evaluate("d", {"x": value}) for value in ("A", "C", None)] == ["allowed", *["not allowed"] * 2]
    logic = table(["x : number"], [' : string : "A", "B"'], [(["-"], ['"C"'])])
    assert model(data("x"), decision("d", logic, needs=["x"])).evaluate("d", {"x": 1}) is None


def test_a_built_in_type_that_an_input_is_not_of_leaves_it_as_it_is() -> None:
    """TCK 3-0004 types a number and a truth value as strings, and tests them as what they are."""
    rows = [(["true", "[80..90)"], ['"HIGH"']), (["true", ">= 90"], ['"LOW"'])]
    logic = table(["Existing : string", "Score : string"], [""], rows)
    found = model(data("Existing"), data("Score"), decision("d", logic, needs=["Existing", "Score"]))
    assert found.evaluate("d", {"Existing": True, "Score": 80}) == "HIGH"


def test_an_input_of_another_type_meets_no_test_of_its_own() -> None:
    logic = table(["x : number"], [""], [(["> 1"], ['"big"']), (["-"], ['"any"'])], policy="FIRST")
    assert model(data("x"), decision("d", logic, needs=["x"])).evaluate("d", {"x": "5"}) == "any"


def test_a_crosstab_is_refused_by_its_name() -> None:
    logic = table(["x"], [""], [(["-"], ["1"])]).replace(
        "<decisionTable", '<decisionTable preferredOrientation="CrossTable"'
    )
    with pytest.raises(DmnUnsupported, match="crosstab"):
        model(data("x"), decision("d", logic, needs=["x"]))


def test_an_operator_over_several_outputs_is_refused() -> None:
    logic = table(["x"], ["a", "b"], [(["-"], ["1", "2"])], policy="COLLECT", aggregation="SUM")
    with pytest.raises(DmnUnsupported, match="several outputs"):
        model(data("x"), decision("d", logic, needs=["x"]))
