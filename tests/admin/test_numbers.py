"""Numbers as staff type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.admin.numbers import NotANumber, number_shown, number_typed


def test_money_is_typed_in_major_units() -> None:
    assert number_shown(25000, "DEM minor units") == "250.00"
    assert number_typed("1,250.50", "DEM minor units") == 125050


@pytest.mark.parametrize("text", ["10", "10 %", "10%", "１０％", "10.0"])
def test_a_share_is_typed_in_percent(text: str) -> None:
    assert number_typed(text, "share") == 0.1


@given(st.integers(min_value=0, max_value=10_000))
def test_what_is_shown_is_what_was_typed(hundredths: int) -> None:
    share = hundredths / 10_000
    assert number_typed(number_shown(share, "share"), "share") == share


@pytest.mark.parametrize("text", ["", "abc", "1,00", "1e5", "--1", "10 %"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        number_typed(text, "months")
