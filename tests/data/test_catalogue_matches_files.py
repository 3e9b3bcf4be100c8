"""The catalogue describes exactly the data that are shipped."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import polars as pl
import pytest

from scoring.catalogue import Catalogue, Code, InvalidCatalogue, Variable, catalogue_problems, catalogue_read

DATA = Path(__file__).resolve().parents[2] / "data"
FILES = {"instalment": ("german.parquet", {"bad"}), "card": ("taiwan_dev70.parquet", {"default", "ID"})}
PRODUCTS = sorted(FILES)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return catalogue_read((DATA / "catalogue.json").read_bytes())


def from_file(catalogue: Catalogue, product: str) -> tuple[pl.DataFrame, Mapping[str, Variable]]:
    mapped = {name: variable for name, variable in catalogue.of_product(product).items() if variable.column}
    frame = pl.read_parquet(DATA / FILES[product][0])
    return frame, mapped


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_column_is_mapped_once(catalogue, product):
    frame, mapped = from_file(catalogue, product)
    columns = [variable.column for variable in mapped.values()]
    assert len(columns) == len(set(columns))
    assert set(columns) == set(frame.columns) - FILES[product][1]


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_value_has_a_meaning_and_lies_in_its_range(catalogue, product):
    frame, mapped = from_file(catalogue, product)
    for name, variable in mapped.items():
        values = frame[variable.column]
        assert values.null_count() == 0, name
        if variable.codes:
            assert set(values.unique()) <= {code.code for code in variable.codes}, name
        if variable.type == "integer" and variable.minimum is not None:
            scaled = values.cast(pl.Int64) * variable.scale
            assert variable.minimum <= scaled.min() and scaled.max() <= variable.maximum, name


@pytest.mark.parametrize("product", PRODUCTS)
def test_money_is_in_minor_units_and_says_so(catalogue, product):
    for name, variable in catalogue.of_product(product).items():
        assert (variable.scale == 100) == name.endswith("_minor") == variable.unit.endswith("minor units"), name


@pytest.mark.parametrize(
    ("product", "names"),
    [("instalment", {"age_years", "status_sex", "foreign_worker"}), ("card", {"age_years", "sex", "marriage"})],
)
def test_the_prohibited_bases_are_marked(catalogue, product, names):
    variables = catalogue.of_product(product)
    assert {name for name, variable in variables.items() if variable.is_prohibited_basis} == names


@pytest.mark.parametrize("product", PRODUCTS)
def test_whatever_can_count_against_an_applicant_has_words_for_them(catalogue, product):
    reasons = catalogue.reasons_by_code()
    for name, variable in catalogue.of_product(product).items():
        if variable.column and not variable.is_prohibited_basis:
            assert reasons[variable.reason_code].audience == "applicant", name


def test_every_reason_reads_in_both_languages(catalogue):
    for reason in catalogue.reasons:
        assert reason.en.endswith(".") and reason.zh.endswith("。"), reason.code
        assert "score" not in reason.en.lower(), reason.code


def test_the_months_of_a_card_are_read_from_the_book_after_payout(catalogue):
    card = catalogue.of_product("card")
    series = {(variable.series, variable.lag_months) for variable in card.values() if variable.series}
    assert series == {(name, lag) for name in ("payment_status", "billed_minor", "paid_minor") for lag in range(6)}
    assert card["payment_status_m0"].column == "PAY_0"


def test_a_catalogue_that_contradicts_itself_is_refused_with_every_problem(catalogue):
    first, second, *rest = catalogue.variables
    broken = msgspec.structs.replace(
        catalogue,
        variables=[
            msgspec.structs.replace(first, zh="", reason_code="NOBODY_WROTE_THIS"),
            msgspec.structs.replace(second, missing="default", default=None),
            second,
            *rest,
        ],
    )
    problems = catalogue_problems(broken)
    assert len(problems) == 4, problems
    with pytest.raises(InvalidCatalogue) as caught:
        catalogue_read(msgspec.json.encode(broken))
    assert caught.value.facts["problems"] == problems


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "pd"}, "is a name of the score"),
        ({"name": "Two words"}, "is no name"),
        ({"codes": [Code(1, "one", "一")], "type": "number"}, "has codes, but"),
        ({"missing": "default", "default": 9, "maximum": 5}, "has a default that is not one of its values"),
        ({"example": "2024-W01-1", "type": "date"}, "has an example that is not one of its values"),
        ({"example": -1, "minimum": 0}, "has an example that is not one of its values"),
    ],
)
def test_a_variable_that_cannot_be_meant_is_refused(fields, problem):
    sound = {"name": "x", "en": "x", "zh": "x", "type": "integer", "products": ["p"], "source": "application"}
    variable = Variable(**{**sound, "purpose": "affordability", "missing": "skip", **fields})
    (found,) = catalogue_problems(Catalogue([variable], []))
    assert problem in found


def test_a_prohibited_basis_can_never_be_a_reason(catalogue):
    variables = [
        msgspec.structs.replace(variable, reason_code="OCCUPATION") if variable.name == "sex" else variable
        for variable in catalogue.variables
    ]
    assert catalogue_problems(msgspec.structs.replace(catalogue, variables=variables)) == [
        "sex is a prohibited basis with a reason"
    ]


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_example_is_one_real_case(catalogue, product):
    frame, mapped = from_file(catalogue, product)
    same = pl.all_horizontal(
        pl.col(variable.column) == (variable.example // variable.scale if variable.scale > 1 else variable.example)
        for variable in mapped.values()
    )
    assert len(frame.filter(same)) == 1
