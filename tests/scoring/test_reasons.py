"""At most four reasons, each of which raised the risk if any did."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.reasons import Contribution, principal_reasons

CODES = {name: f"R{name}" for name in "abcdef"}


def _reasons(values, **options):
    contributions = [Contribution(name, value) for name, value in values.items()]
    return principal_reasons(contributions, **{"reference": {}, "reason_codes": CODES, **options})


def test_it_names_the_four_largest_first():
    reasons = _reasons({"a": 0.1, "b": 0.5, "c": -0.9, "d": 0.3, "e": 0.2, "f": 0.4})
    assert [reason.code for reason in reasons] == ["Rb", "Rf", "Rd", "Re"]


def test_it_measures_against_the_reference_and_not_against_zero():
    reasons = _reasons({"a": 0.5, "b": -0.1}, reference={"a": 0.6, "b": -0.4})
    assert [(reason.code, round(reason.excess, 6)) for reason in reasons] == [("Rb", 0.3)]


def test_it_adds_up_variables_of_one_code_that_raise_the_risk():
    reasons = _reasons({"a": 0.2, "b": 0.3, "c": -5.0, "d": 0.4}, reason_codes={**CODES, "a": "X", "b": "X", "c": "X"})
    assert [(reason.code, reason.variables) for reason in reasons] == [("X", ["b", "a"]), ("Rd", ["d"])]


def test_it_never_names_a_variable_without_a_reason_code():
    assert _reasons({"a": 9.0}, reason_codes={"a": ""}) == []


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(-5, 5)))
def test_it_gives_at_most_four_all_of_them_raising_the_risk_if_any_does(values):
    reasons = _reasons(values)
    assert len(reasons) <= 4
    assert bool(reasons) == bool(values)
    if any(value > 0 for value in values.values()):
        assert all(reason.excess > 0 for reason in reasons)


def test_it_names_the_largest_contributions_when_none_exceeds_the_reference():
    reasons = _reasons({"a": 0.2, "b": 0.3, "c": -0.1}, reference={"a": 0.2, "b": 0.9, "c": 0.0})
    assert [reason.code for reason in reasons] == ["Rb", "Ra"]


def test_it_names_the_largest_contributions_even_when_all_lower_the_risk():
    reasons = _reasons({"a": -0.2, "b": -0.1}, reference={"a": 0.2, "b": 0.9})
    assert [reason.code for reason in reasons] == ["Rb", "Ra"]
