"""The search for smaller changes: it only reports what was answered yes, nearest first, in directions allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.engine.counterfactual import Lever, levers_of, smallest_changes
from scoring.catalogue import Code, Variable


def _variable(name="amount", **fields):
    words = {"en": name, "zh": name, "products": ["p"], "source": "application", "purpose": "creditworthiness"}
    return Variable(**{"name": name, "type": "integer", "missing": "skip", "is_actionable": True, **words, **fields})


def _levers(values, *variables):
    return levers_of({variable.name: variable for variable in variables}, values)


def _search(asks, *levers, most=10_000):
    return smallest_changes(list(levers), asks, most=most)


@given(st.integers(1, 999))
def test_of_one_number_it_finds_the_nearest_value_that_does(limit):
    (lever,) = _levers({"amount": 1_000}, _variable(minimum=0, maximum=5_000, step=1))
    assert _search(lambda changes: changes["amount"] <= limit, lever).changes == [{"amount": limit}]


def test_two_are_changed_only_where_one_does_not_do():
    levers = _levers({"a": 10, "b": 10}, _variable("a", minimum=0, step=1), _variable("b", minimum=0, step=1))
    both = _search(lambda changes: changes.get("a", 10) + changes.get("b", 10) <= 8, *levers)
    assert both.changes == [{"a": 8, "b": 0}] or sum(both.changes[0].values()) == 8
    one = _search(lambda changes: changes.get("a", 10) <= 8 or changes.get("b", 10) <= 2, *levers)
    assert one.changes == [{"a": 8}, {"b": 2}]


def test_it_finds_nothing_where_nothing_does_and_says_when_it_stopped_early():
    levers = _levers({"a": 10, "b": 10}, _variable("a", minimum=0), _variable("b", minimum=0))
    none = _search(lambda changes: False, *levers)
    assert (none.changes, none.is_exhausted) == ([], False)
    short = _search(lambda changes: False, *levers, most=5)
    assert (short.changes, short.is_exhausted) == ([], True)


@pytest.mark.parametrize(("direction", "allowed"), [("higher_is_riskier", -1), ("higher_is_safer", 1)])
def test_a_stated_direction_is_never_walked_the_wrong_way(direction, allowed):
    (lever,) = _levers({"amount": 100}, _variable(minimum=0, maximum=1_000, direction=direction))
    seen = []
    _search(lambda changes: seen.append(changes["amount"]), lever)
    assert seen
    assert all((value - 100) * allowed > 0 for value in seen)


def test_it_never_leaves_the_limits_of_the_variable():
    (lever,) = _levers({"amount": 100}, _variable(minimum=90, maximum=105, step=4))
    assert sorted(lever.grid(40)) == [92, 96, 104]


def test_codes_may_become_any_other_but_never_a_riskier_one():
    codes = [Code(code, str(code), str(code)) for code in (-1, 0, 1, 2)]
    (lever,) = _levers({"status": 1}, _variable("status", codes=codes, direction="higher_is_riskier"))
    assert lever.codes == (-1, 0)
    words = [Code(code, code, code) for code in ("x", "y", "z")]
    (lever,) = _levers({"kind": "y"}, _variable("kind", type="string", codes=words))
    assert lever.codes == ("x", "z")


def test_what_cannot_be_acted_on_or_is_not_known_is_no_lever():
    assert _levers({"amount": 5}, _variable(is_actionable=False)) == []
    assert _levers({}, _variable()) == []


def test_an_unstated_step_is_about_a_twentieth_of_the_value():
    for value, step in ((1_600_000, 50_000), (30, 1), (0, 1)):
        assert _levers({"amount": value}, _variable(minimum=0, maximum=10**7))[0].step == step


def test_a_lever_without_a_size_is_measured_in_its_steps():
    assert Lever("n", 0, (), 5.0, ((1, 20.0),), True).size(10) == 2


@given(st.integers(-500, 500), st.sampled_from([1, 7, 50, 0.05, 2.5]), st.sampled_from([-1, 1]))
def test_steps_are_whole_multiples_and_count_back_to_themselves(now, step, direction):
    is_whole = float(step).is_integer()
    lever = Lever("n", now, (), step, ((direction, now + direction * 40 * step),), is_whole)
    for number in range(1, 40):
        value = lever.at(direction, number)
        assert (value - now) * direction > 0
        assert lever.number(direction, value) == number
        assert abs(value / step - round(value / step)) < 1e-6
