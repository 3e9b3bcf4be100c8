"""The variables of a request: strict, complete in its complaints, and fast without being laxer."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.canonical import canonical_json
from scoring.catalogue import Catalogue, Code, Reason, Variable, catalogue_read
from scoring.variables import InvalidVariables, VariableSchema, standing_values

SHIPPED = catalogue_read((Path(__file__).parents[2] / "data/catalogue.json").read_bytes())


def variable(name, kind, missing="skip", **facts):
    return Variable(
        name=name, en=name, zh=name, type=kind, products=["p"], source=facts.pop("source", "application"),
        purpose="creditworthiness", missing=missing, **facts,
    )  # fmt: skip


CATALOGUE = Catalogue(
    variables=[
        variable("whole", "integer", "reject", minimum=0, maximum=10),
        variable("real", "number", "refer", minimum=-1, maximum=1),
        variable("free", "string"),
        variable("flag", "boolean"),
        variable("day", "date"),
        variable("letter", "string", "default", codes=[Code("A", "a", "a"), Code("B", "b", "b")], default="A"),
        variable("digit", "integer", codes=[Code(1, "a", "a"), Code(2, "b", "b")]),
        variable("open_number", "number"),
        variable("open_integer", "integer"),
        variable("own_months_late", "integer", "default", source="standing", default=0),
    ],
    reasons=[Reason("R", "r", "r", "applicant")],
)
SCHEMA = VariableSchema(CATALOGUE, "p")
odd = st.sampled_from([
    None, True, False, 0, 1, 2, 10, 11, -1, 0.0, 1.0, 0.5, 2**53, 10**40, 1e308, "", "A", "B", "1", "x" * 201,
    "2024-02-30", "2024-02-29", "20240229", "2024-W01-1", "20240131ab", [], {}, ["A"], "\u0661",
])  # fmt: skip
names = st.sampled_from([*(item.name for item in CATALOGUE.variables), "unknown", "f0"])


@settings(max_examples=600)
@given(st.dictionaries(names, odd))
def test_the_fast_check_and_the_full_list_of_problems_agree(variables):
    problems = SCHEMA.problems(variables)
    try:
        SCHEMA.read(variables)
    except InvalidVariables as error:
        assert error.facts["problems"] == problems != []
    else:
        assert problems == []


def test_it_names_every_problem():
    with pytest.raises(InvalidVariables) as refused:
        SCHEMA.read({"real": "0.5", "letter": "C", "own_months_late": 3, "nonsense": 1, "open_integer": 10**30})
    found = {(problem.field, problem.code) for problem in refused.value.facts["problems"]}
    assert found == {
        ("variables.real", "wrong_type"),
        ("variables.letter", "unknown_code"),
        ("variables.own_months_late", "not_accepted"),
        ("variables.nonsense", "unknown_variable"),
        ("variables.open_integer", "out_of_range"),
        ("variables.whole", "missing"),
    }


def test_missing_variables_follow_their_policy():
    read = SCHEMA.read({"whole": 3, "free": None})
    assert read.refer == ["real"]
    assert (read.values["letter"], read.values["real"], read.values["free"]) == ("A", None, None)
    assert read.given == {"whole": 3}


def test_whole_numbers_of_a_number_become_doubles():
    value = SCHEMA.read({"whole": 3, "real": 1}).values["real"]
    assert type(value) is float


def test_a_standing_overrides_the_default():
    assert standing_values(SCHEMA.standing, {"months_late": 2}) == {"own_months_late": 2}
    assert standing_values(SCHEMA.standing, None) == {}


@pytest.mark.parametrize("product", ["instalment", "card"])
def test_the_example_of_a_shipped_product_is_valid_and_lacks_nothing(product):
    schema = VariableSchema(SHIPPED, product)
    assert schema.read(schema.example()).refer == []


@pytest.mark.parametrize("product", ["instalment", "card"])
def test_the_json_schema_takes_the_example_and_names_every_code(product):
    jsonschema = pytest.importorskip("jsonschema_rs")
    schema = VariableSchema(SHIPPED, product)
    jsonschema.validator_for(schema.json_schema()).validate(schema.example())
    assert not jsonschema.is_valid(schema.json_schema(), {**schema.example(), "x": 1})


@settings(max_examples=300)
@given(st.dictionaries(names, odd))
def test_the_json_schema_agrees_with_the_check(variables):
    jsonschema = pytest.importorskip("jsonschema_rs")
    # JSON Schema calls 1.0 an integer and cannot tell 2024-02-30 from a date unless formats are asserted.
    if any(type(value) is float and value.is_integer() for value in variables.values()):
        return
    validator = jsonschema.validator_for(SCHEMA.json_schema(), validate_formats=True)
    assert validator.is_valid(variables) == (not SCHEMA.problems(variables))


@pytest.mark.parametrize("text", ["2024-W01-1", "20240131ab", "2024-02-30", "\u0662024-01-31"])
def test_a_date_is_a_calendar_date_and_nothing_like_it(text):
    with pytest.raises(InvalidVariables) as refused:
        SCHEMA.read({"whole": 1, "real": 0.5, "day": text})
    assert [problem.field for problem in refused.value.facts["problems"]] == ["variables.day"]


def test_a_whole_number_beyond_what_a_double_counts_is_a_number_like_others():
    catalogue = Catalogue(variables=[variable("real", "number")], reasons=[])
    read = VariableSchema(catalogue, "p").read({"real": 10**19})
    assert canonical_json(read.given) == b'{"real":10000000000000000000}'
    assert canonical_json(VariableSchema(catalogue, "p").read({"real": 5}).given) == b'{"real":5}'
