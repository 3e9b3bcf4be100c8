"""A file read through the catalogue: names, units, directions, and nothing that is prohibited."""

import msgspec
import polars as pl
import pytest

from scoring.catalogue import catalogue_read
from scoring.training.errors import TrainingInputError
from scoring.training.product import product_table
from tests.factories.scoring import variable

FRAME = pl.DataFrame(
    {"AMT": [10, 20, 30], "SEX": [1, 2, 1], "EDU": [1, 2, 3], "JOB": ["a", "b", "a"], "bad": [0, 1, 0]}
)
VARIABLES = [
    variable("amount_minor", type="integer", column="AMT", scale=100, direction="higher_is_riskier"),
    variable("sex", type="integer", column="SEX", is_prohibited_basis=True),
    variable("education", type="integer", column="EDU", codes=[{"code": n, "en": "e", "zh": "e"} for n in (1, 2, 3)]),
    variable("job", type="string", column="JOB"),
    variable("own_months_late", type="integer", source="standing"),
]


def _table(variables=VARIABLES, product="instalment", **options):
    catalogue = catalogue_read(msgspec.json.encode({"variables": variables, "reasons": []}))
    return product_table(FRAME, catalogue, product, target="bad", **options)


def test_it_gives_columns_their_catalogued_names_and_units():
    table = _table()
    assert table.frame["amount_minor"].to_list() == [1_000, 2_000, 3_000]
    assert table.frame.columns == ["bad", "amount_minor", "education", "job"]


def test_it_leaves_out_a_prohibited_basis_and_says_so():
    assert "sex dropped: it is a prohibited basis" in _table().plan.notes


def test_it_takes_directions_from_the_catalogue_and_reads_codes_without_one_as_categories():
    table = _table()
    assert {column.name: column.kind for column in table.plan.columns} == {
        "amount_minor": "number",
        "education": "category",
        "job": "category",
    }
    assert table.directions == {"amount_minor": 1, "education": 1, "job": 1}


def test_it_notes_columns_without_a_variable():
    assert "JOB dropped: it is not a catalogued variable" in _table(VARIABLES[:3]).plan.notes


def test_it_drops_by_column_or_by_variable():
    assert _table(drop=["EDU", "job"]).frame.columns == ["bad", "amount_minor"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"product": "mortgage"}, "no variables of a product"),
        ({"drop": ["nothing"]}, "no column or variable"),
        ({"drop": ["AMT", "EDU", "JOB"]}, "left to learn"),
        ({"variables": [variable("job", type="number", column="JOB")]}, "catalogued as number"),
    ],
)
def test_it_says_what_does_not_fit(options, message):
    with pytest.raises(TrainingInputError, match=message):
        _table(**options)
