"""Profiles say what a variable was observed to be, in the catalogue's unit."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from riskengine.demo.profiles import profiles_ensure
from scoring.profiles import profiles_of
from scoring.services.profiles import variable_profiles
from tests.factories.decisions import catalogue_goes_live, product
from tests.factories.rule_documents import variable

AS_OF = date(2026, 1, 31)


def profile(values, kind="number", **fields):
    made = variable("seen", kind, column="file_column", **fields)
    frame = pl.DataFrame({"file_column": values})
    return profiles_of(frame, {"seen": made}, source_en="a file", source_zh="文件", as_of=AS_OF)["seen"]


def test_a_number_has_its_range_deciles_and_bins_in_our_unit():
    found = profile([1, 2, 3, 4, None], scale=100)
    assert (found.count, found.missing_share) == (5, 0.2)
    assert (found.minimum, found.maximum) == (100.0, 400.0)
    assert found.deciles[0] == 100.0 and found.deciles[-1] == 400.0 and len(found.deciles) == 11
    assert sum(share for _, _, share in found.bins) == pytest.approx(1)
    assert found.codes == {}


def test_one_value_is_one_bin():
    assert profile([7.0, 7.0]).bins == [(7.0, 7.0, 1.0)]


def test_a_text_has_the_share_of_each_value_and_no_range():
    found = profile(["A", "A", "B", None], "string")
    assert found.codes == {"A": 2 / 3, "B": 1 / 3}
    assert found.minimum is None and found.bins == []


def test_a_column_without_values_is_all_missing():
    found = profile(pl.Series([None, None], dtype=pl.Float64))
    assert found.missing_share == 1.0 and found.minimum is None


@pytest.mark.django_db
def test_the_demo_measures_the_shipped_table_once():
    catalogue_goes_live()
    made, at = product("instalment"), datetime(2026, 1, 31, tzinfo=UTC)
    assert profiles_ensure(product=made, at=at) > 15
    assert profiles_ensure(product=made, at=at) == 0
    profiles = variable_profiles("instalment")
    assert profiles["amount_minor"].minimum == 25_000
    assert profiles["purpose"].codes["A43"] == 0.28
    assert "A47" not in profiles["purpose"].codes
    assert profiles["age_years"].as_of == date(2026, 1, 31)


@pytest.mark.django_db
def test_the_command_replaces_what_was_measured(tmp_path):
    catalogue_goes_live()
    product("instalment")
    table = tmp_path / "cases.csv"
    for ages in ([20, 30], [40, 50]):
        pl.DataFrame({"age": ages}).write_csv(table)
        call_command("profile_variables", product="instalment", data=table)
        assert variable_profiles("instalment")["age_years"].deciles[-1] == ages[-1]
    pl.DataFrame({"nothing_known": [1]}).write_csv(table)
    with pytest.raises(CommandError, match="no column"):
        call_command("profile_variables", product="instalment", data=table)
    assert json.loads(json.dumps(variable_profiles("card"))) == {}
