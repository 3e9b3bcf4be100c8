"""Regions are never too small: whatever truth a condition has somewhere, its region holds that place."""

import pytest
from hypothesis import given, settings

from rules.engine.checks import regions as regions_module
from rules.engine.checks.regions import Regions, TooManyBoxes
from rules.engine.checks.values import Anything, Numbers, Texts, compared, day_number, either, one_of, whole, without
from rules.language import parse
from rules.language.interpret import interpret
from tests.checks.trees import CONDITIONS, NAMES, POINTS


def truth_at(node, point):
    high = None if point["number"] is None else point["number"] > 1.0
    return interpret(node, {**point, "is_high": high})


def value_of(key, point):
    """What a key of a box is at a point: a name's value, a computed one, or how two compare."""
    if isinstance(key, str):
        return point[key]
    if not isinstance(key, tuple):
        return interpret(key, point)
    left, right = (interpret(side, point) for side in key)
    return None if left is None or right is None else "<" if left < right else ">" if left > right else "="


def holds(values, value):
    if isinstance(values, Anything):
        return True
    if isinstance(values, Numbers):
        return any(low <= value <= high for low, high in values.parts)
    return (value in values.values) != values.is_excluding


def is_inside(box, point):
    for key, held in box.items():
        value = value_of(key, point)
        if not (held.has_null if value is None else holds(held.values, value)):
            return False
    return True


def assert_regions_hold(node):
    regions = Regions(NAMES)
    try:
        boxes = {truth: regions.of(node, truth) for truth in (True, False, None)}
    except TooManyBoxes:
        return
    for point in POINTS:
        truth = truth_at(node, point)
        assert any(is_inside(box, point) for box in boxes[truth]), (truth, point)


@settings(max_examples=150, deadline=None)
@given(CONDITIONS)
def test_a_condition_has_a_truth_only_inside_its_region(node):
    assert_regions_hold(node)


def test_a_region_that_forgets_what_is_unknown_is_caught(monkeypatch):
    """The twin: an open end taken for a closed one is seen."""
    monkeypatch.setattr(regions_module, "OPPOSITE", {**regions_module.OPPOSITE, "<": ">"})
    with pytest.raises(AssertionError):
        assert_regions_hold(parse("not(whole < 1)"))


@pytest.mark.parametrize(
    "text",
    [
        "whole > 3",
        "whole > 1 and whole < 2",
        "number > 1 and number < 1",
        'code = "A" and code = "B"',
        'not(code in ["A", "B", "C"])',
        "flag and not(flag)",
        "whole + number > 1 and whole + number < 0",
        "whole < number and number < whole",
        "is_high and number <= 1",
        "is defined(whole) and not(is defined(whole))",
        "(whole = 1 or whole = 2) and whole > 2.5",
        "not(is defined(is_high)) and number > 0",
    ],
)
def test_it_proves_that_this_is_never_true(text):
    assert Regions(NAMES).of(parse(text), True) == []


@pytest.mark.parametrize("text", ["whole >= -3", 'code != "X"', "number <= 2 or flag", "is_high or not(is_high)"])
def test_it_proves_that_this_is_never_false(text):
    assert Regions(NAMES).of(parse(text), False) == []


def test_too_many_alternatives_are_not_told():
    text = " and ".join(f"(a{n} > 1 or b{n} > 1)" for n in range(8))
    with pytest.raises(TooManyBoxes):
        Regions(NAMES).of(parse(text), True)


def test_sets_of_values_join_and_differ():
    assert either([compared("<", 1), compared(">=", 1)]) == compared("<=", float("inf"))
    assert without(compared(">=", 0), compared(">", 5)).parts == ((0.0, 5.0),)
    assert whole(Numbers(((0.5, 0.9), (1.2, 3.7)))).parts == ((2.0, 3.0),)
    assert either([one_of("AB"), Texts(frozenset("BC"), True)]) == Texts(frozenset("C"), True)
    assert day_number("2024-02-30") is None and day_number("2024-03-01") == day_number("2024-02-29") + 1
