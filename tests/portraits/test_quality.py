"""Four figures say how good a portrait is; none of them enters a score."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from scoring.catalogue import Variable
from scoring.portraits.held import held_values
from scoring.portraits.observation import Observation
from scoring.portraits.quality import quality_of, timeliness_of

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)


def variable(name, **more):
    fields = {"type": "number", "source": "fact", "purpose": "identity", "missing": "skip", "refresh_days": 30}
    return msgspec.convert(
        {"name": name, "en": name, "zh": name, "products": ["card"], "dimension": "identity", **fields, **more},
        Variable,
    )


VARIABLES = {name: variable(name) for name in ("a", "b", "c", "d")} | {
    "code": variable(
        "code", type="string", codes=[{"code": "X", "en": "x", "zh": "x"}, {"code": "Y", "en": "y", "zh": "y"}]
    )
}


def told(name, value=1.0, *, age=0, source="one", provenance="THIRD_PARTY", **more):
    at = AS_OF - timedelta(days=age)
    fields = {"event_at": at, "known_at": at, "source": source, "provenance": provenance}
    return Observation(variable=name, value=value, **fields | more)


def quality(*observations, names=("a", "b", "c", "d")):
    return quality_of(held_values(observations, VARIABLES, AS_OF)[0], names, VARIABLES, AS_OF)


@pytest.mark.parametrize(("age", "timely"), [(0, 1.0), (30, 1.0), (45, 0.5), (60, 0.0), (400, 0.0)])
def test_timeliness_holds_the_age_of_the_source_against_its_refresh_period(age, timely):
    assert timeliness_of(timedelta(days=age), 30) == timely
    assert quality(told("a", age=age)).timeliness == timely


def test_timeliness_is_the_mean_over_what_is_present():
    assert quality(told("a"), told("b", age=45), told("c", age=90)).timeliness == 0.5


def test_completeness_is_the_share_known_of_what_could_be():
    assert quality(told("a"), told("b")).completeness == 0.5
    assert quality(names=()).completeness is None


def test_objectivity_is_the_share_not_declared_by_the_customer():
    declared, derived = told("a", provenance="SELF_DECLARED"), told("b", provenance="DERIVED")
    assert quality(declared, told("b"), told("c", provenance="OBSERVED")).objectivity == 0.6667
    assert quality(declared, derived).objectivity == 0.0
    assert quality(derived).objectivity is None


def test_authenticity_is_the_share_verified_or_confirmed_by_an_independent_source():
    plain, verified = told("a"), told("b", is_verified=True)
    assert quality(plain).authenticity == 0.0
    assert (
        quality(plain, verified, told("c", confirmed_by="two"), told("d", provenance="OBSERVED")).authenticity == 0.75
    )


@pytest.mark.parametrize(
    ("one", "two", "confirms"),
    [
        (told("a", 100.0, provenance="SELF_DECLARED"), told("a", 103.0, source="two", age=1), True),
        (told("a", 100.0, provenance="SELF_DECLARED"), told("a", 120.0, source="two", age=1), False),
        # The customer saying it twice confirms nothing, nor does one source repeating itself.
        (told("a", provenance="SELF_DECLARED"), told("a", source="two", age=1, provenance="SELF_DECLARED"), False),
        (told("a"), told("a", age=1), False),
        (told("code", "X"), told("code", "X", source="two", age=1), True),
        (told("code", "X"), told("code", "Y", source="two", age=1), False),
    ],
)
def test_two_sources_that_agree_confirm_each_other(one, two, confirms):
    name = one.variable
    assert held_values([one, two], VARIABLES, AS_OF)[0][name].is_authentic == confirms


def test_a_value_the_variable_cannot_have_is_not_held_and_is_named_unusable():
    held, unusable = held_values([told("code", "Z"), told("a", "text"), told("nothing")], VARIABLES, AS_OF)
    assert held == {} and list(unusable) == ["a", "code"]


def test_of_two_statements_the_later_fact_then_the_later_knowledge_counts():
    earlier, corrected = told("a", 1.0, age=5), told("a", 2.0, age=5, known_at=AS_OF - timedelta(days=1))
    assert held_values([corrected, earlier], VARIABLES, AS_OF)[0]["a"].value == 2.0
    assert held_values([told("a", 3.0, age=4), corrected], VARIABLES, AS_OF)[0]["a"].value == 3.0
    assert held_values([told("a", None, age=1), corrected], VARIABLES, AS_OF) == ({}, {})
