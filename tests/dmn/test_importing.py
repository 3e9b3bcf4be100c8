"""A table of a model becomes a table of a draft, in our words, with everything doubtful named."""

from typing import Any

import pytest

from rules.dmn import DmnUnknownDecision, DmnUnsupported
from rules.engine.document import document_read
from rules.services.versions.dmn_import import Imported, identifier_of, table_import
from tests.dmn.models import data, decision, definitions, knowledge, literal, table
from tests.factories.rule_documents import catalogue, content, document, program

ROWS = [
    (["[18..30[", "< 1000"], ['"low"', "0.5"]),
    ([">= 30", "-"], ['"high"', "Monthly Income * 2"]),
]


def imported(logic: str, *more: str, mapping: dict[str, str] | None = None, needs: tuple[str, ...] = ()) -> Imported:
    names = needs or ("Applicant Age", "Monthly Income")
    xml = definitions(*(data(name, "number") for name in names), *more, decision("Limit of Age", logic, needs=names))
    own = {"Applicant Age": "age", "Monthly Income": "income"} if mapping is None else mapping
    return table_import(xml, "Limit of Age", document(), catalogue(), own)


def codes(found: Imported) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in found.findings]


def test_a_table_is_taken_over_and_decides_as_before() -> None:
    logic = table(["Applicant Age", "Monthly Income"], ["Risk Band : string", "factor : number"], ROWS, policy="FIRST")
    found = imported(logic)
    assert found.findings == [] and found.table is not None
    assert found.table.name == "limit_of_age"
    assert [clause.expression for clause in found.table.inputs] == ["age", "income"]
    assert [clause.name for clause in found.table.outputs] == ["risk_band", "factor"]
    assert found.table.rows[1].then == ['"high"', "income * 2"]
    whole: dict[str, Any] = content()
    import msgspec

    whole["tables"] = [msgspec.to_builtins(found.table)]
    assert document_read(whole).tables == [found.table]
    hit = program(tables=whole["tables"]).evaluate({"age": 40, "income": 10}).tables["limit_of_age"]
    assert "high" in str(hit) and "20" in str(hit)


def test_names_are_matched_by_themselves_and_by_their_labels() -> None:
    logic = table(["Income", "AGE"], [" : number"], [(["> 1", "> 2"], ["1"])])
    found = imported(logic, needs=("Income", "AGE"), mapping={})
    assert found.table is not None
    assert [clause.expression for clause in found.table.inputs] == ["income", "age"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("? > 3", "> 3"),
        ("? in [1..3]", "[1..3]"),
        ("[1,2]", "1, 2"),
        ("(1..3]", "]1..3]"),
        ("not(1,2)", "not(1, 2)"),
        ("<= Monthly Income", "<= income"),
        (">= -0.1", ">= -0.1"),
        ("-", "-"),
    ],
)
def test_a_cell_in_our_words(cell: str, expected: str) -> None:
    found = imported(table(["Applicant Age"], [" : number"], [([cell], ["1"])]))
    assert found.table is not None, found.findings
    assert found.table.rows[0].when == [expected]


@pytest.mark.parametrize(
    ("cell", "output", "code", "place"),
    [
        ("null", "1", "null_test", "rule 1, input 1"),
        ("? > 3 and ? < 5", "1", "input_expression_test", "rule 1, input 1"),
        ("-", "unheard of name", "name_unmapped", "rule 1, output 1"),
        ("-", "{a: 1}.a", "construct", "rule 1, output 1"),
        ("-", 'replace("a","b","c")', "function_unknown", "rule 1, output 1"),
    ],
)
def test_what_has_no_words_of_ours_is_named_by_its_place(cell: str, output: str, code: str, place: str) -> None:
    found = imported(table(["Applicant Age"], [" : number"], [([cell], [output])]))
    assert found.table is None
    assert (code, place) in codes(found)


def test_equality_of_a_number_that_may_be_computed_is_a_warning() -> None:
    found = imported(table(["Monthly Income", "Applicant Age"], [" : number"], [(["0.3", "18"], ["1"])]))
    assert codes(found) == [("equality", "rule 1, input 1")], "age is whole, so its equality is safe"
    assert found.table is not None


def test_a_name_nobody_matched_keeps_the_table_out() -> None:
    found = imported(table(["Applicant Age"], [" : number"], [(["> 1"], ["1"])]), mapping={"Monthly Income": "income"})
    assert found.table is None
    assert found.findings[0].code == "name_unmapped" and found.findings[0].what == "Applicant Age"


def test_a_table_that_calls_a_function_of_the_model_is_refused() -> None:
    logic = table(["f(1)"], [" : number"], [(["> 1"], ["1"])])
    xml = definitions(knowledge("f", ["x"], literal("x")), decision("d", logic, knows=["f"]))
    with pytest.raises(DmnUnsupported):
        table_import(xml, "d", document(), catalogue())
    with pytest.raises(DmnUnknownDecision):
        table_import(xml, "nobody", document(), catalogue())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Approved/Declined", "approved_declined"),
        ("2nd limit", "value_2nd_limit"),
        ("额度", "value"),
        ("taken", "taken_2"),
    ],
)
def test_an_identifier_is_made_of_a_name(name: str, expected: str) -> None:
    assert identifier_of(name, ["taken"], otherwise="value") == expected
