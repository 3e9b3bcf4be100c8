"""Attributes kept for testing only: how they are written, who is in which group, and what predicts them."""

import numpy as np
import polars as pl
import pytest

from scoring.catalogue import catalogue_read
from scoring.fairness.measure import groupings_of
from scoring.fairness.protected import UnknownAttributeError, attribute_read, attributes_of, grouping_of
from scoring.fairness.proxies import proxy_auc
from tests.fairness.worlds import SHIPPED_CATALOGUE


@pytest.mark.parametrize(
    ("text", "column", "band"),
    [("sex", "sex", ""), (" age [<= 25]", "age", "<=25"), ("AGE[>60]", "AGE", ">60"), ("race[black]", "race", "=black"),
     ("SEX[=2]", "SEX", "=2")],
)  # fmt: skip
def test_an_attribute_is_read_from_its_text(text, column, band):
    found = attribute_read(text)
    assert (found.column, found.band) == (column, band)
    assert attribute_read(found.text) == found


@pytest.mark.parametrize("text", ["", "age[", "age[<=]", "age[]", "[<=25]", "age[<=25]x", "age<=25]"])
def test_a_text_that_is_none_is_refused(text):
    with pytest.raises(UnknownAttributeError):
        attribute_read(text)


def test_people_of_unknown_group_are_in_none():
    found = grouping_of(attribute_read("age[<=25]"), pl.Series("age", [20, 25, 26, None, 80]))
    assert {label: members.tolist() for label, members in found.members.items()} == {
        "<=25": [True, True, False, False, False],
        "not <=25": [False, False, True, False, True],
    }
    assert found.unknown == 1


def test_every_value_is_a_group_and_numbers_lose_their_point():
    found = grouping_of(attribute_read("sex"), pl.Series("sex", [1.0, 2.0, float("nan"), 1.0]))
    assert ({label: int(members.sum()) for label, members in found.members.items()}, found.unknown) == (
        {"1": 2, "2": 1},
        1,
    )


def test_bands_of_text_and_columns_of_too_many_values_are_refused():
    frame = pl.DataFrame({"name": [f"n{place}" for place in range(30)], "age": list(range(30))})
    for text, words in (
        ("name[<=3]", "no numbers"),
        ("age[<=x]", "not a number"),
        ("age", "give a band"),
        ("no", "no c"),
    ):
        with pytest.raises(UnknownAttributeError, match=words):
            groupings_of([attribute_read(text)], frame)


def test_the_catalogue_says_what_is_tested():
    catalogue = catalogue_read(SHIPPED_CATALOGUE.read_bytes())
    assert {one.text for one in attributes_of(catalogue, "card")} == {
        "sex", "marriage", "age_years[<=25]", "age_years[>=60]",
    }  # fmt: skip


def test_a_proxy_is_found_whatever_the_shape_and_noise_is_none():
    chance = np.random.default_rng(5)
    members = chance.random(2_000) < 0.3
    bent = np.where(members, chance.choice([-3.0, 3.0], 2_000), 0.0) + chance.normal(0, 0.5, 2_000)
    words = pl.Series(np.where(members ^ (chance.random(2_000) < 0.1), "south", "north"))
    assert proxy_auc(pl.Series(bent), members) > 0.95
    assert proxy_auc(words, members) > 0.85
    assert proxy_auc(pl.Series(chance.random(2_000)), members) < 0.55
    missing = pl.Series(np.where(members, np.nan, 1.0))
    assert proxy_auc(missing, members) > 0.99
