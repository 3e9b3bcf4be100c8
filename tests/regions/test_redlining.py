"""Whether a placement keeps an offer from protected groups."""

import pytest

from monitoring.regions.redlining import Place, adverse_impact, is_clear

PLACES = {
    "A": Place(100.0, {"group": 0.1}),
    "B": Place(100.0, {"group": 0.1}),
    "C": Place(100.0, {"group": 0.8}),
}


def test_offering_only_where_the_group_is_not_is_flagged():
    (impact,) = adverse_impact(PLACES, frozenset("AB"), 0.8)
    assert impact.reach == pytest.approx(20 / 100)
    assert impact.reach_of_others == pytest.approx(180 / 200)
    assert (impact.state, is_clear([impact])) == ("FLAGGED", False)


def test_offering_everywhere_passes():
    (impact,) = adverse_impact(PLACES, frozenset("ABC"), 0.8)
    assert (impact.ratio, impact.state) == (1.0, "PASSED")


@pytest.mark.parametrize(("least", "state"), [(0.8, "PASSED"), (0.8000001, "FLAGGED")])
def test_four_fifths_exactly_still_passes(least, state):
    places = {"A": Place(100.0, {"group": 0.4}), "B": Place(100.0, {"group": 0.5}), "C": Place(1.0, {"group": 0.0})}
    (impact,) = adverse_impact({"A": places["A"], "B": places["B"]}, frozenset("A"), 0.0)
    assert impact.ratio == pytest.approx((40 / 90) / (60 / 110))
    (exact,) = adverse_impact({"A": Place(1.0, {"g": 0.5}), "B": Place(1.0, {"g": 0.5})}, frozenset("A"), 1.0)
    assert exact.state == "PASSED"
    (judged,) = adverse_impact({"A": places["A"], "B": places["B"]}, frozenset("A"), impact.ratio * least / 0.8)
    assert judged.state == state


def test_a_share_that_is_unknown_somewhere_is_no_silent_yes():
    places = {**PLACES, "C": Place(100.0, {})}
    (impact,) = adverse_impact(places, frozenset("ABC"), 0.8)
    assert (impact.state, is_clear([impact])) == ("NOT_TESTED", False)


def test_no_share_known_at_all_is_not_tested():
    (impact,) = adverse_impact({"A": Place(1.0, {})}, frozenset("A"), 0.8)
    assert impact.state == "NOT_TESTED"
    assert not is_clear([])


def test_a_region_that_is_not_assessed_counts_as_not_reached():
    (impact,) = adverse_impact({**PLACES, "D": Place(900.0, {"group": 0.9})}, frozenset("ABC"), 0.8)
    assert impact.state == "FLAGGED"
